from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

import pytest

from bff.domain.addons import addon_groups, chosen_addons
from bff.domain.commerce import (
    CommerceProduct,
    CountryCode,
    Handle,
    Price,
    Pricing,
    ProductId,
    ProductOffer,
    ProductText,
    RegionId,
    VariantId,
    VariantOffer,
)
from bff.domain.content import ProductContent, ProductRef, ProductReferences
from bff.domain.locale import Locale, Locales, language_for
from bff.domain.merge_policy import (
    Field,
    MergeOrder,
    MergePlan,
    MergePolicy,
    SourceRule,
    merge_plan,
)
from bff.domain.money import CurrencyCode, Money
from bff.domain.storefront import (
    Addon,
    AddonGroup,
    AddonStatus,
    Localized,
    ShopperContext,
    StorefrontProduct,
)

EN, DE, ES = map(Locale, ("en", "de", "es"))
SHOP = Locales(default=EN, supported=(EN, DE, ES))
EUR = CurrencyCode("EUR")
PRICING = Pricing(RegionId("reg_eu"), CountryCode("DE"), EUR)
CONTEXT = ShopperContext(language_for(DE, SHOP), PRICING)
TEE, CAP, JEANS, SHOES = map(ProductId, ("prod_tee", "prod_cap", "prod_jeans", "prod_shoes"))


def plan(*sources: str, order: MergeOrder = MergeOrder.SOURCE) -> MergePlan:
    rules = {Field.ADDONS: tuple(map(SourceRule, sources))}
    return merge_plan(MergePolicy(rules, EN, order), CONTEXT, commerce_translates=False)


def variant(amount: str | None, quantity: int | None, *, backorder: bool = False) -> VariantOffer:
    price = None if amount is None else Price(Money(Decimal(amount), EUR), tax_included=True)
    return VariantOffer(price, manage_inventory=True, allow_backorder=backorder, quantity=quantity)


def product(product_id: ProductId, *variants: VariantOffer) -> StorefrontProduct:
    text = ProductText(
        id=product_id,
        handle=Handle(product_id),
        title=product_id,
        subtitle=None,
        description=None,
        thumbnail=None,
        images=(),
        variants=(),
        collection=None,
        categories=(),
        tags=(),
    )
    offers = {VariantId(f"variant_{number}"): offer for number, offer in enumerate(variants)}
    return StorefrontProduct(
        commerce=CommerceProduct(text, ProductOffer(PRICING, offers)),
        text=text,
        context=CONTEXT,
        title=Localized(product_id, "medusa", EN, True),
        subtitle=None,
        description=None,
        seo_title=None,
        seo_description=None,
        images=None,
        videos=None,
        thumbnail=None,
        attributes={},
    )


SOLD: Mapping[str, StorefrontProduct] = {
    one: product(one, variant("9", 3)) for one in (TEE, CAP, JEANS, SHOES)
}


def group(
    *products: ProductId, titles: Mapping[Locale | None, str] | None = None
) -> ProductReferences:
    return ProductReferences({None: tuple(map(ProductRef, products))}, titles or {})


def document(*groups: ProductReferences) -> ProductContent:
    return ProductContent(ProductRef(TEE), "doc", {}, groups)


def offered(
    *groups: ProductReferences,
    sold: Mapping[str, StorefrontProduct] | None = SOLD,
    documents: Mapping[str, ProductContent | None] = MappingProxyType({}),
) -> tuple[AddonGroup, ...]:
    return addon_groups("sanity", document(*groups), plan("sanity"), sold, documents)


CAPS_OWN = ProductContent(ProductRef(CAP), "cap", {})
"""What the content system says of the cap itself."""


@pytest.mark.parametrize("documents", [{}, {CAP: None}, {CAP: CAPS_OWN}])
@pytest.mark.parametrize(
    ("variants", "status"),
    [
        ([variant("9", 3)], AddonStatus.AVAILABLE),
        ([variant("0", 3)], AddonStatus.AVAILABLE),
        ([variant("9", 0), variant("9", 1)], AddonStatus.AVAILABLE),
        ([variant("9", 0, backorder=True)], AddonStatus.AVAILABLE),
        ([variant("9", None)], AddonStatus.AVAILABLE),
        ([variant(None, 3), variant("9", 3)], AddonStatus.AVAILABLE),
        ([variant(None, 0), variant("9", 3)], AddonStatus.AVAILABLE),
        ([variant("9", 0), variant("9", 0, backorder=True)], AddonStatus.AVAILABLE),
        ([variant("9", 0)], AddonStatus.OUT_OF_STOCK),
        ([variant("9", 0), variant(None, 0)], AddonStatus.OUT_OF_STOCK),
        ([variant("9", 0), variant(None, 3)], AddonStatus.OUT_OF_STOCK),
        ([variant("9", 0), variant(None, None)], AddonStatus.OUT_OF_STOCK),
        ([variant(None, 3)], AddonStatus.NO_PRICE_IN_REGION),
        ([variant(None, 0)], AddonStatus.NO_PRICE_IN_REGION),
        ([], AddonStatus.NO_PRICE_IN_REGION),
    ],
)
def test_what_medusa_sells_is_judged_by_medusa_alone(
    variants: list[VariantOffer],
    status: AddonStatus,
    documents: Mapping[str, ProductContent | None],
) -> None:
    """Stock counts where there is a price, whatever the CMS knows; the product is there."""
    cap = product(CAP, *variants)

    (shown,) = offered(group(CAP), sold={CAP: cap}, documents=documents)

    assert shown.items == (Addon(CAP, status, cap),)


def test_what_medusa_does_not_sell_is_judged_by_its_document() -> None:
    """Taken off sale, a reference to nothing, and nobody who could tell are three things."""
    documents: Mapping[str, ProductContent | None] = {CAP: CAPS_OWN, JEANS: None}

    (shown,) = offered(group(CAP, JEANS, SHOES), sold={}, documents=documents)

    assert shown.items == (
        Addon(CAP, AddonStatus.UNPUBLISHED, None),
        Addon(JEANS, AddonStatus.DANGLING, None),
        Addon(SHOES, AddonStatus.UNAVAILABLE, None),
    )


def test_addons_are_unavailable_while_medusa_does_not_answer() -> None:
    """An outage is not mistaken for products that are gone."""
    documents: Mapping[str, ProductContent | None] = {CAP: CAPS_OWN, JEANS: None}

    (shown,) = offered(group(CAP, JEANS, SHOES), sold=None, documents=documents)

    assert shown.items == tuple(
        Addon(one, AddonStatus.UNAVAILABLE, None) for one in (CAP, JEANS, SHOES)
    )


def shown_ids(groups: tuple[AddonGroup, ...]) -> list[list[ProductId | None]]:
    return [[addon.product_id for addon in group.items] for group in groups]


@pytest.mark.parametrize("sold", [SOLD, {}, None])
def test_addons_keep_the_editors_order(sold: Mapping[str, StorefrontProduct] | None) -> None:
    """Groups and addons stand as the editor put them, whatever becomes of each."""
    groups = offered(group(SHOES, CAP), group(JEANS), sold=sold)

    assert shown_ids(groups) == [[SHOES, CAP], [JEANS]]


def test_nothing_is_dropped_but_duplicates_and_the_product_itself() -> None:
    """A reference twice in a group is shown once, where it stood first; a cycle of one never."""
    groups = offered(group(SHOES, TEE, CAP, SHOES, CAP), group(TEE, JEANS))

    assert shown_ids(groups) == [[SHOES, CAP], [JEANS]]


def test_a_group_without_addons_is_not_shown() -> None:
    """A heading over nothing is no group: empty from the start, or emptied by the removal."""
    groups = offered(group(), group(TEE, TEE), group(CAP), group(TEE))

    assert shown_ids(groups) == [[CAP]]


def test_a_product_without_references_has_no_addons() -> None:
    """No groups in the document, no groups on the page."""
    assert offered() == ()


@pytest.mark.parametrize(
    ("titles", "shown"),
    [
        ({DE: "Dazu", EN: "With it"}, Localized("Dazu", "sanity", DE, False)),
        ({EN: "With it"}, Localized("With it", "sanity", EN, True)),
        ({DE: " ", EN: "With it"}, Localized("With it", "sanity", EN, True)),
        ({DE: "\u200b", EN: "With it"}, Localized("With it", "sanity", EN, True)),
        ({None: "Plus", EN: "With it"}, Localized("Plus", "sanity", None, False)),
        ({None: "Plus", DE: "Dazu"}, Localized("Dazu", "sanity", DE, False)),
        ({ES: "Con esto"}, None),
        ({DE: "", None: "\n"}, None),
        ({}, None),
    ],
)
def test_a_groups_title_follows_the_languages(
    titles: Mapping[Locale | None, str], shown: Localized[str] | None
) -> None:
    """A German reads the German heading, else a neutral one, else English, and is told which."""
    (found,) = offered(group(CAP, titles=titles))

    assert found.title == shown


def test_each_group_has_its_own_title() -> None:
    """Two headings are not mixed up, and one may be missing."""
    groups = offered(
        group(CAP, titles={DE: "Dazu"}), group(JEANS), group(SHOES, titles={EN: "And"})
    )

    assert [found.title and found.title.value for found in groups] == ["Dazu", None, "And"]


def test_a_groups_title_comes_from_the_source_of_its_list() -> None:
    """With several CMSs the second one's list is headed in the second one's languages."""
    content = document(group(CAP, titles={DE: "Dazu", EN: "With it"}))

    (found,) = addon_groups("sanity", content, plan("medusa", "contentful", "sanity"), SOLD, {})

    assert found.title == Localized("Dazu", "sanity", DE, False)


FULL = document(group(CAP))


@pytest.mark.parametrize("order", MergeOrder)
@pytest.mark.parametrize(
    ("contents", "chosen"),
    [
        ({"contentful": FULL, "sanity": FULL}, "contentful"),
        ({"sanity": FULL, "contentful": FULL}, "contentful"),
        ({"contentful": document(), "sanity": FULL}, "sanity"),
        ({"contentful": document(group()), "sanity": FULL}, "sanity"),
        ({"contentful": document(group(TEE)), "sanity": FULL}, "sanity"),
        ({"contentful": None, "sanity": FULL}, "sanity"),
        ({"sanity": FULL}, "sanity"),
        ({"strapi": FULL}, None),
        ({"sanity": document()}, None),
        ({}, None),
    ],
)
def test_the_first_source_that_lists_addons_is_taken(
    contents: Mapping[str, ProductContent | None], chosen: str | None, order: MergeOrder
) -> None:
    """Of several CMSs the policy's first with any addon decides; Medusa has none."""
    found = chosen_addons(contents, plan("medusa", "contentful", "sanity", order=order))

    assert found == (None if chosen is None else (chosen, FULL))


# --- one list per language --------------------------------------------------------------------

PER_LANGUAGE = ProductReferences(
    {EN: (ProductRef(CAP), ProductRef(JEANS)), DE: (ProductRef(SHOES),), ES: ()},
    {EN: "With it", DE: "Dazu"},
)


def listing(lists: tuple[Locale | None, ...] | None, requested: Locale) -> MergePlan:
    policy = MergePolicy({Field.ADDONS: (SourceRule("sanity"),)}, EN, lists=lists)
    context = ShopperContext(language_for(requested, SHOP), PRICING)
    return merge_plan(policy, context, commerce_translates=False)


@pytest.mark.parametrize(
    ("lists", "requested", "ids"),
    [
        # The shop's default first, whatever is read: some systems hide untranslated targets.
        ((EN, None), DE, [CAP, JEANS]),
        ((EN, None), EN, [CAP, JEANS]),
        ((EN, None), ES, [CAP, JEANS]),
        # Or the shopper's own chain.
        (None, DE, [SHOES]),
        (None, EN, [CAP, JEANS]),
        (None, ES, [CAP, JEANS]),
        # Nowhere else than where the shop says.
        ((ES,), DE, []),
    ],
)
def test_the_list_is_that_of_the_language_that_the_shop_chose(
    lists: tuple[Locale | None, ...] | None, requested: Locale, ids: list[ProductId]
) -> None:
    """A German sees the default's addons, or German ones where the shop wants it so."""
    plan = listing(lists, requested)
    content = document(PER_LANGUAGE)

    groups = addon_groups("sanity", content, plan, SOLD, {})

    assert shown_ids(groups) == ([ids] if ids else [])
    assert chosen_addons({"sanity": content}, plan) == (("sanity", content) if ids else None)


def test_the_title_of_a_list_follows_the_reader() -> None:
    """The products are the default's, their heading is German all the same."""
    (found,) = addon_groups("sanity", document(PER_LANGUAGE), listing((EN, None), DE), SOLD, {})

    assert found.title == Localized("Dazu", "sanity", DE, False)
    assert shown_ids((found,)) == [[CAP, JEANS]]


# --- products by handle -----------------------------------------------------------------------

TEES_OWN = ProductContent(ProductRef(TEE, Handle("tee")), "doc", {})


def by_handle(handle: str, product_id: ProductId | None = None) -> ProductRef:
    return ProductRef(product_id, Handle(handle))


def judged(
    *refs: ProductRef,
    sold: Mapping[str, StorefrontProduct] | None = SOLD,
    documents: Mapping[str, ProductContent | None] = MappingProxyType({}),
) -> list[Addon]:
    content = replace(TEES_OWN, addons=(ProductReferences({None: refs}),))
    groups = addon_groups("sanity", content, plan("sanity"), sold, documents)
    return [item for group in groups for item in group.items]


def test_a_product_may_be_named_by_its_handle() -> None:
    """Medusa says which id it is; what Medusa does not sell keeps none."""
    cap = product(CAP, variant("9", 3))

    assert judged(by_handle("cap"), sold={"cap": cap}) == [Addon(CAP, AddonStatus.AVAILABLE, cap)]
    assert judged(by_handle("cap"), sold={}, documents={"cap": CAPS_OWN}) == [
        Addon(None, AddonStatus.UNPUBLISHED, None)
    ]


@pytest.mark.parametrize(
    ("documents", "status"),
    [
        ({CAP: CAPS_OWN}, AddonStatus.UNPUBLISHED),
        ({"cap": CAPS_OWN}, AddonStatus.UNPUBLISHED),
        ({CAP: None}, AddonStatus.DANGLING),
        ({"cap": None}, AddonStatus.DANGLING),
        ({JEANS: None}, AddonStatus.UNAVAILABLE),
    ],
)
def test_a_document_is_known_by_the_products_id_or_by_its_handle(
    documents: Mapping[str, ProductContent | None], status: AddonStatus
) -> None:
    """A system that knows products by handle is believed where a reference has both."""
    assert judged(by_handle("cap", CAP), sold={}, documents=documents) == [
        Addon(CAP, status, None)
    ]


def test_one_product_named_twice_is_one_addon() -> None:
    """An editor who names it by id and by handle does not see it twice."""
    cap = product(CAP, variant("9", 3))

    items = judged(ProductRef(CAP), by_handle("cap"), sold={CAP: cap, "cap": cap})

    assert items == [Addon(CAP, AddonStatus.AVAILABLE, cap)]


@pytest.mark.parametrize(
    "own", [ProductRef(TEE), by_handle("tee"), by_handle("renamed"), by_handle("old", TEE)]
)
def test_a_product_is_no_addon_of_itself_however_it_is_named(own: ProductRef) -> None:
    """By id, by handle, or by a handle of which only Medusa knows whose it is."""
    tee = product(TEE, variant("9", 3))

    assert judged(own, sold={"prod_tee": tee, "renamed": tee}) == []


def test_documents_that_are_gone_are_dangling_each() -> None:
    """Two targets of which nobody knows the product are two mistakes of the editor's."""
    items = judged(ProductRef(document_id="a"), ProductRef(document_id="b"), sold=None)

    assert items == [Addon(None, AddonStatus.DANGLING, None)] * 2
