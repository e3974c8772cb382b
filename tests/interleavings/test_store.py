"""Whatever the order of reading, fetching, writing and editing: nobody sees the old as current."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pytest

from bff.domain.marks import Position
from bff.ports import Reading
from tests.interleavings.schedules import interleavings, side_by_side, some_interleavings
from tests.interleavings.world import Site, World

Step = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Shopper:
    """Asks one replica: what is not shown from the cache is fetched and kept."""

    world: World
    site: Site
    stamp: Position = 0
    fetched: int | None = None
    is_served: bool = False

    def steps(self) -> Sequence[Step]:
        return (self.read, self.fetch, self.write)

    async def read(self) -> None:
        reading = await self.world.read(self.site)
        self.stamp = reading.position
        self.is_served = self.world.show(self.site, reading) is not None

    async def fetch(self) -> None:
        if not self.is_served:
            self.fetched = self.world.version

    async def write(self) -> None:
        if self.fetched is not None:
            await self.keep(self.fetched)

    async def keep(self, version: int) -> None:
        entry = self.world.entry(version, self.stamp)
        await self.site.store.write({self.world.key: entry})


class StampsTooLate(Shopper):
    """Believes that a value is as new as its arrival."""

    async def keep(self, version: int) -> None:
        self.stamp = (await self.site.store.read([])).position
        self.stamp = max(self.stamp, self.site.log.table.position)
        await Shopper.keep(self, version)


class IgnoresMarks(Shopper):
    """Shows what is there, whatever became of it."""

    async def read(self) -> None:
        reading = await self.world.read(self.site)
        self.stamp = reading.position
        kept = {key: replace(each, mark=None) for key, each in reading.kept.items()}
        shown = self.world.show(self.site, Reading(kept, reading.position))
        self.is_served = shown is not None


class Editor:
    """Edits the product, and has that acknowledged by one replica; the other hears of it."""

    def __init__(self, world: World, by: Site, other: Site) -> None:
        self.world, self.by, self.other = world, by, other

    def steps(self) -> Sequence[Step]:
        return (self.edit, self.mark, self.hear)

    async def edit(self) -> None:
        self.world.edit()

    async def mark(self) -> None:
        await self.world.mark(self.by)

    async def hear(self) -> None:
        self.world.hear(self.other)


async def warm(world: World, sites: Sequence[Site]) -> None:
    """Let some replicas know the product as it is."""
    for site in sites:
        shopper = Shopper(world, site)
        for step in shopper.steps():
            await step()


async def run(world: World, actors: Sequence[Shopper | Editor], order: Sequence[int]) -> list[str]:
    """Run actors in an order; return what was wrong."""
    world.wrong.clear()
    left = [iter(actor.steps()) for actor in actors]
    for actor in order:
        await next(left[actor])()
    await world.end()
    return [f"{order}: {each}" for each in world.wrong]


async def test_every_order_over_two_replicas(worlds: Sequence[World]) -> None:
    """A shopper at each replica and an edit, in all 1 680 orders: never the old as current."""
    orders = tuple(interleavings(3, 3, 3))
    assert len(set(orders)) == 1680
    assert await side_by_side(worlds, orders, search) == []


@pytest.mark.parametrize("warmed", [(0,), (1,), (0, 1)])
async def test_some_orders_of_a_known_product(
    worlds: Sequence[World], warmed: Sequence[int]
) -> None:
    """The same where one replica has the product in memory, or both have.

    Whoever is served from memory fetches and writes nothing, so that many orders are the same.
    """
    orders = some_interleavings(500, 3, 3, 3)
    assert await side_by_side(worlds, orders, partial(search, warmed=warmed)) == []


async def test_two_edits_by_two_replicas(worlds: Sequence[World]) -> None:
    """Edits that arrive at different replicas, crossing each other: never the old as current."""
    orders = some_interleavings(500, 3, 3, 3, 3, 3)
    assert await side_by_side(worlds, orders, crossing) == []


async def crossing(world: World, orders: Iterable[Sequence[int]]) -> Sequence[str]:
    """Return what goes wrong first with three shoppers and two edits."""
    one, other = world.sites
    for order in orders:
        world.begin()
        actors = (
            Shopper(world, one),
            Shopper(world, other),
            Shopper(world, other),
            Editor(world, one, other),
            Editor(world, other, one),
        )
        wrong = await run(world, actors, order)
        if wrong:
            return wrong
    return []


async def search(
    world: World,
    orders: Iterable[Sequence[int]],
    shopper: type[Shopper] = Shopper,
    editor: type[Editor] = Editor,
    *,
    warmed: Sequence[int] = (),
) -> Sequence[str]:
    """Return what goes wrong in the first of all orders in which anything does."""
    one, other = world.sites
    for order in orders:
        world.begin()
        await warm(world, [world.sites[number] for number in warmed])
        actors = (shopper(world, one), shopper(world, other), editor(world, one, other))
        wrong = await run(world, actors, order)
        if wrong:
            return wrong
    return []


@pytest.mark.parametrize("careless", [StampsTooLate, IgnoresMarks])
async def test_without_a_rule_it_is_found(over_redis: World, careless: type[Shopper]) -> None:
    """As soon as one rule is left out, some order shows the old as current."""
    assert await search(over_redis, interleavings(3, 3, 3), careless)
