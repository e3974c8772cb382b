"""Two replicas over one Redis, and a source: small enough that every order of steps can be tried.

Nothing here happens by itself. What one replica publishes waits in the other's inbox until the
schedule says that it is heard. A source's value is its version. The oracle is: whoever asks after
an edit was acknowledged, of a replica that has been told of it, gets no older version as current.
A replica has been told once it has marked itself, has heard of it, or has asked Redis since.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bff.domain.freshness import Policy
from bff.domain.marks import Position, Touched
from bff.ports import Entry, Reading
from bff.stores.memory import MemoryStore
from bff.stores.redis.clients import Answer, Command
from bff.stores.redis.connection import Connection
from bff.stores.redis.entries import SharedEntries
from bff.stores.redis.log import SharedLog
from bff.stores.redis.store import Bounds, SharedStore
from bff.stores.redis.subscription import Subscription, subscribed

LONG = Policy("content", 3600, 3600, 86400)
ROOM = 8 << 20


class Watched(Connection):
    """A connection that tells whether Redis is being asked, and how often it was."""

    def __init__(self, url: str) -> None:
        super().__init__(url, connections=2, timeout_seconds=5.0)
        self.under_way = 0
        self.asked = 0
        self.is_quiet = asyncio.Event()
        self.is_quiet.set()

    async def send(
        self,
        operation: str,
        commands: Sequence[Command],
        *,
        is_probe: bool = False,
        is_patient: bool = False,
    ) -> list[Answer]:
        self.asked += 1
        self.under_way += 1
        self.is_quiet.clear()
        try:
            return await super().send(
                operation, commands, is_probe=is_probe, is_patient=is_patient
            )
        finally:
            self.under_way -= 1
            if not self.under_way:
                self.is_quiet.set()


@dataclass(slots=True)
class Site:
    """A replica that hears of marks only when it is told to."""

    name: str
    connection: Watched
    log: SharedLog
    store: SharedStore
    inbox: list[tuple[bytes, int]] = field(default_factory=list)
    """What was published and not heard yet, and of which version that tells."""
    told: int = 0
    """Of which version it has been told."""


@dataclass(slots=True)
class World:
    """The two replicas, and one product that is edited."""

    sites: tuple[Site, Site]
    subscription: Subscription
    runs: int = 0
    version: int = 1
    """What the source would answer now."""
    acknowledged: int = 1
    """The version of the newest edit whose mark was acknowledged."""
    wrong: list[str] = field(default_factory=list)
    """What was shown as current and was not."""

    @property
    def key(self) -> str:
        return f"tee {self.runs}"

    @property
    def tag(self) -> str:
        return f"product:{self.runs}"

    def begin(self) -> None:
        """Begin anew, with another product."""
        self.runs += 1
        self.version = self.acknowledged = 1
        for site in self.sites:
            site.told = 1

    def edit(self) -> None:
        self.version += 1

    async def mark(self, site: Site) -> None:
        """Mark what was edited, by way of a replica, and let it be acknowledged."""
        version = self.version
        await site.store.mark([Touched(self.tag)])
        await self._post(version)
        self.acknowledged = max(self.acknowledged, version)
        site.told = max(site.told, version)

    def hear(self, site: Site) -> None:
        """Let the oldest message arrive."""
        if site.inbox:
            message, version = site.inbox.pop(0)
            site.log.heard(message)
            site.told = max(site.told, version)

    async def read(self, site: Site) -> Reading:
        """Read as a request does, and note what that tells the replica."""
        acknowledged, asked = self.acknowledged, site.connection.asked
        reading = await site.store.read([self.key])
        if site.connection.asked > asked:
            site.told = max(site.told, acknowledged)
        return reading

    def show(self, site: Site, reading: Reading) -> int | None:
        """Return the version that a request would show as current, and compare it."""
        kept = reading.kept.get(self.key)
        if kept is None or kept.mark is not None:
            return None
        version = kept.entry.value
        assert isinstance(version, int)
        self.compare(site, version, site.told)
        return version

    def compare(self, site: Site, version: int, told: int) -> None:
        if version < told:
            self.wrong.append(f"{site.name} shows {version} and was told of {told}")

    def entry(self, version: int, stamp: Position) -> Entry:
        return Entry(version, LONG, time.time(), 0.0, stamp, frozenset({self.tag}))

    async def end(self) -> None:
        """Let everything arrive, and look at both replicas once more."""
        for site in self.sites:
            while site.inbox:
                self.hear(site)
        for site in self.sites:
            for _ in range(2):  # from Redis, perhaps, then from memory
                self.show(site, await self.read(site))

    async def _post(self, version: int) -> None:
        heard = None
        while heard is None or not heard[0]:
            heard = await self.subscription.next(1.0)
        for site in self.sites:
            site.inbox.append((heard[1], version))


@asynccontextmanager
async def world(url: str, prefix: str = "model") -> AsyncIterator[World]:
    """Put up a world over a Redis; worlds of other prefixes are other shops."""
    sites = (_site(url, "one", prefix), _site(url, "other", prefix))
    for site in sites:
        await site.log.catch_up(is_probe=True)
        site.connection.found()
        site.log.table.is_live = True  # the schedule feeds it
    address = await sites[0].connection.address_of(sites[0].log.key)
    async with subscribed(address, [sites[0].log.channel], 1.0) as subscription:
        try:
            yield World(sites, subscription)
        finally:
            for site in sites:
                await site.connection.close()


def _site(url: str, name: str, prefix: str) -> Site:
    connection = Watched(url)
    memory = MemoryStore(ROOM, time.time)
    log = SharedLog(connection, memory.marks, time.time, prefix)
    store = SharedStore(
        memory,
        connection,
        log,
        entries=SharedEntries(prefix),
        bounds=Bounds(),
        now=time.time,
    )
    return Site(name, connection, log, store)
