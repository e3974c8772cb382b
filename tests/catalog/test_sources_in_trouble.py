"""A source that keeps failing: who has an old copy is not made to wait until it is back."""

import asyncio

from bff.catalog.product_page import Answer
from bff.domain.commerce import Handle, PriceStatus
from bff.domain.storefront import AddonStatus, Degraded
from bff.errors import UpstreamUnavailable
from bff.ports import Call, Standing, Trail
from tests.catalog.fakes import (
    A_MOMENT,
    AMOUNTS,
    BOTH,
    NO_ADDONS,
    RICH,
    Storefront,
    addons_of,
    cms_with,
    document,
    prices,
    shop_selling,
    shopper,
    titles,
    turns,
)

REASON = "UPSTREAM_UNAVAILABLE"
LATE = "UPSTREAM_TIMEOUT"
OLD_PRICES, OLD_TEXTS, OLD_CONTENT = 100, 359, 8000
"""Ages, in seconds, at which such things have to be fetched before they are shown."""


class Trouble:
    """Says how each source is doing; all are well until told otherwise."""

    def __init__(self) -> None:
        self.of: dict[str, Standing] = {}
        self.found: dict[str, asyncio.Future[None]] = {}

    def standing(self, source: str) -> Standing:
        return self.of.get(source, Standing.WELL)

    def hanging(self, source: str) -> asyncio.Future[None]:
        return self.found.setdefault(source, asyncio.get_running_loop().create_future())


def one_page(trouble: Trouble | None = None, content_budget: float = 60) -> Storefront:
    """Return a storefront with one tee and its addon."""
    return Storefront(
        shop_selling("tee", "jeans"),
        cms_with(document("tee", addons=["jeans"]), document("jeans")),
        lifetimes=RICH,
        content_budget=content_budget,
        standings=trouble or Trouble(),
    )


async def look(front: Storefront, call: Call | None = None) -> tuple[Answer[Handle], Trail]:
    """Return the tee's page and its trail; a page that waits for a source fails the test."""
    call = call or Call(front.clock() + 60, trail=Trail())
    assert call.trail is not None
    page = front.catalog.by_handles([Handle("tee")], shopper(), BOTH, call)
    return await asyncio.wait_for(page, 10), call.trail


def statuses(answer: Answer[Handle]) -> list[PriceStatus]:
    """Return what is known of the prices of the tee's variants."""
    offer = answer.products[Handle("tee")].commerce.offer
    assert offer is not None
    return [one.price_status() for one in offer.variants.values()]


async def test_a_content_system_that_was_late_is_not_waited_for_again() -> None:
    """It hangs: the page costs the budget once, and not once more for the addons."""
    front = one_page()
    await look(front)
    front.clock.advance(OLD_CONTENT)
    sanity = front.systems[0].traffic
    asked = len(sanity.calls)
    gate = sanity.hold()
    # The budget is a minute here: whoever waits for it is too late.
    call = Call(front.clock() + 60, trail=Trail(), given_up={"sanity"})

    answer, trail = await look(front, call)

    tee = answer.products[Handle("tee")]
    assert titles(answer) == {"tee": "Sanity tee"}
    assert [one.status for one in addons_of(tee)] == [AddonStatus.AVAILABLE]
    assert Degraded("sanity", LATE, "copy", OLD_CONTENT) in trail.degraded
    await turns()
    gate.set()
    await turns()
    assert sorted(key for one in sanity.calls[asked:] for key in one.keys) == [
        "prod_jeans",
        "prod_tee",
    ]
    _, later = await look(front)
    assert not later.degraded


async def test_who_was_late_is_remembered_for_the_request() -> None:
    """Whatever the same request asks next of a content system that hangs costs it no time."""
    front = one_page(content_budget=A_MOMENT)
    await look(front)
    front.clock.advance(OLD_CONTENT)
    front.systems[0].traffic.hold()
    late, well = (Call(front.clock() + 60, trail=Trail()) for _ in range(2))

    await look(front, late)
    front.systems[0].traffic.heal()
    await turns()
    await look(front, well)

    assert late.given_up == {"sanity"}
    assert not well.given_up


async def test_nothing_is_kept_of_what_a_late_content_system_has() -> None:
    """What nobody has a copy of is left out at once, and said to be late."""
    front = one_page()
    front.systems[0].traffic.hold()
    call = Call(front.clock() + 60, trail=Trail(), given_up={"sanity"})

    answer, _ = await look(front, call)

    assert titles(answer) == {"tee": "Medusa prod_tee"}
    assert [one.reason for one in answer.degraded] == [LATE]
    front.systems[0].traffic.heal()
    await turns()
    healed, _ = await look(front)
    assert titles(healed) == {"tee": "Sanity tee"}


async def test_a_source_that_is_to_be_tried_is_tried_in_the_background() -> None:
    """The shopper has the old copy at once; when the source has answered the next has it new."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    front.clock.advance(OLD_PRICES)
    trouble.of["medusa"] = Standing.UNTRIED
    gate = front.shop.traffic.hold()
    asked = len(front.shop.calls)

    answer, trail = await look(front)

    assert [money.amount for money in prices(answer).values()] == [AMOUNTS["USD"]]
    assert [*trail.degraded] == [Degraded("medusa", REASON, "copy", OLD_PRICES)]
    await front.shop.traffic.arrived(asked + 1)
    again, trail_again = await look(front)
    assert titles(again) == {"tee": "Sanity tee"}
    assert [*trail_again.degraded] == [*trail.degraded]
    trouble.of.clear()
    gate.set()
    await turns()
    _, fresh = await look(front)
    assert not fresh.degraded


async def test_nobody_joins_what_hangs() -> None:
    """A flight that hangs for one shopper is not waited for by another who has an old copy."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    front.clock.advance(OLD_PRICES)
    front.shop.traffic.hold()
    asked = len(front.shop.calls)
    first = asyncio.create_task(look(front))
    await front.shop.traffic.arrived(asked + 1)
    trouble.of["medusa"] = Standing.RESTING

    _, trail = await look(front)

    assert [one.served for one in trail.degraded] == ["copy"]
    first.cancel()


async def test_who_waits_when_a_source_is_found_to_hang() -> None:
    """Who waited already is given the old copy then, and not at the end of his patience."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    front.clock.advance(OLD_PRICES)
    gate = front.shop.traffic.hold()
    asked = len(front.shop.calls)
    waiting = asyncio.create_task(look(front))
    await front.shop.traffic.arrived(asked + 1)
    await turns()
    assert not waiting.done()

    trouble.of["medusa"] = Standing.RESTING
    trouble.found["medusa"].set_result(None)
    answer, trail = await waiting

    assert [money.amount for money in prices(answer).values()] == [AMOUNTS["USD"]]
    assert [*trail.degraded] == [Degraded("medusa", REASON, "copy", OLD_PRICES)]
    trouble.of.clear()
    del trouble.found["medusa"]
    gate.set()
    await turns()
    _, late = await look(front)
    assert not late.degraded


async def test_who_has_no_copy_when_a_source_is_found_to_hang() -> None:
    """He goes on waiting: what comes late is better than an error."""
    trouble = Trouble()
    front = one_page(trouble)
    await front.by_ids("tee", wants=NO_ADDONS)
    front.clock.advance(OLD_PRICES)
    gate = front.shop.traffic.hold()
    front.shop.calls.clear()
    waiting = asyncio.create_task(front.by_ids("tee", "jeans", wants=NO_ADDONS))
    await front.shop.traffic.arrived(1)
    await turns()
    trouble.of["medusa"] = Standing.RESTING
    trouble.found["medusa"].set_result(None)
    await turns()
    assert not waiting.done()

    gate.set()
    answer = await asyncio.wait_for(waiting, 10)

    assert len(answer.products) == 2
    assert not answer.failures


async def test_a_resting_source_is_not_asked() -> None:
    """What would be refused at once is not even begun."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    front.clock.advance(OLD_CONTENT)
    trouble.of.update(medusa=Standing.RESTING, sanity=Standing.RESTING)
    before = front.upstream_calls()

    answer, trail = await look(front)
    await turns()

    assert titles(answer) == {"tee": "Sanity tee"}
    assert {(one.source, one.reason) for one in trail.degraded} == {
        ("medusa", REASON),
        ("sanity", REASON),
    }
    assert front.upstream_calls() == before


async def test_without_a_copy_a_source_is_tried_by_whoever_asks() -> None:
    """Who has nothing to go by waits: the answer that comes may be a fresh one."""
    trouble = Trouble()
    front = one_page(trouble)
    trouble.of.update(medusa=Standing.UNTRIED, sanity=Standing.UNTRIED)

    answer, trail = await look(front)

    assert titles(answer) == {"tee": "Sanity tee"}
    assert not trail.degraded


async def test_what_is_missing_is_tried_before_what_is_old() -> None:
    """Of a source that is to be tried one question gets through: that of who has no copy."""
    trouble = Trouble()
    front = one_page(trouble)
    await front.by_ids("tee", wants=NO_ADDONS)
    front.clock.advance(OLD_PRICES)
    trouble.of["medusa"] = Standing.UNTRIED
    front.shop.calls.clear()

    answer = await front.by_ids("tee", "jeans", wants=NO_ADDONS)

    assert len(answer.products) == 2
    assert [one.keys for one in front.shop.calls] == [("prod_jeans",)]


async def test_an_edited_price_while_a_source_is_in_trouble() -> None:
    """It is withheld at once: the old one is known to be wrong."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    await front.mark("offer:prod_tee")
    trouble.of["medusa"] = Standing.RESTING
    front.shop.traffic.hold()

    answer, trail = await look(front)

    assert statuses(answer) == [PriceStatus.STALE]
    assert Degraded("medusa", REASON, "nothing") in trail.degraded


async def test_a_price_is_not_withheld_of_a_source_that_may_be_back() -> None:
    """After a quiet night the first visitor finds out that Medusa is back, and has the price."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    front.clock.advance(OLD_CONTENT)
    await front.mark("offer:prod_tee")
    trouble.of["medusa"] = Standing.UNTRIED

    answer, trail = await look(front)

    assert statuses(answer) == [PriceStatus.AVAILABLE]
    assert "nothing" not in {one.served for one in trail.degraded}


async def test_a_price_past_its_bound_while_a_source_is_in_trouble() -> None:
    """No price is older than prices may be, however little time it would save."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    front.clock.advance(361)
    trouble.of["medusa"] = Standing.RESTING

    answer, _ = await look(front)

    assert statuses(answer) == [PriceStatus.STALE]


async def test_content_taken_back_while_a_source_is_in_trouble() -> None:
    """It is gone at once: Medusa's text takes its place."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    await front.mark("sanity:doc_tee", is_gone=True)
    await front.mark("sanity:?")
    trouble.of["sanity"] = Standing.RESTING
    front.systems[0].traffic.hold()

    answer, _ = await look(front)

    assert titles(answer) == {"tee": "Medusa prod_tee"}


async def test_refreshes_do_not_pile_up() -> None:
    """While one question finds out how the source is, a hundred shoppers begin no other."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    front.clock.advance(OLD_PRICES)
    trouble.of["medusa"] = Standing.UNTRIED
    front.shop.traffic.hold()
    front.shop.calls.clear()

    for _ in range(100):
        await look(front)
    await turns()

    asked = [key for one in front.shop.calls for key in one.keys]
    assert len(asked) == len(set(asked))


async def test_a_failed_try_costs_no_shopper_anything() -> None:
    """The source is still down: everybody goes on with old copies."""
    trouble = Trouble()
    front = one_page(trouble)
    await look(front)
    front.clock.advance(OLD_TEXTS)
    trouble.of["medusa"] = Standing.UNTRIED
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))

    for _ in range(3):
        answer, trail = await look(front)
        await turns()
        assert titles(answer) == {"tee": "Sanity tee"}
        assert [one.served for one in trail.degraded] == ["copy"]
