"""How long an answer is used: commerce for a minute, content for an hour."""

import asyncio

from bff.domain.commerce import Handle
from tests.catalog.fakes import (
    BOTH,
    NO_ADDONS,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    shop_selling,
    shopper,
    titles,
)


def one_page() -> Storefront:
    """Return a storefront with one tee and its addon."""
    shop = shop_selling("tee", "jeans")
    return Storefront(shop, cms_with(document("tee", addons=["jeans"]), document("jeans")))


async def test_commerce_is_used_for_60_seconds() -> None:
    """A price is asked for again when it is a minute old, and not before."""
    front = one_page()
    await front.by_ids("tee", wants=NO_ADDONS)

    front.clock.advance(59.9)
    await front.by_ids("tee", wants=NO_ADDONS)
    assert front.upstream_calls() == (1, 1)

    front.clock.advance(0.1)
    await front.by_ids("tee", wants=NO_ADDONS)
    assert front.upstream_calls() == (2, 1)


async def test_content_is_used_for_3600_seconds() -> None:
    """A text is asked for again when it is an hour old, and not before."""
    front = one_page()
    await front.by_ids("tee", wants=NO_ADDONS)

    front.clock.advance(3599.9)
    await front.by_ids("tee", wants=NO_ADDONS)
    assert len(front.systems[0].calls) == 1

    front.clock.advance(0.1)
    await front.by_ids("tee", wants=NO_ADDONS)
    assert len(front.systems[0].calls) == 2


async def test_content_of_addons_lives_as_long_as_the_page() -> None:
    """The documents that came along expire with the one that named them: one call for all."""
    front = one_page()
    await front.by_ids("tee")

    front.clock.advance(3599.9)
    await front.by_ids("tee")
    assert len(front.systems[0].calls) == 1

    front.clock.advance(0.1)
    await front.by_ids("tee")
    assert len(front.systems[0].calls) == 2


async def test_an_edit_in_medusa_is_seen_after_a_minute() -> None:
    """What changed in Medusa shows when the old copy expires."""
    front = Storefront(shop_selling("tee"), cms_with())
    before = await front.by_ids("tee")
    front.shop.edition = ", second edition"

    kept = await front.by_ids("tee")
    front.clock.advance(60)
    fresh = await front.by_ids("tee")

    assert kept == before
    assert titles(fresh) == {pid("tee"): f"Medusa {pid('tee')}, second edition"}


async def test_an_edit_in_the_cms_is_seen_after_an_hour() -> None:
    """What changed in the CMS shows when the old copy expires."""
    front = one_page()
    await front.by_ids("tee")
    cms = front.systems[0]
    cms.documents[pid("tee")] = document("tee", by="Edited")

    kept = await front.by_ids("tee")
    front.clock.advance(3600)
    fresh = await front.by_ids("tee")

    assert titles(kept) == {pid("tee"): "Sanity tee"}
    assert titles(fresh) == {pid("tee"): "Edited tee"}
    assert fresh.products[pid("tee")].addons == ()


async def test_a_lifetime_counts_from_before_the_fetch() -> None:
    """A slow answer is not used longer: its data may be as old as the question."""
    front = one_page()
    gate = front.shop.traffic.hold()
    page = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.shop.traffic.arrived(1)
    front.clock.advance(40)
    gate.set()
    await page

    front.clock.advance(20)
    await front.by_ids("tee", wants=NO_ADDONS)
    assert len(front.shop.calls) == 2


async def test_a_product_without_a_document_is_remembered_briefly() -> None:
    """The CMS is not asked at every visit for what it has not, but soon after it was written."""
    front = Storefront(shop_selling("tee"), cms_with())
    for _ in range(3):
        answer = await front.by_ids("tee")
        assert answer.degraded == ()
    assert len(front.systems[0].calls) == 1

    front.systems[0].documents[pid("tee")] = document("tee")
    front.clock.advance(10)

    assert titles(await front.by_ids("tee")) == {pid("tee"): "Sanity tee"}


async def test_an_addon_that_nobody_knows_is_remembered_briefly() -> None:
    """A dangling addon costs no call at every visit."""
    front = Storefront(shop_selling("tee"), cms_with(document("tee", addons=["ghost"])))

    for _ in range(3):
        await front.by_ids("tee")
    assert front.upstream_calls() == (2, 1)

    front.shop.handles[Handle("ghost")] = pid("ghost")
    front.clock.advance(10)
    answer = await front.by_ids("tee")
    assert addons_of(answer.products[pid("tee")])[0].product is not None


async def test_markets_are_used_for_an_hour() -> None:
    """Regions change rarely."""
    front = one_page()
    await front.catalog.markets(front.call())
    front.clock.advance(3599.9)
    await front.catalog.markets(front.call())
    assert front.shop.operations() == ["markets"]

    front.clock.advance(0.1)
    await front.catalog.markets(front.call())
    assert front.shop.operations() == ["markets", "markets"]


async def test_expired_prices_leave_content_alone() -> None:
    """After a minute the page and its addons cost Medusa two calls and the CMS none."""
    front = one_page()
    await front.by_handles("tee", context=shopper("de"))
    before = front.upstream_calls()
    front.clock.advance(60)

    await front.by_handles("tee", wants=BOTH)

    assert front.upstream_calls() == (before[0] + 2, before[1])
