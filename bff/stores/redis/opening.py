"""Putting the shared cache together."""

from dataclasses import dataclass, field

from bff.ports import Clock, Cursors, Store, WallClock
from bff.stores.codec import RELEASE
from bff.stores.memory import MemoryStore
from bff.stores.redis.connection import Connection
from bff.stores.redis.cursors import SharedCursors
from bff.stores.redis.entries import SharedEntries
from bff.stores.redis.feed import Feed
from bff.stores.redis.foresight import SharedForesight
from bff.stores.redis.leases import SharedLeases
from bff.stores.redis.log import Limits, SharedLog
from bff.stores.redis.refusal import Refusal
from bff.stores.redis.store import Bounds, SharedStore

_REFUSALS = {
    Refusal.FULL: "it is full and refuses to store",
    Refusal.REPLICA: "it is a replica and refuses to store",
    Refusal.DISK: "it cannot save or copy what it has, and refuses to store",
    Refusal.RIGHTS: "its user lacks rights, and it refuses to store",
    Refusal.OTHER: "it refuses to store",
}


@dataclass(frozen=True, slots=True)
class Shared:
    """The cache of one process that others share with it."""

    store: Store
    leases: SharedLeases
    cursors: Cursors
    foresight: SharedForesight
    _connection: Connection = field(repr=False)
    _feed: Feed = field(repr=False)

    @property
    def is_up(self) -> bool:
        """Whether the shared part works for this process just now."""
        return self._connection.is_up

    @property
    def trouble(self) -> str | None:
        """What is wrong with the shared part, in words for the operator; `None` if nothing is."""
        refusal = self._connection.refusal
        if refusal is not None:
            return f"{_REFUSALS[refusal]}: what changes here is not heard elsewhere"
        return None if self.is_up else "not reached: this process goes on by itself"

    async def start(self) -> None:
        """Connect, and go on trying in the background. Never fails: Redis may be down."""
        await self._feed.start()

    async def close(self) -> None:
        """Let go of all connections."""
        self.leases.stop()
        await self.foresight.close()
        await self._feed.close()
        await self._connection.close()


def open_shared(
    url: str,
    memory: MemoryStore,
    *,
    connections: int = 8,
    timeout_seconds: float = 0.1,
    commerce_bound: float = 5.0,
    content_bound: float = 60.0,
    now: WallClock,
    clock: Clock,
    prefix: str = "bff",
    beat_seconds: float = 0.5,
    lease_seconds: float = 1.0,
    limits: Limits | None = None,
    terms: bytes = b"",
) -> Shared:
    """Return the shared cache at a URL, not connected yet.

    Args:
        url: like redis://, rediss:// or unix://; `cluster=true` among its options says that it
            is a cluster, without it the server is asked.
        memory: the first level.
        connections: how many at most, beside the one that hears of marks.
        timeout_seconds: for connecting, and for an answer.
        commerce_bound: while other replicas' marks do not arrive, how old in seconds a price from
            memory may be.
        content_bound: the same for all else.
        now: the instant of entries.
        clock: by it a silent server is found.
        prefix: what all keys begin with; replicas of one shop have the same.
        beat_seconds: how often the server must prove that it is there.
        lease_seconds: how long a process that died keeps others from fetching what it fetched.
        limits: how much of the log is kept.
        terms: what values depend on besides what the sources say. Entries that were kept on other
            terms are not found; marks are for all.
    """
    connection = Connection(url, connections=connections, timeout_seconds=timeout_seconds)
    shared_log = SharedLog(connection, memory.marks, now, prefix, limits)
    leases = SharedLeases(connection, prefix, lease_seconds)
    bounds = Bounds(commerce_bound, content_bound)
    feed = Feed(
        connection,
        shared_log,
        {leases.channel: leases.heard},
        clock,
        timeout_seconds=timeout_seconds,
        beat_seconds=beat_seconds,
    )
    terms = RELEASE + terms
    entries = SharedEntries(prefix, terms)
    store = SharedStore(memory, connection, shared_log, entries=entries, bounds=bounds, now=now)
    foresight = SharedForesight(connection, store, f"{prefix}:needs:{terms.hex()}:")
    cursors = SharedCursors(connection, prefix)
    return Shared(store, leases, cursors, foresight, connection, feed)
