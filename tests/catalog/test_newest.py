"""The newest products, page by page."""

import asyncio

from bff.catalog.product_page import Wants
from bff.domain.commerce import Handle
from tests.catalog.fakes import (
    LIFETIMES,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    prices,
    shop_selling,
    shopper,
    titles,
    turns,
)


def a_shop() -> Storefront:
    """Return a shop with five products, the newest first."""
    shop = shop_selling("e", "d", "c", "b", "a")
    return Storefront(shop, cms_with(document("e", addons=["a"]), document("d"), document("a")))


async def test_a_page_of_the_newest() -> None:
    """A page shows its products merged, in Medusa's order, and how many there are in all."""
    front = a_shop()

    listing, answer = await front.newest(0, 2)

    assert (listing.ids, listing.total) == ((pid("e"), pid("d")), 5)
    assert titles(answer) == {pid("e"): "Sanity e", pid("d"): "Sanity d"}
    assert addons_of(answer.products[pid("e")])[0].product is not None
    assert front.upstream_calls() == (2, 1)


async def test_a_listing_is_remembered() -> None:
    """The same page again costs nothing, and neither do its products by handle."""
    front = a_shop()
    first = await front.newest(0, 2)
    before = front.upstream_calls()

    assert await front.newest(0, 2) == first
    await front.by_handles("e", "d")
    assert front.upstream_calls() == before


async def test_the_next_page() -> None:
    """Another offset is another page."""
    front = a_shop()
    await front.newest(0, 2)

    listing, answer = await front.newest(4, 2)

    assert (listing.ids, listing.total) == ((pid("a"),), 5)
    assert titles(answer) == {pid("a"): "Sanity a"}
    assert front.shop.operations() == ["newest", "products", "newest"]


async def test_a_page_beyond_the_end() -> None:
    """After the last product there is an empty page that still knows the total."""
    front = a_shop()

    listing, answer = await front.newest(10, 2)

    assert (listing.ids, listing.total, answer.products) == ((), 5, {})


async def test_a_remembered_page_in_another_market() -> None:
    """Another market has the same list at its own prices: only offers are asked for."""
    front = a_shop()
    await front.newest(0, 2)
    before = front.upstream_calls()

    _, answer = await front.newest(0, 2, shopper(country="DE"))

    assert {money.currency for money in prices(answer).values()} == {"EUR"}
    assert front.upstream_calls() == (before[0] + 2, before[1])
    for asked in front.shop.calls[before[0] :]:
        assert asked.wish is not None
        assert (asked.operation, asked.wish.text) == ("products", False)


async def test_two_markets_that_wait_for_one_list() -> None:
    """The list is fetched once for two markets; each gets its own prices."""
    front = a_shop()
    medusa = front.shop.traffic.hold()
    here = asyncio.create_task(front.newest(1, 1, shopper(country="US")))
    there = asyncio.create_task(front.newest(1, 1, shopper(country="JP")))
    await turns()
    medusa.set()

    assert prices((await here)[1])[pid("d")].currency == "USD"
    assert prices((await there)[1])[pid("d")].currency == "JPY"
    assert front.shop.operations() == ["newest", "products"]


async def test_content_of_a_remembered_list_is_asked_for_at_once() -> None:
    """When it is known what is on the page, both upstreams leave at the same moment."""
    front = a_shop()
    await front.catalog.newest(0, 2, shopper(), Wants(content=False, addons=False), front.call())
    medusa, sanity = front.shop.traffic.hold(), front.systems[0].traffic.hold()

    page = asyncio.create_task(front.newest(0, 2, shopper(country="DE")))
    await front.shop.traffic.arrived(2)
    await front.systems[0].traffic.arrived(1)

    medusa.set()
    sanity.set()
    assert titles((await page)[1])[pid("e")] == "Sanity e"


async def test_a_new_product_appears_when_the_list_expires() -> None:
    """A list is as old as prices may be."""
    front = a_shop()
    await front.newest(0, 1)
    front.shop.handles = {Handle("f"): pid("f"), **front.shop.handles}

    kept, _ = await front.newest(0, 1)
    front.clock.advance(LIFETIMES.commerce.fresh)
    fresh, answer = await front.newest(0, 1)

    assert kept.ids == (pid("e"),)
    assert fresh.ids == (pid("f"),)
    assert titles(answer) == {pid("f"): f"Medusa {pid('f')}"}


async def test_a_listed_product_that_is_gone_meanwhile() -> None:
    """A product that is deleted while its list is remembered is left out of the answer."""
    front = a_shop()
    await front.newest(0, 2)
    del front.shop.handles[Handle("d")]

    listing, answer = await front.newest(0, 2, shopper(country="JP"))

    assert listing.ids == (pid("e"), pid("d"))
    assert list(answer.products) == [pid("e")]
