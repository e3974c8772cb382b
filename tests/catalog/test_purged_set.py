"""After any edit exactly what shows the edited thing is purged, in every language and market.

A thousand random shops are visited, one thing is edited, and the marks are compared with what a
search through the whole shop says: what shows the thing, or could show it now.
"""

import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

import pytest

from bff.domain.changes import (
    Change,
    CollectionChanged,
    DocumentChanged,
    ProductChanged,
    ProductPart,
    RegionChanged,
    VariantChanged,
    touched,
)
from bff.domain.commerce import Handle
from bff.ports import Call, Entry, Trail
from bff.stores.memory import MemoryStore
from tests.catalog.fakes import BOTH, DE, RICH, ROOM, Storefront, pid, shopper
from tests.catalog.worlds import World, edited
from tests.clock import HandClock

SHOPS = 1000
AT_ONCE = 50
CONTEXTS = (("en", "US"), ("de", "US"), ("en", "JP"))


class ListedStore(MemoryStore):
    """A store that remembers all keys that were ever written."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(ROOM, clock)
        self.keys: dict[str, None] = {}

    async def write(self, entries: Mapping[str, Entry]) -> None:
        self.keys.update(dict.fromkeys(entries))
        await super().write(entries)


@dataclass(frozen=True)
class View:
    """Something that a shopper looks at."""

    kind: str
    name: str
    language: str
    country: str


def views_of(world: World) -> Iterator[View]:
    """Yield everything that can be looked at, and what is not there."""
    for language, country in CONTEXTS:
        for name in world.names:
            yield View("product", name, language, country)
        yield View("product", "ghost", language, country)
        for slug in (*world.pages, "nowhere"):
            yield View("page", slug, language, country)
        yield View("newest", "", language, country)


async def look(front: Storefront, view: View, trail: Trail | None = None) -> str:
    """Return what a shopper sees there."""
    context = shopper(view.language, view.country)
    call = Call(front.clock() + 60, trail=trail)
    catalog = front.catalog
    match view.kind:
        case "product":
            return repr(await catalog.by_handles([Handle(view.name)], context, BOTH, call))
        case "page":
            return repr(await catalog.page(view.name, context, BOTH, call))
        case _:
            return repr(await catalog.newest(0, 3, context, BOTH, call))


def front_over(world: World, clock: HandClock, store: ListedStore) -> Storefront:
    """Return a storefront over a world as it is now."""
    return Storefront(
        world.shop(),
        world.cms(),
        store=store,
        clock=clock,
        lifetimes=RICH,
        translations={DE: "de-DE"},
        pages=("sanity",),
    )


class Oracle:
    """Searches a shop, as it was when it was visited, for what an edit may change."""

    def __init__(self, world: World, change: Change) -> None:
        self.world = world
        self.change = change
        self.is_document = isinstance(change, DocumentChanged)

    def text(self, name: str) -> bool:
        match self.change:
            case ProductChanged(product, part):
                return product == pid(name) and part is not ProductPart.OFFER
            case VariantChanged(variant):
                return variant == f"variant_{pid(name)}" and name in self.world.sold
            case CollectionChanged():
                return name in self.world.in_summer and name in self.world.sold
            case _:
                return False

    def offer(self, name: str, country: str) -> bool:
        match self.change:
            case ProductChanged(product):
                return product == pid(name)
            case VariantChanged(variant):
                return variant == f"variant_{pid(name)}" and name in self.world.sold
            case RegionChanged():
                return country == "US"
            case _:
                return False

    def content(self, name: str) -> bool:
        """Tell of a product's document; where there is none, any may be about it now."""
        if not isinstance(self.change, DocumentChanged):
            return False
        written = self.world.documents.get(name)
        if written is None:
            return True
        return self.change.document_id in self.world.made_of(name, written)

    @property
    def is_about_products(self) -> bool:
        """Whether handles and lists may change with it."""
        change = self.change
        return isinstance(change, ProductChanged) and change.part is not ProductPart.OFFER

    def shown(self, name: str, country: str) -> bool:
        """Tell of a product without its addons."""
        return self.text(name) or self.offer(name, country) or self.content(name)

    def product(self, name: str, country: str) -> bool:
        if name not in self.world.sold:
            return self.is_about_products
        written = self.world.documents.get(name)
        addons = [one for one in written.products if one != name] if written else []
        return any(self.shown(one, country) for one in (name, *addons))

    def view(self, view: View) -> bool:
        world = self.world
        if view.kind == "product":
            return self.product(view.name, view.country)
        if view.kind == "page":
            items = world.pages[view.name].products if view.name in world.pages else []
            return self.is_document or any(self.shown(one, view.country) for one in items)
        listed = [name for name in world.names if name in world.sold][:3]
        return self.is_about_products or any(self.product(one, view.country) for one in listed)

    def handle(self, name: str) -> bool:
        is_it = name not in self.world.sold or self.text(name)
        return self.is_about_products and is_it

    def entry(self, key: str) -> bool:
        kind, *how, last = key.split(":")
        name = last.removeprefix("prod_")
        shows = {
            "text": lambda: self.text(name),
            "offer": lambda: self.offer(name, how[1]),
            "content": lambda: self.content(name),
            "handle": lambda: self.handle(name),
            "page": lambda: self.is_document,
            "newest": lambda: self.is_about_products,
        }
        return shows[kind]()


async def check(seed: int) -> None:
    """Visit a random shop, edit one thing, and compare."""
    dice = random.Random(seed)
    world = World.random(dice)
    clock = HandClock()
    store = ListedStore(clock)
    front = front_over(world, clock, store)
    views = dice.sample([*views_of(world)], 6)
    before, trails = {}, {}
    for view in views:
        trails[view] = Trail()
        before[view] = await look(front, view, trails[view])

    past = deepcopy(world)
    change = edited(world, dice)
    world.stock(front.shop)
    world.publish(front.systems[0])
    clock.advance(0.001)
    await store.mark(touched([change]))
    oracle = Oracle(past, change)

    kept = (await store.read(tuple(store.keys))).kept
    assert kept.keys() == store.keys.keys()
    marked = {key for key, one in kept.items() if one.mark is not None}
    assert marked == {key for key in kept if oracle.entry(key)}, (seed, change)

    purged = {
        view
        for view, trail in trails.items()
        if any(store.marks.newest(tags, stamp) is not None for stamp, tags in trail.parts)
    }
    assert purged == {view for view in views if oracle.view(view)}, (seed, change)

    fresh_clock = HandClock()
    fresh = front_over(world, fresh_clock, ListedStore(fresh_clock))
    for view in views:
        now = await look(fresh, view)
        assert view in purged or now == before[view], (seed, change, view)
        assert await look(front, view) == now, (seed, change, view)


@pytest.mark.parametrize("first", range(0, SHOPS, AT_ONCE))
async def test_what_an_edit_purges(first: int) -> None:
    """Nothing that shows the edited thing is missed, and nothing else is fetched again."""
    for seed in range(first, first + AT_ONCE):
        await check(seed)
