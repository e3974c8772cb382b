"""A price that cannot be had costs no more than itself, and a wrong one is never shown."""

from decimal import Decimal

import pytest

from bff.catalog.product_page import Answer, Wants
from bff.domain.commerce import Availability, Handle, PriceStatus, ProductId, VariantOffer
from bff.domain.storefront import AddonStatus, Degraded
from bff.errors import UpstreamUnavailable
from bff.ports import Call, Trail
from tests.catalog.fakes import (
    AMOUNTS,
    BOTH,
    NO_ADDONS,
    RICH,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    prices,
    shop_selling,
    shopper,
    titles,
)

DOWN = UpstreamUnavailable("medusa", "products")
REASON = "UPSTREAM_UNAVAILABLE"


def one_page() -> Storefront:
    """Return a storefront with one tee and its addon."""
    shop = shop_selling("tee", "jeans")
    cms = cms_with(document("tee", addons=["jeans"]), document("jeans"))
    return Storefront(shop, cms, lifetimes=RICH)


async def look(
    front: Storefront, country: str = "US", wants: Wants = NO_ADDONS
) -> tuple[Answer[Handle], Trail]:
    """Return the tee's page and its trail."""
    trail = Trail()
    call = Call(front.clock() + 60, trail=trail)
    context = shopper(country=country)
    return await front.catalog.by_handles([Handle("tee")], context, wants, call), trail


def variant_of(answer: Answer[Handle]) -> VariantOffer:
    """Return the offer of the tee's only variant."""
    offer = answer.products[Handle("tee")].commerce.offer
    assert offer is not None
    assert offer.price_range() is None or len(offer.variants) == 1
    (variant,) = offer.variants.values()
    return variant


async def test_an_outage_of_a_few_minutes() -> None:
    """For five minutes after its freshness a price is shown as degraded, with its age."""
    front = one_page()
    await look(front)
    front.shop.traffic.fail(DOWN)
    front.clock.advance(359)

    answer, trail = await look(front)

    assert [money.amount for money in prices(answer).values()] == [AMOUNTS["USD"]]
    assert [*trail.degraded] == [Degraded("medusa", REASON, "copy", 359.0)]


@pytest.mark.parametrize("age", [360, 4000, 80_000])
async def test_a_longer_outage(age: float) -> None:
    """Past the bound the product is still shown, its price is withheld, and nobody knows stock."""
    front = one_page()
    await look(front)
    front.shop.traffic.fail(DOWN)
    front.clock.advance(age)

    answer, trail = await look(front)

    assert titles(answer) == {"tee": "Sanity tee"}
    variant = variant_of(answer)
    assert variant.price is None
    assert variant.price_status() is PriceStatus.STALE
    assert variant.quantity is None
    assert variant.availability(low_stock=5) is Availability.UNKNOWN
    assert Degraded("medusa", REASON, "nothing") in trail.degraded
    copies = [one.age_seconds for one in trail.degraded if one.served == "copy"]
    assert copies == [pytest.approx(age)]
    assert not answer.failures


async def test_an_edited_price() -> None:
    """A price that was edited is withheld at once when the new one cannot be had."""
    front = one_page()
    await look(front)
    await front.mark("offer:prod_tee")
    front.shop.traffic.fail(DOWN)

    answer, trail = await look(front)

    assert variant_of(answer).price_status() is PriceStatus.STALE
    assert titles(answer) == {"tee": "Sanity tee"}
    assert [*trail.degraded] == [Degraded("medusa", REASON, "nothing")]


async def test_an_edited_price_comes_back() -> None:
    """The new price is shown as soon as Medusa tells it."""
    front = one_page()
    await look(front)
    await front.mark("offer:prod_tee")
    front.shop.traffic.fail(DOWN)
    await look(front)
    front.shop.traffic.heal()

    answer, trail = await look(front)

    assert variant_of(answer).price_status() is PriceStatus.AVAILABLE
    assert not trail.degraded


async def test_a_market_nobody_has_visited() -> None:
    """In a market whose prices were never read there is no old one: they are unavailable."""
    front = one_page()
    await look(front, "US")
    front.shop.traffic.fail(DOWN)

    answer, trail = await look(front, "JP")

    assert titles(answer) == {"tee": "Sanity tee"}
    assert variant_of(answer).price_status() is PriceStatus.UNAVAILABLE
    assert [*trail.degraded] == [Degraded("medusa", REASON, "nothing")]


async def test_a_product_nobody_has_visited() -> None:
    """Without any copy of its text there is no product to show: the outage is an error."""
    front = one_page()
    front.shop.traffic.fail(DOWN)

    with pytest.raises(UpstreamUnavailable):
        await look(front)


async def test_a_card_nobody_has_visited() -> None:
    """Of two cards the one that is known is shown; the other is an error of its own."""
    front = one_page()
    await look(front)
    front.shop.traffic.fail(DOWN)

    answer = await front.by_ids("tee", "jeans", wants=NO_ADDONS)

    assert titles(answer) == {pid("tee"): "Sanity tee"}
    assert answer.failures == {pid("jeans"): DOWN}


async def test_a_deleted_product() -> None:
    """A product that was deleted is gone, even while Medusa cannot confirm it."""
    front = one_page()
    await look(front)
    await front.mark("product:prod_tee", "handles", "listings", is_gone=True)
    front.shop.traffic.fail(DOWN)

    with pytest.raises(UpstreamUnavailable):  # somebody else may have its handle now
        await look(front)
    by_id = await front.by_ids("tee", wants=NO_ADDONS)
    assert (by_id.products, by_id.failures) == ({}, {})


async def test_a_deleted_variant() -> None:
    """A variant that was deleted does not take the product along, but its prices are unsure."""
    front = one_page()
    await look(front)
    await front.mark("variant:variant_prod_tee", is_gone=True)
    front.shop.traffic.fail(DOWN)

    answer, _ = await look(front)

    assert titles(answer) == {"tee": "Sanity tee"}
    assert variant_of(answer).price_status() is PriceStatus.STALE


async def test_one_call_asks_for_both() -> None:
    """Text and price that expire together are asked for by one call, and fail by one."""
    front = one_page()
    await look(front)
    front.clock.advance(100)
    front.shop.calls.clear()
    front.shop.traffic.fail(DOWN)

    await look(front)

    assert front.shop.operations() == ["products"]


async def test_an_addon_whose_price_is_withheld() -> None:
    """An addon whose price may not be shown is unavailable, like one that Medusa kept quiet on."""
    front = one_page()
    await look(front, wants=BOTH)
    front.shop.traffic.fail(DOWN)
    front.clock.advance(400)

    answer, _ = await look(front, wants=BOTH)

    (addon,) = addons_of(answer.products[Handle("tee")])
    assert (addon.status, addon.product_id, addon.product) == (
        AddonStatus.UNAVAILABLE,
        pid("jeans"),
        None,
    )


async def test_one_addon_of_two() -> None:
    """An addon that cannot be had leaves the others as they are."""
    shop = shop_selling("tee", "jeans", "cap")
    cms = cms_with(document("tee", addons=["jeans", "cap"]), document("jeans"), document("cap"))
    front = Storefront(shop, cms, lifetimes=RICH)
    await front.by_ids("jeans", wants=NO_ADDONS)
    shop.traffic.fail(DOWN, pid("cap"))

    answer, _ = await look(front, wants=BOTH)

    jeans, cap = addons_of(answer.products[Handle("tee")])
    assert (jeans.status, cap.status) == (AddonStatus.AVAILABLE, AddonStatus.UNAVAILABLE)
    assert answer.degraded == (Degraded("medusa", REASON, "nothing"),)


async def test_the_list_of_all_products_in_an_outage() -> None:
    """The list is shown from an old copy, with old texts and without prices in the end."""
    front = one_page()
    await front.newest(0, 2)
    front.shop.traffic.fail(DOWN)
    front.clock.advance(300)
    listing, answer = await front.newest(0, 2)

    assert [*listing.ids] == [pid("tee"), pid("jeans")]
    assert len(prices(answer)) == 2

    front.clock.advance(80_000)
    later, without_prices = await front.newest(0, 2)
    assert later == listing
    assert len(without_prices.products) == 2
    for product in without_prices.products.values():
        assert product.commerce.offer is not None
        (variant,) = product.commerce.offer.variants.values()
        assert (variant.price, variant.price_status()) == (None, PriceStatus.STALE)


async def test_markets_in_an_outage() -> None:
    """Markets are known through an outage of a day: without them no page could be shown."""
    front = one_page()
    markets = await front.catalog.markets(front.call())
    front.shop.traffic.fail(DOWN)
    front.clock.advance(80_000)
    assert await front.catalog.markets(front.call()) == markets

    await front.mark("region:reg_jp", "markets", is_gone=True)
    left = await front.catalog.markets(front.call())
    assert [market.region_id for market in left] == ["reg_eu", "reg_us"]


async def test_a_price_in_another_market_is_not_that_of_this_one() -> None:
    """Whatever is withheld, no price of another market takes its place."""
    front = one_page()
    await look(front, "US")
    await look(front, "JP")
    front.clock.advance(400)
    front.shop.traffic.heal()
    await look(front, "JP")
    front.shop.traffic.fail(DOWN)

    american, _ = await look(front, "US")
    japanese, _ = await look(front, "JP")

    assert variant_of(american).price_status() is PriceStatus.STALE
    price = variant_of(japanese).price
    assert price is not None
    assert price.amount.amount == Decimal(4200)
    assert ProductId("prod_tee") == american.products[Handle("tee")].text.id
