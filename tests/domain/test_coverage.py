"""An operator reads what the catalogue lacks, and nothing that is there is called missing."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from bff.domain.commerce import (
    CommerceProduct,
    Handle,
    Price,
    PriceStatus,
    ProductId,
    ProductOffer,
    VariantId,
    VariantOffer,
    VariantText,
)
from bff.domain.content import ContentFields, ProductContent, ProductRef, ProductReferences
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
    addon_fault,
    lacks,
    missing_texts,
    named_addons,
    stray_document,
    unpriced,
)
from bff.domain.merge import Halves
from bff.domain.merge_policy import Field, MergePlan, MergePolicy, SourceRule
from bff.domain.money import CurrencyCode, Money
from bff.domain.storefront import AddonStatus
from tests.domain.merging import (
    BARE,
    CAP_ID,
    CMS_FIRST,
    DE,
    EN,
    ES,
    SYNCED_FIRST,
    TEE,
    TEE_ID,
    Documents,
    content,
    halves,
    merged,
    plan_for,
    policy,
    rich,
    titles,
)

SHOP_PLANS = tuple(map(plan_for, ("en", "de", "es", "es-MX")))
SYNCED_PLANS = tuple(plan_for(tag, SYNCED_FIRST) for tag in ("en", "de"))
HAT_ID = ProductId("prod_hat")


@pytest.mark.parametrize(
    ("documents", "plans", "found"),
    [
        ({"sanity": titles(de="Hemd")}, SHOP_PLANS, {}),
        ({"sanity": titles(neutral="Tee")}, SHOP_PLANS, {}),
        ({"sanity": {EN: ContentFields(subtitle="Plain")}}, SHOP_PLANS, {}),
        ({"sanity": {EN: ContentFields(seo_description="Buy")}}, SHOP_PLANS, {}),
        ({"sanity": {EN: ContentFields(description=rich("Soft."))}}, SHOP_PLANS, {}),
        ({"sanity": None}, SHOP_PLANS, {"sanity": Lack.NO_DOCUMENT}),
        ({}, SHOP_PLANS, {"sanity": Lack.NO_DOCUMENT}),
        ({"sanity": {}}, SHOP_PLANS, {"sanity": Lack.NO_TEXT}),
        (
            {"sanity": {EN: ContentFields(" ", "", rich("\u200b"))}},
            SHOP_PLANS,
            {"sanity": Lack.NO_TEXT},
        ),
        # Nobody is shown Italian, or the copy of a title that Medusa has itself.
        ({"sanity": titles(it="Maglia")}, SHOP_PLANS, {"sanity": Lack.NO_TEXT}),
        ({"sanity": titles(en="Tee")}, SYNCED_PLANS, {"sanity": Lack.NO_TEXT}),
        ({"sanity": titles(en="Tee", de="Hemd")}, SYNCED_PLANS, {}),
    ],
)
def test_content_is_text_that_a_shopper_could_be_shown(
    documents: Documents, plans: tuple[MergePlan, ...], found: Mapping[str, Lack]
) -> None:
    """A document is not enough, and it is told whether there is one."""
    assert lacks(halves(documents), ["sanity"], plans) == found


def test_what_each_content_system_lacks() -> None:
    """A migration wants to know what is left to be written in the new one."""
    plans = (plan_for("en", policy("sanity", "contentful", "medusa")),)
    documents: Documents = {"sanity": titles(en="Tee"), "contentful": None}

    assert lacks(halves(documents), ["sanity", "contentful"], plans) == {
        "contentful": Lack.NO_DOCUMENT
    }


ALL = {Field.TITLE, Field.DESCRIPTION, Field.SEO_TITLE, Field.SEO_DESCRIPTION}
WHOLE = ContentFields("T", None, rich("D"), "S", "M")


@pytest.mark.parametrize(
    ("documents", "tag", "missing"),
    [
        ({}, "en", set()),  # Medusa's own text is English
        ({}, "de", ALL),
        ({"sanity": {DE: WHOLE}}, "de", set()),
        ({"sanity": {None: WHOLE}}, "de", set()),
        ({"sanity": {DE: ContentFields("Hemd")}}, "de", ALL - {Field.TITLE}),
        ({"sanity": {DE: replace(WHOLE, description=rich(" "))}}, "de", {Field.DESCRIPTION}),
        ({"sanity": {EN: WHOLE, DE: ContentFields("Hemd")}}, "de", ALL - {Field.TITLE}),
        ({"sanity": {ES: WHOLE}}, "es-MX", ALL),
    ],
)
def test_texts_that_are_missing_in_a_language(
    documents: Documents, tag: str, missing: set[Field]
) -> None:
    """What stands in for them comes from another language; a neutral text needs no other."""
    assert {*missing_texts(merged(documents, plan_for(tag)))} == missing


def test_a_text_that_nobody_wrote() -> None:
    """Nothing stands in for it, in the shop's own language either."""
    product = merged({}, plan_for("en"), BARE)

    assert {*missing_texts(product)} == {Field.DESCRIPTION, Field.SEO_DESCRIPTION}


def test_a_translation_of_medusas() -> None:
    """Medusa does not tell whether it has translated a text: that is no reason for an alarm."""
    product = merged({}, plan_for("de", translates=True))

    assert missing_texts(product) == ()


def test_fields_that_move_together() -> None:
    """What the merge leaves out, so that a page is not in two languages, is missing."""
    together = ((Field.TITLE, Field.DESCRIPTION),)
    plan = plan_for("de", replace(policy("sanity"), together=together))
    only_title: Documents = {"sanity": {EN: WHOLE, DE: ContentFields("Hemd")}}

    assert {*missing_texts(merged(only_title, plan))} == ALL


def test_addons_that_a_document_names() -> None:
    """Each once, in whatever language, and never the product itself."""
    listed = ProductReferences(
        {
            EN: (ProductRef(CAP_ID), ProductRef(TEE_ID)),
            DE: (ProductRef(CAP_ID), ProductRef(HAT_ID)),
        }
    )
    documents = {"sanity": ProductContent(ProductRef(TEE_ID), "doc", {}, (listed,)), "old": None}
    tee = Halves(CommerceProduct(TEE, None), TEE, documents)

    found = [one.target.id for one in named_addons(tee, tuple(map(plan_for, ("en", "de"))))]

    assert found == [CAP_ID, HAT_ID]


def test_addons_that_nobody_asks_for() -> None:
    """A content system that the policy does not ask for addons cannot be wrong about them."""
    rules = {**CMS_FIRST.rules, Field.ADDONS: (SourceRule("contentful"),)}
    plan = plan_for("en", MergePolicy(rules, EN))
    tee = Halves(CommerceProduct(TEE, None), TEE, {"sanity": content({}, CAP_ID)})

    assert [*named_addons(tee, (plan,))] == []


NAMED = NamedAddon(Handle("tee"), "sanity", ProductRef(CAP_ID))


@pytest.mark.parametrize(
    ("document", "status"),
    [(None, AddonStatus.DANGLING), (content({}), AddonStatus.UNPUBLISHED)],
)
def test_addons_without_a_product(document: ProductContent | None, status: AddonStatus) -> None:
    """The content system tells what was taken off sale from what leads nowhere."""
    assert addon_fault(NAMED, {CAP_ID: document}) == FaultyAddon(NAMED, status)


def test_variants_without_a_price() -> None:
    """Zero is a price; why there is none is told."""
    ids = {name: VariantId(name) for name in ("free", "none", "withheld", "new")}
    pricing = plan_for("en").context.pricing
    free = Price(Money(Decimal(0), CurrencyCode("EUR")), tax_included=True)
    bare = VariantOffer(None, manage_inventory=False, allow_backorder=False, quantity=None)
    offers = {
        ids["free"]: replace(bare, price=free),
        ids["none"]: bare,
        ids["withheld"]: replace(bare, unpriced=PriceStatus.UNAVAILABLE),
    }
    variants = tuple(VariantText(one, "", f"SKU-{name}", ()) for name, one in ids.items())

    found = [*unpriced(replace(TEE, variants=variants), ProductOffer(pricing, offers))]

    region = pricing.region_id
    no_price, unavailable = PriceStatus.NO_PRICE_IN_REGION, PriceStatus.UNAVAILABLE
    assert found == [
        Unpriced(TEE.handle, ids["none"], "SKU-none", region, no_price),
        Unpriced(TEE.handle, ids["withheld"], "SKU-withheld", region, unavailable),
    ]


@pytest.mark.parametrize(
    ("product", "known", "state", "status"),
    [
        (None, None, DocumentState.NAMELESS, None),
        (None, {}, DocumentState.NAMELESS, None),
        ("prod_hat", None, DocumentState.UNSOLD_OR_GONE, None),
        ("prod_hat", {}, DocumentState.GONE, None),
        ("prod_hat", {"prod_hat": "draft"}, DocumentState.UNSOLD, "draft"),
    ],
)
def test_documents_without_a_product(
    product: str | None,
    known: Mapping[str, str] | None,
    state: DocumentState,
    status: str | None,
) -> None:
    """Nothing is called gone as long as nobody can tell."""
    found = stray_document("sanity", "doc", product, known)

    assert found == StrayDocument("sanity", "doc", product, state, status)


def report(**findings: object) -> Report:
    """Return a report that found this and nothing else."""
    nothing: dict[str, object] = {
        "products": 2,
        "sources": ("sanity", "strapi"),
        "locales": (EN, DE),
        "markets": (),
        "unasked": (),
        "translated": (),
        "tells_gone": True,
        "gaps": (),
        "missing": {Field.TITLE: {EN: (), DE: ()}},
        "strays": (),
        "duplicates": (),
        "addons": (),
        "prices": (),
    }
    return Report(**{**nothing, **findings})  # type: ignore[arg-type] # names are checked by the call


def counted(found: Report) -> dict[Kind, int]:
    return {kind: number for kind, number in found.counts().items() if number}


def test_a_report_of_content() -> None:
    """A product lacks content where all content systems do; each one's gaps are told as well."""
    gaps = (
        ContentGap(Handle("hat"), {"sanity": Lack.NO_TEXT, "strapi": Lack.NO_DOCUMENT}),
        ContentGap(Handle("tee"), {"strapi": Lack.NO_DOCUMENT}),
    )
    found = report(gaps=gaps)

    assert found.lacking() == gaps[:1]
    assert found.without("strapi", Lack.NO_DOCUMENT) == ("hat", "tee")
    assert found.without("sanity", Lack.NO_DOCUMENT) == ()
    assert counted(found) == {Kind.CONTENT: 1}
    assert counted(report(gaps=gaps[1:])) == {}


def test_a_shop_without_content_systems_lacks_none() -> None:
    """There is nobody who could have written about its products."""
    assert lacks(halves({}), [], SHOP_PLANS) == {}


def test_a_report_of_everything_else() -> None:
    """Each kind has a number of its own; unsold is another kind than gone."""
    region = plan_for("en").context.pricing.region_id
    states = [StrayDocument("sanity", state.value, None, state) for state in DocumentState]
    statuses = (AddonStatus.DANGLING, AddonStatus.UNPUBLISHED, AddonStatus.UNPUBLISHED)
    found = report(
        missing={
            Field.TITLE: {EN: (), DE: (Handle("hat"), Handle("tee"))},
            Field.DESCRIPTION: {EN: (Handle("hat"),), DE: ()},
        },
        strays=tuple(states),
        duplicates=(Duplicate("sanity", "tee", ("a", "b")),),
        addons=tuple(FaultyAddon(NAMED, status) for status in statuses),
        prices=(
            Unpriced(TEE.handle, VariantId("v"), None, region, PriceStatus.NO_PRICE_IN_REGION),
        ),
    )

    assert counted(found) == {
        Kind.LOCALES: 3,
        Kind.ORPHANS: 2,
        Kind.UNSOLD_DOCUMENTS: 2,
        Kind.DUPLICATES: 1,
        Kind.DANGLING_ADDONS: 1,
        Kind.UNSOLD_ADDONS: 2,
        Kind.PRICES: 1,
    }
    assert [one.state for one in found.orphans()] == [DocumentState.GONE, DocumentState.NAMELESS]
    assert counted(report()) == {}
