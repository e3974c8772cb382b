"""The operations of the public contract, word for word, as the demo's shop answers them."""

import json
from typing import Any

import pytest

from tests.web.storefront import OPERATIONS, PREMIUM, TEE, Storefront, operation

VIEW = """
query View($handle: String!, $locale: Locale, $country: CountryCode) {
  product(handle: $handle, locale: $locale, country: $country) {
    title
    description { text locale source isFallback }
    priceRange { min { amount currencyCode } taxIncluded }
    addons { items { product { title priceRange { min { amount } } } } }
    context { locale country currencyCode }
  }
}
"""
OFFERS = """
query Offers($handle: String!, $country: CountryCode!) {
  product(handle: $handle, country: $country) {
    availability
    priceRange { min { amount } max { amount } }
    variants {
      price { amount } compareAtPrice { amount } priceWithTax { amount } priceWithoutTax { amount }
      priceStatus taxIncluded availability quantity
    }
  }
}
"""
ADDONS = """
query Addons($handle: String!) {
  product(handle: $handle, locale: "fr", country: "FR") {
    addons { title items { productId status product { id handle } } }
  }
}
"""


def expected(name: str) -> Any:
    """Return what an operation is to answer."""
    return json.loads((OPERATIONS / f"{name}.expected.json").read_text("utf-8"))


async def test_product_page(storefront: Storefront) -> None:
    """The contract's product page, in Spanish and for Germany, has every value in its place."""
    variables = {"handle": TEE, "locale": "es", "country": "DE"}

    assert await storefront.ask(operation("ProductPage"), variables) == expected("ProductPage")


async def test_product_by_id(storefront: Storefront) -> None:
    """A product is found by Medusa's id as it is by its handle."""
    found = await storefront.ask(f'{{ product(handle: "{TEE}") {{ id }} }}')
    variables = {"id": found["product"]["id"], "locale": "en", "country": "US"}

    assert await storefront.ask(operation("ProductById"), variables) == expected("ProductById")


async def test_product_cards_with_addons(storefront: Storefront) -> None:
    """A list shows 24 products, the newest first, each with its own texts, prices and addons."""
    variables = {"first": 24, "locale": "fr", "country": "FR"}

    edges = (await storefront.ask(operation("ProductCardsWithAddons"), variables))["products"][
        "edges"
    ]

    assert len(edges) == 24
    assert [edge["node"]["title"] for edge in edges[:3]] == [
        "T-shirt en coton biologique",
        "T-shirt en coton premium",
        "Slim Fit Jeans",
    ]
    assert edges[1] == expected("ProductCardsWithAddons")


@pytest.mark.parametrize(
    ("view", "title", "languages", "price"),
    [
        ("en US", "Premium Cotton T-Shirt", ("en", "en"), ("39.99", "USD", False)),
        ("es ES", "Camiseta de algodón premium", ("es", "es"), ("42.90", "EUR", True)),
        ("es-MX JP", "Camiseta de algodón premium", ("es", "es"), ("5900", "JPY", True)),
        ("de DE", "T-Shirt aus Premium-Baumwolle", ("de", "en"), ("42.90", "EUR", True)),
        ("DE-at at", "T-Shirt aus Premium-Baumwolle", ("de", "en"), ("42.90", "EUR", True)),
        ("fr us", "T-shirt en coton premium", ("fr", "fr"), ("39.99", "USD", False)),
        ("it IT", "Premium Cotton T-Shirt", ("en", "en"), ("42.90", "EUR", True)),
    ],
)
async def test_every_language_in_every_market(
    storefront: Storefront,
    view: str,
    title: str,
    languages: tuple[str, str],
    price: tuple[str, str, bool],
) -> None:
    """Language and market are chosen apart; a text that is borrowed says so."""
    locale, country = view.split()
    variables = {"handle": PREMIUM, "locale": locale, "country": country}

    shown = (await storefront.ask(VIEW, variables))["product"]

    applied, text_in = languages
    amount, currency, tax_included = price
    assert shown["title"] == title
    assert shown["description"]["locale"] == text_in
    assert shown["description"]["isFallback"] is (locale != text_in)
    assert shown["priceRange"] == {
        "min": {"amount": amount, "currencyCode": currency},
        "taxIncluded": tax_included,
    }
    assert shown["context"] == {
        "locale": applied,
        "country": country.upper(),
        "currencyCode": currency,
    }


async def test_addons_follow_the_language_and_the_market_of_their_product(
    storefront: Storefront,
) -> None:
    """Addons of a page in Spanish for Japan are in Spanish and cost yen."""
    variables = {"handle": PREMIUM, "locale": "es", "country": "JP"}

    groups = (await storefront.ask(VIEW, variables))["product"]["addons"]

    shown = [
        (item["product"]["title"], item["product"]["priceRange"]["min"]["amount"])
        for group in groups
        for item in group["items"]
    ]
    assert shown == [
        ("Vaqueros ajustados", "11800"),
        ("Zapatillas informales", "13200"),
        ("Gorra de béisbol", "3600"),
    ]


@pytest.mark.parametrize(
    ("handle", "country", "offer"),
    [
        ("summer-sandals", "DE", ("41.00", "62.00", "AVAILABLE", "IN_STOCK", 9)),
        ("summer-sandals", "JP", ("8600", None, "AVAILABLE", "IN_STOCK", 9)),
        ("stoneware-mug", "FR", (None, None, "NO_PRICE_IN_REGION", "IN_STOCK", 24)),
        ("fabric-swatches", "US", ("0.00", None, "AVAILABLE", "NOT_TRACKED", None)),
        ("trail-boots", "US", ("210.00", None, "AVAILABLE", "BACKORDER", 0)),
        ("zip-hoodie", "US", ("68.00", None, "AVAILABLE", "OUT_OF_STOCK", 0)),
    ],
)
async def test_offers(
    storefront: Storefront,
    handle: str,
    country: str,
    offer: tuple[str | None, str | None, str, str, int | None],
) -> None:
    """Sales, missing prices, gifts, made-to-order and sold-out goods each say what they are."""
    data = await storefront.ask(OFFERS, {"handle": handle, "country": country})

    price, before, status, availability, quantity = offer
    first = data["product"]["variants"][0]
    assert first["price"] == (price and {"amount": price})
    assert first["compareAtPrice"] == (before and {"amount": before})
    assert (first["priceStatus"], first["availability"]) == (status, availability)
    assert first["quantity"] == quantity
    assert data["product"]["availability"] == availability
    assert (data["product"]["priceRange"] is None) is (price is None)


async def test_taxes_of_the_country_not_of_the_region(storefront: Storefront) -> None:
    """One region may have several tax rates: 20 % are in an Austrian price, 19 % in a German."""
    net = {
        country: (await storefront.ask(OFFERS, {"handle": PREMIUM, "country": country}))[
            "product"
        ]["variants"][0]
        for country in ("AT", "DE", "US")
    }

    assert net["AT"]["price"] == net["DE"]["price"] == {"amount": "42.90"}
    assert net["AT"]["priceWithoutTax"] == {"amount": "35.75"}
    assert net["DE"]["priceWithoutTax"] == {"amount": "36.05"}
    assert net["US"]["price"] == {"amount": "39.99"}
    assert net["US"]["priceWithTax"] == {"amount": "43.19"}


async def test_addons_of_every_fate(storefront: Storefront) -> None:
    """Addons keep the editor's order, and each says what became of it."""
    data = await storefront.ask(ADDONS, {"handle": "wool-blanket"})

    (group,) = data["product"]["addons"]
    assert group["title"] == "A Slow Sunday"
    assert [
        (item["status"], item["product"] and item["product"]["handle"]) for item in group["items"]
    ] == [
        ("NO_PRICE_IN_REGION", "stoneware-mug"),
        ("AVAILABLE", "pyjama-set"),
        ("AVAILABLE", "beeswax-candle"),
        ("UNPUBLISHED", None),
        ("OUT_OF_STOCK", "zip-hoodie"),
    ]
    sold = [item for item in group["items"] if item["product"]]
    assert all(item["productId"] == item["product"]["id"] for item in sold)


async def test_an_addon_that_nobody_knows(storefront: Storefront) -> None:
    """A reference that leads nowhere is told, and its neighbours are shown."""
    data = await storefront.ask(ADDONS, {"handle": "rain-jacket"})

    (group,) = data["product"]["addons"]
    assert [item["status"] for item in group["items"]] == ["AVAILABLE", "DANGLING", "AVAILABLE"]


async def test_an_addon_named_twice_or_by_itself(storefront: Storefront) -> None:
    """Duplicates and a product's reference to itself are left out."""
    data = await storefront.ask(ADDONS, {"handle": "canvas-tote"})

    (group,) = data["product"]["addons"]
    assert [item["product"] and item["product"]["handle"] for item in group["items"]] == [
        None,
        "enamel-bottle",
    ]
