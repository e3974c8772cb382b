"""Flights belong to the cache: what one request does never harms those who wait with it."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence

import pytest

from bff.catalog.product_page import Wants
from bff.domain.commerce import Handle, Market
from bff.domain.marks import Position, Tag, Touched
from bff.errors import UpstreamTimeout, UpstreamUnavailable
from bff.ports import Entry, Reading
from bff.stores.alone import NoLeases
from bff.stores.memory import MemoryStore
from tests.catalog.fakes import (
    A_MOMENT,
    NO_ADDONS,
    ROOM,
    Storefront,
    cms_with,
    document,
    pid,
    shop_selling,
    titles,
    turns,
)
from tests.clock import HandClock

CROWD = 200


def one_page(content_budget: float = 60, flight_seconds: float = 60) -> Storefront:
    """Return a storefront with one tee, its two addons, and nothing cached."""
    shop = shop_selling("tee", "jeans", "cap")
    cms = cms_with(document("tee", addons=["jeans", "cap"]), document("jeans"), document("cap"))
    return Storefront(shop, cms, content_budget=content_budget, flight_seconds=flight_seconds)


@pytest.mark.parametrize("known", [False, True], ids=["unknown handle", "known handle"])
async def test_a_crowd_costs_one_call_per_upstream(known: bool) -> None:
    """200 shoppers who open one uncached page at once cost what one of them would."""
    front = one_page()
    if known:
        await front.remember("tee")
    medusa = front.shop.traffic.hold()

    crowd = [asyncio.create_task(front.by_handles("tee", wants=NO_ADDONS)) for _ in range(CROWD)]
    await turns()
    medusa.set()
    answers = await asyncio.gather(*crowd)

    assert front.upstream_calls() == (1, 1)
    assert all(answer == answers[0] for answer in answers)
    assert titles(answers[0]) == {"tee": "Sanity tee"}


@pytest.mark.parametrize("known", [False, True], ids=["unknown handle", "known handle"])
async def test_a_crowd_shares_its_addons(known: bool) -> None:
    """Addons of one page are priced once for 200 shoppers."""
    front = one_page()
    if known:
        await front.remember("tee")
    medusa, sanity = front.shop.traffic.hold(), front.systems[0].traffic.hold()

    crowd = [asyncio.create_task(front.by_handles("tee")) for _ in range(CROWD)]
    await turns()
    sanity.set()
    medusa.set()
    answers = await asyncio.gather(*crowd)

    assert front.upstream_calls() == (2, 1)
    assert all(answer == answers[0] for answer in answers)


async def test_shoppers_who_come_one_after_the_other_share_a_flight() -> None:
    """Who comes while the page is being fetched waits for that fetch."""
    front = one_page()
    medusa = front.shop.traffic.hold()
    first = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.shop.traffic.arrived(1)

    second = asyncio.create_task(front.by_ids("tee", "cap", wants=NO_ADDONS))
    await front.shop.traffic.arrived(2)
    medusa.set()

    assert front.shop.calls[1].keys == (pid("cap"),)
    assert set((await second).products) == {pid("tee"), pid("cap")}
    assert set((await first).products) == {pid("tee")}


@pytest.mark.parametrize("leaver", [0, 1], ids=["who came first", "who came later"])
async def test_a_client_that_leaves_takes_nobody_along(leaver: int) -> None:
    """A closed browser tab does not end the fetch that other shoppers wait for."""
    front = one_page()
    medusa, sanity = front.shop.traffic.hold(), front.systems[0].traffic.hold()
    shoppers = [asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS)) for _ in range(2)]
    await front.systems[0].traffic.arrived(1)

    shoppers[leaver].cancel()
    await turns()
    assert shoppers[leaver].cancelled()
    sanity.set()
    medusa.set()

    assert titles(await shoppers[1 - leaver]) == {pid("tee"): "Sanity tee"}
    assert front.upstream_calls() == (1, 1)
    assert front.shop.traffic.ended_early == front.systems[0].traffic.ended_early == 0


async def test_what_everybody_left_still_reaches_the_cache() -> None:
    """When the only client leaves, the next one has the page from the cache."""
    front = one_page()
    medusa, sanity = front.shop.traffic.hold(), front.systems[0].traffic.hold()
    page = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.systems[0].traffic.arrived(1)
    page.cancel()
    await turns()

    medusa.set()
    sanity.set()
    await turns()
    answer = await front.by_ids("tee", wants=NO_ADDONS)

    assert titles(answer) == {pid("tee"): "Sanity tee"}
    assert front.upstream_calls() == (1, 1)


async def test_a_client_that_leaves_while_addons_are_priced() -> None:
    """Leaving in the middle of the addons ends no fetch either."""
    front = one_page()
    addons = front.shop.traffic.hold(pid("jeans"))
    page = asyncio.create_task(front.by_ids("tee"))
    await front.shop.traffic.arrived(2)
    page.cancel()
    await turns()
    assert page.cancelled()

    addons.set()
    await turns()
    answer = await front.by_ids("tee")

    assert front.upstream_calls() == (2, 1)
    assert answer.degraded == ()


async def test_a_short_deadline_harms_only_its_own_request() -> None:
    """A request in a hurry gets a timeout; one with more time gets the page."""
    front = one_page()
    medusa = front.shop.traffic.hold()
    patient = asyncio.create_task(front.by_ids("tee"))
    await front.shop.traffic.arrived(1)

    with pytest.raises(UpstreamTimeout) as late:
        await front.by_ids("tee", seconds=A_MOMENT)

    assert (late.value.source, late.value.operation) == ("medusa", "products")
    medusa.set()
    assert titles(await patient) == {pid("tee"): "Sanity tee"}
    assert len(front.shop.calls) == 2  # the page and its addons


async def test_a_short_deadline_of_the_first_is_not_that_of_the_fetch() -> None:
    """The fetch keeps its own time limit, whoever began it."""
    front = one_page()
    medusa = front.shop.traffic.hold()

    with pytest.raises(UpstreamTimeout):
        await front.by_ids("tee", wants=NO_ADDONS, seconds=A_MOMENT)
    patient = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await turns()
    medusa.set()

    assert titles(await patient) == {pid("tee"): "Sanity tee"}
    assert len(front.shop.calls) == 1
    assert front.shop.calls[0].call.deadline == front.clock() + 60


async def test_medusa_failing_does_not_end_the_fetch_of_content() -> None:
    """When Medusa fails the page fails, but the content that was asked for is kept."""
    front = one_page()
    sanity = front.systems[0].traffic.hold()
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))

    with pytest.raises(UpstreamUnavailable):
        await front.by_ids("tee")
    sanity.set()
    await turns()
    front.shop.traffic.heal()
    answer = await front.by_ids("tee", wants=NO_ADDONS)

    assert titles(answer) == {pid("tee"): "Sanity tee"}
    assert front.upstream_calls() == (2, 1)
    assert front.systems[0].traffic.ended_early == 0


async def test_a_failure_is_everybodys_and_is_forgotten() -> None:
    """All who wait for a failing fetch see its error; the next request asks again."""
    front = one_page()
    medusa = front.shop.traffic.hold()
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))
    crowd = [asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS)) for _ in range(3)]
    await front.shop.traffic.arrived(1)

    medusa.set()
    failures = await asyncio.gather(*crowd, return_exceptions=True)
    front.shop.traffic.heal()
    answer = await front.by_ids("tee", wants=NO_ADDONS)

    assert [type(failure) for failure in failures] == [UpstreamUnavailable] * 3
    assert list(answer.products) == [pid("tee")]
    assert len(front.shop.calls) == 2


async def test_late_content_is_there_for_the_next_request() -> None:
    """Content that misses its budget finishes into the cache."""
    front = one_page(content_budget=A_MOMENT)
    sanity = front.systems[0].traffic.hold()
    first = await front.by_ids("tee")
    assert titles(first) == {pid("tee"): f"Medusa {pid('tee')}"}

    sanity.set()
    await turns()
    second = await front.by_ids("tee")

    assert titles(second) == {pid("tee"): "Sanity tee"}
    assert second.degraded == ()
    assert len(front.systems[0].calls) == 1


async def test_commerce_that_misses_the_deadline() -> None:
    """Without Medusa there is no page: the error says who was late with what."""
    front = one_page()
    medusa = front.shop.traffic.hold()

    with pytest.raises(UpstreamTimeout, match="medusa did not answer in time") as late:
        await front.by_handles("tee", seconds=A_MOMENT)

    assert late.value.source == "medusa"
    medusa.set()
    await turns()
    assert list((await front.by_handles("tee", wants=NO_ADDONS)).products) == ["tee"]
    assert front.shop.operations() == ["by_handle"]


async def test_a_request_without_time_still_gets_what_is_cached() -> None:
    """What needs no waiting is served even when no time is left."""
    front = one_page()
    whole = await front.by_ids("tee")

    answer = await front.by_ids("tee", seconds=0)

    assert answer == whole


async def test_markets_are_fetched_once() -> None:
    """Markets are remembered, and a crowd at start-up asks for them once."""
    front = one_page()
    medusa = front.shop.traffic.hold()
    crowd = [asyncio.create_task(front.catalog.markets(front.call())) for _ in range(CROWD)]
    await front.shop.traffic.arrived(1)
    medusa.set()

    markets: list[tuple[Market, ...]] = await asyncio.gather(*crowd)

    assert [market.currency for market in markets[0]] == ["EUR", "JPY", "USD"]
    assert front.shop.operations() == ["markets"]


async def test_closing_ends_what_is_under_way() -> None:
    """At shutdown no fetch is left behind, and closing again is harmless."""
    front = one_page()
    front.shop.traffic.hold()
    front.systems[0].traffic.hold()
    page = asyncio.create_task(front.by_ids("tee"))
    await front.systems[0].traffic.arrived(1)
    page.cancel()
    await turns()

    await front.cache.close()
    await front.cache.close()

    assert front.shop.traffic.ended_early == front.systems[0].traffic.ended_early == 1


async def test_an_error_of_our_own_is_raised_to_everybody() -> None:
    """A bug in an adapter reaches the place that logs it, for each request that met it."""
    front = one_page()
    medusa = front.shop.traffic.hold()
    front.shop.traffic.fail(ValueError("a bug"))
    crowd = [asyncio.create_task(front.by_handles("tee")) for _ in range(3)]
    await front.shop.traffic.arrived(1)

    medusa.set()
    failures = await asyncio.gather(*crowd, return_exceptions=True)

    assert [type(failure) for failure in failures] == [ValueError] * 3


async def test_one_failing_fetch_of_two_costs_its_own_products() -> None:
    """Of two cards, the one that could be had is shown, and the other is an error of its own."""
    front = one_page()
    medusa = front.shop.traffic.hold(pid("tee"))
    waiting = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.shop.traffic.arrived(1)
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"), pid("cap"))

    both = asyncio.create_task(front.by_ids("tee", "cap", wants=NO_ADDONS))
    await front.shop.traffic.arrived(2)
    medusa.set()

    answer = await both
    assert titles(answer) == {pid("tee"): "Sanity tee"}
    assert [*map(type, answer.failures.values())] == [UpstreamUnavailable]
    assert list(answer.failures) == [pid("cap")]
    assert list((await waiting).products) == [pid("tee")]


async def test_a_listed_handle_is_known_from_then_on() -> None:
    """A product that came along in any answer is found by its handle without asking who has it."""
    front = one_page()
    await front.by_ids("tee")
    front.shop.calls.clear()

    answer = await front.by_handles("jeans", wants=NO_ADDONS)

    assert list(answer.products) == [Handle("jeans")]
    assert front.shop.calls == []


async def test_a_source_that_hangs_does_not_block_a_page_for_ever() -> None:
    """A fetch ends by its own time limit, whatever the source does; the next one asks again."""
    front = one_page(flight_seconds=A_MOMENT)
    front.shop.traffic.hold()

    with pytest.raises(UpstreamTimeout, match=r"medusa did not answer in time \(products\)"):
        await asyncio.wait_for(front.by_ids("tee", wants=NO_ADDONS), timeout=10)

    assert front.shop.traffic.ended_early == 1
    front.shop.traffic.heal()
    assert list((await front.by_ids("tee", wants=NO_ADDONS)).products) == [pid("tee")]


async def test_a_source_that_hangs_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Who runs the service is warned of it, and told what was asked."""
    caplog.set_level(logging.WARNING, "bff")
    front = one_page(flight_seconds=A_MOMENT)
    front.shop.traffic.hold()

    with pytest.raises(UpstreamTimeout):
        await asyncio.wait_for(front.by_ids("tee", wants=NO_ADDONS), timeout=10)

    assert caplog.messages == [f"fetch_hung source=medusa operation=products seconds={A_MOMENT}"]


async def test_a_timeout_that_is_a_bug_is_not_the_time_limit() -> None:
    """A bare `TimeoutError` out of an adapter is an error of our own."""
    front = one_page()
    front.shop.traffic.fail(TimeoutError())

    with pytest.raises(TimeoutError):
        await front.by_ids("tee")


async def test_closing_while_somebody_waits() -> None:
    """At shutdown a waiting request gets an error it can answer with, not a cancellation."""
    front = one_page()
    front.shop.traffic.hold()
    front.systems[0].traffic.hold()
    page = asyncio.create_task(front.by_ids("tee"))
    await front.systems[0].traffic.arrived(1)

    await front.cache.close()
    (failure,) = await asyncio.gather(page, return_exceptions=True)

    assert isinstance(failure, UpstreamUnavailable)
    assert failure.source == "medusa"


async def test_content_that_is_ended_by_closing_degrades() -> None:
    """At shutdown a page that lacks only its content is served without it."""
    front = one_page()
    await front.by_ids("tee", wants=Wants(content=False, addons=False))
    front.systems[0].traffic.hold()
    page = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.systems[0].traffic.arrived(1)

    await front.cache.close()

    assert [one.reason for one in (await page).degraded] == ["UPSTREAM_UNAVAILABLE"]


async def test_a_bug_that_nobody_waits_for_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A bug met after the only client has left still reaches the operator, without details."""
    caplog.set_level(logging.INFO, "bff")
    front = one_page()
    medusa = front.shop.traffic.hold()
    front.shop.traffic.fail(ValueError("with a secret"))
    page = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.shop.traffic.arrived(1)
    page.cancel()
    await turns()

    medusa.set()
    await turns()

    assert "fetch_crashed kind=ValueError" in caplog.messages
    assert "secret" not in caplog.text


async def test_the_cache_does_not_repeat_an_outage(caplog: pytest.LogCaptureFixture) -> None:
    """An outage is logged where the source is asked, once per call, not again for who waits."""
    caplog.set_level(logging.INFO, "bff")
    front = one_page()
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))

    crowd = [front.by_ids("tee", wants=Wants(content=False, addons=False)) for _ in range(3)]
    await asyncio.gather(*crowd, return_exceptions=True)

    assert len(front.shop.calls) == 1
    assert caplog.messages == []


class FarStore:
    """A store in another process: what it is asked and told is on the way for a while."""

    def __init__(self, clock: HandClock) -> None:
        self.near = MemoryStore(ROOM, clock)
        self.marks = self.near.marks
        self.arrives = asyncio.Event()
        self.arrives.set()
        self.keeps = asyncio.Event()
        self.keeps.set()

    async def read(self, keys: Sequence[str]) -> Reading:
        found = await self.near.read(keys)
        await self.arrives.wait()
        return found

    async def write(self, entries: Mapping[str, Entry]) -> None:
        await self.keeps.wait()
        await self.near.write(entries)

    async def mark(self, touched: Sequence[Touched]) -> Position:
        return await self.near.mark(touched)

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        return self.near.hot(tags)


async def test_a_fetch_that_ends_while_the_store_is_asked() -> None:
    """Who has just read that a product is missing does not fetch it again if it came meanwhile."""
    clock = HandClock()
    store = FarStore(clock)
    front = Storefront(shop_selling("tee"), cms_with(document("tee")), store=store, clock=clock)
    medusa = front.shop.traffic.hold()
    first = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await front.shop.traffic.arrived(1)

    store.arrives.clear()
    second = asyncio.create_task(front.by_ids("tee", wants=NO_ADDONS))
    await turns()  # the second has looked, and found nothing
    medusa.set()
    await first
    store.arrives.set()

    assert await second == await first
    assert front.upstream_calls() == (1, 1)


def far_page() -> tuple[Storefront, FarStore]:
    """Return a storefront with one tee, and its store, which keeps nothing for now."""
    clock = HandClock()
    store = FarStore(clock)
    store.keeps.clear()
    front = Storefront(shop_selling("tee"), cms_with(document("tee")), store=store, clock=clock)
    return front, store


async def test_nobody_waits_for_a_page_to_be_stored() -> None:
    """A shopper has the page once it was fetched, however long the store takes to keep it."""
    front, _ = far_page()

    answer = await asyncio.wait_for(front.by_ids("tee", wants=NO_ADDONS), timeout=10)

    assert titles(answer) == {pid("tee"): "Sanity tee"}


async def test_who_comes_while_a_page_is_stored_shares_it() -> None:
    """What was fetched and is not kept yet is not fetched again."""
    front, store = far_page()
    first = await asyncio.wait_for(front.by_ids("tee", wants=NO_ADDONS), timeout=10)

    second = await asyncio.wait_for(front.by_ids("tee", wants=NO_ADDONS), timeout=10)
    store.keeps.set()
    await turns()
    third = await front.by_ids("tee", wants=NO_ADDONS)

    assert first == second == third
    assert front.upstream_calls() == (1, 1)


async def test_an_edit_while_a_page_is_stored() -> None:
    """Who comes after an edit is shown what was fetched after it, not what is being kept."""
    front, store = far_page()
    await asyncio.wait_for(front.by_ids("tee", wants=NO_ADDONS), timeout=10)
    front.clock.now += 1

    await store.mark([Touched(f"product:{pid('tee')}")])
    await asyncio.wait_for(front.by_ids("tee", wants=NO_ADDONS), timeout=10)

    assert front.upstream_calls()[0] == 2


async def test_closing_lets_be_stored_what_was_shown() -> None:
    """A process that ends, as one that only fills the cache, leaves to others what it fetched."""
    front, store = far_page()
    await asyncio.wait_for(front.by_ids("tee", wants=NO_ADDONS), timeout=10)

    closing = asyncio.create_task(front.cache.close())
    await turns()
    assert not closing.done()
    store.keeps.set()
    await closing

    assert (await store.read([f"text::{pid('tee')}"])).kept


class SlowLeases(NoLeases):
    """Leases that take a while to be given back."""

    def __init__(self) -> None:
        self.returns = asyncio.Event()

    async def give_back(self, keys: Collection[str]) -> None:  # noqa: ARG002 - the port's
        await self.returns.wait()


async def test_a_failure_is_not_for_who_comes_after_it() -> None:
    """Medusa is asked again by the next shopper, though replicas were not told of the end yet."""
    front = Storefront(shop_selling("tee"), leases=SlowLeases())
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))
    with pytest.raises(UpstreamUnavailable):
        await asyncio.wait_for(front.by_ids("tee"), timeout=10)

    front.shop.traffic.heal()
    answer = await asyncio.wait_for(front.by_ids("tee"), timeout=10)

    assert list(answer.products) == [pid("tee")]
