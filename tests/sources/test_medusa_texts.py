"""What a shopper reads about a product, from recorded Medusa answers."""

from pathlib import Path
from typing import Any

import pytest

from bff.domain.commerce import (
    Category,
    Collection,
    Handle,
    Image,
    Market,
    Option,
    OptionValue,
    ProductId,
    ProductText,
    VariantId,
    VariantText,
)
from bff.richtext import plain
from bff.sources.medusa.translate import to_attributes, to_market, to_text
from bff.sources.medusa.wire import RegionPage, TextPage, TextProduct

GOLDEN = Path(__file__).parents[1] / "golden" / "medusa" / "2.21"
CDN = "https://cdn.example.com/products"


def text(recording: str, handle: str | None = None) -> ProductText:
    page = TextPage.model_validate_json((GOLDEN / f"{recording}.json").read_bytes())
    return to_text(next(p for p in page.products if handle in {None, p.handle}))


def product(**fields: object) -> TextProduct:
    """A product that says nothing but what it must."""
    blank: dict[str, Any] = {
        "id": "prod_1",
        "handle": "tee",
        "title": "Tee",
        "subtitle": None,
        "description": None,
        "thumbnail": None,
        "variants": [],
        "options": [],
    }
    return TextProduct.model_validate(blank | fields)


def variant(variant_id: str, **fields: object) -> dict[str, Any]:
    return {"id": variant_id, "title": "One", "options": [], **fields}


def image(name: str, rank: int | None = 0) -> dict[str, Any]:
    return {"id": f"img_{name}", "url": f"{CDN}/{name}.jpg", "rank": rank}


def test_a_whole_text() -> None:
    """Everything that is known of the shirt, each list in its defined order."""
    assert text("lean_text_en", "organic-cotton-tshirt") == ProductText(
        id=ProductId("prod_01M7VZHQ8M68NYT557087R2W9E"),
        handle=Handle("organic-cotton-tshirt"),
        title="Organic Cotton T-Shirt",
        subtitle="Soft, certified organic",
        description=plain("A soft t-shirt made from 100% certified organic cotton."),
        thumbnail=f"{CDN}/organic-cotton-tshirt-1.jpg",
        images=(
            Image(f"{CDN}/organic-cotton-tshirt-1.jpg"),
            Image(f"{CDN}/organic-cotton-tshirt-2.jpg"),
            Image(f"{CDN}/organic-cotton-tshirt-3.jpg"),
        ),
        variants=(
            VariantText(
                VariantId("variant_01M7VZHQD96Z5WZZHWVA7M6RYV"),
                "Small / White",
                "OCT-S-WHT",
                (OptionValue("Size", "Small"), OptionValue("Color", "White")),
            ),
            VariantText(
                VariantId("variant_01M7VZHQD9WMYD64947B2PFVFN"),
                "Medium / White",
                "OCT-M-WHT",
                (OptionValue("Size", "Medium"), OptionValue("Color", "White")),
            ),
            VariantText(
                VariantId("variant_01M7VZHQDA9Z000BWN5SF8RD86"),
                "Large / Black",
                "OCT-L-BLK",
                (OptionValue("Size", "Large"), OptionValue("Color", "Black")),
            ),
        ),
        collection=Collection(
            "pcol_01M7VZHQ7JQ2SWMD0QV7MVPHKS", "summer-essentials", "Summer Essentials"
        ),
        categories=(
            Category("pcat_01M7VZHQ2QNFTSYREXCBSCFPJS", "apparel", "Apparel", "All about Apparel"),
            Category(
                "pcat_01M7VZHQ2Y2G8FPS46FZWBYNFK",
                "t-shirts",
                "T-Shirts",
                "All about T-Shirts",
                parent_id="pcat_01M7VZHQ2QNFTSYREXCBSCFPJS",
            ),
            Category(
                "pcat_01M7VZHQ34G45HBZ8F5WM7WEB9",
                "t-shirts-organic",
                "Organic",
                "All about Organic",
                parent_id="pcat_01M7VZHQ2Y2G8FPS46FZWBYNFK",
            ),
        ),
        tags=("cotton", "organic", "sustainable"),
        attributes={},
    )


def test_translations_reach_options_tags_and_categories() -> None:
    """Medusa's German, as far as it goes: "Small" was never translated."""
    german = text("lean_text_de")

    assert german.title == "Bio-Baumwoll-T-Shirt"
    assert german.subtitle == "Weich, bio-zertifiziert"
    assert german.description == plain("Ein weiches T-Shirt aus 100 % Bio-Baumwolle.")
    assert german.variants[0].title == "Klein / Weiß"
    assert german.options() == (
        Option("Größe", ("Small", "Medium", "Large")),
        Option("Color", ("Weiß", "Black")),
    )
    assert german.tags == ("bio", "cotton", "sustainable")
    assert german.collection is not None
    assert german.collection.title == "Sommer-Basics"
    assert [category.name for category in german.categories] == ["Bekleidung", "T-Shirts", "Bio"]


def test_options_and_variants_stand_in_the_same_order_in_every_language() -> None:
    """A shopper who switches the language finds the same size at the same place."""
    english, german = text("lean_text_en", "organic-cotton-tshirt"), text("lean_text_de")

    assert [v.id for v in english.variants] == [v.id for v in german.variants]
    assert [len(option.values) for option in english.options()] == [
        len(option.values) for option in german.options()
    ]


def test_many_variants_in_the_order_of_their_rank() -> None:
    """36 socks: size by size, and each size in the shop's order of colours."""
    socks = text("lean_text_en", "rainbow-socks")

    assert [v.title for v in socks.variants[:7]] == [
        *("35 / Red", "35 / Orange", "35 / Yellow", "35 / Green", "35 / Blue", "35 / Violet"),
        "36 / Red",
    ]
    assert socks.options() == (
        Option("Size", ("35", "36", "37", "38", "39", "40")),
        Option("Color", ("Red", "Orange", "Yellow", "Green", "Blue", "Violet")),
    )


def test_a_description_is_text_and_never_markup() -> None:
    """What looks like HTML in Medusa is shown as it was typed."""
    tasse = text("lean_text_en", "cafe-unicode-tasse")

    assert tasse.title == "Café Ünïcode Tasse \N{EN DASH} 日本語 🎁"
    assert tasse.description is not None
    assert "<b>" not in tasse.description.html
    assert tasse.description.text == "Grüße, naïve façade, “quotes”, emoji 🎁 & <b>html</b>."


def test_a_product_that_says_next_to_nothing() -> None:
    """Title and variant are enough; nothing is invented for the rest."""
    minimal = text("lean_text_en", "minimal-nothing")

    assert minimal.title == "Minimal Nothing"
    assert (minimal.subtitle, minimal.description, minimal.thumbnail) == (None, None, None)
    assert (minimal.images, minimal.categories, minimal.tags) == ((), (), ())
    assert minimal.collection is None
    assert minimal.options() == (Option("Default", ("Default",)),)


@pytest.mark.parametrize("nothing", ["", " ", "\n\t", "\u200b", "\ufeff\u00a0"])
def test_blank_counts_as_missing(nothing: str) -> None:
    """Blanks would hide what another source has to say."""
    blank = to_text(
        product(
            subtitle=nothing,
            description=nothing,
            thumbnail=nothing,
            tags=[{"value": nothing}],
        )
    )

    assert (blank.subtitle, blank.description, blank.thumbnail) == (None, None, None)
    assert blank.tags == ()


def test_metadata_become_attributes() -> None:
    """Fields that the shop added itself appear, without the empty one."""
    assert text("lean_text_en", "metadata-backpack").attributes == {
        "cmsSlug": "metadata-backpack",
        "flag": True,
        "nested": {"a": [1, 2, {"b": "c"}]},
        "rating": 4.5,
    }


@pytest.mark.parametrize(
    ("metadata", "attributes"),
    [
        ({"care_instructions": "30°"}, {"careInstructions": "30°"}),
        ({"Fabric weight (g)": 180}, {"fabricWeightG": 180}),
        ({"careInstructions": 1}, {"careInstructions": 1}),
        ({"SKU": 1, "EAN code": 2, "PIM": 3}, {"eanCode": 2, "pim": 3}),
        ({"größe": "M"}, {"größe": "M"}),
        ({"zero": 0, "no": False, "list": [0]}, {"list": [0], "no": False, "zero": 0}),
        ({"empty": "", "blank": " ", "unseen": "\u200b", "nothing": None, "list": []}, {}),
        ({"medusa_id": 1, "money_amount": 1, "prices": [1], "variants": [1], "_rev": 1}, {}),
        ({"id": 1, "sanityId": 1, "Contentful ID": 1, "strapi-id": 1}, {}),
        ({"stock": 5, "status": "draft", "inventory_quantity": 5}, {}),
        ({"care": {"note": " ", "rows": [["", None]]}}, {}),
        (
            {"care": {"price": 5, "_key": "a", "made": "PT", "tips": ["", "Air"]}},
            {"care": {"made": "PT", "tips": [None, "Air"]}},
        ),
        ({"__": 1, "": 2, "-": 3}, {}),
        ({"careNote": "own", "care_note": "other"}, {"careNote": "own"}),
        ({"care-note": "dash", "care_note": "other"}, {"careNote": "dash"}),
        ({"careNote": " ", "care_note": "other"}, {"careNote": "other"}),
        ({"careNote": "own", "care\x00Note": "odd"}, {"careNote": "own"}),
    ],
)
def test_names_of_attributes(metadata: dict[str, object], attributes: dict[str, object]) -> None:
    """One spelling for all sources; system fields and mirrors of prices never appear."""
    shown = to_attributes(metadata)

    assert shown == attributes
    assert list(shown) == sorted(shown)


def test_hidden_categories_are_hidden() -> None:
    """Medusa names inactive and internal categories too; shoppers must not see them."""
    categories = [
        {"id": "c1", "handle": "z", "name": "Z", "is_active": True, "is_internal": False},
        {"id": "c2", "handle": "old", "name": "Old", "is_active": False, "is_internal": False},
        {"id": "c3", "handle": "staff", "name": "Staff", "is_active": True, "is_internal": True},
        {"id": "c4", "handle": "a", "name": "A", "is_active": True, "is_internal": False},
    ]

    assert to_text(product(categories=categories)).categories == (
        Category("c4", "a", "A"),
        Category("c1", "z", "Z"),
    )


def test_images_by_rank() -> None:
    """The picture that the shop put first is first, however the answer lists them."""
    images = [image("b", 1), image("none", None), image("c", 2), image("a2"), image("a1")]

    assert [shown.url for shown in to_text(product(images=images)).images] == [
        f"{CDN}/{name}.jpg" for name in ("a1", "a2", "b", "c", "none")
    ]


def test_a_variant_has_images_of_its_own_only_where_they_differ() -> None:
    """The red shirt shows the red picture; a variant without a choice shows the product's."""
    everything = [image("general", 0), image("red", 1), image("blue", 2)]
    shown = to_text(
        product(
            images=everything,
            variants=[
                variant("v1", variant_rank=0, images=[everything[1], everything[0]]),
                variant("v2", variant_rank=1, images=everything),
            ],
        )
    )

    assert [[i.url for i in v.images] for v in shown.variants] == [
        [f"{CDN}/general.jpg", f"{CDN}/red.jpg"],
        [],
    ]


@pytest.mark.parametrize("recording", ["regions", "lean_regions"])
def test_regions_become_markets(recording: str) -> None:
    """Codes in upper case, countries by code, with names for people."""
    page = RegionPage.model_validate_json((GOLDEN / f"{recording}.json").read_bytes())
    markets = {market.name: market for market in map(to_market, page.regions)}

    assert set(markets) == {"US", "Japan", "Europe"}
    europe: Market = markets["Europe"]
    assert europe.currency == "EUR"
    assert [(country.code, country.name) for country in europe.countries] == [
        ("DE", "Germany"),
        ("ES", "Spain"),
        ("FR", "France"),
        ("IT", "Italy"),
    ]
