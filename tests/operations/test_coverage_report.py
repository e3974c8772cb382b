"""What `bff coverage` prints: for people the first few, for machines everything."""

from bff.domain.commerce import (
    Country,
    CountryCode,
    Handle,
    Market,
    PriceStatus,
    ProductId,
    RegionId,
    VariantId,
)
from bff.domain.content import ProductRef
from bff.domain.coverage import (
    ContentGap,
    DocumentState,
    Duplicate,
    FaultyAddon,
    Kind,
    Lack,
    NamedAddon,
    Report,
    StrayDocument,
    Unpriced,
)
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field
from bff.domain.money import CurrencyCode
from bff.domain.storefront import AddonStatus
from bff.operations.coverage_json import as_json
from bff.operations.coverage_table import table

EN, DE = Locale("en"), Locale("de")
SEVEN = tuple(Handle(f"p{number}") for number in range(7))


def market(name: str, region: str) -> Market:
    germany = (Country(CountryCode("DE"), "Germany"),)
    return Market(RegionId(region), name, CurrencyCode("EUR"), germany)


def addon(status: AddonStatus, target: ProductRef) -> FaultyAddon:
    return FaultyAddon(NamedAddon(Handle("tee"), "sanity", target), status)


def unpriced(variant: str, sku: str | None, region: str) -> Unpriced:
    status = PriceStatus.NO_PRICE_IN_REGION
    return Unpriced(Handle("tee"), VariantId(variant), sku, RegionId(region), status)


FULL = Report(
    products=12,
    sources=("sanity", "strapi"),
    locales=(EN, DE),
    markets=(market("Europe", "reg_eu"), market("Japan", "reg_jp")),
    unasked=("Nowhere",),
    translated=(DE,),
    tells_gone=False,
    gaps=(
        *(ContentGap(one, {"sanity": Lack.NO_DOCUMENT, "strapi": Lack.NO_TEXT}) for one in SEVEN),
        ContentGap(Handle("tee"), {"strapi": Lack.NO_DOCUMENT}),
    ),
    missing={Field.TITLE: {EN: (), DE: SEVEN}, Field.DESCRIPTION: {EN: SEVEN[:1], DE: ()}},
    strays=(
        StrayDocument("sanity", "doc-1", "prod_1", DocumentState.GONE),
        StrayDocument("sanity", "doc-2", None, DocumentState.NAMELESS),
        StrayDocument("sanity", "prod_3", "prod_3", DocumentState.UNSOLD, "draft"),
        StrayDocument("strapi", "doc-4", "prod_4", DocumentState.UNSOLD_OR_GONE),
    ),
    duplicates=(Duplicate("strapi", "tee", ("a", "b")),),
    addons=(
        addon(AddonStatus.DANGLING, ProductRef(document_id="lost")),
        addon(AddonStatus.UNPUBLISHED, ProductRef(ProductId("prod_5"), Handle("cap"))),
    ),
    prices=(
        unpriced("v1", "TEE-S", "reg_eu"),
        unpriced("v2", None, "reg_eu"),
        unpriced("v1", "TEE-S", "reg_jp"),
    ),
)
NOTHING = Report(
    products=1,
    sources=(),
    locales=(EN,),
    markets=(market("Europe", "reg_eu"),),
    unasked=(),
    translated=(),
    tells_gone=True,
    gaps=(),
    missing={Field.TITLE: {EN: ()}},
    strays=(),
    duplicates=(),
    addons=(),
    prices=(),
)


ADMIN_TOKEN = (
    "with BFF_MEDUSA__ADMIN_TOKEN products that are gone are told from those that are drafts or "
    "in other sales channels"
)
TRANSLATED = (
    "in de every text of Medusa's counts as translated: Medusa does not tell which of them are"
)


def test_a_table_of_everything() -> None:
    """Counts, then the first few of each kind, then what one should know about it."""
    shown = table(FULL, {Kind.PRICES, Kind.CONTENT}, whole=False)

    assert shown.splitlines() == [
        "12 products; sanity, strapi; languages en, de; markets Europe, Japan",
        "",
        "content           7  products without content",
        "locales           8  texts missing in a language",
        "orphans           2  documents whose product is gone",
        "unsold-documents  2  documents whose product is not sold here",
        "duplicates        1  products with several documents",
        "dangling-addons   1  addons that lead nowhere",
        "unsold-addons     1  addons that are not sold here",
        "prices            3  variants without a price in a market",
        "",
        "content",
        "  p0  sanity: no document, strapi: no text in it",
        "  p1  sanity: no document, strapi: no text in it",
        "  p2  sanity: no document, strapi: no text in it",
        "  p3  sanity: no document, strapi: no text in it",
        "  p4  sanity: no document, strapi: no text in it",
        "  and 2 more (--all)",
        "  source  no document  no text in it",
        "  sanity            7              0",
        "  strapi            1              7",
        "",
        "locales",
        "  products without  en  de",
        "  title              0   7",
        "  description        1   0",
        "  title de: p0, p1, p2, p3, p4, and 2 more",
        "  description en: p0",
        "",
        "orphans",
        "  sanity doc-1  prod_1: gone",
        "  sanity doc-2  the document names no product",
        "",
        "unsold-documents",
        "  sanity prod_3  not sold here (draft in Medusa)",
        "  strapi doc-4   prod_4: not sold here, or gone",
        "",
        "duplicates",
        "  tee  strapi: a, b",
        "",
        "dangling-addons",
        "  tee  sanity offers lost",
        "",
        "unsold-addons",
        "  tee  sanity offers prod_5",
        "",
        "prices",
        "  tee  Europe: 2, Japan: 1",
        "",
        f"note: {ADMIN_TOKEN}",
        f"note: {TRANSLATED}",
        "note: markets without a country have no prices to ask for: Nowhere",
        "exit code 1 for: content, prices",
    ]


def test_a_whole_table() -> None:
    """Nothing is left out of it."""
    shown = table(FULL, (), whole=True)

    assert "  p6  sanity: no document, strapi: no text in it" in shown
    assert "title de: p0, p1, p2, p3, p4, p5, p6\n" in shown
    assert "more" not in shown
    assert "exit code" not in shown


def test_a_table_of_nothing() -> None:
    """Eight zeros, and that nobody could have written anything."""
    lines = table(NOTHING, (), whole=False).splitlines()

    assert lines[0] == "1 products; no content system; languages en; markets Europe"
    assert [line.split()[1] for line in lines[2:10]] == ["0"] * 8
    assert lines[10:] == [
        "",
        "note: no content system serves products, so that none can lack content",
    ]


def test_a_migration_in_the_table() -> None:
    """What is left for one system is told even where the other one has everything."""
    gaps = (ContentGap(Handle("tee"), {"strapi": Lack.NO_DOCUMENT}),)
    almost = Report(
        **{
            **{name: getattr(NOTHING, name) for name in Report.__dataclass_fields__},
            "sources": ("sanity", "strapi"),
            "gaps": gaps,
        }
    )

    shown = table(almost, (), whole=False).splitlines()

    assert shown[-3:] == [
        "  source  no document  no text in it",
        "  sanity            0              0",
        "  strapi            1              0",
    ]


def test_everything_for_machines() -> None:
    """The documented shape, with every single finding in it."""
    assert as_json(FULL, {Kind.PRICES, Kind.CONTENT}) == {
        "products": 12,
        "sources": ["sanity", "strapi"],
        "locales": ["en", "de"],
        "translatedByMedusa": ["de"],
        "markets": [
            {"regionId": "reg_eu", "name": "Europe", "currencyCode": "EUR"},
            {"regionId": "reg_jp", "name": "Japan", "currencyCode": "EUR"},
        ],
        "marketsWithoutCountry": ["Nowhere"],
        "tellsGoneFromUnsold": False,
        "counts": {
            "content": 7,
            "locales": 8,
            "orphans": 2,
            "unsold-documents": 2,
            "duplicates": 1,
            "dangling-addons": 1,
            "unsold-addons": 1,
            "prices": 3,
        },
        "failing": ["content", "prices"],
        "content": {
            "lacking": [
                {"product": one, "sources": {"sanity": "no-document", "strapi": "no-text"}}
                for one in SEVEN
            ],
            "sources": {
                "sanity": {"no-document": [*SEVEN], "no-text": []},
                "strapi": {"no-document": ["tee"], "no-text": [*SEVEN]},
            },
        },
        "missingTexts": {
            "title": {"en": [], "de": [*SEVEN]},
            "description": {"en": ["p0"], "de": []},
        },
        "documents": {
            "orphans": [
                {
                    "source": "sanity",
                    "id": "doc-1",
                    "product": "prod_1",
                    "state": "gone",
                    "status": None,
                },
                {
                    "source": "sanity",
                    "id": "doc-2",
                    "product": None,
                    "state": "names-no-product",
                    "status": None,
                },
            ],
            "unsold": [
                {
                    "source": "sanity",
                    "id": "prod_3",
                    "product": "prod_3",
                    "state": "unsold",
                    "status": "draft",
                },
                {
                    "source": "strapi",
                    "id": "doc-4",
                    "product": "prod_4",
                    "state": "unsold-or-gone",
                    "status": None,
                },
            ],
            "duplicates": [{"source": "strapi", "product": "tee", "ids": ["a", "b"]}],
        },
        "addons": {
            "dangling": [
                {
                    "product": "tee",
                    "source": "sanity",
                    "targetId": None,
                    "targetHandle": None,
                    "targetDocumentId": "lost",
                }
            ],
            "unsold": [
                {
                    "product": "tee",
                    "source": "sanity",
                    "targetId": "prod_5",
                    "targetHandle": "cap",
                    "targetDocumentId": None,
                }
            ],
        },
        "prices": [
            {
                "product": "tee",
                "variantId": variant,
                "sku": sku,
                "regionId": region,
                "status": "NO_PRICE_IN_REGION",
            }
            for variant, sku, region in (
                ("v1", "TEE-S", "reg_eu"),
                ("v2", None, "reg_eu"),
                ("v1", "TEE-S", "reg_jp"),
            )
        ],
    }
