"""Two levels behind the one `Store` port: this process's memory, and what replicas share."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bff.domain.marks import Position, Tag, Touched
from bff.errors import StoreUnavailable
from bff.ports import Entry, Kept, Level, MarkLog, Reading, WallClock
from bff.stores.memory import MemoryStore
from bff.stores.redis.clients import Answer, Command
from bff.stores.redis.connection import Connection, Unreachable
from bff.stores.redis.entries import Age, SharedEntries
from bff.stores.redis.log import SharedLog
from bff.stores.redis.scripts import LISTED

_NOT_TOLD = "the shared cache did not take the change"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How old, in seconds, what is in memory may be while other replicas' marks do not arrive."""

    commerce: float = 5.0
    content: float = 60.0


class SharedStore:
    """Keeps entries in memory and in Redis; satisfies `Store`.

    What is fresh in memory costs no I/O: marks of other replicas arrive by themselves. The rest
    is read from Redis, in one round trip for all keys, together with the marks that have not
    arrived yet. If Redis does not answer, there is memory; and while marks do not arrive either,
    its entries are lent for less long: prices for `bounds.commerce`, all else for
    `bounds.content`. Then they count as expired: fetched first, shown if that fails.

    A Redis that refuses to store is read all the same, and what it has is lent within the same
    bounds, counted from its fetch: the mark that condemns it may be in no log. So after a minute
    it is only what is shown if a source fails.
    """

    def __init__(
        self,
        memory: MemoryStore,
        connection: Connection,
        shared_log: SharedLog,
        *,
        entries: SharedEntries,
        bounds: Bounds,
        now: WallClock,
    ) -> None:
        self._memory = memory
        self._connection = connection
        self._log = shared_log
        self._entries = entries
        self._bounds = bounds
        self._now = now

    @property
    def marks(self) -> MarkLog:
        """See `Store.marks`."""
        return self._memory.marks

    async def read(self, keys: Sequence[str]) -> Reading:
        """See `Store.read`."""
        near, wanted = self._look(keys)
        if wanted:
            try:
                return await self._read_both(near, wanted)
            except Unreachable:
                near = self._judged(near)
        lent = {key: self._lent(kept) for key, kept in near.items()}
        return Reading(lent, self._log.table.position)

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """See `Store.write`."""
        encoded = self._memory.put(entries)
        commands = self._entries.keeping(entries, encoded, self._now())
        if commands:
            with suppress(Unreachable):
                await self._connection.send("write", commands)

    async def mark(self, touched: Sequence[Touched]) -> Position:
        """See `Store.mark`."""
        if touched:
            try:
                await self._log.mark(touched)
            except Unreachable:
                raise StoreUnavailable(_NOT_TOLD) from None
        return self._log.table.position

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        """See `Store.hot`."""
        return self._memory.hot(tags)

    async def read_listed(self, list_key: bytes) -> frozenset[str]:
        """Read what a list in Redis names, in one round trip with the list itself.

        Return what memory lacked and Redis had; nothing if there is no such list. A cluster, whose
        parts cannot look into each other, is asked twice.
        """
        is_cluster = self._connection.is_cluster
        look: Command = ("GET", list_key)
        if not is_cluster:
            look = ("EVAL", LISTED, 1, list_key, self._entries.prefix)
        try:
            answer, news = await self._connection.send("read", [look, self._log.asking()])
            listed, values = (answer, None) if is_cluster else answer or (None, ())
            if not isinstance(listed, bytes):
                return frozenset()
            keys = listed.decode("utf-8", "surrogatepass").split("\n")
            if values is None:
                return await self.read_lacking(keys)
            found = dict(zip(keys, values, strict=True))
            near, lacked = self._look(keys)
            reading = await self._take(near, {key: found[key] for key in lacked}, news)
        except (Unreachable, TypeError, ValueError):
            return frozenset()
        return _shared(reading)

    async def read_lacking(self, keys: Sequence[str]) -> frozenset[str]:
        """Read what memory lacks of `keys`; return what Redis had of that."""
        near, lacked = self._look(keys)
        if not lacked:
            return frozenset()
        try:
            return _shared(await self._read_both(near, lacked))
        except Unreachable:
            return frozenset()

    def _look(self, keys: Sequence[str]) -> tuple[dict[str, Kept], list[str]]:
        """Return what memory has of `keys`, and the keys for which that is not enough."""
        near, now = self._memory.look(keys), self._now()
        return near, [key for key in dict.fromkeys(keys) if not self._will_do(near.get(key), now)]

    async def _read_both(self, near: Mapping[str, Kept], wanted: Sequence[str]) -> Reading:
        # The news come last: whatever was marked before this reading began is among them.
        commands = [*self._entries.asking(wanted), self._log.asking()]
        *answers, news = await self._connection.send("read", commands)
        return await self._take(near, dict(zip(wanted, answers, strict=True)), news)

    async def _take(
        self, near: Mapping[str, Kept], answers: Mapping[str, Answer], news: Answer
    ) -> Reading:
        """Take into memory what Redis has answered."""
        if not self._log.take(news):
            await self._log.catch_up()
        position, now = self._log.table.position, self._now()
        better: dict[str, bytes] = {}
        for key, answer in answers.items():
            found = self._entries.found(key, answer)
            if found is None or not found.is_credible(position, now):
                continue
            kept = near.get(key)
            if kept is None or Age.of(kept.entry) < found.age:
                better[key] = found.encoded
        taken = self._memory.take_in(better) if better else {}
        read = {**self._judged(near), **taken}
        if not self._log.is_whole:
            read = {key: self._lent(kept) for key, kept in read.items()}
        return Reading(read, position)

    def _judged(self, near: Mapping[str, Kept]) -> dict[str, Kept]:
        """Look at the marks again: some may have arrived since."""
        newest = self._log.table.newest
        return {
            key: replace(kept, mark=newest(kept.entry.tags, kept.entry.stamp))
            for key, kept in near.items()
        }

    def _will_do(self, kept: Kept | None, now: float) -> bool:
        """Tell whether memory is enough."""
        if kept is None or kept.mark is not None:
            return False
        return now - kept.entry.started_at < self._fresh(kept.entry)

    def _fresh(self, entry: Entry) -> float:
        if self._log.table.is_live:
            return entry.policy.fresh
        bound = self._bounds.commerce if entry.policy.is_price else self._bounds.content
        return min(entry.policy.fresh, bound)

    def _lent(self, kept: Kept) -> Kept:
        """Return what of memory may be used without knowing all marks."""
        policy, fresh = kept.entry.policy, self._fresh(kept.entry)
        if fresh >= policy.fresh:
            return kept
        # No serving while it is refreshed: it may be wrong. But it is still there if that fails.
        bounded = replace(policy, fresh=fresh, while_refresh=0.0, if_error=policy.usable - fresh)
        return replace(kept, entry=replace(kept.entry, policy=bounded))


def _shared(reading: Reading) -> frozenset[str]:
    """Return what of a reading came from Redis."""
    return frozenset(key for key, kept in reading.kept.items() if kept.level is Level.SHARED)
