"""Content systems that fail or lag with an old copy at hand: the copy is shown."""

import asyncio

import pytest

from bff.catalog.product_page import Answer
from bff.domain.commerce import Handle
from bff.domain.storefront import AddonStatus, Degraded
from bff.errors import UpstreamUnavailable
from bff.ports import Call, GroupKind, Trail
from tests.catalog.fakes import (
    A_MOMENT,
    BOTH,
    RICH,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    shop_selling,
    shopper,
    titles,
    turns,
)
from tests.catalog.writing import (
    APPAREL,
    by_id,
    entry,
    group_content,
    menu_document,
    named,
    page_document,
)

DOWN = UpstreamUnavailable("sanity", "contents")
AGES = 8000
"""Seconds after which content has to be fetched before it is shown."""


def one_page(
    content_budget: float = 60,
    pages: tuple[str, ...] = ("sanity", "strapi"),
    menus: tuple[str, ...] = ("sanity", "strapi"),
) -> Storefront:
    """Return a storefront with one tee and its addon, and pages of two content systems."""
    shop = shop_selling("tee", "jeans")
    shop.all_categories = (APPAREL,)
    sanity = cms_with(document("tee", addons=["jeans"]), document("jeans"))
    strapi = named("strapi")
    sanity.page_documents = [page_document("about", title="Sanity about")]
    strapi.page_documents = [page_document("about", title="Strapi about")]
    sanity.menu_documents = {"main": menu_document(entry("Sanity line", product=by_id("tee")))}
    sanity.group_documents = {APPAREL.id: group_content("Sanity apparel")}
    return Storefront(
        shop,
        sanity,
        strapi,
        lifetimes=RICH,
        content_budget=content_budget,
        pages=pages,
        menus=menus,
        groups=("sanity",),
    )


async def look(front: Storefront) -> tuple[Answer[Handle], Trail]:
    """Return the tee's page and its trail."""
    trail = Trail()
    call = Call(front.clock() + 60, trail=trail)
    return await front.catalog.by_handles([Handle("tee")], shopper(), BOTH, call), trail


async def test_a_content_system_that_is_down_for_days() -> None:
    """The page reads as before, addons included, and says that it is old."""
    front = one_page()
    await look(front)
    front.clock.advance(AGES)
    front.systems[0].traffic.fail(DOWN)

    answer, trail = await look(front)

    assert titles(answer) == {"tee": "Sanity tee"}
    assert [one.status for one in addons_of(answer.products[Handle("tee")])] == [
        AddonStatus.AVAILABLE
    ]
    assert answer.degraded == ()
    assert [*trail.degraded] == [Degraded("sanity", "UPSTREAM_UNAVAILABLE", "copy", AGES)]


async def test_a_content_system_that_is_slow() -> None:
    """After the budget an old text of the editors' beats Medusa's, and addons are still there."""
    front = one_page(content_budget=A_MOMENT)
    await look(front)
    front.clock.advance(AGES)
    sanity = front.systems[0].traffic.hold()

    answer, trail = await asyncio.wait_for(look(front), 10)

    assert titles(answer) == {"tee": "Sanity tee"}
    assert len(addons_of(answer.products[Handle("tee")])) == 1
    assert answer.degraded == ()
    assert [*trail.degraded] == [Degraded("sanity", "UPSTREAM_TIMEOUT", "copy", AGES)]
    sanity.set()
    await turns()
    _, healed = await look(front)
    assert not healed.degraded


async def test_one_document_of_two() -> None:
    """A product whose document cannot be had costs the other product nothing of its text."""
    front = one_page()
    await front.by_ids("jeans")
    front.systems[0].traffic.fail(DOWN)

    answer = await front.by_ids("jeans", "tee")

    assert titles(answer) == {pid("jeans"): "Sanity jeans", pid("tee"): f"Medusa {pid('tee')}"}
    assert [one.served for one in answer.degraded] == ["strapi, medusa"]


async def test_an_edited_text_in_an_outage() -> None:
    """A text that was edited may still be shown while the new one cannot be had."""
    front = one_page()
    await look(front)
    await front.mark("sanity:doc_tee", "sanity:?")
    front.systems[0].traffic.fail(DOWN)

    answer, trail = await look(front)

    assert titles(answer) == {"tee": "Sanity tee"}
    assert [one.served for one in trail.degraded] == ["copy"]


async def test_a_deleted_document_in_an_outage() -> None:
    """A text that was deleted is not shown again: Medusa's takes its place."""
    front = one_page()
    await look(front)
    await front.mark("sanity:doc_tee", is_gone=True)
    await front.mark("sanity:?")
    front.systems[0].traffic.fail(DOWN)

    answer, trail = await look(front)

    assert titles(answer) == {"tee": f"Medusa {pid('tee')}"}
    assert [one.served for one in trail.degraded] == ["nothing"]


async def test_a_document_that_was_written_in_an_outage() -> None:
    """That there is no text is not believed after somebody wrote one."""
    front = one_page()
    front.systems[0].documents.clear()
    await look(front)
    await front.mark("sanity:doc_tee", "sanity:?")
    front.systems[0].traffic.fail(DOWN)

    answer, _ = await look(front)

    assert answer.degraded == (Degraded("sanity", "UPSTREAM_UNAVAILABLE", "strapi, medusa"),)


@pytest.mark.parametrize("is_slow", [False, True], ids=["down", "slow"])
async def test_a_page(*, is_slow: bool) -> None:
    """The old page of the content system that is preferred beats another one's page."""
    front = one_page(content_budget=A_MOMENT)
    await front.catalog.page("about", shopper(), BOTH, front.call())
    front.clock.advance(AGES)
    if is_slow:
        front.systems[0].traffic.hold()
    else:
        front.systems[0].traffic.fail(DOWN)
    trail = Trail()

    page, degraded = await front.catalog.page(
        "about", shopper(), BOTH, Call(front.clock() + 60, trail=trail)
    )

    assert page is not None
    assert page.title is not None
    assert page.title.value == "Sanity about"
    assert degraded == ()
    assert [(one.source, one.served) for one in trail.degraded] == [("sanity", "copy")]


async def test_the_page_of_a_slow_system_and_its_products() -> None:
    """The old page is there after the budget, not at the deadline: its products are priced."""
    front = one_page(content_budget=A_MOMENT, pages=("sanity",))
    front.systems[0].page_documents = [page_document("about", by_id("tee"), title="Sanity about")]
    await front.catalog.page("about", shopper(), BOTH, front.call())
    front.clock.advance(AGES)
    held = front.systems[0].traffic.hold()

    async with asyncio.timeout(10):
        page, _ = await front.catalog.page("about", shopper(), BOTH, front.call())

    assert page is not None
    assert page.title is not None
    assert page.title.value == "Sanity about"
    assert [item.status for item in page.items] == [AddonStatus.AVAILABLE]
    held.set()


async def test_the_menu_of_a_slow_system() -> None:
    """The old menu is there after the budget, too."""
    front = one_page(content_budget=A_MOMENT, menus=("sanity",))
    await front.catalog.menu("main", shopper(), BOTH, front.call())
    front.clock.advance(AGES)
    held = front.systems[0].traffic.hold()

    async with asyncio.timeout(10):
        menu, _ = await front.catalog.menu("main", shopper(), BOTH, front.call())

    assert menu is not None
    assert [item.label.value for item in menu.items if item.label] == ["Sanity line"]
    held.set()


async def test_a_slow_page_of_which_there_is_no_copy() -> None:
    """It is waited for: nothing could be shown in its place."""
    front = one_page(content_budget=A_MOMENT, pages=("sanity",))
    held = front.systems[0].traffic.hold()
    asking = asyncio.create_task(front.catalog.page("about", shopper(), BOTH, front.call()))
    done, _ = await asyncio.wait({asking}, timeout=20 * A_MOMENT)

    assert not done
    held.set()
    page, degraded = await asking
    assert page is not None
    assert degraded == ()


async def test_a_slow_page_of_which_the_second_system_has_a_copy() -> None:
    """With all of them slow an old page is shown, whoever has it."""
    front = one_page(content_budget=A_MOMENT)
    front.systems[0].page_documents = []
    await front.catalog.page("about", shopper(), BOTH, front.call())
    front.clock.advance(AGES)
    held = [system.traffic.hold() for system in front.systems]

    async with asyncio.timeout(10):
        page, degraded = await front.catalog.page("about", shopper(), BOTH, front.call())

    assert page is not None
    assert page.title is not None
    assert page.title.value == "Strapi about"
    assert degraded == (Degraded("sanity", "UPSTREAM_TIMEOUT", "strapi"),)
    for one in held:
        one.set()


async def test_a_deleted_page_in_an_outage() -> None:
    """A page that was deleted is not shown again; the other content system's page is."""
    front = one_page()
    await front.catalog.page("about", shopper(), BOTH, front.call())
    await front.mark("sanity:page_about", is_gone=True)
    front.systems[0].traffic.fail(DOWN)

    page, _ = await front.catalog.page("about", shopper(), BOTH, front.call())

    assert page is not None
    assert page.title is not None
    assert page.title.value == "Strapi about"


async def test_a_slow_page_that_took_the_place_of_a_deleted_one() -> None:
    """What is gone is no old copy: the new page is waited for, and is not "not found"."""
    front = one_page(content_budget=A_MOMENT, pages=("sanity",))
    await front.catalog.page("about", shopper(), BOTH, front.call())
    await front.mark("sanity:page_about", is_gone=True)
    front.systems[0].page_documents = [page_document("about", title="Written anew")]
    held = front.systems[0].traffic.hold()
    asking = asyncio.create_task(front.catalog.page("about", shopper(), BOTH, front.call()))
    done, _ = await asyncio.wait({asking}, timeout=20 * A_MOMENT)

    assert not done
    held.set()
    page, degraded = await asking
    assert page is not None
    assert page.title is not None
    assert page.title.value == "Written anew"
    assert degraded == ()


async def test_a_menu() -> None:
    """The navigation is shown as it was, for days."""
    front = one_page()
    await front.catalog.menu("main", shopper(), BOTH, front.call())
    front.clock.advance(AGES)
    front.systems[0].traffic.fail(DOWN)

    menu, _ = await front.catalog.menu("main", shopper(), BOTH, front.call())

    assert menu is not None
    assert [item.label.value for item in menu.items if item.label] == ["Sanity line"]


@pytest.mark.parametrize("is_slow", [False, True], ids=["down", "slow"])
async def test_a_group(*, is_slow: bool) -> None:
    """What was written about a category is shown as it was."""
    front = one_page(content_budget=A_MOMENT)
    before, _ = await front.catalog.categories(shopper(), front.call())
    front.clock.advance(AGES)
    if is_slow:
        front.systems[0].traffic.hold()
    else:
        front.systems[0].traffic.fail(DOWN)

    after, degraded = await front.catalog.categories(shopper(), front.call())

    assert [group.title.value for group in after] == ["Sanity apparel"]
    assert (after, degraded) == (before, ())
    assert GroupKind.CATEGORY.value in front.systems[0].calls[-1].operation
