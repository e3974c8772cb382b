"""What a product's own fields can be asked for."""

import pytest

from bff.domain.commerce import VariantId, VariantOffer, VariantText
from bff.web.offer_types import VariantType
from tests.web.storefront import PREMIUM, TEE, WITHOUT_CONTENT, Storefront, codes

TEXT = """
query Text($handle: String!, $length: Int!) {
  product(handle: $handle, locale: "en") {
    description { html text short: excerpt(length: $length) usual: excerpt blocks }
  }
}
"""


async def test_rich_text_in_all_its_forms(storefront: Storefront) -> None:
    """HTML, plain text, an excerpt and neutral blocks tell the same."""
    data = await storefront.ask(TEXT, {"handle": PREMIUM, "length": 40})

    description = data["product"]["description"]
    assert description["html"].startswith("<p>Combed cotton, knitted <em>dense and dry</em>, so")
    assert 'href="https://example.com/fit?garment=t-shirt&amp;unit=cm"' in description["html"]
    assert "<" not in description["text"]
    assert description["text"].startswith("Combed cotton, knitted dense and dry, so that")
    assert description["short"] == "Combed cotton, knitted dense and dry,…"
    assert len(description["usual"]) <= 160
    assert [block["type"] for block in description["blocks"]][:2] == ["paragraph", "heading"]


async def test_an_excerpt_of_a_silly_length(storefront: Storefront) -> None:
    """No length breaks the answer, be it negative, nothing or far beyond the text."""
    for length in (-1, 0, 1, 2_147_483_647):
        data = await storefront.ask(TEXT, {"handle": TEE, "length": length})
        assert len(data["product"]["description"]["short"]) <= max(length, 0)


async def test_attributes_by_key(storefront: Storefront) -> None:
    """Fields that an editor added are all there, or those that are picked, in any JSON type."""
    data = await storefront.ask(
        """{ product(handle: "organic-cotton-tshirt", locale: "de") {
          all: attributes { key value }
          some: attributes(keys: ["fabricWeight", "unheard"]) { key value }
          none: attributes(keys: []) { key }
        } }"""
    )

    product = data["product"]
    assert product["all"] == [
        {
            "key": "careInstructions",
            "value": "Bei 30 °C mit ähnlichen Farben waschen. An der Luft trocknen.",
        },
        {"key": "certifications", "value": ["GOTS", "OEKO-TEX"]},
        {"key": "fabricWeight", "value": 160},
    ]
    assert product["some"] == [{"key": "fabricWeight", "value": 160}]
    assert product["none"] == []


async def test_a_product_that_only_medusa_has_is_whole(storefront: Storefront) -> None:
    """Without any content the page has Medusa's text, and the editors' fields are empty."""
    data = await storefront.ask(
        """query Bare($handle: String!) { product(handle: $handle, locale: "en") {
          title subtitle description { text source locale isFallback }
          attributes { key } addons { title } provenance { field source }
        } }""",
        {"handle": WITHOUT_CONTENT},
    )

    product = data["product"]
    assert product["title"] == "Travel Towel"
    assert product["subtitle"] is None
    assert product["description"]["source"] == "medusa"
    assert product["description"]["isFallback"] is False
    assert (product["attributes"], product["addons"]) == ([], [])
    assert {"field": "subtitle", "source": None} in product["provenance"]


async def test_pictures_of_the_editors_come_first(storefront: Storefront) -> None:
    """Where editors chose pictures these are shown, with what they show and how large they are."""
    data = await storefront.ask(
        '{ product(handle: "rain-jacket") { images { url alt width height } thumbnail { url } } }'
    )

    images = data["product"]["images"]
    assert [(image["alt"], image["width"], image["height"]) for image in images] == [
        ("A yellow jacket in heavy rain", 1600, 2000),
        ("The hood, turned to the left", 1600, 1200),
    ]
    assert all(image["url"].startswith("https://cdn.sanity.io/images/") for image in images)
    assert data["product"]["thumbnail"] == {"url": "https://images.example.com/rain-jacket-1.jpg"}


async def test_a_retired_category_is_not_shown(storefront: Storefront) -> None:
    """A category that the shop has switched off does not appear below its products."""
    data = await storefront.ask('{ product(handle: "summer-sandals") { categories { handle } } }')

    assert data["product"]["categories"] == [{"handle": "shoes"}]


async def test_a_price_is_text(storefront: Storefront) -> None:
    """Amounts are decimal strings, so that no client rounds them."""
    answer = await storefront.send(
        '{ product(handle: "summer-sandals") { priceRange { min { amount } } } }'
    )

    assert '"amount":"39.00"' in answer.text


async def test_an_excerpt_needs_a_number(storefront: Storefront) -> None:
    """A length that is no number is refused before anything is read."""
    answer = await storefront.send(
        '{ product(handle: "x") { description { excerpt(length: "10") } } }'
    )

    assert answer.status_code == 400
    assert codes(answer) == [("BAD_USER_INPUT", False)]


@pytest.mark.parametrize(
    ("quantity", "shown"),
    [
        (None, None),
        (-2, -2),
        (2_147_483_647, 2_147_483_647),
        (9_999_999_999, 2_147_483_647),
        (-9_999_999_999, -2_147_483_648),
    ],
)
def test_a_stock_beyond_counting(quantity: int | None, shown: int | None) -> None:
    """A shop that writes 9999999999 for "plenty" shows as many as GraphQL can count."""
    variant = VariantText(VariantId("variant_1"), "S", None, ())
    offer = VariantOffer(None, manage_inventory=True, allow_backorder=False, quantity=quantity)

    assert VariantType.from_domain(variant, offer, low_stock=5).quantity == shown
