"""Editors' menus, and what their lines lead to."""

import asyncio

import pytest

from bff.catalog.product_page import Wants
from bff.domain.commerce import Handle
from bff.domain.content import MenuEntry, PageRef
from bff.domain.pages import Menu
from bff.domain.storefront import AddonStatus, Degraded
from bff.errors import UpstreamUnavailable
from tests.catalog.fakes import (
    BOTH,
    DE,
    EN,
    LIFETIMES,
    Shop,
    Storefront,
    document,
    pid,
    shop_selling,
    shopper,
    turns,
)
from tests.catalog.writing import (
    APPAREL,
    SHIRTS,
    SUMMER,
    by_handle,
    by_id,
    entry,
    group_content,
    menu_document,
    named,
    writing_menus,
)


async def read(
    front: Storefront, handle: str = "main", *, language: str = "en", wants: Wants = BOTH
) -> tuple[Menu | None, tuple[Degraded, ...]]:
    """Ask for a menu."""
    return await front.catalog.menu(handle, shopper(language), wants, front.call())


async def found(front: Storefront, *, language: str = "en") -> Menu:
    """Ask for a menu that is there, and nothing is degraded."""
    menu, degraded = await read(front, language=language)
    assert menu is not None
    assert degraded == ()
    return menu


def shop_with_groups() -> Shop:
    """Return a shop with two categories and a collection."""
    shop = shop_selling("tee", "jeans")
    shop.all_categories = (APPAREL, SHIRTS)
    shop.all_collections = (SUMMER,)
    return shop


def everything() -> Storefront:
    """Return a storefront with a menu that leads to one of each."""
    page = PageRef("page_about", {EN: "about", DE: "ueber-uns"})
    lines = (
        entry("Shop", entry("Tee", product=by_id("tee")), entry("Jeans", product=by_id("jeans"))),
        MenuEntry({EN: "About", DE: "Wir"}, page=page),
        MenuEntry({EN: "Shirts"}, category=Handle("shirts")),
        MenuEntry({EN: "Summer"}, collection=Handle("summer")),
        MenuEntry({EN: "Elsewhere"}, urls={None: "https://example.com/"}),
    )
    cms = named("sanity", document("tee"), document("jeans"))
    cms.menu_documents = {"main": menu_document(*lines)}
    return Storefront(shop_with_groups(), cms)


async def test_a_menu() -> None:
    """Products of all levels are priced in one call; groups are Medusa's, addresses are ours."""
    front = everything()

    menu = await found(front)

    shop, about, shirts, summer, elsewhere = menu.items
    assert menu.source == "sanity"
    assert [(one.url, one.product and one.product.status) for one in shop.children] == [
        ("/en/p/tee", AddonStatus.AVAILABLE),
        ("/en/p/jeans", AddonStatus.AVAILABLE),
    ]
    assert about.page is not None
    assert (about.page.slug, about.url) == ("about", "/en/about")
    assert shirts.category is not None
    assert (shirts.category.title.value, shirts.url) == ("Shirts", "/en/c/shirts")
    assert summer.collection is not None
    assert (summer.collection.title.value, summer.url) == ("Summer", None)
    assert elsewhere.url == "https://example.com/"
    assert sorted(front.shop.operations()) == ["categories", "collections", "products"]
    assert [asked.operation for asked in front.systems[0].calls] == ["menus", "contents"]


async def test_other_languages() -> None:
    """A menu is kept with all its languages: another one costs nothing."""
    front = everything()
    await found(front)
    before = front.upstream_calls()

    menu = await found(front, language="de")

    about = menu.items[1]
    assert about.label is not None
    assert (about.label.value, about.url) == ("Wir", "/de/ueber-uns")
    assert front.upstream_calls() == before


async def test_all_lookups_leave_at_once() -> None:
    """Products, categories and collections are asked for side by side."""
    front = everything()
    gate = front.shop.traffic.hold()

    menu = asyncio.create_task(found(front))
    await front.shop.traffic.arrived(3)

    gate.set()
    assert len((await menu).items) == 5


async def test_products_that_nobody_looks_at() -> None:
    """Labels alone make Medusa price nothing."""
    front = everything()

    menu, degraded = await read(front, wants=Wants(products=False))

    assert menu is not None
    assert degraded == ()
    assert "products" not in front.shop.operations()


async def test_a_menu_of_addresses_costs_medusa_nothing() -> None:
    """A menu that names nothing of Medusa's does not ask it."""
    front = Storefront(
        shop_with_groups(), writing_menus("sanity", {"main": menu_document(entry("Home"))})
    )

    assert len((await found(front)).items) == 1
    assert front.upstream_calls() == (0, 1)


async def test_words_about_groups() -> None:
    """Editors' words are asked for about those groups only that the menu names."""
    front = everything()
    cms = front.systems[0]
    cms.group_documents = {"pcat_shirts": group_content("Shirts and more")}
    front = Storefront(front.shop, cms, groups=("sanity",))

    menu = await found(front)

    category = menu.items[2].category
    assert category is not None
    assert category.title.value == "Shirts and more"
    asked = {one.operation: one.keys for one in cms.calls}
    assert (asked["category"], asked["collection"]) == (("pcat_shirts",), ("pcol_summer",))


async def test_words_about_groups_that_nobody_looks_at() -> None:
    """Where nobody looks at a group's words nobody is asked for them."""
    whole = everything()
    front = Storefront(whole.shop, *whole.systems, groups=("sanity",))

    menu, _ = await read(front, wants=Wants(groups=False))

    assert menu is not None
    assert menu.items[2].category is not None
    assert [asked.operation for asked in front.systems[0].calls] == ["menus", "contents"]


async def test_what_medusa_does_not_have() -> None:
    """A line that leads nowhere stays, and says what became of its product."""
    lines = (
        entry("Gone", product=by_handle("gone")),
        MenuEntry({EN: "Old"}, category=Handle("old")),
    )
    front = Storefront(
        shop_with_groups(), writing_menus("strapi", {"main": menu_document(*lines)})
    )

    gone, old = (await found(front)).items

    assert gone.product is not None
    assert (gone.product.status, gone.url) == (AddonStatus.UNPUBLISHED, None)
    assert (old.category, old.url) == (None, None)


async def test_a_menu_without_medusa() -> None:
    """When Medusa is down the menu is there; what it would have said is missing."""
    front = everything()
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "any"))

    menu, degraded = await read(front)

    assert menu is not None
    assert len(menu.items) == 5
    first = menu.items[0].children[0].product
    assert first is not None
    assert first.status is AddonStatus.UNAVAILABLE
    assert menu.items[2].category is None
    assert degraded == (Degraded("medusa", "UPSTREAM_UNAVAILABLE", "nothing"),)


async def test_no_such_menu() -> None:
    """A menu that nobody has is none; an outage is not told so."""
    front = Storefront(shop_selling(), writing_menus("sanity", {}), writing_menus("strapi", {}))

    assert await read(front, "footer") == (None, ())
    assert front.upstream_calls() == (0, 1, 1)

    front.clock.advance(LIFETIMES.absent.fresh)
    front.systems[1].traffic.fail(UpstreamUnavailable("strapi", "menus"))
    with pytest.raises(UpstreamUnavailable):
        await read(front, "footer")


async def test_the_first_in_order_wins() -> None:
    """The preferred system's menu is shown, and is waited for."""
    first = writing_menus("strapi", {"main": menu_document(entry("New"))})
    second = writing_menus("sanity", {"main": menu_document(entry("Old"))})
    front = Storefront(shop_selling(), second, first, menus=("strapi", "sanity"))
    gate = first.traffic.hold()

    menu = asyncio.create_task(found(front))
    await second.traffic.arrived(1)
    await turns()
    gate.set()

    assert (await menu).source == "strapi"


async def test_the_first_fails() -> None:
    """When the preferred system is down the other's menu is shown, as degraded."""
    first = writing_menus("strapi", {})
    second = writing_menus("sanity", {"main": menu_document(entry("Old"))})
    front = Storefront(shop_selling(), first, second)
    first.traffic.fail(UpstreamUnavailable("strapi", "menus"))

    menu, degraded = await read(front)

    assert menu is not None
    assert degraded == (Degraded("strapi", "UPSTREAM_UNAVAILABLE", "sanity"),)


async def test_a_second_visit_costs_nothing() -> None:
    """A menu and all that it leads to is kept."""
    front = everything()
    first = await found(front)
    before = front.upstream_calls()

    assert await found(front) == first
    assert front.upstream_calls() == before
    assert front.shop.calls[0].keys in {(pid("tee"), pid("jeans")), ("",)}
