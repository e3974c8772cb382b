"""The whole catalogue of a real shop, read through the adapter and compared with Medusa's answer.

Set `BFF_LIVE_MEDUSA_URL` and `BFF_LIVE_MEDUSA_KEY` (a publishable key of one sales channel); the
shop needs markets for the United States, Germany and Japan.
"""

import os
import time
from collections.abc import AsyncIterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias

import httpx
import pytest

from bff.domain.commerce import (
    CommerceProduct,
    CountryCode,
    Handle,
    ProductId,
    VariantId,
    VariantOffer,
    pricing_for,
)
from bff.ports import Call, Wish
from bff.sources.medusa import MedusaSettings, MedusaStore, headers, reason_of
from bff.upstream import Upstream, open_client

URL = os.environ.get("BFF_LIVE_MEDUSA_URL", "")
KEY = os.environ.get("BFF_LIVE_MEDUSA_KEY", "")
PAGE = 7  # small, so that an order with ties would lose products between pages

pytestmark = pytest.mark.skipif(
    not (URL and KEY), reason="no shop: set BFF_LIVE_MEDUSA_URL and BFF_LIVE_MEDUSA_KEY"
)

Json: TypeAlias = dict[str, Any]


@pytest.fixture
async def store() -> AsyncIterator[MedusaStore]:
    settings = MedusaSettings.model_validate({"url": URL, "publishable_key": KEY})
    async with open_client(str(settings.url), headers(settings)) as client:
        upstream = Upstream("medusa", client, time.monotonic, reason_of)
        yield MedusaStore(upstream, clock=time.monotonic)


@pytest.fixture
async def shop() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=URL, headers={"x-publishable-api-key": KEY}, timeout=60
    ) as client:
        yield client


def call() -> Call:
    return Call(time.monotonic() + 60)


async def told(shop: httpx.AsyncClient, path: str, **params: str) -> Json:
    response = await shop.get(path, params=params)
    response.raise_for_status()
    answer: Json = response.json(parse_float=Decimal)
    return answer


async def all_pages(store: MedusaStore, wish: Wish) -> dict[ProductId, CommerceProduct]:
    found: dict[ProductId, CommerceProduct] = {}
    while True:
        listing, products = await store.newest(len(found), PAGE, wish, call())
        found.update(products)
        if not products or len(found) >= listing.total:
            return found


def expected_offer(variant: Json, digits: int) -> tuple[object, ...]:
    """Price, price with tax, price before a sale and quantity, straight from Medusa's answer."""

    def rounded(amount: Decimal | int | str | None) -> Decimal | None:
        if amount is None:
            return None
        return Decimal(amount).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)

    quantity = variant.get("inventory_quantity") if variant["manage_inventory"] else None
    price = variant["calculated_price"]
    if price is None:
        return None, None, None, quantity
    now = rounded(price["raw_calculated_amount"]["value"])
    before = rounded(price["raw_original_amount"]["value"])
    on_sale = price["calculated_price"]["price_list_type"] == "sale" and before != now
    return now, rounded(price["calculated_amount_with_tax"]), before if on_sale else None, quantity


def shown_offer(offer: VariantOffer) -> tuple[object, ...]:
    price = offer.price
    if price is None:
        return None, None, None, offer.quantity
    return (
        price.amount.amount,
        price.with_tax and price.with_tax.amount,
        price.compare_at and price.compare_at.amount,
        offer.quantity,
    )


@pytest.mark.parametrize("country", ["US", "DE", "JP"])
async def test_the_whole_catalogue(
    store: MedusaStore,
    shop: httpx.AsyncClient,
    country: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Every price, stock and title that Medusa knows in a market is what the adapter says."""
    pricing = pricing_for(CountryCode(country), await store.markets(call()))
    assert pricing is not None
    currency = await told(shop, f"/store/currencies/{pricing.currency.lower()}")
    digits = currency["currency"]["decimal_digits"]
    answer = await told(
        shop,
        "/store/products",
        fields="*variants.calculated_price,+variants.inventory_quantity",
        region_id=pricing.region_id,
        country_code=country.lower(),
        limit="10000",
    )
    raw = {ProductId(product["id"]): product for product in answer["products"]}
    wish = Wish(pricing)

    found = await all_pages(store, wish)

    assert set(found) == set(raw)
    assert await store.products(list(raw), wish, call()) == found
    by_handle = await store.products_by_handle(
        [Handle(product["handle"]) for product in raw.values()], wish, call()
    )
    assert list(by_handle.values()) == [found[product] for product in raw]
    offers_alone = await store.products(list(raw), Wish(pricing, text=False), call())
    assert {i: p.offer for i, p in offers_alone.items()} == {i: p.offer for i, p in found.items()}
    variants = priced = on_sale = 0
    for product_id, product in raw.items():
        text, offer = found[product_id].text, found[product_id].offer
        assert text is not None
        assert offer is not None
        assert (text.handle, text.title) == (product["handle"], product["title"])
        assert {v.id: (v.title, v.sku) for v in text.variants} == {
            v["id"]: (v["title"], v["sku"]) for v in product["variants"]
        }
        for variant in product["variants"]:
            shown = offer.variants[VariantId(variant["id"])]
            assert shown_offer(shown) == expected_offer(variant, digits), product["handle"]
            variants += 1
            priced += shown.price is not None
            on_sale += shown.price is not None and shown.price.compare_at is not None
    with capsys.disabled():
        print(
            f"\n{country}: {len(found)} products, {variants} variants, {priced} with a price in "
            f"{pricing.currency}, {on_sale} on sale: all as Medusa says"
        )


@pytest.mark.parametrize("language", [None, "de-DE"])
async def test_every_group_as_medusa_lists_it(
    store: MedusaStore, shop: httpx.AsyncClient, language: str | None
) -> None:
    """All categories and collections are there with Medusa's words; the hidden ones are not."""
    locale = {"locale": language} if language else {}
    raw = await told(shop, "/store/product-categories", limit="1000", **locale)
    raw_collections = await told(shop, "/store/collections", limit="1000", **locale)

    categories = await store.categories(language, call())
    collections = await store.collections(language, call())

    assert {
        one.id: (one.handle, one.name, one.description, one.parent_id) for one in categories
    } == {
        one["id"]: (
            one["handle"],
            one["name"],
            one["description"] or None,
            one["parent_category_id"],
        )
        for one in raw["product_categories"]
    }
    assert {(one.id, one.handle, one.title) for one in collections} == {
        (one["id"], one["handle"], one["title"]) for one in raw_collections["collections"]
    }
    market = pricing_for(CountryCode("US"), await store.markets(call()))
    products = await all_pages(store, Wish(market, language=language))
    texts = [product.text for product in products.values() if product.text]
    shown = {category for text in texts for category in text.categories}
    assert shown
    assert shown <= set(categories)
    assert {text.collection for text in texts} <= {None, *collections}
