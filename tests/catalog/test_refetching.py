"""Hot values that were edited are read again, many with one question to each source."""

from collections.abc import Mapping

import pytest

from bff.errors import UpstreamUnavailable
from bff.ports import Entry
from bff.stores.memory import MemoryStore
from tests.catalog.fakes import (
    BOTH,
    DE,
    NO_ADDONS,
    RICH,
    ROOM,
    Storefront,
    cms_with,
    document,
    pid,
    shop_selling,
    shopper,
)
from tests.catalog.writing import (
    APPAREL,
    SUMMER,
    by_id,
    entry,
    group_content,
    menu_document,
    page_document,
)
from tests.clock import HandClock

NAMES = tuple(f"card{number}" for number in range(24))


def whole_shop() -> Storefront:
    """Return a storefront with something of every kind."""
    shop = shop_selling(*NAMES)
    shop.all_categories, shop.all_collections = (APPAREL,), (SUMMER,)
    cms = cms_with(*map(document, NAMES))
    cms.page_documents = [page_document("about", by_id("card0"))]
    cms.menu_documents = {"main": menu_document(entry("Line", product=by_id("card0")))}
    cms.group_documents = {APPAREL.id: group_content("Apparel")}
    clock = HandClock()
    return Storefront(
        shop,
        cms,
        store=ListedStore(clock),
        clock=clock,
        lifetimes=RICH,
        translations={DE: "de-DE"},
        pages=("sanity",),
        menus=("sanity",),
        groups=("sanity",),
    )


async def visit(front: Storefront) -> None:
    """Look at everything, in two languages and markets."""
    for context in (shopper("en", "US"), shopper("de", "AT")):
        await front.by_handles(*NAMES, context=context)
    catalog, call = front.catalog, front.call()
    await catalog.markets(call)
    await catalog.page("about", shopper(), BOTH, call)
    await catalog.menu("main", shopper(), BOTH, call)
    await catalog.categories(shopper(), call)
    await catalog.collections(shopper(), call)
    await catalog.newest(0, 24, shopper(), BOTH, call)
    await front.by_handles("ghost")


class ListedStore(MemoryStore):
    """A store that remembers all keys that were ever written."""

    def __init__(self, clock: HandClock) -> None:
        super().__init__(ROOM, clock)
        self.keys: dict[str, None] = {}

    async def write(self, entries: Mapping[str, Entry]) -> None:
        self.keys.update(dict.fromkeys(entries))
        await super().write(entries)


def all_keys(front: Storefront) -> list[str]:
    """Return the keys of all that is kept."""
    assert isinstance(front.store, ListedStore)
    return [*front.store.keys]


async def test_one_question_per_language_and_market() -> None:
    """24 products that were edited cost two calls: one per pair of a language and a market."""
    front = whole_shop()
    await visit(front)
    keys = all_keys(front)
    before = front.upstream_calls()
    await front.mark("texts", "offers")

    await front.catalog.refetch(keys, front.call())

    assert front.upstream_calls() == (before[0] + 2, before[1])
    assert {len(asked.keys) for asked in front.shop.calls[-2:]} == {24}
    await visit(front)
    assert front.upstream_calls() == (before[0] + 2, before[1])


async def test_content_of_every_kind() -> None:
    """After an edit in a content system its hot documents cost one call per kind."""
    front = whole_shop()
    await visit(front)
    keys = all_keys(front)
    front.systems[0].calls.clear()
    before = len(front.shop.calls)
    await front.mark("sanity:*")

    await front.catalog.refetch(keys, front.call())

    kinds = sorted(asked.operation for asked in front.systems[0].calls)
    assert kinds == ["category", "collection", "contents", "menus", "pages"]
    assert len(front.shop.calls) == before
    assert all(asked.call.after_edit for asked in front.systems[0].calls)
    await visit(front)
    assert len(front.systems[0].calls) == 5


async def test_the_rest_of_medusa() -> None:
    """Markets, lists, groups and unknown handles are read again, too."""
    front = whole_shop()
    await visit(front)
    keys = all_keys(front)
    front.shop.calls.clear()
    await front.mark("markets", "listings", "groups", "handles")

    await front.catalog.refetch(keys, front.call())

    assert sorted(front.shop.operations()) == [
        *("by_handle", "categories", "collections", "markets", "newest")
    ]
    front.shop.calls.clear()
    await visit(front)
    assert front.shop.calls == []


async def test_what_was_not_marked_costs_nothing() -> None:
    """Keys that turn out to be fresh are left as they are."""
    front = whole_shop()
    await visit(front)
    before = front.upstream_calls()

    await front.catalog.refetch(all_keys(front), front.call())

    assert front.upstream_calls() == before


async def test_one_source_that_is_down() -> None:
    """What cannot be read again is left to the next shopper; the others are read."""
    front = whole_shop()
    await visit(front)
    keys = all_keys(front)
    await front.mark("texts", "sanity:*")
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))
    before = len(front.systems[0].calls)

    await front.catalog.refetch(keys, front.call())

    assert len(front.systems[0].calls) == before + 5


@pytest.mark.parametrize(
    "key", ["", "text", "offer:1", "newest:a:b", "content:else:prod_tee", "v1:what", "page:sanity"]
)
async def test_keys_that_nobody_knows(key: str) -> None:
    """Keys of another release or another source are left alone."""
    front = whole_shop()

    await front.catalog.refetch([key], front.call())

    assert front.upstream_calls() == (0, 0)


async def test_a_great_many_products() -> None:
    """Very many are asked for in portions: between two of them a webhook is answered."""
    names = [f"p{number}" for number in range(60)]
    front = Storefront(shop_selling(*names), cms_with(), lifetimes=RICH)
    keys = [f"text::{pid(name)}" for name in names]

    await front.catalog.refetch(keys, front.call())

    assert [len(asked.keys) for asked in front.shop.calls] == [25, 25, 10]
    assert (await front.by_ids("p7", wants=NO_ADDONS)).products
