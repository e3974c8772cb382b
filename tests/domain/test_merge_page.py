"""An editor's page as a shopper reads it."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.commerce import CommerceProduct, Handle, Image, ProductId, ProductOffer
from bff.domain.content import (
    ContentFields,
    PageContent,
    Picture,
    ProductContent,
    ProductRef,
    ProductReferences,
)
from bff.domain.locale import Locale
from bff.domain.merge_page import merge_page, page_addons, page_called, page_items
from bff.domain.merge_policy import Field, MergePlan, MergePolicy
from bff.domain.pages import Page
from bff.domain.storefront import Addon, AddonStatus, Localized, StorefrontProduct
from tests.domain.merging import (
    BARE,
    CAP_ID,
    DE,
    EN,
    ES,
    FR,
    HERO,
    HERO_PICTURE,
    REQUESTS,
    TEE_ID,
    Written,
    merged,
    plan_for,
    policy,
    rich,
    titles,
)

NOTHING = ProductReferences({})


def page(
    written: Written,
    slugs: Mapping[Locale | None, str] | None = None,
    items: ProductReferences = NOTHING,
) -> PageContent:
    return PageContent("doc", {None: "about"} if slugs is None else slugs, written, items)


def test_a_page_is_read_along_the_chain() -> None:
    """Every field is in its best language, and says in which; the source is the page's own."""
    written: Written = {
        DE: ContentFields(title="Über uns", attributes={"layout": "wide", "note": " "}),
        EN: ContentFields(
            title="About",
            description=rich("We."),
            seo_title="About us",
            seo_description="Who",
            attributes={"layout": "narrow", "note": "Old"},
        ),
        None: ContentFields(images=(HERO_PICTURE,)),
    }
    plan = plan_for("de")

    assert merge_page("strapi", page(written), plan) == Page(
        id="doc",
        source="strapi",
        slug="about",
        title=Localized("Über uns", "strapi", DE, False),
        body=Localized(rich("We."), "strapi", EN, True),
        seo_title=Localized("About us", "strapi", EN, True),
        seo_description=Localized("Who", "strapi", EN, True),
        images=Localized((HERO,), "strapi", None, False),
        attributes={
            "layout": Localized("wide", "strapi", DE, False),
            "note": Localized("Old", "strapi", EN, True),
        },
        context=plan.context,
    )


def test_a_page_that_nobody_wrote_has_its_slug_only() -> None:
    """An empty page is there, and empty."""
    shown = merge_page(
        "sanity", page({DE: ContentFields(title=" ", subtitle="x")}), plan_for("de")
    )

    assert (shown.title, shown.body, shown.images, shown.attributes) == (None, None, None, {})
    assert (shown.seo_title, shown.seo_description) == (None, None)
    assert (shown.items, shown.alternates) == ((), ())


def test_a_page_needs_no_place_in_the_policy() -> None:
    """A policy for products that asks other systems, or for copies only, costs no page a text."""
    plan = plan_for("de", MergePolicy({}, EN))

    assert merge_page("strapi", page(titles(en="About")), plan).title == Localized(
        "About", "strapi", EN, True
    )


@pytest.mark.parametrize(
    ("requested", "slug"),
    [
        ("de", "über-uns"),
        ("de-AT", "über-uns"),
        ("en", "about"),
        ("es-MX", "sobre"),
        ("it", "about"),
    ],
)
def test_a_page_found_by_any_slug_is_answered_in_the_requested_language(
    requested: str, slug: str
) -> None:
    """A German who follows an English link reads German, and learns the German address."""
    content = page(
        titles(de="Über uns", en="About", es="Sobre"),
        {EN: "about", DE: "über-uns", ES: "sobre"},
    )

    shown = merge_page("sanity", content, plan_for(requested))

    assert shown.slug == slug
    assert shown.title
    assert shown.title.value == {"ü": "Über uns", "a": "About", "s": "Sobre"}[slug[0]]


@pytest.mark.parametrize(
    ("slugs", "slug"),
    [
        ({None: "all", EN: "about"}, "all"),
        ({DE: " ", EN: "about"}, "about"),
        ({FR: "nous"}, "nous"),
        ({FR: " ", ES: "sobre"}, "sobre"),
        ({}, ""),
    ],
)
def test_the_nearest_slug_is_shown(slugs: Mapping[Locale | None, str], slug: str) -> None:
    """A page that is not there in a language keeps an address that leads to it."""
    assert merge_page("sanity", page({}, slugs), plan_for("de")).slug == slug


@pytest.mark.parametrize("is_older_first", [True, False])
@pytest.mark.parametrize(
    ("requested", "called"),
    [
        ("es", "contacto"),
        ("es-MX", "contacto"),
        ("de", "auskunft"),
        ("de-AT", "auskunft"),
        ("en", "hours"),
        ("fr", "hours"),
    ],
)
def test_a_slug_that_pages_share_means_the_nearest(
    requested: str, called: str, is_older_first: bool
) -> None:
    """Whatever is older, and whatever else those pages are called in his language."""
    pages = {
        "contacto": page({}, {EN: "contact", ES: "info", None: "contacto"}),
        "auskunft": page({}, {EN: "help", ES: "ayuda", DE: "info"}),
        "hours": page({}, {EN: "info", ES: "horario", DE: "zeiten"}),
    }
    order = [*pages.values()] if is_older_first else [*pages.values()][::-1]

    assert page_called("info", order, plan_for(requested).reading) == pages[called]


def test_a_neutral_slug_comes_before_a_foreign_one() -> None:
    """As everything that belongs to no language does."""
    foreign, neutral = page({}, {EN: "info"}), page({}, {None: "info"})

    assert page_called("info", [foreign, neutral], plan_for("de").reading) == neutral
    assert page_called("info", [foreign, neutral], plan_for("en").reading) == foreign


@pytest.mark.parametrize("slugs", [{EN: "info"}, {FR: "info"}, {FR: " "}, {}])
def test_a_slug_that_says_nothing_to_the_shopper_means_the_first(
    slugs: Mapping[Locale | None, str],
) -> None:
    """Pages that are called alike in one language, or in none that he reads, keep their order."""
    first, second = page(titles(en="First"), slugs), page(titles(en="Second"), slugs)

    for pages in ([first, second], [second, first]):
        assert page_called("info", pages, plan_for("de").reading) == pages[0]


def test_a_page_is_not_in_two_languages_either() -> None:
    """What moves together on products does on pages; a title that only German has still stands."""
    rules = replace(policy("sanity"), together=((Field.TITLE, Field.DESCRIPTION),))
    english = ContentFields(title="About", description=rich("We."))
    both: Written = {DE: ContentFields(title="Wir"), EN: english}
    group = (Field.TITLE, Field.DESCRIPTION, Field.SEO_TITLE)
    wider = replace(rules, together=(group,))
    untitled: Written = {
        DE: ContentFields(title="Wir"),
        EN: ContentFields(description=rich("We."), seo_title="About"),
    }

    shown = merge_page("sanity", page(both), plan_for("de", rules))
    named = merge_page("sanity", page(untitled), plan_for("de", wider))

    assert shown.title == Localized("About", "sanity", EN, True)
    assert shown.body == Localized(rich("We."), "sanity", EN, True)
    assert named.title == Localized("Wir", "sanity", DE, False)
    assert named.body == Localized(rich("We."), "sanity", EN, True)


def test_pictures_of_a_page_are_described_in_its_language() -> None:
    """The words below a picture follow the reader."""
    gallery = Picture("a.jpg", {DE: "Wir", EN: "Us"})

    shown = merge_page("sanity", page({None: ContentFields(images=(gallery,))}), plan_for("de"))

    assert shown.images == Localized((Image("a.jpg", "Wir"),), "sanity", None, False)


# --- the products that it shows ---------------------------------------------------------------


def listed(*ids: ProductId) -> tuple[ProductRef, ...]:
    return tuple(map(ProductRef, ids))


ONE_PER_LANGUAGE = ProductReferences({EN: listed(CAP_ID), DE: listed(TEE_ID, CAP_ID, TEE_ID)})


@pytest.mark.parametrize(
    ("lists", "ids"),
    [
        (None, [TEE_ID, CAP_ID]),
        ((EN, None), [CAP_ID]),
        ((None, FR), []),
    ],
)
def test_the_list_of_products_is_in_the_language_that_the_shop_chose(
    lists: tuple[Locale | None, ...] | None, ids: list[ProductId]
) -> None:
    """The shopper's own list, or the default language's where that is configured."""
    plan = plan_for("de", replace(policy("sanity"), lists=lists))

    assert [ref.id for ref in page_items(page({}, items=ONE_PER_LANGUAGE), plan)] == ids


def sold(product: str) -> StorefrontProduct:
    """Return a product that Medusa sells, without a price."""
    text = replace(BARE, id=ProductId(product), handle=Handle(product.removeprefix("prod_")))
    plan = plan_for("de")
    offer = ProductOffer(plan.context.pricing, {})
    return replace(merged({}, plan, text), commerce=CommerceProduct(text, offer))


def test_products_of_a_page_have_the_statuses_of_addons() -> None:
    """What is sold, gone, hidden or not to be told is said of each, in the editor's order."""
    refs = (
        ProductRef(CAP_ID),
        ProductRef(handle=Handle("tee")),
        ProductRef(TEE_ID),
        ProductRef(ProductId("prod_gone")),
        ProductRef(handle=Handle("hidden")),
        ProductRef(document_id="lost"),
        ProductRef(ProductId("prod_late")),
    )
    tee = sold("prod_tee")
    documents: Mapping[str, ProductContent | None] = {
        "prod_gone": None,
        "hidden": ProductContent(ProductRef(), "h", {}),
        CAP_ID: None,
    }
    content = page({}, items=ProductReferences({None: refs}))

    items = page_addons(content, plan_for("de"), {"tee": tee, TEE_ID: tee}, documents)

    assert items == (
        Addon(CAP_ID, AddonStatus.DANGLING, None),
        Addon(TEE_ID, AddonStatus.NO_PRICE_IN_REGION, tee),
        Addon(ProductId("prod_gone"), AddonStatus.DANGLING, None),
        Addon(None, AddonStatus.UNPUBLISHED, None),
        Addon(None, AddonStatus.DANGLING, None),
        Addon(ProductId("prod_late"), AddonStatus.UNAVAILABLE, None),
    )


def test_products_of_a_page_are_unavailable_while_medusa_is_silent() -> None:
    """The page is there all the same, and says that its products cannot be told."""
    content = page({}, items=ProductReferences({None: listed(TEE_ID, CAP_ID)}))

    items = page_addons(content, plan_for("de"), None, {})

    assert [item.status for item in items] == [AddonStatus.UNAVAILABLE] * 2


# --- any page ---------------------------------------------------------------------------------

_TEXTS = st.dictionaries(
    st.sampled_from((None, EN, DE, ES, FR)),
    st.builds(
        ContentFields,
        title=st.sampled_from((None, " ", "Wir")),
        description=st.sampled_from(("", "Text")).map(rich),
    ),
)
_SLUGS = st.dictionaries(
    st.sampled_from((None, EN, DE, FR)), st.sampled_from((" ", "a", "b")), min_size=1
)


@given(_TEXTS, _SLUGS, REQUESTS.map(plan_for))
def test_a_page_shows_only_what_its_editor_wrote(
    written: Written, slugs: Mapping[Locale | None, str], plan: MergePlan
) -> None:
    """No blank is shown, no language outside the chain, and the slug is one of the page's."""
    shown = merge_page("sanity", page(written, slugs), plan)

    for won in (shown.title, shown.body):
        assert won is None or won.locale in plan.reading
    assert shown.slug in {slug for slug in slugs.values() if slug.strip()} or not any(
        slug.strip() for slug in slugs.values()
    )
