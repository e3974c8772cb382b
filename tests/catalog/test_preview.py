"""A catalog that reads drafts, over a store that keeps nothing."""

import asyncio
from collections.abc import Mapping

from bff.catalog.product_page import Wants
from bff.domain.commerce import Handle
from bff.domain.storefront import AddonStatus
from bff.ports import Entry
from bff.stores.memory import MemoryStore
from bff.stores.nothing import NoStore
from tests.catalog.fakes import (
    BOTH,
    NO_ADDONS,
    ROOM,
    Shop,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    shop_selling,
    shopper,
    titles,
    turns,
)
from tests.catalog.writing import (
    APPAREL,
    SUMMER,
    by_id,
    entry,
    handle_cms,
    handle_document,
    menu_document,
    page_document,
)
from tests.clock import HandClock

DRAFT = "Draft of"


class WatchedStore(MemoryStore):
    """A store that remembers all that was ever written to it."""

    def __init__(self) -> None:
        super().__init__(ROOM, HandClock())
        self.written: dict[str, Entry] = {}

    async def write(self, entries: Mapping[str, Entry]) -> None:
        self.written.update(entries)
        await super().write(entries)


def previewing(shop: Shop | None = None) -> Storefront:
    """Return a storefront for editors, with a draft of everything."""
    cms = cms_with(
        document("tee", addons=["jeans", "ghost"], by=DRAFT), document("jeans", by=DRAFT)
    )
    cms.page_documents = [page_document("about", by_id("tee"), title=f"{DRAFT} about")]
    cms.menu_documents = {"main": menu_document(entry(f"{DRAFT} line", product=by_id("tee")))}
    return Storefront(shop or shop_selling("tee", "jeans"), cms, store=NoStore())


async def test_a_product_page() -> None:
    """An editor sees the whole page as a shopper will, with addons and their statuses."""
    answer = await previewing().by_handles("tee")

    assert titles(answer) == {"tee": "Draft of tee"}
    addons = addons_of(answer.products[Handle("tee")])
    assert [addon.status for addon in addons] == [AddonStatus.AVAILABLE, AddonStatus.DANGLING]
    assert [one.product.title.value for one in addons if one.product] == ["Draft of jeans"]
    assert answer.degraded == ()


async def test_what_a_preview_costs() -> None:
    """Addon documents that came along were not kept: the content system is asked once more."""
    front = previewing()

    await front.by_handles("tee")
    assert front.upstream_calls() == (2, 2)
    assert front.systems[0].calls[1].keys == (pid("jeans"), pid("ghost"))

    await front.by_handles("tee")
    assert front.upstream_calls() == (4, 4)


async def test_what_a_preview_by_id_costs() -> None:
    """By id, and of a system that knows handles, it costs as much."""
    by_id_ = previewing()
    await by_id_.by_ids("tee")
    assert by_id_.upstream_calls() == (2, 2)

    cms = handle_cms(handle_document("tee", addons=["jeans"]), handle_document("jeans"))
    by_handle = Storefront(shop_selling("tee", "jeans"), cms, store=NoStore())
    await by_handle.by_ids("tee")
    assert by_handle.upstream_calls() == (2, 2)


async def test_addons_that_were_priced_early_are_not_priced_again() -> None:
    """Addons that were priced while Medusa worked on the page are not thrown away."""
    front = previewing()
    main = front.shop.traffic.hold(pid("tee"))

    page = asyncio.create_task(front.by_ids("tee"))
    await front.shop.traffic.arrived(2)
    await turns()
    main.set()

    assert len(addons_of((await page).products[pid("tee")])) == 2
    assert front.upstream_calls() == (2, 2)


async def test_an_edit_is_seen_at_once() -> None:
    """The next look shows what the editor has just written."""
    front = previewing()
    await front.by_handles("tee", wants=NO_ADDONS)
    front.systems[0].documents[pid("tee")] = document("tee", by="Edited")

    assert titles(await front.by_handles("tee", wants=NO_ADDONS)) == {"tee": "Edited tee"}


async def test_a_list_of_products() -> None:
    """A list is right, too, although Medusa is asked for the products once more."""
    front = previewing()

    listing, answer = await front.newest(0, 2)

    assert listing.total == 2
    assert titles(answer) == {pid("tee"): "Draft of tee", pid("jeans"): "Draft of jeans"}


async def test_pages_menus_and_groups() -> None:
    """Everything else can be previewed over the same store."""
    shop = shop_selling("tee", "jeans")
    shop.all_categories, shop.all_collections = (APPAREL,), (SUMMER,)
    front = previewing(shop)

    page, _ = await front.catalog.page("about", shopper(), BOTH, front.call())
    menu, _ = await front.catalog.menu("main", shopper(), BOTH, front.call())
    roots, _ = await front.catalog.categories(shopper(), front.call())
    collections, _ = await front.catalog.collections(shopper(), front.call())

    assert page is not None
    assert page.title is not None
    assert page.title.value == "Draft of about"
    assert page.items[0].status is AddonStatus.AVAILABLE
    assert menu is not None
    assert menu.items[0].product is not None
    assert menu.items[0].product.status is AddonStatus.AVAILABLE
    assert (len(roots), len(collections)) == (1, 1)


async def test_drafts_never_reach_what_shoppers_are_answered_from() -> None:
    """Editors and shoppers look at the same things at once; no draft is ever kept or shown."""
    shop = shop_selling("tee", "jeans")
    store = WatchedStore()
    public_cms = cms_with(document("tee", addons=["jeans"]), document("jeans"))
    public_cms.page_documents = [page_document("about", by_id("tee"))]
    public_cms.menu_documents = {"main": menu_document(entry("Tee", product=by_id("tee")))}
    public = Storefront(shop, public_cms, store=store)
    preview = previewing(shop)
    gates = [front.systems[0].traffic.hold() for front in (public, preview)]

    async def look(front: Storefront) -> str:
        answer = await front.by_handles("tee")
        page = await front.catalog.page("about", shopper(), Wants(), front.call())
        menu = await front.catalog.menu("main", shopper(), Wants(), front.call())
        return repr((answer, page, menu))

    looks = [asyncio.create_task(look(front)) for front in (preview, public, preview, public)]
    for front in (public, preview):
        await front.systems[0].traffic.arrived(1)
    for gate in gates:
        gate.set()
    seen = await asyncio.gather(*looks)

    assert [DRAFT in text for text in seen] == [True, False, True, False]
    assert {key.split(":")[0] for key in store.written} >= {"content", "page", "menu"}
    assert DRAFT not in repr(store.written)
    assert DRAFT not in await look(public)
