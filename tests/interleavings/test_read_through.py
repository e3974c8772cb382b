"""The same through the whole cache: requests, flights, leases; no shopper gets the old value."""

import asyncio
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
from contextvars import ContextVar
from dataclasses import replace
from functools import partial

import pytest

from bff.catalog.landing import Fetched
from bff.catalog.read_through import ReadThrough
from bff.domain.marks import Position, Tag, Touched
from bff.ports import Call, Entry, Kept, Leases, MarkLog, Reading, Store
from bff.stores.alone import NoLeases
from tests.interleavings.schedules import interleavings, side_by_side, some_interleavings
from tests.interleavings.world import LONG, Site, World

_ACTOR: ContextVar["Actor"] = ContextVar("actor")
_IDLE = 12  # turns of the event loop without a question to Redis: nothing moves by itself
_PATIENCE = 60.0
STEPS = 3  # to begin, to be answered by the source, to write


class Actor:
    """Somebody who takes a step when the schedule says so."""

    def __init__(self) -> None:
        self._gate: asyncio.Event | None = None
        self.task: asyncio.Task[None] | None = None

    def begin(self, what: Callable[[], Awaitable[None]]) -> None:
        async def whole() -> None:
            _ACTOR.set(self)
            await what()

        self.task = asyncio.create_task(whole())

    @property
    def is_done(self) -> bool:
        """Whether it was served, and what it fetched was written, which may be later."""
        return self.task is not None and self.task.done() and self._gate is None

    async def pause(self) -> None:
        """Wait for the next step."""
        gate = self._gate = asyncio.Event()
        await gate.wait()

    def step(self) -> None:
        gate, self._gate = self._gate, None
        if gate is not None:
            gate.set()


class Gated:
    """A store that waits for a step before each write."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def marks(self) -> MarkLog:
        return self._store.marks

    async def read(self, keys: Sequence[str]) -> Reading:
        return await self._store.read(keys)

    async def write(self, entries: Mapping[str, Entry]) -> None:
        await _ACTOR.get().pause()
        await self._store.write(entries)

    async def mark(self, touched: Sequence[Touched]) -> Position:
        return await self._store.mark(touched)

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        return self._store.hot(tags)


class StampsTooLate(Gated):
    """Believes that a value is as new as its arrival."""

    async def write(self, entries: Mapping[str, Entry]) -> None:
        await _ACTOR.get().pause()
        stamp = max((await self._store.read([])).position, self.marks.position)
        late = {key: replace(entry, stamp=stamp) for key, entry in entries.items()}
        await self._store.write(late)


class IgnoresMarks(Gated):
    """Gives out what is there, whatever became of it."""

    async def read(self, keys: Sequence[str]) -> Reading:
        reading = await self._store.read(keys)
        kept = {key: Kept(each.entry, None, each.level) for key, each in reading.kept.items()}
        return Reading(kept, reading.position)


class SteppedLeases:
    """Leases of all replicas that move only with the schedule."""

    def __init__(self, table: dict[str, asyncio.Event]) -> None:
        self._table = table
        self._own: set[str] = set()

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:  # noqa: ARG002 - the port's
        taken = frozenset(key for key in keys if key not in self._table)
        self._table.update((key, asyncio.Event()) for key in taken)
        self._own |= taken
        return taken

    async def give_back(self, keys: Collection[str]) -> None:
        for key in self._own.intersection(keys):
            self._table.pop(key).set()
            self._own.discard(key)

    async def wait(self, keys: Collection[str], seconds: float) -> None:  # noqa: ARG002 - the port's
        released = [self._table[key].wait() for key in keys if key in self._table]
        if len(released) == len(keys):
            tasks = [asyncio.ensure_future(each) for each in released]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()


class Run:
    """One schedule: a request at each replica, some further ones, and an editor."""

    def __init__(self, world: World, store: type[Gated], *, has_leases: bool) -> None:
        self._world = world
        table: dict[str, asyncio.Event] = {}
        self._caches = {
            site.name: self._cache(site, store, SteppedLeases(table) if has_leases else NoLeases())
            for site in world.sites
        }

    def _cache(self, site: Site, store: type[Gated], leases: Leases) -> ReadThrough:
        return ReadThrough(
            store(site.store), leases, time.monotonic, time.time, _PATIENCE, luck=lambda: 1.0
        )

    async def request(self, site: Site) -> None:
        """Ask for the product as a shopper does, and compare what comes with what must."""
        world = self._world
        acknowledged, told, asked = world.acknowledged, site.told, site.connection.asked
        call = Call(deadline=time.monotonic() + _PATIENCE)
        cache = self._caches[site.name]
        found = await cache.read("shop", "tee", [world.key], self._fetch, call)
        if site.connection.asked > asked:  # it was told on the way
            told = max(told, acknowledged)
        version = found.values[world.key]
        assert isinstance(version, int)
        world.compare(site, version, told)

    async def go(
        self, sites: Sequence[Site], edits: Iterable[tuple[Site, Site]], order: Sequence[int]
    ) -> list[str]:
        """Run requests at `sites` and edits in an order; return what was wrong."""
        world = self._world
        world.wrong.clear()
        actors = [Actor() for _ in sites]
        editors = [self._edit(by, other) for by, other in edits]
        for number in order:
            if number < len(actors):
                self._step(actors[number], sites[number])
            else:
                await anext(editors[number - len(actors)])
            await self.settle()
        for _ in range(10 * len(actors)):  # to the end, in turn
            for actor, site in zip(actors, sites, strict=True):
                if not actor.is_done:
                    self._step(actor, site)
                    await self.settle()
        _see(actors)
        for site in world.sites:
            while site.inbox:
                world.hear(site)
        await self._look_again()
        for cache in self._caches.values():
            await cache.close()
        return [f"{order}: {each}" for each in world.wrong]

    async def _look_again(self) -> None:
        for site in self._world.sites:
            last = Actor()
            while not last.is_done:
                self._step(last, site)
                await self.settle()
            _see([last])

    def _step(self, actor: Actor, site: Site) -> None:
        if actor.task is None:
            actor.begin(lambda: self.request(site))
        else:
            actor.step()

    async def _edit(self, by: Site, other: Site) -> AsyncIterator[None]:
        self._world.edit()
        yield
        await self._world.mark(by)
        yield
        self._world.hear(other)
        yield

    async def _fetch(self, keys: tuple[str, ...], call: Call) -> Mapping[str, Fetched]:
        del call
        await _ACTOR.get().pause()
        version, tags = self._world.version, frozenset({self._world.tag})
        return {key: Fetched(version, LONG, tags) for key in keys}

    async def settle(self) -> None:
        """Wait until nothing moves any more without a step."""
        idle = 0
        while idle < _IDLE:
            await asyncio.sleep(0)
            idle += 1
            for site in self._world.sites:
                if site.connection.under_way:
                    await site.connection.is_quiet.wait()
                    idle = 0


def _see(actors: Iterable[Actor]) -> None:
    """Make sure that everybody was served, and without an error."""
    for actor in actors:
        assert actor.task is not None
        assert actor.task.done(), "somebody waits for ever"
        actor.task.result()


async def search(
    world: World,
    orders: Iterable[Sequence[int]],
    *,
    store: type[Gated] = Gated,
    has_leases: bool = True,
    is_warm: bool = False,
) -> Sequence[str]:
    """Return what goes wrong in the first order in which anything does."""
    one, other = world.sites
    for order in orders:
        world.begin()
        if is_warm:
            assert await Run(world, Gated, has_leases=False).go([one, other], [], ()) == []
        made = Run(world, store, has_leases=has_leases)
        sites, edits = ([one, other], [(one, other)])
        if max(order) > len(sites):
            sites, edits = ([one, other, other], [(one, other), (other, one)])
        wrong = await made.go(sites, edits, order)
        if wrong:
            return wrong
    return []


async def test_every_order_of_a_cold_product(worlds: Sequence[World]) -> None:
    """A request at each replica and an edit, in all 1 680 orders: everybody gets what he must."""
    orders = interleavings(STEPS, STEPS, STEPS)
    assert await side_by_side(worlds, orders, search) == []


async def test_some_orders_without_leases(worlds: Sequence[World]) -> None:
    """The same where both replicas fetch, as they may while leases cannot be had."""
    orders = some_interleavings(500, STEPS, STEPS, STEPS)
    assert await side_by_side(worlds, orders, partial(search, has_leases=False)) == []


async def test_some_orders_of_a_known_product(worlds: Sequence[World]) -> None:
    """The same where both replicas have the product in memory when it is edited."""
    orders = some_interleavings(500, STEPS, STEPS, STEPS)
    assert await side_by_side(worlds, orders, partial(search, is_warm=True)) == []


async def test_some_orders_of_two_edits(worlds: Sequence[World]) -> None:
    """Three requests and two edits that come by different replicas."""
    orders = some_interleavings(500, STEPS, STEPS, STEPS, STEPS, STEPS)
    assert await side_by_side(worlds, orders, search) == []


@pytest.mark.parametrize("careless", [StampsTooLate, IgnoresMarks])
async def test_without_a_rule_it_is_found(over_redis: World, careless: type[Gated]) -> None:
    """As soon as one rule is left out, some order gives a shopper the old value."""
    orders = interleavings(STEPS, STEPS, STEPS)
    assert await search(over_redis, orders, store=careless)
