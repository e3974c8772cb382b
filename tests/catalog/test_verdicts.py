"""What is done with a kept value: given out, refreshed, fetched anew, or shown for want of one."""

import asyncio

import pytest

from bff.catalog.landing import Fetched
from bff.catalog.reading import Leeway
from bff.domain.freshness import Policy, Verdict
from bff.domain.storefront import Degraded
from bff.errors import UpstreamUnavailable
from bff.ports import Level, Trail
from bff.stores.nothing import NoStore
from tests.catalog.fakes import turns
from tests.catalog.origin import PRICE, Cache, Origin

DOWN = UpstreamUnavailable("origin", "things")


async def test_what_is_fresh_is_given_out() -> None:
    """Nobody is asked for what is a moment old."""
    cache = Cache()
    await cache.read("tee")
    cache.origin.edition = 2
    cache.clock.advance(59.9)

    assert await cache.read("tee") == "tee 1"
    await turns()
    assert len(cache.origin.asked) == 1


async def test_what_has_just_expired_is_shown_once_more() -> None:
    """Nobody waits for a refresh: the old text is shown, and the next shopper has the new one."""
    cache = Cache()
    await cache.read("tee")
    cache.origin.edition = 2
    cache.clock.advance(60)
    gate = cache.origin.hold()

    assert await asyncio.wait_for(cache.read("tee"), 1) == "tee 1"
    gate.set()
    await turns()

    assert await cache.read("tee") == "tee 2"
    assert len(cache.origin.asked) == 2


async def test_a_crowd_at_expiry_causes_one_refresh() -> None:
    """2 000 shoppers who see the old text cause one fetch between them."""
    cache = Cache()
    await cache.read("tee")
    cache.clock.advance(60)
    gate = cache.origin.hold()

    crowd = await asyncio.gather(*(cache.read("tee") for _ in range(2000)))
    gate.set()
    await turns()

    assert set(crowd) == {"tee 1"}
    assert len(cache.origin.asked) == 2


async def test_what_expired_a_while_ago_is_waited_for() -> None:
    """After the time for old text the shopper waits for the new one."""
    cache = Cache()
    await cache.read("tee")
    cache.origin.edition = 2
    cache.clock.advance(90)

    assert await cache.read("tee") == "tee 2"


async def test_an_old_text_while_the_source_is_down() -> None:
    """For want of a new text the old one is shown, and the answer says how old it is."""
    cache, trail = Cache(), Trail()
    await cache.read("tee")
    cache.origin.failure = DOWN
    cache.clock.advance(100)

    assert await cache.read("tee", trail=trail) == "tee 1"

    assert [*trail.degraded] == [Degraded("origin", "UPSTREAM_UNAVAILABLE", "copy", 100.0)]


async def test_an_old_text_while_the_source_is_slow() -> None:
    """When the deadline passes the old text is shown; the fetch goes on for the next shopper."""
    cache, trail = Cache(), Trail()
    await cache.read("tee")
    cache.origin.edition = 2
    cache.clock.advance(100)
    gate = cache.origin.hold()

    assert await cache.read("tee", trail=trail, seconds=0) == "tee 1"
    gate.set()
    await turns()

    assert [one.reason for one in trail.degraded] == ["UPSTREAM_TIMEOUT"]
    assert await cache.read("tee") == "tee 2"
    assert len(cache.origin.asked) == 2


@pytest.mark.parametrize("age", [660, 700])
async def test_a_text_that_is_too_old(age: float) -> None:
    """Past its bound no old text is shown: the outage is an error."""
    cache = Cache()
    await cache.read("tee")
    cache.origin.failure = DOWN
    cache.clock.advance(age)

    with pytest.raises(UpstreamUnavailable):
        await cache.read("tee")


@pytest.mark.parametrize(("age", "shown"), [(100, True), (359.9, True), (360, False)])
async def test_a_price_is_never_shown_past_its_bound(age: float, *, shown: bool) -> None:
    """A price is served for 360 seconds at most, and then it is known that there was one."""
    cache, trail = Cache(Origin(PRICE)), Trail()
    await cache.read("tee")
    cache.origin.failure = DOWN
    cache.clock.advance(age)

    found = await cache.find("tee", trail=trail)

    assert ("tee" in found.values) is shown
    assert ("tee" in found.withheld) is not shown
    assert [one.served for one in trail.degraded] == ["copy" if shown else "nothing"]


async def test_a_price_that_never_was() -> None:
    """A price that nobody has ever seen is not called old."""
    cache = Cache(Origin(PRICE))
    cache.origin.failure = DOWN

    found = await cache.find("tee")

    assert (found.withheld, [*found.failures]) == ({}, ["tee"])


async def test_hot_values_are_refreshed_before_they_expire() -> None:
    """The unlucky one of many shoppers fetches anew a moment before expiry, and nobody waits."""
    cache = Cache()
    gate = cache.origin.hold()
    first = asyncio.create_task(cache.read("tee"))
    await cache.origin.arrived.wait()
    cache.clock.advance(2)  # this is how long it takes
    gate.set()
    await first
    cache.origin.edition = 2
    cache.clock.advance(57.5)

    cache.luck = 0.9  # 2 s x -ln 0.9 = 0.2 s, and half a second is left
    assert await cache.read("tee") == "tee 1"
    await turns()
    assert len(cache.origin.asked) == 1

    cache.luck = 0.7  # 0.7 s
    trail = Trail()
    assert await cache.read("tee", trail=trail) == "tee 1"
    await turns()
    cache.luck = 1.0
    assert await cache.read("tee") == "tee 2"
    assert len(cache.origin.asked) == 2
    assert [*trail.verdicts] == [(Level.MEMORY, Verdict.EARLY)]


async def test_values_of_one_fetch_are_refreshed_by_one_fetch() -> None:
    """A page whose parts expire together costs one call in the background, not one per part."""
    cache = Cache()
    await cache.read("tee", "cap", "hat")
    cache.clock.advance(60)

    await cache.read("tee", "cap", "hat")
    await turns()

    assert cache.origin.asked == [("tee", "cap", "hat")] * 2


async def test_a_failing_refresh_is_nobodys_trouble() -> None:
    """While the old text may be shown, a failing refresh is not even told."""
    cache, trail = Cache(), Trail()
    await cache.read("tee")
    cache.origin.failure = DOWN
    cache.clock.advance(60)

    assert await cache.read("tee") == "tee 1"
    await turns()
    assert await cache.read("tee", trail=trail) == "tee 1"
    await turns()

    assert len(cache.origin.asked) == 3
    assert not trail.degraded


async def test_who_needs_a_new_one_joins_the_refresh() -> None:
    """A refresh that takes so long that the old text expires is waited for, not repeated."""
    cache = Cache()
    await cache.read("tee")
    cache.origin.edition = 2
    cache.clock.advance(60)
    gate = cache.origin.hold()
    await cache.read("tee")
    await turns()

    cache.clock.advance(40)
    late = asyncio.create_task(cache.read("tee"))
    await turns()
    gate.set()

    assert await late == "tee 2"
    assert len(cache.origin.asked) == 2


async def test_one_of_many_that_cannot_be_had() -> None:
    """What is missing and cannot be had costs nothing of what is there."""
    cache = Cache()
    await cache.read("tee", "cap")
    cache.clock.advance(100)
    await cache.read("cap")
    cache.origin.failure = DOWN

    found = await cache.find("tee", "cap", "hat")

    assert found.values == {"tee": "tee 1", "cap": "cap 1"}
    assert [*found.failures] == ["hat"]


async def test_that_something_does_not_exist_is_not_shown_for_want_of_news() -> None:
    """That there is no such thing is believed while it is fresh; after an edit it is an error."""
    cache = Cache()
    nothing = Fetched(None, Policy("ABSENT", 30, if_error=600), frozenset({"ghost"}))
    cache.origin.missing, cache.origin.more = {"ghost"}, {"ghost": nothing}
    assert await cache.read("ghost") is None
    cache.origin.failure = DOWN
    assert await cache.read("ghost") is None
    await cache.mark("ghost")

    with pytest.raises(UpstreamUnavailable):
        await cache.read("ghost")


async def test_no_store_no_copies() -> None:
    """Where nothing is kept, as in a preview, every reading asks, and an outage is an error."""
    cache = Cache(store=NoStore())
    assert await cache.read("tee") == "tee 1"
    cache.origin.edition = 2
    assert await cache.read("tee") == "tee 2"
    cache.origin.failure = DOWN

    with pytest.raises(UpstreamUnavailable):
        await cache.read("tee")


async def test_what_is_at_hand_needs_no_store() -> None:
    """What a fetch brought for the same answer is used even where nothing is kept."""
    cache = Cache(store=NoStore())
    cache.origin.more = {"cap": Fetched("cap along", PRICE, frozenset({"cap"}))}
    leeway = Leeway(at_hand={})

    await cache.find("tee", leeway=leeway)
    found = await cache.find("cap", leeway=leeway)

    assert found.values == {"cap": "cap along"}
    assert cache.origin.asked == [("tee",)]


async def test_closing_ends_refreshes() -> None:
    """At shutdown nothing goes on in the background."""
    cache = Cache()
    await cache.read("tee")
    cache.clock.advance(60)
    cache.origin.hold()
    await cache.read("tee")
    await turns()

    await cache.through.close()

    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [task for task in others if not task.done()]


async def test_closing_shows_old_copies() -> None:
    """Who waits at shutdown gets the old text, if there is one."""
    cache, trail = Cache(), Trail()
    await cache.read("tee")
    cache.clock.advance(100)
    cache.origin.hold()
    waiting = asyncio.create_task(cache.read("tee", trail=trail))
    await turns()

    await cache.through.close()

    assert await waiting == "tee 1"
    assert [one.reason for one in trail.degraded] == ["UPSTREAM_UNAVAILABLE"]
