"""After an edit was told, nobody who asks gets what was fetched before it as if it were new."""

import asyncio
from itertools import pairwise

import pytest

from bff.catalog.reading import Leeway
from bff.domain.marks import EVERYTHING, Touched
from bff.domain.storefront import Degraded
from bff.errors import UpstreamUnavailable
from bff.ports import Trail
from bff.telemetry.metrics import EDIT_TO_VISIBLE
from tests.catalog.fakes import turns
from tests.catalog.origin import PRICE, Cache, Origin

DOWN = UpstreamUnavailable("origin", "things")


async def test_an_edit_is_seen_by_the_next_shopper() -> None:
    """What was marked is fetched anew before it is shown, however fresh it was."""
    cache = Cache()
    await cache.read("tee")
    await cache.edit("tee")

    assert await cache.read("tee") == "tee 2"
    assert await cache.read("tee") == "tee 2"
    assert len(cache.origin.asked) == 2


async def test_an_edit_of_something_else() -> None:
    """What does not show the edited thing stays."""
    cache = Cache()
    await cache.read("tee", "cap")
    await cache.edit("cap")

    assert await cache.read("tee", "cap") == ["tee 1", "cap 2"]
    assert cache.origin.asked == [("tee", "cap"), ("cap",)]


async def test_when_nobody_knows_what_was_edited() -> None:
    """After the log was lost everything is fetched anew, once."""
    cache = Cache()
    await cache.read("tee", "cap")
    await cache.edit(EVERYTHING)

    assert await cache.read("tee", "cap") == ["tee 2", "cap 2"]
    await cache.read("tee", "cap")
    assert len(cache.origin.asked) == 2


async def test_the_source_is_asked_past_its_own_cache() -> None:
    """After an edit the source is told to look, and at other times it may use what it has."""
    cache = Cache()
    await cache.read("tee")
    await cache.edit("tee")
    await cache.read("tee")
    cache.clock.advance(100)
    await cache.read("tee")

    assert [call.after_edit for call in cache.origin.calls] == [False, True, False]


@pytest.mark.parametrize("is_known", [True, False], ids=["known before", "never seen"])
async def test_an_edit_during_a_fetch(*, is_known: bool) -> None:
    """Who asks after the edit does not get what a fetch from before it brings; others may."""
    cache = Cache()
    if is_known:
        await cache.read("tee")
        cache.clock.advance(100)
    old = cache.origin.hold()
    early = asyncio.create_task(cache.read("tee"))
    await turns()

    await cache.edit("tee")
    late = [asyncio.create_task(cache.read("tee")) for _ in range(10)]
    await turns()
    old.set()

    assert await early == "tee 1"
    assert set(await asyncio.gather(*late)) == {"tee 2"}
    assert len(cache.origin.asked) == (3 if is_known else 2)
    assert await cache.read("tee") == "tee 2"


async def test_the_new_one_does_not_wait_for_the_old_one() -> None:
    """Where it is known what was edited, a fetch from before it holds nobody up."""
    cache = Cache()
    await cache.read("tee")
    cache.clock.advance(60)
    old = cache.origin.hold()
    await cache.read("tee")  # causes a refresh, which hangs
    await turns()
    await cache.edit("tee")

    assert await asyncio.wait_for(cache.read("tee"), 5) == "tee 2"
    old.set()
    await turns()
    assert await cache.read("tee") == "tee 2"  # the old one has not overwritten it
    assert len(cache.origin.asked) == 3


async def test_an_old_fetch_that_ends_leaves_the_new_one_alone() -> None:
    """When a fetch from before the edit ends, who comes then still joins the one from after it."""
    cache = Cache()
    await cache.read("tee")
    cache.clock.advance(60)
    old, new = cache.origin.hold(), cache.origin.hold()
    await cache.read("tee")  # causes a refresh
    await turns()
    await cache.edit("tee")
    second = asyncio.create_task(cache.read("tee"))
    await turns()
    old.set()
    await turns()
    third = asyncio.create_task(cache.read("tee"))
    await turns()
    new.set()

    assert [await second, await third] == ["tee 2", "tee 2"]
    assert len(cache.origin.asked) == 3


async def test_an_edit_during_a_fetch_and_then_an_outage() -> None:
    """If the new one cannot be had, what the fetch brought from before the edit is an old copy."""
    cache, trail = Cache(), Trail()
    old = cache.origin.hold()
    early = asyncio.create_task(cache.read("tee"))
    await turns()
    await cache.edit("tee")
    late = asyncio.create_task(cache.read("tee", trail=trail))
    await turns()
    outage = cache.origin.hold()
    old.set()
    await early
    await turns()
    cache.origin.failure = DOWN
    outage.set()

    assert await late == "tee 1"
    assert [one.served for one in trail.degraded] == ["copy"]


async def test_edits_that_do_not_stop() -> None:
    """Who asks waits for one fetch more than needed at most, however often is edited."""
    cache = Cache()
    gates = [cache.origin.hold() for _ in range(4)]
    early = asyncio.create_task(cache.read("tee"))
    await turns()
    await cache.edit("tee")
    late = asyncio.create_task(cache.read("tee"))
    await turns()
    for gate in gates[:2]:
        await cache.edit("tee")
        gate.set()
        await turns()

    assert late.done()
    assert await early == "tee 1"
    # Its own fetch began after the first edit, which it knew of, and maybe before others.
    assert await late in {"tee 3", "tee 4"}
    assert len(cache.origin.asked) == 2
    assert await asyncio.wait_for(_with(gates[2], cache), 5) == "tee 4"


async def _with(gate: asyncio.Event, cache: Cache) -> object:
    gate.set()
    return await cache.read("tee")


async def test_a_crowd_after_an_edit() -> None:
    """2 000 shoppers after an edit wait for one fetch between them."""
    cache = Cache()
    await cache.read("tee")
    await cache.edit("tee")
    gate = cache.origin.hold()

    crowd = [asyncio.create_task(cache.read("tee")) for _ in range(2000)]
    await turns()
    gate.set()

    assert set(await asyncio.gather(*crowd)) == {"tee 2"}
    assert len(cache.origin.asked) == 2


async def test_an_edited_text_while_the_source_is_down() -> None:
    """The text from before the edit is shown for want of a new one, as degraded."""
    cache, trail = Cache(), Trail()
    await cache.read("tee")
    await cache.edit("tee")
    cache.origin.failure = DOWN
    cache.clock.advance(9.999)

    assert await cache.read("tee", trail=trail) == "tee 1"
    assert [*trail.degraded] == [Degraded("origin", "UPSTREAM_UNAVAILABLE", "copy", 10.0)]


async def test_an_edited_price_while_the_source_is_down() -> None:
    """A price from before an edit is known to be wrong: it is withheld, however young."""
    cache, trail = Cache(Origin(PRICE)), Trail()
    await cache.read("tee")
    await cache.edit("tee")
    cache.origin.failure = DOWN

    found = await cache.find("tee", trail=trail)

    assert (found.values, [*found.withheld], found.failures) == ({}, ["tee"], {})
    assert [*trail.degraded] == [Degraded("origin", "UPSTREAM_UNAVAILABLE", "nothing")]


async def test_what_is_gone_while_the_source_is_down() -> None:
    """What was deleted is not shown again, although nobody can confirm it."""
    cache, trail = Cache(), Trail()
    await cache.read("tee")
    await cache.mark("tee", is_gone=True)
    await cache.mark("all")  # a later mark on another of its tags changes nothing of that
    cache.origin.failure = DOWN

    def remaining(value: object, gone: object) -> object:
        assert (value, gone) == ("tee 1", {"tee"})
        return None

    found = await cache.find("tee", trail=trail, leeway=Leeway(remaining))

    assert (found.values, found.withheld, found.failures) == ({}, {}, {})
    assert [*trail.degraded] == [Degraded("origin", "UPSTREAM_UNAVAILABLE", "nothing")]


async def test_an_edit_while_a_shopper_waits_in_vain() -> None:
    """An edit that comes while the source fails counts for the old copy, too."""
    cache = Cache(Origin(PRICE))
    await cache.read("tee")
    cache.clock.advance(100)
    gate = cache.origin.hold()
    cache.origin.failure = DOWN
    waiting = asyncio.create_task(cache.find("tee"))
    await turns()

    await cache.edit("tee")
    gate.set()

    found = await waiting
    assert (found.values, [*found.withheld]) == ({}, ["tee"])


async def test_a_source_that_lags_behind_its_own_webhook() -> None:
    """An older version than was told of is shown, and asked for again until the new one is there.

    The pauses are those of `retry_after_mark`: a quarter of a second at first.
    """
    cache = Cache()
    cache.origin.version = 1
    await cache.read("tee")
    await cache.mark("tee", version=2)

    assert await cache.read("tee") == "tee 1"
    cache.clock.advance(0.2)
    assert await cache.read("tee") == "tee 1"
    assert len(cache.origin.asked) == 2
    cache.clock.advance(0.05)
    assert await cache.read("tee") == "tee 1"
    assert len(cache.origin.asked) == 3

    cache.origin.edition = cache.origin.version = 2
    cache.clock.advance(0.25)
    assert await cache.read("tee") == "tee 2"
    cache.clock.advance(59)
    assert await cache.read("tee") == "tee 2"
    assert len(cache.origin.asked) == 4
    assert [call.after_edit for call in cache.origin.calls] == [False, True, True, True]


async def test_pauses_grow() -> None:
    """A version that never comes is asked for once a minute in the end, and then no more."""
    cache = Cache()
    cache.origin.version = 1
    await cache.read("tee")
    await cache.mark("tee", version=2)
    at: list[float] = []
    began = cache.clock()
    for _ in range(1000):
        before = len(cache.origin.asked)
        await cache.read("tee")
        if len(cache.origin.asked) > before:
            at.append(round(cache.clock() - began, 2))
        cache.clock.advance(0.05)

    pauses = [later - sooner for sooner, later in pairwise(at)]
    assert pauses[:2] == pytest.approx([0.25, 0.25], abs=0.06)
    assert pauses == sorted(pauses)
    assert len(at) < 15


async def test_how_long_an_edit_took_to_be_seen() -> None:
    """The operator's figure counts each edit once, from when it was made."""
    cache = Cache()
    await cache.read("tee", "cap")
    edited_at = cache.clock()
    await cache.store.mark([Touched("all", changed_at=edited_at)])
    before = _observed()
    cache.clock.advance(3)

    await cache.read("tee")
    await cache.read("cap")

    count, total = _observed()
    assert (count - before[0], round(total - before[1], 3)) == (1, 3.0)


async def test_a_lagging_source_has_not_shown_the_edit() -> None:
    """The figure counts until the new version is there, and not the old one again."""
    cache = Cache()
    cache.origin.version = 1
    await cache.read("tee")
    before = _observed()
    await cache.mark("tee", version=2)
    await cache.read("tee")
    assert _observed() == before

    cache.origin.version = 2
    cache.clock.advance(2)
    await cache.read("tee")
    count, total = _observed()
    assert (count - before[0], round(total - before[1], 3)) == (1, 2.0)


async def test_an_edit_that_is_told_again() -> None:
    """A source that is asked for changes tells what a webhook told: it could be seen already."""
    cache = Cache()
    await cache.read("tee")
    edited_at = cache.clock()
    before = _observed()
    for _ in range(2):
        cache.clock.advance(0.5)
        await cache.store.mark([Touched("tee", changed_at=edited_at)])
        await cache.read("tee")
        cache.clock.advance(40)

    count, total = _observed()
    assert (count - before[0], round(total - before[1], 3)) == (1, 0.5)


def _observed() -> tuple[float, float]:
    samples = {
        sample.name: sample.value
        for metric in EDIT_TO_VISIBLE.collect()
        for sample in metric.samples
        if sample.labels.get("source") == "origin" and "le" not in sample.labels
    }
    name = "bff_edit_to_visible_seconds"
    return samples.get(f"{name}_count", 0.0), samples.get(f"{name}_sum", 0.0)
