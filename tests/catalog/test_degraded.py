"""Content that fails costs its own fields, never the product."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bff.catalog.product_page import Wants
from bff.domain.commerce import CommerceProduct, Handle
from bff.domain.storefront import AddonStatus, Degraded
from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, Wish
from tests.catalog.fakes import (
    A_MOMENT,
    NO_ADDONS,
    Shop,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    prices,
    shop_selling,
    titles,
    turns,
)

LATE = Degraded("sanity", "UPSTREAM_TIMEOUT", "medusa")
FAILURES = [
    UpstreamTimeout("sanity", "contents"),
    UpstreamUnavailable("sanity", "contents"),
    UpstreamRejected("sanity", "contents", status=401),
    UpstreamMalformed("sanity", "contents"),
]


def one_page(content_budget: float = 60) -> Storefront:
    """Return a storefront with one tee, its addon, and nothing cached."""
    shop = shop_selling("tee", "jeans")
    cms = cms_with(document("tee", addons=["jeans"]), document("jeans"))
    return Storefront(shop, cms, content_budget=content_budget)


async def test_late_content() -> None:
    """When the CMS misses its budget the shopper reads Medusa's text, and the answer says so."""
    front = one_page(content_budget=A_MOMENT)
    front.systems[0].traffic.hold()

    answer = await front.by_ids("tee")

    assert titles(answer) == {pid("tee"): f"Medusa {pid('tee')}"}
    assert answer.products[pid("tee")].title.source == "medusa"
    assert answer.products[pid("tee")].addons == ()
    assert answer.degraded == (LATE,)
    assert len(prices(answer)) == 1


async def test_late_content_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The operator learns of answers without content even when the CMS answers in the end."""
    caplog.set_level(logging.INFO, "bff")
    front = one_page(content_budget=A_MOMENT)
    sanity = front.systems[0].traffic.hold()

    await front.by_ids("tee")
    sanity.set()
    await turns()

    assert caplog.messages == ["content_late source=sanity"]


async def test_content_has_time_until_its_budget_after_commerce() -> None:
    """The budget begins when Medusa has answered: a slow Medusa gives the CMS more time."""
    front = one_page()
    medusa, sanity = front.shop.traffic.hold(), front.systems[0].traffic.hold()
    page = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.systems[0].traffic.arrived(1)
    front.clock.advance(30)

    sanity.set()
    medusa.set()
    answer = await page

    assert titles(answer) == {pid("tee"): "Sanity tee"}


async def test_the_deadline_bounds_the_content_budget() -> None:
    """A generous content budget does not stretch the request's own deadline."""
    front = one_page()
    await front.by_ids("tee", wants=Wants(content=False, addons=False))
    front.systems[0].traffic.hold()

    answer = await asyncio.wait_for(front.by_ids("tee", seconds=A_MOMENT), timeout=10)

    assert answer.degraded == (LATE,)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_failing_content(failure: UpstreamError) -> None:
    """Whatever is wrong with the CMS, the product is served and the reason is named."""
    front = one_page()
    front.systems[0].traffic.fail(failure)

    answer = await front.by_handles("tee")

    assert titles(answer) == {"tee": f"Medusa {pid('tee')}"}
    assert answer.degraded == (Degraded("sanity", failure.code, "medusa"),)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
async def test_a_failure_is_not_kept(failure: UpstreamError) -> None:
    """The first request after the CMS has healed is whole again."""
    front = one_page()
    front.systems[0].traffic.fail(failure)
    await front.by_handles("tee")
    front.systems[0].traffic.heal()

    answer = await front.by_handles("tee")

    assert titles(answer) == {"tee": "Sanity tee"}
    assert answer.degraded == ()
    assert addons_of(answer.products[Handle("tee")])[0].status is AddonStatus.AVAILABLE
    assert len(front.systems[0].calls) == 2


async def test_one_of_two_content_systems_fails() -> None:
    """What one content system has is shown even when the other one is down."""
    shop = shop_selling("tee")
    sanity, strapi = cms_with(document("tee")), cms_with(document("tee", by="Strapi"))
    strapi.name = "strapi"
    front = Storefront(shop, sanity, strapi)
    sanity.traffic.fail(UpstreamUnavailable("sanity", "contents"))

    answer = await front.by_ids("tee")

    assert titles(answer) == {pid("tee"): "Strapi tee"}
    assert answer.degraded == (Degraded("sanity", "UPSTREAM_UNAVAILABLE", "strapi, medusa"),)


async def test_a_bug_in_a_content_adapter_is_not_an_outage() -> None:
    """An error of our own is raised, so that somebody repairs it."""
    front = one_page()
    front.systems[0].traffic.fail(KeyError("a bug"))

    with pytest.raises(KeyError):
        await front.by_ids("tee")


async def test_a_bug_while_addons_are_priced_is_not_an_outage() -> None:
    """An error of our own is raised from the addons, too."""
    front = one_page()
    front.shop.traffic.fail(KeyError("a bug"), pid("jeans"))

    with pytest.raises(KeyError):
        await front.by_ids("tee")


async def test_addons_without_prices() -> None:
    """When Medusa does not answer for the addons the page is whole but for them."""
    front = one_page()
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"), pid("jeans"))

    answer = await front.by_ids("tee")

    (addon,) = addons_of(answer.products[pid("tee")])
    assert (addon.product_id, addon.status, addon.product) == (
        pid("jeans"),
        AddonStatus.UNAVAILABLE,
        None,
    )
    assert titles(answer) == {pid("tee"): "Sanity tee"}
    assert answer.degraded == (Degraded("medusa", "UPSTREAM_UNAVAILABLE", "nothing"),)


async def test_addons_that_are_late() -> None:
    """Addons that Medusa has not priced by the deadline are unavailable; the page is not."""
    front = one_page()
    await front.by_ids("tee", wants=NO_ADDONS)
    addons = front.shop.traffic.hold(pid("jeans"))

    answer = await front.by_ids("tee", seconds=A_MOMENT)
    (addon,) = addons_of(answer.products[pid("tee")])
    addons.set()
    await turns()
    healed = await front.by_ids("tee")

    assert addon.status is AddonStatus.UNAVAILABLE
    assert answer.degraded == (Degraded("medusa", "UPSTREAM_TIMEOUT", "nothing"),)
    assert addons_of(healed.products[pid("tee")])[0].status is AddonStatus.AVAILABLE
    assert healed.degraded == ()
    assert len(front.shop.calls) == 2


async def test_addon_prices_come_back() -> None:
    """A failed addon price is not kept."""
    front = one_page()
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"), pid("jeans"))
    await front.by_ids("tee")
    front.shop.traffic.heal()

    answer = await front.by_ids("tee")

    assert answer.degraded == ()
    assert front.shop.calls[-1].keys == (pid("jeans"),)


async def test_addons_have_medusas_titles_when_only_their_documents_are_late() -> None:
    """A second content system that is late for addons costs their texts from it only."""
    shop = shop_selling("tee", "jeans")
    strapi = cms_with(document("jeans", by="Strapi"))
    strapi.name = "strapi"
    sanity = cms_with(document("tee", addons=["jeans"]))
    front = Storefront(shop, strapi, sanity, content_budget=A_MOMENT)
    strapi.traffic.hold(pid("jeans"))

    answer = await front.by_ids("tee")

    (addon,) = addons_of(answer.products[pid("tee")])
    assert addon.product is not None
    assert addon.product.title.source == "medusa"
    assert titles(answer) == {pid("tee"): "Sanity tee"}
    assert answer.degraded == (Degraded("strapi", "UPSTREAM_TIMEOUT", "sanity, medusa"),)


async def test_what_medusa_does_not_sell() -> None:
    """An addon that Medusa does not sell is told apart from one that nobody knows."""
    front = Storefront(
        shop_selling("tee"),
        cms_with(document("tee", addons=["jeans", "ghost"]), document("jeans")),
    )

    answer = await front.by_ids("tee")

    addons = addons_of(answer.products[pid("tee")])
    assert [addon.status for addon in addons] == [AddonStatus.UNPUBLISHED, AddonStatus.DANGLING]
    assert answer.degraded == ()


async def test_a_product_that_only_the_cms_has() -> None:
    """What Medusa does not sell is no product, however much is written about it."""
    front = Storefront(shop_selling("jeans"), cms_with(document("tee")))

    answer = await front.by_ids("tee")

    assert answer.products == {}
    assert answer.degraded == ()


async def test_a_product_that_only_the_cms_has_costs_no_waiting() -> None:
    """A page that does not exist is not found at once: nobody waits for its text or addons."""
    shop = shop_selling("jeans")
    front = Storefront(shop, cms_with(document("tee", addons=["jeans"])))
    sanity = front.systems[0].traffic.hold()

    answer = await asyncio.wait_for(front.by_ids("tee"), timeout=1)

    assert answer.products == {}
    sanity.set()
    await turns()
    assert front.upstream_calls() == (1, 1)


async def test_a_failing_content_system_is_named_once() -> None:
    """A content system that fails for the page and for its addons is one entry."""
    shop = shop_selling("tee", "jeans")
    sanity, strapi = cms_with(document("tee", addons=["jeans"])), cms_with()
    strapi.name = "strapi"
    front = Storefront(shop, sanity, strapi)
    strapi.traffic.fail(UpstreamUnavailable("strapi", "contents"))

    answer = await front.by_ids("tee")

    assert len(strapi.calls) == 2
    assert answer.degraded == (Degraded("strapi", "UPSTREAM_UNAVAILABLE", "medusa"),)


class Forgetful(Shop):
    """An adapter with a bug: it leaves out the texts it was asked for."""

    async def products_by_handle(
        self, handles: Sequence[Handle], wish: Wish, call: Call
    ) -> Mapping[Handle, CommerceProduct]:
        found = await super().products_by_handle(handles, wish, call)
        return {handle: replace(product, text=None) for handle, product in found.items()}


async def test_a_product_without_its_text_is_a_bug() -> None:
    """A product that an adapter gave no text is never shown as one without a name."""
    front = Storefront(Forgetful({Handle("tee"): pid("tee")}), cms_with(document("tee")))

    with pytest.raises(ValueError, match="without its text"):
        await front.by_handles("tee")
