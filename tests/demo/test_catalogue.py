"""The demo's shop: nothing in it points at nothing by mistake, and every oddity is there."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from bff.demo.catalogue import (
    Catalogue,
    ContentEntry,
    ProductEntry,
    SpecEntry,
    load_catalogue,
    product_id,
    sold_products,
)
from bff.demo.medusa_entities import products
from bff.demo.sanity_documents import documents

CATALOGUE = load_catalogue()
BY_HANDLE = {product["handle"]: product for product in CATALOGUE["products"]}


def contents(catalogue: Catalogue) -> Iterator[tuple[ProductEntry, ContentEntry]]:
    return ((p, p["content"]) for p in catalogue["products"] if p["content"])


def addons_of(product: ProductEntry) -> list[str]:
    content = product["content"]
    return content["addons"]["products"] if content and "addons" in content else []


def languages(product: ProductEntry) -> set[str]:
    return {spec["lang"] for spec in product["content"]["specs"]} if product["content"] else set()


def specs(product: ProductEntry) -> list[SpecEntry]:
    return product["content"]["specs"] if product["content"] else []


def stock(product: ProductEntry) -> int:
    return sum(variant.get("stock", 0) for variant in product["variants"])


def is_tracked(product: ProductEntry) -> bool:
    return product.get("tracked", True)


def is_sold(product: ProductEntry) -> bool:
    return product.get("sold", True)


def says_nothing(spec: SpecEntry) -> bool:
    content = spec.get("content")
    return not (content.strip() if isinstance(content, str) else content)


ODDITIES: dict[str, Callable[[ProductEntry], bool]] = {
    "on sale in dollars and euros": lambda p: set(p.get("sale", {})) == {"usd", "eur"},
    "sold out": lambda p: is_tracked(p) and not stock(p) and not p.get("backorder"),
    "low in stock": lambda p: is_tracked(p) and 0 < stock(p) <= 5,
    "on backorder": lambda p: p.get("backorder", False) and not stock(p),
    "not tracked": lambda p: p.get("giftCard", False) and not is_tracked(p),
    "free": lambda p: set(map(Decimal, p["prices"].values())) == {Decimal(0)},
    "without a euro price": lambda p: "eur" not in p["prices"],
    "without any content": lambda p: is_sold(p) and p["content"] is None,
    "without an image": lambda p: p.get("images") == 0,
    "taken off sale, but documented": lambda p: not is_sold(p) and bool(p["content"]),
    "only in English": lambda p: languages(p) == {"en"},
    "only in German": lambda p: languages(p) == {"de"},
    "in all languages": lambda p: languages(p) == set(CATALOGUE["locales"]),
    "in all languages but German": lambda p: languages(p) == {"en", "es", "fr"},
    "translated in blanks": lambda p: any(
        not spec.get("title", "-") and says_nothing(spec) for spec in specs(p)
    ),
    "with a title and no text": lambda p: any(
        bool(spec.get("title")) and says_nothing(spec) for spec in specs(p)
    ),
    "an addon that does not exist": lambda p: any(h not in BY_HANDLE for h in addons_of(p)),
    "an addon that is not sold": lambda p: any(
        h in BY_HANDLE and not is_sold(BY_HANDLE[h]) for h in addons_of(p)
    ),
    "an addon that is sold out": lambda p: "zip-hoodie" in addons_of(p),
    "an addon without a euro price": lambda p: "stoneware-mug" in addons_of(p),
    "itself as an addon": lambda p: p["handle"] in addons_of(p),
    "an addon twice": lambda p: len(set(addons_of(p))) < len(addons_of(p)),
    "an addon that points back": lambda p: any(
        p["handle"] in addons_of(BY_HANDLE[h])
        for h in addons_of(p)
        if h in BY_HANDLE and h != p["handle"]
    ),
    "an empty group of addons": lambda p: bool(
        p["content"] and "addons" in p["content"] and not addons_of(p)
    ),
    "an inactive category": lambda p: "clearance-2019" in p.get("categories", []),
}


@pytest.mark.parametrize("oddity", ODDITIES)
def test_every_oddity_has_a_product(oddity: str) -> None:
    """A developer can look at each special case without a shop of their own."""
    assert [p["handle"] for p in CATALOGUE["products"] if ODDITIES[oddity](p)]


def test_the_shop_has_about_thirty_products() -> None:
    """Enough for a page of 24 with a second one after it."""
    assert 28 <= len(sold_products(CATALOGUE)) <= 32
    assert len(BY_HANDLE) == len(CATALOGUE["products"])


def test_the_promised_shirts_cost_what_was_promised() -> None:
    """The two products of the README have these variants at these prices."""
    shirt = BY_HANDLE["organic-cotton-tshirt"]
    assert shirt["title"] == "Organic Cotton T-Shirt"
    assert [
        ("/".join(v["values"]), v.get("prices", shirt["prices"])["usd"]) for v in shirt["variants"]
    ] == [("S/White", "29.99"), ("M/White", "29.99"), ("L/Black", "32.99")]

    premium = BY_HANDLE["premium-cotton-t-shirt"]
    assert premium["title"] == "Premium Cotton T-Shirt"
    content = premium["content"]
    assert content
    assert content["addons"]["title"] == "Complete Your Look"
    assert [
        (BY_HANDLE[handle]["title"], BY_HANDLE[handle]["prices"]["usd"])
        for handle in content["addons"]["products"]
    ] == [("Slim Fit Jeans", "79.99"), ("Casual Sneakers", "89.99"), ("Baseball Cap", "24.99")]


def test_only_one_addon_points_at_nothing() -> None:
    """Only the addon that is meant to dangle does."""
    targets = [handle for product in CATALOGUE["products"] for handle in addons_of(product)]
    assert [handle for handle in targets if handle not in BY_HANDLE] == ["waterproofing-spray"]


@pytest.mark.parametrize("handle", BY_HANDLE)
def test_a_product_is_whole(handle: str) -> None:
    """Categories, collection, options, currencies and languages are those of the shop."""
    product = BY_HANDLE[handle]
    categories = {category["handle"] for category in CATALOGUE["categories"]}
    collections = {collection["handle"] for collection in CATALOGUE["collections"]}
    currencies = {market["currency"] for market in CATALOGUE["markets"]}

    assert set(product.get("categories", [])) <= categories
    assert product.get("collection") in {None, *collections}
    assert set(product["prices"]) | set(product.get("sale", {})) <= currencies
    options = product.get("options", [])
    values = [tuple(variant.get("values", [])) for variant in product["variants"]]
    assert {len(value) for value in values} == {len(options)}
    assert len(set(values)) == len(values)
    assert all(("stock" in variant) == is_tracked(product) for variant in product["variants"])
    assert languages(product) <= set(CATALOGUE["locales"])
    assert len(languages(product)) == len(specs(product))


def test_pages_and_menus_lead_to_what_there_is() -> None:
    """Only a product that is not sold is shown on purpose; every language is the shop's."""
    slugs = {page["slug"] for page in CATALOGUE["pages"]}
    shown = [handle for page in CATALOGUE["pages"] for handle in page.get("products", [])]
    groups = {
        "category": {category["handle"] for category in CATALOGUE["categories"]},
        "collection": {collection["handle"] for collection in CATALOGUE["collections"]},
    }
    entries = [*CATALOGUE["menus"]["main"]]
    entries += [child for entry in entries for child in entry.get("children", [])]

    assert {handle for handle in shown if not is_sold(BY_HANDLE[handle])} == {"corduroy-cap"}
    assert {entry["page"] for entry in entries if "page" in entry} == slugs
    assert {entry["product"] for entry in entries if "product" in entry} <= BY_HANDLE.keys()
    assert {one["category"] for one in entries if "category" in one} <= groups["category"]
    assert {one["collection"] for one in entries if "collection" in one} <= groups["collection"]
    spoken = [*(entry["labels"] for entry in entries)]
    assert {tag for labels in spoken for tag in labels} == set(CATALOGUE["locales"])
    assert {spec["lang"] for page in CATALOGUE["pages"] for spec in page["specs"]} == set(
        CATALOGUE["locales"]
    )


def test_yen_have_no_decimals() -> None:
    """No price is finer than its currency."""
    yen = [
        prices["jpy"]
        for product in CATALOGUE["products"]
        for prices in [product["prices"], *(v.get("prices", {}) for v in product["variants"])]
        if "jpy" in prices
    ]
    assert [price for price in yen if "." in price] == []


def test_parents_of_categories_exist() -> None:
    """A breadcrumb ends in a root."""
    roots = {c["handle"] for c in CATALOGUE["categories"] if "parent" not in c}
    assert {c["parent"] for c in CATALOGUE["categories"] if "parent" in c} <= roots


def test_editors_wrote_rich_text_and_plain_text() -> None:
    """Both kinds of description are there, with links, bullets and headings among the rich."""
    written = [spec.get("content") for p, _ in contents(CATALOGUE) for spec in specs(p)]
    blocks = [block for text in written if isinstance(text, list) for block in text]
    assert any(isinstance(text, str) and text.strip() for text in written)
    assert {kind for block in blocks for kind in block} == {"p", "h2", "h3", "quote", "li"}
    assert any("href" in str(block) for block in blocks)


def test_ids_never_change_and_sort_by_age() -> None:
    """A bookmarked id works after every start, and "the newest first" means the file's order."""
    assert product_id(CATALOGUE, "organic-cotton-tshirt") == "prod_01KJMA0FM0PAFFS4RE6BBD4PXG"
    handles = [product["handle"] for product in CATALOGUE["products"]]
    ids = [product_id(CATALOGUE, handle) for handle in handles]
    assert ids == sorted(ids, reverse=True)
    assert all(len(one) == len("prod_") + 26 for one in ids)
    assert product_id(CATALOGUE, "waterproofing-spray") not in ids


def test_both_upstreams_mean_the_same_products() -> None:
    """Sanity documents carry Medusa's ids; one of them is of a product that is not sold."""
    sold = {str(product["id"]) for product in products(CATALOGUE)}
    documented = {
        str(document["_id"]) for document in documents(CATALOGUE) if document["_type"] == "product"
    }
    assert documented - sold == {product_id(CATALOGUE, "corduroy-cap")}
    assert sold - documented == {product_id(CATALOGUE, "travel-towel")}
