"""A menu as a shopper reads it, and where its lines lead."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Handle,
    ProductId,
    ProductOffer,
)
from bff.domain.content import MenuContent, MenuEntry, PageRef, ProductContent, ProductRef
from bff.domain.locale import Locale
from bff.domain.merge_group import merge_group
from bff.domain.merge_menu import MenuTargets, menu_entries, menu_refs, merge_menu
from bff.domain.merge_policy import MergePlan
from bff.domain.pages import Menu, MenuItem, PageTarget
from bff.domain.storefront import Addon, AddonStatus, Localized, StorefrontProduct
from bff.domain.urls import UrlKind, UrlTemplates
from tests.domain.merging import (
    BARE,
    CAP_ID,
    DE,
    EN,
    ES,
    FR,
    TEE_ID,
    merged,
    plan_for,
)

URLS = UrlTemplates(
    {
        UrlKind.PRODUCT: {None: "/{locale}/p/{handle}"},
        UrlKind.PAGE: {None: "/{locale}/{slug}"},
        UrlKind.CATEGORY: {None: "/{locale}/c/{handle}"},
        UrlKind.COLLECTION: {None: "/{locale}/s/{handle}"},
    }
)
SHIRTS = merge_group(Category("pcat_1", "shirts", "Shirts"), {}, plan_for("de"))
SUMMER = merge_group(Collection("pcol_1", "summer", "Summer"), {}, plan_for("de"))
ABOUT = PageRef("page_1", {EN: "about", DE: "über-uns"})


def tee() -> StorefrontProduct:
    plan = plan_for("de")
    shown = merged({}, plan, BARE)
    return replace(shown, commerce=CommerceProduct(BARE, ProductOffer(plan.context.pricing, {})))


TEE = tee()
TARGETS = MenuTargets(
    {TEE_ID: TEE},
    {},
    categories={Handle("shirts"): SHIRTS},
    collections={Handle("summer"): SUMMER},
)


def menu(*entries: MenuEntry) -> MenuContent:
    return MenuContent("main", {None: entries})


def line(
    entry: MenuEntry,
    tag: str = "de",
    *,
    targets: MenuTargets = TARGETS,
    urls: UrlTemplates = URLS,
) -> MenuItem:
    """Return what a shopper sees of one entry."""
    (item,) = merge_menu("sanity", menu(entry), plan_for(tag), targets, urls).items
    return item


# --- which list -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lists", "label"),
    [
        ({DE: "Hemden", EN: "Shirts"}, "Hemden"),
        ({EN: "Shirts", None: "All"}, "All"),
        ({EN: "Shirts", DE: None}, "Shirts"),
        ({ES: "Camisas"}, None),
        ({}, None),
    ],
)
def test_the_first_list_along_the_chain_is_shown(
    lists: Mapping[Locale | None, str | None], label: str | None
) -> None:
    """A menu per language is the shopper's, else the nearest that has any line."""
    content = MenuContent(
        "main",
        {tag: (MenuEntry({None: text}),) if text else () for tag, text in lists.items()},
    )

    shown = merge_menu("sanity", content, plan_for("de"), TARGETS, URLS)

    assert [item.label and item.label.value for item in shown.items] == ([label] if label else [])
    assert (shown.id, shown.source) == ("main", "sanity")


def test_an_empty_menu_is_a_menu() -> None:
    """Nothing to show is no error."""
    assert merge_menu("strapi", menu(), plan_for("de"), TARGETS, URLS) == Menu(
        "main", "strapi", ()
    )


# --- labels and addresses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        ({DE: "Über uns", EN: "About"}, Localized("Über uns", "sanity", DE, False)),
        ({DE: " ", EN: "About"}, Localized("About", "sanity", EN, True)),
        ({None: "A", EN: "About"}, Localized("A", "sanity", None, False)),
        ({FR: "Nous"}, None),
        ({}, None),
    ],
)
def test_a_label_is_in_the_readers_language(
    labels: Mapping[Locale | None, str], shown: Localized[str] | None
) -> None:
    """Labels follow the chain and say where they came from; none is made up."""
    assert line(MenuEntry(labels)).label == shown


@pytest.mark.parametrize(
    ("urls", "url"),
    [
        ({DE: "/ueber", EN: "/about"}, "/ueber"),
        ({DE: " ", EN: "/about"}, "/about"),
        ({None: "https://blog.example/?a=1"}, "https://blog.example/?a=1"),
        ({None: "javascript:alert(1)"}, None),
        ({None: "data:text/html,x"}, None),
        ({FR: "/nous"}, None),
        ({}, None),
    ],
)
def test_an_address_of_the_editors_is_followed_if_it_is_safe(
    urls: Mapping[Locale | None, str], url: str | None
) -> None:
    """An address is in the reader's language; one that runs a script leads nowhere."""
    assert line(MenuEntry({}, urls)).url == url


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        (MenuEntry({}, page=ABOUT), "/de/%C3%BCber-uns"),
        (MenuEntry({}, product=ProductRef(TEE_ID)), "/de/p/tee"),
        (MenuEntry({}, category=Handle("shirts")), "/de/c/shirts"),
        (MenuEntry({}, collection=Handle("summer")), "/de/s/summer"),
        (MenuEntry({}, {None: "/sale"}, page=ABOUT), "/sale"),
        (MenuEntry({}, {None: "javascript:x"}, category=Handle("shirts")), "/de/c/shirts"),
        (MenuEntry({}, page=ABOUT, product=ProductRef(TEE_ID)), "/de/%C3%BCber-uns"),
        (MenuEntry({}, page=PageRef("p", {}), product=ProductRef(TEE_ID)), "/de/p/tee"),
        (MenuEntry({}, product=ProductRef(CAP_ID)), None),
        (MenuEntry({}, product=ProductRef(CAP_ID), category=Handle("shirts")), "/de/c/shirts"),
        (MenuEntry({}, category=Handle("gone"), collection=Handle("summer")), "/de/s/summer"),
        (MenuEntry({}), None),
    ],
)
def test_an_address_is_made_of_the_first_thing_that_is_there(
    entry: MenuEntry, url: str | None
) -> None:
    """The editor's own goes first; what is not sold or not in Medusa has no address."""
    assert line(entry).url == url


def test_without_templates_a_line_still_says_where_it_leads() -> None:
    """A storefront that makes its own addresses has slug and handle."""
    item = line(MenuEntry({}, page=ABOUT, category=Handle("shirts")), urls=UrlTemplates())

    assert item.url is None
    assert item.page == PageTarget("page_1", "über-uns")
    assert item.category is SHIRTS


def test_an_address_is_in_the_language_that_was_applied() -> None:
    """An Austrian is led to the German page, an Italian to the default's."""
    entry = MenuEntry({}, page=ABOUT)

    assert line(entry, "de-AT").url == "/de/%C3%BCber-uns"
    assert line(entry, "it").url == "/en/about"


# --- what it leads to -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slugs", "page"),
    [
        ({DE: "ueber", EN: "about"}, PageTarget("page_1", "ueber")),
        ({FR: "nous"}, PageTarget("page_1", "nous")),
        ({DE: " "}, None),
        ({}, None),
    ],
)
def test_a_page_is_named_by_its_nearest_slug(
    slugs: Mapping[Locale | None, str], page: PageTarget | None
) -> None:
    """A page that has no slug at all cannot be asked for."""
    assert line(MenuEntry({}, page=PageRef("page_1", slugs))).page == page


def test_a_product_has_the_status_of_an_addon() -> None:
    """What is sold carries the product; what is gone, or not to be told, says so."""
    gone: Mapping[str, ProductContent | None] = {CAP_ID: None}

    assert line(MenuEntry({}, product=ProductRef(TEE_ID))).product == Addon(
        TEE_ID, AddonStatus.NO_PRICE_IN_REGION, TEE
    )
    cap = MenuEntry({}, product=ProductRef(CAP_ID))
    assert line(cap, targets=replace(TARGETS, documents=gone)).product == Addon(
        CAP_ID, AddonStatus.DANGLING, None
    )
    assert line(cap, targets=replace(TARGETS, sold=None)).product == Addon(
        CAP_ID, AddonStatus.UNAVAILABLE, None
    )
    assert line(MenuEntry({})).product is None


def test_a_group_that_medusa_lacks_is_left_out_of_its_line() -> None:
    """The label stays; a category and a collection of one handle are two things."""
    item = line(MenuEntry({DE: "Neu"}, category=Handle("summer"), collection=Handle("shirts")))

    assert item.label
    assert (item.category, item.collection, item.url) == (None, None, None)


def test_lines_keep_the_editors_order_on_every_level() -> None:
    """Nothing is dropped: a heading without a target holds its lines together."""
    below = MenuEntry(
        {DE: "Hemden"}, category=Handle("shirts"), children=(MenuEntry({DE: "Neu"}),)
    )
    content = menu(MenuEntry({DE: "Shop"}, children=(MenuEntry({}), below)), MenuEntry({DE: "B"}))

    shop, blog = merge_menu("sanity", content, plan_for("de"), TARGETS, URLS).items

    assert (shop.label, shop.url) == (Localized("Shop", "sanity", DE, False), None)
    assert [child.url for child in shop.children] == [None, "/de/c/shirts"]
    assert [one.label and one.label.value for one in shop.children[1].children] == ["Neu"]
    assert blog.label == Localized("B", "sanity", DE, False)


# --- what has to be priced --------------------------------------------------------------------


def test_all_products_of_the_shown_list_are_asked_for_once() -> None:
    """One call prices every level of a menu; another language's list costs nothing."""
    tee_line, cap_line = (MenuEntry({}, product=ProductRef(one)) for one in (TEE_ID, CAP_ID))
    heading = MenuEntry({DE: "Shop"}, children=(cap_line, replace(tee_line, children=(cap_line,))))
    french = MenuEntry({}, product=ProductRef(ProductId("prod_fr")))
    content = MenuContent("main", {EN: (french,), DE: (heading, tee_line)})
    plan: MergePlan = plan_for("de")

    assert [ref.id for ref in menu_refs(content, plan)] == [CAP_ID, TEE_ID]
    assert menu_entries(content, plan) == (heading, tee_line)
    assert menu_refs(menu(), plan) == ()
