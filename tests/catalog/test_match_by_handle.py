"""A content system that knows products by their handles."""

import asyncio

import pytest

from bff.domain.commerce import Handle
from bff.domain.content import ProductContent, ProductRef
from bff.domain.storefront import AddonStatus
from bff.errors import UpstreamUnavailable
from tests.catalog.fakes import (
    NO_ADDONS,
    Storefront,
    addons_of,
    document,
    pid,
    shop_selling,
    titles,
    turns,
)
from tests.catalog.writing import by_id, handle_cms, handle_document, named

CARDS = tuple(f"card{number}" for number in range(24))


def one_page() -> Storefront:
    """Return a storefront with one tee, its two addons, and nothing cached."""
    shop = shop_selling("tee", "jeans", "cap")
    cms = handle_cms(
        handle_document("tee", addons=["jeans", "cap"]),
        handle_document("jeans"),
        handle_document("cap"),
    )
    return Storefront(shop, cms)


async def test_it_is_asked_at_once_by_handle() -> None:
    """For a handle never seen both upstreams leave at once: nobody has to learn an id first."""
    front = one_page()
    medusa, strapi = front.shop.traffic.hold(), front.systems[0].traffic.hold()

    page = asyncio.create_task(front.by_handles("tee", wants=NO_ADDONS))
    await front.shop.traffic.arrived(1)
    await front.systems[0].traffic.arrived(1)

    assert front.systems[0].calls[0].keys == ("tee",)
    medusa.set()
    strapi.set()
    assert titles(await page) == {"tee": "Strapi tee"}


async def test_it_is_asked_after_medusa_by_id() -> None:
    """By id it is Medusa that tells the handle."""
    front = one_page()
    medusa = front.shop.traffic.hold()

    page = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.shop.traffic.arrived(1)
    await turns()
    assert front.upstream_calls() == (1, 0)

    medusa.set()
    assert titles(await page) == {pid("tee"): "Strapi tee"}
    assert front.upstream_calls() == (1, 1)


async def test_a_product_page() -> None:
    """Addons that are named by handle are priced by handle: two calls to Medusa, one to it."""
    front = one_page()

    answer = await front.by_handles("tee")

    assert front.upstream_calls() == (2, 1)
    assert front.shop.operations() == ["by_handle", "by_handle"]
    assert front.shop.calls[1].keys == ("jeans", "cap")
    addons = addons_of(answer.products[Handle("tee")])
    assert [addon.product_id for addon in addons] == [pid("jeans"), pid("cap")]
    assert [one.product.title.value for one in addons if one.product] == [
        "Strapi jeans",
        "Strapi cap",
    ]


async def test_a_product_page_by_id() -> None:
    """By id it costs as much."""
    front = one_page()

    answer = await front.by_ids("tee")

    assert front.upstream_calls() == (2, 1)
    assert [one.status for one in addons_of(answer.products[pid("tee")])] == [
        AddonStatus.AVAILABLE,
        AddonStatus.AVAILABLE,
    ]


async def test_addons_are_priced_while_medusa_works_on_a_new_handle() -> None:
    """The addons of a handle never seen leave before Medusa has told anything."""
    front = one_page()
    main = front.shop.traffic.hold("tee")

    page = asyncio.create_task(front.by_handles("tee"))
    await front.shop.traffic.arrived(2)

    assert front.shop.calls[1].keys == ("jeans", "cap")
    assert not page.done()
    main.set()
    assert len(addons_of((await page).products[Handle("tee")])) == 2
    assert front.upstream_calls() == (2, 1)


async def test_nothing_is_asked_twice() -> None:
    """A second visit is answered from the cache, by handle and by id."""
    front = one_page()
    first = await front.by_handles("tee")
    before = front.upstream_calls()

    again = await front.by_handles("tee")
    await front.by_ids("tee", "jeans", "cap")

    assert again == first
    assert front.upstream_calls() == before


async def test_24_cards_with_addons() -> None:
    """24 cards cost two calls and one; an addon that is on the page costs nothing."""
    documents = {name: handle_document(name) for name in (*CARDS, "jeans", "cap")}
    documents["card0"] = handle_document("card0", addons=["card1", "jeans"])
    documents["card5"] = handle_document("card5", addons=["card0", "cap", "jeans"])
    front = Storefront(shop_selling(*CARDS, "jeans", "cap"), handle_cms(*documents.values()))

    answer = await front.by_handles(*CARDS)

    assert front.upstream_calls() == (2, 1)
    assert front.shop.calls[1].keys == ("jeans", "cap")
    addons = addons_of(answer.products[Handle("card5")])
    assert [addon.product_id for addon in addons] == [pid("card0"), pid("cap"), pid("jeans")]


async def test_what_medusa_does_not_sell() -> None:
    """By handle, too, what was taken off sale is told from what never was."""
    cms = handle_cms(handle_document("tee", addons=["jeans", "ghost"]), handle_document("jeans"))
    front = Storefront(shop_selling("tee"), cms)

    answer = await front.by_handles("tee")

    addons = addons_of(answer.products[Handle("tee")])
    assert [addon.status for addon in addons] == [AddonStatus.UNPUBLISHED, AddonStatus.DANGLING]
    assert answer.degraded == ()


async def test_references_by_id_and_by_handle() -> None:
    """One list may name a product by id and another by handle: Medusa is asked for each kind."""
    lost = ProductRef(document_id="doc_lost")
    tee = handle_document("tee", addons=["jeans", by_id("cap"), lost, by_id("gone")])
    cms = handle_cms(tee, handle_document("jeans"), handle_document("cap"))
    front = Storefront(shop_selling("tee", "jeans", "cap"), cms)

    answer = await front.by_handles("tee")

    addons = addons_of(answer.products[Handle("tee")])
    assert [addon.status for addon in addons] == [
        AddonStatus.AVAILABLE,
        AddonStatus.AVAILABLE,
        AddonStatus.DANGLING,  # not even its document is there
        AddonStatus.UNPUBLISHED,  # only its own document can have told its id
    ]
    assert [one.product.title.value for one in addons if one.product] == [
        "Strapi jeans",
        "Strapi cap",
    ]
    assert sorted(front.shop.operations()) == ["by_handle", "by_handle", "products"]


async def test_a_renamed_product() -> None:
    """Under its new handle a product has the content of that handle, not of the old one."""
    shop = shop_selling("tee")
    front = Storefront(shop, handle_cms(handle_document("tee"), handle_document("shirt")))
    await front.by_handles("tee")
    shop.rename("tee", "shirt")
    front.clock.advance(61)

    answer = await front.by_handles("tee", "shirt")

    assert titles(answer) == {"shirt": "Strapi shirt"}


@pytest.mark.parametrize("id_first", [True, False])
async def test_next_to_one_that_knows_ids(*, id_first: bool) -> None:
    """A product has content of both, whichever knows it by what."""
    sanity = named("sanity", document("tee"))
    tee: ProductContent = handle_document("tee", addons=["jeans"])
    strapi = handle_cms(tee, handle_document("jeans"))
    systems = (sanity, strapi) if id_first else (strapi, sanity)
    front = Storefront(shop_selling("tee", "jeans"), *systems)

    for answer in (await front.by_handles("tee"), await front.by_ids("tee")):
        (product,) = answer.products.values()
        assert product.title.value == ("Sanity tee" if id_first else "Strapi tee")
        assert [one.product_id for one in addons_of(product)] == [pid("jeans")]
    assert len(front.shop.calls) == 2


async def test_it_fails() -> None:
    """When it is down the product is there, with Medusa's words."""
    front = one_page()
    front.systems[0].traffic.fail(UpstreamUnavailable("strapi", "contents"))

    answer = await front.by_handles("tee")

    assert titles(answer) == {"tee": f"Medusa {pid('tee')}"}
    assert [one.source for one in answer.degraded] == ["strapi"]


async def test_a_handle_that_nothing_has() -> None:
    """A handle that is known to be free is asked of nobody again, and holds up no addons."""
    front = one_page()
    await front.by_handles("nope")
    before = front.upstream_calls()

    await front.by_handles("nope")
    assert front.upstream_calls() == before

    main = front.shop.traffic.hold("tee")
    page = asyncio.create_task(front.by_handles("nope", "tee"))
    await front.shop.traffic.arrived(before[0] + 2)
    main.set()
    assert list((await page).products) == ["tee"]
