"""A price is shown to nobody but those it was made for."""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bff.catalog.product_page import Answer
from bff.domain.commerce import CountryCode, ProductId
from bff.domain.storefront import StorefrontProduct
from bff.errors import UnknownMarket, UpstreamUnavailable
from tests.catalog.fakes import (
    AMOUNTS,
    DE,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    price_of,
    shop_selling,
    shopper,
    turns,
)

NAMES = ("tee", "hat", "jeans")
VISITS = 12
AGES = 1_000_000.0


@dataclass(frozen=True)
class Visit:
    """One request, and what happens around it."""

    names: tuple[str, ...]
    language: str
    country: str
    by_handle: bool
    seconds_before: float
    medusa_answers_before: bool
    waits: bool


visits = st.lists(
    st.builds(
        Visit,
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple),
        language=st.sampled_from(["en", "de"]),
        country=st.sampled_from(["AT", "DE", "JP", "US"]),
        by_handle=st.booleans(),
        seconds_before=st.sampled_from([0.0, 0.0, 5.0, 61.0, 3601.0]),
        medusa_answers_before=st.booleans(),
        waits=st.booleans(),
    ),
    min_size=1,
    max_size=VISITS,
)


def with_addons(product: StorefrontProduct) -> list[StorefrontProduct]:
    """Return a product and those of its addons that are sold."""
    return [product, *(addon.product for addon in addons_of(product) if addon.product)]


def assert_made_for(visit: Visit, answer: Answer[ProductId]) -> None:
    """Check every price and text of an answer against the request."""
    context = shopper(visit.language, visit.country)
    assert set(answer.products) == {pid(name) for name in visit.names}
    for shown in answer.products.values():
        assert len(addons_of(shown)) == (2 if shown.text.id == pid("tee") else 0)
        for product in with_addons(shown):
            assert product.context == context
            assert product.commerce.offer is not None
            assert product.commerce.offer.pricing == context.pricing
            assert price_of(product).currency == context.pricing.currency
            assert price_of(product).amount == AMOUNTS[context.pricing.currency]
            translated = product.text.title.endswith(" in de-DE")
            assert translated == (visit.language == "de")


@given(visits=visits)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_no_market_ever_sees_anothers_price(visits: list[Visit]) -> None:
    """However visits from several markets mix, each sees its own prices in its own language."""
    shop = shop_selling(*NAMES)
    cms = cms_with(document("tee", addons=["hat", "jeans"]), document("hat"))
    front = Storefront(shop, cms, translations={DE: "de-DE"}, content_budget=AGES)
    medusa = shop.traffic.hold()

    async def visit_page(visit: Visit) -> Answer[ProductId]:
        context = shopper(visit.language, visit.country)
        if not visit.by_handle:
            return await front.by_ids(*visit.names, context=context, seconds=AGES)
        answer = await front.by_handles(*visit.names, context=context, seconds=AGES)
        products = {product.text.id: product for product in answer.products.values()}
        return Answer(products, answer.degraded)

    pages = []
    for visit in visits:
        if visit.medusa_answers_before:
            medusa.set()
            await turns()
            medusa.clear()
        front.clock.advance(visit.seconds_before)
        pages.append(asyncio.create_task(visit_page(visit)))
        if visit.waits:
            await turns()
    medusa.set()

    for visit, page in zip(visits, pages, strict=True):
        assert_made_for(visit, await page)
    await front.cache.close()


async def test_two_markets_at_the_same_moment() -> None:
    """Two shoppers of two markets who open the same page share its text and no price."""
    front = Storefront(shop_selling("tee"), cms_with(document("tee")))
    medusa = front.shop.traffic.hold()
    here = asyncio.create_task(front.by_ids("tee", context=shopper(country="US")))
    there = asyncio.create_task(front.by_ids("tee", context=shopper(country="JP")))
    await front.shop.traffic.arrived(2)
    medusa.set()

    assert price_of((await here).products[pid("tee")]).currency == "USD"
    assert price_of((await there).products[pid("tee")]).currency == "JPY"
    wishes = [asked.wish for asked in front.shop.calls]
    assert [wish.text for wish in wishes if wish] == [True, False]
    assert front.upstream_calls() == (2, 1)


async def test_pricing_of_a_country() -> None:
    """A country is priced by the region that serves it."""
    front = Storefront(shop_selling(), cms_with())

    pricing = await front.catalog.pricing(CountryCode("AT"), front.call())

    assert (pricing.region_id, pricing.country, pricing.currency) == ("reg_eu", "AT", "EUR")


async def test_a_country_that_nobody_serves() -> None:
    """There is no silent default market."""
    front = Storefront(shop_selling(), cms_with())

    with pytest.raises(UnknownMarket, match="country: no market serves CH"):
        await front.catalog.pricing(CountryCode("CH"), front.call())


async def test_markets_when_medusa_is_down() -> None:
    """An outage of Medusa is an outage, and not an unknown market; it is not kept."""
    front = Storefront(shop_selling(), cms_with())
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "markets"))

    with pytest.raises(UpstreamUnavailable):
        await front.catalog.pricing(CountryCode("US"), front.call())

    front.shop.traffic.heal()
    assert (await front.catalog.pricing(CountryCode("US"), front.call())).currency == "USD"
