"""Who waits for whom."""

import asyncio

from bff.domain.commerce import Handle
from bff.domain.storefront import AddonStatus
from tests.catalog.fakes import (
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    shop_selling,
    titles,
    turns,
)


def one_page() -> Storefront:
    """Return a storefront with one tee, its two addons, and nothing cached."""
    shop = shop_selling("tee", "jeans", "cap")
    cms = cms_with(document("tee", addons=["jeans", "cap"]), document("jeans"), document("cap"))
    return Storefront(shop, cms)


async def test_both_upstreams_leave_at_once_when_the_handle_is_known() -> None:
    """A known product is asked of Medusa and of the CMS before either has answered."""
    front = one_page()
    await front.remember("tee")
    medusa, sanity = front.shop.traffic.hold(), front.systems[0].traffic.hold()

    page = asyncio.create_task(front.by_handles("tee"))
    await front.shop.traffic.arrived(1)
    await front.systems[0].traffic.arrived(1)

    assert not page.done()
    medusa.set()
    sanity.set()
    assert titles(await page) == {"tee": "Sanity tee"}


async def test_both_upstreams_leave_at_once_by_id() -> None:
    """A product asked for by id is asked of both upstreams at once, even the first time."""
    front = one_page()
    medusa, sanity = front.shop.traffic.hold(), front.systems[0].traffic.hold()

    page = asyncio.create_task(front.by_ids("tee"))
    await front.shop.traffic.arrived(1)
    await front.systems[0].traffic.arrived(1)

    medusa.set()
    sanity.set()
    assert titles(await page) == {pid("tee"): "Sanity tee"}


async def test_medusa_goes_first_for_a_handle_never_seen() -> None:
    """The CMS keeps ids, so a new handle is asked of Medusa before."""
    front = one_page()
    medusa = front.shop.traffic.hold()

    page = asyncio.create_task(front.by_handles("tee"))
    await front.shop.traffic.arrived(1)
    await turns()
    assert front.upstream_calls() == (1, 0)

    medusa.set()
    assert titles(await page) == {"tee": "Sanity tee"}


async def test_addons_are_priced_while_medusa_still_works_on_the_page() -> None:
    """The addons are under way as soon as the CMS has named them."""
    front = one_page()
    await front.remember("tee")
    main = front.shop.traffic.hold(pid("tee"))

    page = asyncio.create_task(front.by_handles("tee"))
    await front.shop.traffic.arrived(2)

    assert front.shop.calls[1].keys == (pid("jeans"), pid("cap"))
    assert not page.done()
    main.set()
    addons = addons_of((await page).products[Handle("tee")])
    assert [addon.status for addon in addons] == [AddonStatus.AVAILABLE] * 2


async def test_a_handle_that_is_known_to_be_free_holds_up_no_addons() -> None:
    """A dead link in a list does not make the others' addons wait for Medusa."""
    front = one_page()
    await front.remember("tee")
    await front.by_handles("nope")
    main = front.shop.traffic.hold(pid("tee"))

    page = asyncio.create_task(front.by_handles("nope", "tee"))
    await front.shop.traffic.arrived(3)

    assert front.shop.calls[2].keys == (pid("jeans"), pid("cap"))
    assert not page.done()
    main.set()
    assert list((await page).products) == ["tee"]


async def test_addons_of_a_new_handle_wait_for_the_cms_only() -> None:
    """The addons of a handle never seen leave when the CMS has answered, and not before."""
    front = one_page()
    sanity = front.systems[0].traffic.hold()

    page = asyncio.create_task(front.by_handles("tee"))
    await front.systems[0].traffic.arrived(1)
    await turns()
    assert front.upstream_calls() == (1, 1)

    sanity.set()
    await page
    assert front.upstream_calls() == (2, 1)


async def test_addon_titles_come_with_the_page() -> None:
    """An addon has its title from the CMS without another call there."""
    front = one_page()

    answer = await front.by_handles("tee")

    products = [addon.product for addon in addons_of(answer.products[Handle("tee")])]
    assert [one.title.value for one in products if one] == ["Sanity jeans", "Sanity cap"]
    assert len(front.systems[0].calls) == 1


async def test_every_content_system_is_asked_at_once() -> None:
    """Two content systems are asked side by side."""
    shop = shop_selling("tee")
    sanity, strapi = cms_with(document("tee")), cms_with(document("tee", by="Strapi"))
    strapi.name = "strapi"
    front = Storefront(shop, sanity, strapi)
    gates = [one.traffic.hold() for one in (sanity, strapi)]

    page = asyncio.create_task(front.by_ids("tee"))
    await sanity.traffic.arrived(1)
    await strapi.traffic.arrived(1)

    for gate in gates:
        gate.set()
    assert titles(await page) == {pid("tee"): "Sanity tee"}
