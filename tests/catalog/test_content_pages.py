"""Editors' pages, and the products that they show."""

import asyncio

import pytest

from bff.catalog.product_page import Wants
from bff.domain.content import ProductRef
from bff.domain.pages import Page
from bff.domain.storefront import AddonStatus, Degraded
from bff.errors import UpstreamError, UpstreamTimeout, UpstreamUnavailable
from tests.catalog.fakes import (
    A_MOMENT,
    BOTH,
    DE,
    EN,
    LIFETIMES,
    Storefront,
    document,
    pid,
    shop_selling,
    shopper,
    turns,
)
from tests.catalog.writing import (
    APPAREL,
    SUMMER,
    by_handle,
    by_id,
    group_content,
    handle_cms,
    handle_document,
    named,
    page_document,
    writing_pages,
)

DOWN = UpstreamUnavailable("x", "pages")
NO_PRODUCTS = Wants(products=False)


async def read(
    front: Storefront, slug: str = "about", *, language: str = "en", wants: Wants = BOTH
) -> tuple[Page | None, tuple[Degraded, ...]]:
    """Ask for a page."""
    return await front.catalog.page(slug, shopper(language), wants, front.call())


async def found(front: Storefront, slug: str = "about", *, language: str = "en") -> Page:
    """Ask for a page that is there, and nothing is degraded."""
    page, degraded = await read(front, slug, language=language)
    assert page is not None
    assert degraded == ()
    return page


def landing() -> Storefront:
    """Return a storefront with a page that shows two products."""
    cms = named("sanity", document("tee"), document("jeans"))
    cms.page_documents = [page_document("about", by_id("tee"), by_id("jeans"), german="ueber-uns")]
    return Storefront(shop_selling("tee", "jeans"), cms)


async def test_a_page_with_products() -> None:
    """All products of a page are priced with one call to Medusa, and described with one more."""
    front = landing()

    page = await found(front)

    assert page.title is not None
    assert (page.slug, page.title.value, page.source) == ("about", "About us", "sanity")
    assert [item.status for item in page.items] == [AddonStatus.AVAILABLE] * 2
    assert [item.product.title.value for item in page.items if item.product] == [
        "Sanity tee",
        "Sanity jeans",
    ]
    assert front.upstream_calls() == (1, 2)
    assert front.shop.calls[0].keys == (pid("tee"), pid("jeans"))


async def test_other_languages() -> None:
    """Another language of a page costs nothing: a page is kept with all its languages."""
    front = landing()
    await found(front)
    before = front.upstream_calls()

    page = await found(front, language="de")

    assert page.title is not None
    assert (page.slug, page.title.value) == ("ueber-uns", "About us deutsch")
    assert [(one.locale, one.name, one.url) for one in page.alternates] == [
        (EN, "about", "/en/about"),
        (DE, "ueber-uns", "/de/ueber-uns"),
    ]
    assert front.upstream_calls() == before


async def test_a_slug_of_another_language() -> None:
    """A link with the German slug leads an English reader to the English page."""
    page = await found(landing(), "ueber-uns")

    assert page.title is not None
    assert (page.slug, page.title.value) == ("about", "About us")


@pytest.mark.parametrize("is_older_first", [True, False])
async def test_a_slug_that_two_pages_have_in_two_languages(is_older_first: bool) -> None:
    """Each shopper gets the page whose slug it is in his own language, from one read of both."""
    pages = [
        page_document("info", title="Information", german="auskunft"),
        page_document("contact", title="Contact", german="info"),
    ]
    cms = writing_pages("sanity", *(pages if is_older_first else pages[::-1]))
    front = Storefront(shop_selling(), cms)

    german = await found(front, "info", language="de")
    english = await found(front, "info")

    assert (german.id, german.slug) == ("page_contact", "info")
    assert (english.id, english.slug) == ("page_info", "info")
    assert front.upstream_calls() == (0, 1)


async def test_the_first_system_that_has_a_slug_speaks_for_it() -> None:
    """A page of a later one does not beat it, even if the slug is nearer to the shopper there."""
    front = Storefront(
        shop_selling(),
        writing_pages("strapi", page_document("info", german="auskunft")),
        writing_pages("sanity", page_document("contact", german="info")),
    )

    page = await found(front, "info", language="de")

    assert (page.source, page.id, page.slug) == ("strapi", "page_info", "auskunft")


async def test_a_second_visit_costs_nothing() -> None:
    """A page, its products and their texts are all kept."""
    front = landing()
    first = await found(front)
    before = front.upstream_calls()

    assert await found(front) == first
    assert front.upstream_calls() == before


async def test_prices_are_not_kept_as_long_as_the_page() -> None:
    """An hour-old page shows prices that are a minute old at most."""
    front = landing()
    await found(front)
    front.clock.advance(LIFETIMES.commerce.fresh)

    await found(front)

    assert front.upstream_calls() == (2, 2)


async def test_a_page_whose_products_nobody_looks_at() -> None:
    """A selection without items makes Medusa price nothing."""
    front = landing()

    page, degraded = await read(front, wants=NO_PRODUCTS)

    assert page is not None
    assert page.items == ()
    assert degraded == ()
    assert front.upstream_calls() == (0, 1)


async def test_a_page_without_products() -> None:
    """A page that shows no products costs Medusa nothing."""
    front = Storefront(shop_selling("tee"), writing_pages("sanity", page_document("about")))

    await found(front)

    assert front.upstream_calls() == (0, 1)


async def test_items_have_the_statuses_of_addons() -> None:
    """What became of a product is said as for addons; nothing is dropped."""
    cms = named("sanity", document("tee"), document("old"))
    lost = ProductRef(document_id="doc_lost")
    cms.page_documents = [
        page_document("about", by_id("tee"), by_id("old"), by_id("ghost"), lost, by_id("tee"))
    ]
    front = Storefront(shop_selling("tee"), cms)

    page = await found(front)

    assert [item.status for item in page.items] == [
        AddonStatus.AVAILABLE,
        AddonStatus.UNPUBLISHED,
        AddonStatus.DANGLING,
        AddonStatus.DANGLING,
    ]


async def test_items_of_a_system_that_has_no_products() -> None:
    """What a system for pages refers to, and Medusa does not sell, was taken off sale."""
    strapi = writing_pages("strapi", page_document("about", by_handle("tee"), by_handle("old")))
    sanity = named("sanity", document("tee"))
    front = Storefront(shop_selling("tee"), strapi, sanity, pages=("strapi",))

    page = await found(front)

    assert [item.status for item in page.items] == [
        AddonStatus.AVAILABLE,
        AddonStatus.UNPUBLISHED,
    ]


@pytest.mark.parametrize("wants", [BOTH, Wants(content=False)])
async def test_items_by_handle(wants: Wants) -> None:
    """Items of a system that knows handles are priced by handle, in one call."""
    cms = handle_cms(handle_document("tee"), handle_document("old"))
    refs = (by_handle("tee"), by_handle("old"), by_handle("ghost"))
    cms.page_documents = [page_document("about", *refs)]
    front = Storefront(shop_selling("tee"), cms)

    page, degraded = await read(front, wants=wants)

    assert page is not None
    assert [item.status for item in page.items] == [
        AddonStatus.AVAILABLE,
        AddonStatus.UNPUBLISHED,
        AddonStatus.DANGLING,
    ]
    assert degraded == ()
    assert front.upstream_calls() == (1, 2)


async def test_items_whose_words_nobody_looks_at() -> None:
    """Prices alone need no content system but the one that has the page."""
    front = landing()

    page, _ = await read(front, wants=Wants(content=False))

    assert page is not None
    assert [item.status for item in page.items] == [AddonStatus.AVAILABLE] * 2
    assert front.upstream_calls() == (1, 1)


async def test_items_without_medusa() -> None:
    """When Medusa is down the page can be read; what it shows is unavailable."""
    front = landing()
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))

    page, degraded = await read(front)

    assert page is not None
    assert page.title is not None
    assert [item.status for item in page.items] == [AddonStatus.UNAVAILABLE] * 2
    assert degraded == (Degraded("medusa", "UPSTREAM_UNAVAILABLE", "nothing"),)


async def test_groups_of_items() -> None:
    """Products on a page have their collection and categories, in the editors' words."""
    front = landing()
    front.shop.grouped = {pid("tee"): (SUMMER, (APPAREL,))}
    cms = front.systems[0]
    cms.group_documents = {"pcol_summer": group_content("Hot days")}
    front = Storefront(front.shop, cms, groups=("sanity",))

    page = await found(front)

    (tee, _) = (item.product for item in page.items)
    assert tee is not None
    assert tee.collection is not None
    assert tee.collection.title.value == "Hot days"


async def test_no_such_page() -> None:
    """A page that nobody has is none, and is not asked for again for a moment."""
    systems = (writing_pages("sanity"), writing_pages("strapi"))
    front = Storefront(shop_selling(), *systems)

    assert await read(front, "nope") == (None, ())
    assert await read(front, "nope") == (None, ())
    assert front.upstream_calls() == (0, 1, 1)

    systems[1].page_documents.append(page_document("nope"))
    front.clock.advance(LIFETIMES.absent.fresh)
    assert (await found(front, "nope")).source == "strapi"


async def test_nobody_serves_pages() -> None:
    """A shop without pages has none."""
    front = Storefront(shop_selling(), writing_pages("sanity", page_document("about")), pages=())

    assert await read(front) == (None, ())
    assert front.upstream_calls() == (0, 0)


async def test_the_first_in_order_wins() -> None:
    """Both systems have the page: the one that the shop prefers is shown."""
    first = writing_pages("strapi", page_document("about", title="New"))
    second = writing_pages("sanity", page_document("about", title="Old"))
    front = Storefront(shop_selling(), second, first, pages=("strapi", "sanity"))

    page = await found(front)

    assert page.title is not None
    assert (page.source, page.title.value) == ("strapi", "New")


async def test_the_second_has_it() -> None:
    """A page that has not moved yet is still found in the old system."""
    first = writing_pages("strapi")
    second = writing_pages("sanity", page_document("about", title="Old"))

    page = await found(Storefront(shop_selling(), first, second))

    assert page.source == "sanity"


async def test_all_are_asked_at_once() -> None:
    """Nobody waits for the first system before asking the second."""
    systems = (writing_pages("strapi"), writing_pages("sanity", page_document("about")))
    front = Storefront(shop_selling(), *systems)
    gates = [one.traffic.hold() for one in systems]

    page = asyncio.create_task(read(front))
    for one in systems:
        await one.traffic.arrived(1)

    for gate in gates:
        gate.set()
    assert (await page)[0] is not None


async def test_the_first_does_not_wait_for_the_second() -> None:
    """What the second system may have does not matter once the first has the page."""
    first, second = writing_pages("strapi", page_document("about")), writing_pages("sanity")
    front = Storefront(shop_selling(), first, second)
    second.traffic.hold()

    assert (await found(front)).source == "strapi"


async def test_the_second_waits_for_the_first() -> None:
    """A page of the second system is not shown while the first may still have it."""
    first = writing_pages("strapi", page_document("about", title="New"))
    second = writing_pages("sanity", page_document("about", title="Old"))
    front = Storefront(shop_selling(), first, second)
    gate = first.traffic.hold()

    page = asyncio.create_task(found(front))
    await second.traffic.arrived(1)
    await turns()
    assert not page.done()

    gate.set()
    assert (await page).source == "strapi"


async def test_the_second_waits_no_longer_than_content_may_take() -> None:
    """A preferred system that hangs is given up where another has the page, and that is said."""
    first = writing_pages("strapi", page_document("about"))
    second = writing_pages("sanity", page_document("about"))
    front = Storefront(shop_selling(), first, second, content_budget=A_MOMENT)
    first.traffic.hold()

    page, degraded = await read(front)

    assert page is not None
    assert page.source == "sanity"
    assert degraded == (Degraded("strapi", "UPSTREAM_TIMEOUT", "sanity"),)


async def test_the_second_alone_may_take_its_time() -> None:
    """The content budget is for choosing between two: a page that only one has is waited for."""
    front = Storefront(
        shop_selling(),
        writing_pages("strapi"),
        writing_pages("sanity", page_document("about")),
        content_budget=0,
    )
    gate = front.systems[1].traffic.hold()

    page = asyncio.create_task(found(front))
    await front.systems[1].traffic.arrived(1)
    await turns()
    gate.set()

    assert (await page).source == "sanity"


async def test_the_first_fails() -> None:
    """When the preferred system is down the other's page is shown, as degraded."""
    first, second = writing_pages("strapi"), writing_pages("sanity", page_document("about"))
    front = Storefront(shop_selling(), first, second)
    first.traffic.fail(UpstreamUnavailable("strapi", "pages"))

    page, degraded = await read(front)

    assert page is not None
    assert degraded == (Degraded("strapi", "UPSTREAM_UNAVAILABLE", "sanity"),)


async def test_one_after_the_winner_fails() -> None:
    """A failure behind the page that is shown costs nobody anything."""
    first, second = writing_pages("strapi", page_document("about")), writing_pages("sanity")
    front = Storefront(shop_selling(), first, second)
    second.traffic.fail(UpstreamUnavailable("sanity", "pages"))

    assert (await found(front)).source == "strapi"


@pytest.mark.parametrize("failing", [0, 1])
async def test_an_outage_is_no_404(failing: int) -> None:
    """When nobody has the page, but one that might have it is down, that is an error."""
    systems = (writing_pages("strapi"), writing_pages("sanity"))
    front = Storefront(shop_selling(), *systems)
    name = systems[failing].name
    systems[failing].traffic.fail(UpstreamUnavailable(name, "pages"))

    with pytest.raises(UpstreamError) as caught:
        await read(front)

    assert caught.value.source == name


async def test_a_hanging_system_is_no_404() -> None:
    """When nobody else has the page it is waited for until the deadline, then it is an error."""
    front = Storefront(shop_selling(), writing_pages("strapi"), writing_pages("sanity"))
    front.systems[1].traffic.hold()

    with pytest.raises(UpstreamTimeout):
        await front.catalog.page("about", shopper(), BOTH, front.call(A_MOMENT))


async def test_a_failure_is_not_kept() -> None:
    """The first visit after the system has healed finds the page."""
    front = landing()
    front.systems[0].traffic.fail(DOWN)
    with pytest.raises(UpstreamUnavailable):
        await read(front)
    front.systems[0].traffic.heal()

    await found(front)


async def test_a_bug_is_not_an_outage() -> None:
    """An error of our own is raised, so that somebody repairs it."""
    front = landing()
    front.systems[0].traffic.fail(KeyError("a bug"))

    with pytest.raises(KeyError):
        await read(front)


async def test_the_same_slug_in_two_systems_is_two_entries() -> None:
    """What one system has under a slug is never shown as the other's."""
    first = writing_pages("strapi", page_document("about", title="New"))
    second = writing_pages("sanity", page_document("about", title="Old"))
    front = Storefront(shop_selling(), first, second)
    await found(front)
    first.page_documents.clear()
    front.clock.advance(LIFETIMES.content.fresh)

    page = await found(front)

    assert page.title is not None
    assert page.title.value == "Old"
