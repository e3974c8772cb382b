"""A cache over one source in memory that writes down what it is asked."""

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence

from bff.catalog.landing import Fetched
from bff.catalog.read_through import ReadThrough
from bff.catalog.reading import Found, Leeway
from bff.domain.freshness import Policy
from bff.domain.marks import Position, Tag, Touched, Version
from bff.ports import Call, Leases, Store, Trail
from bff.stores.alone import NoLeases
from bff.stores.memory import MemoryStore
from tests.catalog.fakes import ROOM
from tests.clock import HandClock

TEXT = Policy("TEXT", 60, 30, 600)
PRICE = Policy("PRICE", 60, 30, 300, is_price=True)


class Origin:
    """A source of numbered editions: `edit` makes the next one, a fetch brings the present one.

    Everything is tagged with its own key, `fields` may say otherwise.
    """

    def __init__(self, policy: Policy = TEXT) -> None:
        self.policy = policy
        self.edition = 1
        self.version: Version | None = None
        self.missing: set[str] = set()
        self.asked: list[tuple[str, ...]] = []
        self.calls: list[Call] = []
        self.failure: Exception | None = None
        self.failing: set[str] = set()
        self.gates: list[asyncio.Event] = []
        self.arrived = asyncio.Event()
        self.more: dict[str, Fetched] = {}

    def hold(self) -> asyncio.Event:
        """Hold back the next fetch until the event is set; what it brings is read before that."""
        self.gates.append(asyncio.Event())
        return self.gates[-1]

    async def fetch(self, keys: tuple[str, ...], call: Call) -> Mapping[str, Fetched]:
        self.asked.append(keys)
        self.calls.append(call)
        found = {key: self._fetched(key) for key in keys if key not in self.missing}
        self.arrived.set()
        if self.gates:
            await self.gates.pop(0).wait()
        if self.failure is not None and (not self.failing or self.failing & set(keys)):
            raise self.failure
        return {**found, **self.more}

    def _fetched(self, key: str) -> Fetched:
        versions = {key: self.version} if self.version is not None else {}
        return Fetched(f"{key} {self.edition}", self.policy, frozenset({key, "all"}), versions)


class Cache:
    """A cache, its store and its clock."""

    def __init__(
        self,
        origin: Origin | None = None,
        *,
        store: Store | None = None,
        leases: Leases | None = None,
        clock: HandClock | None = None,
        luck: float = 1.0,
        seconds: float = 60,
    ) -> None:
        self.origin = origin or Origin()
        self.clock = clock or HandClock()
        self.store = store or MemoryStore(ROOM, self.clock)
        self.luck = luck
        self.through = ReadThrough(
            self.store,
            leases or NoLeases(),
            self.clock,
            self.clock,
            seconds,
            lambda: self.luck,
        )

    def call(self, seconds: float = 60, trail: Trail | None = None) -> Call:
        return Call(self.clock() + seconds, trail=trail)

    async def find(
        self,
        *keys: str,
        trail: Trail | None = None,
        seconds: float = 60,
        leeway: Leeway | None = None,
    ) -> Found:
        call = self.call(seconds, trail)
        fetch = self.origin.fetch
        return await self.through.read("origin", "things", keys, fetch, call, leeway or Leeway())

    async def read(self, *keys: str, trail: Trail | None = None, seconds: float = 60) -> object:
        """Return the value of the only key, or the values of several; failures are raised."""
        found = await self.find(*keys, trail=trail, seconds=seconds)
        values = [found.one(key) for key in keys]
        return values[0] if len(values) == 1 else values

    async def mark(
        self, *tags: Tag, is_gone: bool = False, version: Version | None = None
    ) -> Position:
        """Say that something was edited."""
        self.clock.advance(0.001)
        return await self.store.mark([Touched(tag, is_gone, version) for tag in tags])

    async def edit(self, *tags: Tag, **how: bool) -> Position:
        """Edit, and say so."""
        self.origin.edition += 1
        return await self.mark(*tags, **how)


class OneAtATime:
    """Leases of all replicas, held in the test's memory."""

    def __init__(self) -> None:
        self.held: set[str] = set()
        self.taken: list[str] = []
        self._news = asyncio.Event()
        self.waiting = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:  # noqa: ARG002 - the port's
        await self.answers.wait()
        free = frozenset(key for key in keys if key not in self.held)
        self.held |= free
        self.taken.extend(sorted(free))
        return free

    async def give_back(self, keys: Collection[str]) -> None:
        self.held -= set(keys)
        self._news.set()
        self._news = asyncio.Event()

    async def wait(self, keys: Collection[str], seconds: float) -> None:
        self.waiting.set()
        if self.held & set(keys):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), seconds)
