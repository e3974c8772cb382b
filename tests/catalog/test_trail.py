"""What is written down of all that was given out for an answer."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from bff.domain.commerce import Handle
from bff.domain.freshness import Verdict
from bff.errors import UpstreamUnavailable
from bff.ports import Call, Level, Trail
from tests.catalog.fakes import (
    BOTH,
    NO_ADDONS,
    RICH,
    Storefront,
    cms_with,
    document,
    pid,
    shop_selling,
    shopper,
    turns,
)
from tests.catalog.writing import (
    APPAREL,
    SUMMER,
    by_id,
    entry,
    menu_document,
    page_document,
)

OF_MEDUSA = {"texts", "offers", "region:reg_us"}
TEE = {"product:prod_tee", "offer:prod_tee", "variant:variant_prod_tee"}
JEANS = {"product:prod_jeans", "offer:prod_jeans", "variant:variant_prod_jeans"}


def shop_page() -> Storefront:
    """Return a storefront with one tee that has an addon, a page and a menu."""
    shop = shop_selling("tee", "jeans")
    shop.all_categories, shop.all_collections = (APPAREL,), (SUMMER,)
    shop.grouped = {pid("tee"): (SUMMER, (APPAREL,))}
    cms = cms_with(document("tee", addons=["jeans"]), document("jeans"))
    cms.page_documents = [page_document("about", by_id("jeans"))]
    cms.menu_documents = {"main": menu_document(entry("Jeans", product=by_id("jeans")))}
    return Storefront(shop, cms, lifetimes=RICH)


async def trail_of(front: Storefront, ask: Callable[[Call], Coroutine[Any, Any, object]]) -> Trail:
    """Return the trail of one answer."""
    trail = Trail()
    await ask(Call(front.clock() + 60, trail=trail))
    return trail


def by_handle(front: Storefront, *names: str) -> Callable[[Call], Coroutine[Any, Any, object]]:
    """Return what asks for products and their addons."""
    handles = [*map(Handle, names)]
    return lambda call: front.catalog.by_handles(handles, shopper(), BOTH, call)


async def test_everything_that_a_page_shows_is_a_tag() -> None:
    """The tags of a page are those of its product, its addons, their groups and documents."""
    front = shop_page()

    cold = await trail_of(front, by_handle(front, "tee"))
    warm = await trail_of(front, by_handle(front, "tee"))

    shown = {
        *(OF_MEDUSA | TEE | JEANS),
        *("sanity:*", "sanity:doc_tee", "sanity:doc_jeans"),
        *("collection:pcol_summer", "category:pcat_apparel"),
    }
    assert cold.tags == warm.tags == shown
    assert cold.fetched > 0 == warm.fetched
    assert {*warm.verdicts} == {(Level.MEMORY, Verdict.FRESH)}


@pytest.mark.parametrize("is_known", [False, True], ids=["cold", "warm"])
async def test_what_is_not_there_is_a_tag(*, is_known: bool) -> None:
    """A page that does not exist goes when a product is created or renamed."""
    front = shop_page()
    if is_known:
        await front.by_handles("ghost")

    trail = await trail_of(front, by_handle(front, "ghost"))

    assert trail.tags == {"handles"}
    assert trail.fresh_until == front.clock() + RICH.absent.fresh


async def test_a_product_that_is_not_sold_is_a_tag() -> None:
    """An id that nothing is sold under goes when that product is published."""
    front = shop_page()

    trail = await trail_of(
        front, lambda call: front.catalog.by_ids([pid("ghost")], shopper(), NO_ADDONS, call)
    )

    assert trail.tags >= {"product:prod_ghost", "offer:prod_ghost"}


async def test_products_without_a_document() -> None:
    """A product that nobody wrote about shows it when somebody does."""
    front = Storefront(shop_selling("tee"), cms_with(), lifetimes=RICH)

    trail = await trail_of(front, by_handle(front, "tee"))

    assert trail.tags == OF_MEDUSA | TEE | {"sanity:*", "sanity:?"}


async def test_pages_menus_lists_and_markets() -> None:
    """Everything else that is read has tags of its own."""
    front = shop_page()
    catalog = front.catalog

    page = await trail_of(front, lambda call: catalog.page("about", shopper(), BOTH, call))
    menu = await trail_of(front, lambda call: catalog.menu("main", shopper(), BOTH, call))
    nothing = await trail_of(front, lambda call: catalog.page("nope", shopper(), BOTH, call))
    markets = await trail_of(front, catalog.markets)
    categories = await trail_of(front, lambda call: catalog.categories(shopper(), call))
    collections = await trail_of(front, lambda call: catalog.collections(shopper(), call))
    newest = await trail_of(front, lambda call: catalog.newest(0, 1, shopper(), BOTH, call))

    assert page.tags >= {"sanity:*", "sanity:?", "sanity:page_about", *JEANS}
    assert menu.tags >= {"sanity:*", "sanity:?", "sanity:menu_main", *JEANS}
    assert nothing.tags == {"sanity:*", "sanity:?"}
    assert markets.tags == {"markets", "region:reg_eu", "region:reg_jp", "region:reg_us"}
    assert categories.tags == {"groups", "category:pcat_apparel"}
    assert collections.tags == {"groups", "collection:pcol_summer"}
    assert newest.tags >= {"listings", *TEE, *JEANS}


async def test_the_least_fresh_part_counts() -> None:
    """An answer ends with the part of it that ends first."""
    front = shop_page()
    began = front.clock()
    await front.by_ids("jeans", wants=NO_ADDONS)
    front.clock.advance(20)

    trail = await trail_of(front, by_handle(front, "tee"))

    assert trail.fresh_until == began + RICH.commerce.fresh
    assert trail.refresh_until == began + RICH.commerce.fresh + RICH.commerce.while_refresh
    assert trail.error_until == began + RICH.commerce.fresh + RICH.commerce.if_error


async def test_the_stamp_is_that_of_the_oldest_part() -> None:
    """An answer is condemned by every mark that came after its oldest part was fetched."""
    front = shop_page()
    await front.by_ids("jeans", wants=NO_ADDONS)
    before = front.store.marks.position
    await front.mark("product:prod_other")

    trail = await trail_of(front, by_handle(front, "tee"))

    assert min(stamp for stamp, _ in trail.parts) == before
    assert front.store.marks.newest(trail.tags, before) is None
    await front.mark("offer:prod_jeans")
    assert front.store.marks.newest(trail.tags, before) is not None


async def test_what_is_refreshed_behind_the_answer() -> None:
    """The verdicts tell that an answer was made of what is old."""
    front = shop_page()
    await front.by_handles("tee")
    front.clock.advance(60)

    trail = await trail_of(front, by_handle(front, "tee"))
    await turns()

    assert trail.verdicts[Level.MEMORY, Verdict.STALE] == 4  # two texts, two offers
    assert trail.verdicts[Level.MEMORY, Verdict.FRESH] > 0
    assert not trail.degraded


async def test_old_copies_are_told_once_and_with_the_oldest_age() -> None:
    """Ten old texts of one source are one entry."""
    front = shop_page()
    await front.by_ids("jeans", wants=NO_ADDONS)
    front.clock.advance(10)
    await front.by_ids("tee", wants=NO_ADDONS)
    front.clock.advance(100)
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))

    trail = await trail_of(front, by_handle(front, "tee"))

    (told,) = trail.degraded
    assert (told.source, told.served, told.age_seconds) == ("medusa", "copy", 110.0)
