"""Several processes that share a store: one of them fetches, and the others wait for it."""

import asyncio

from bff.errors import UpstreamUnavailable
from bff.stores.memory import MemoryStore
from tests.catalog.fakes import ROOM, turns
from tests.catalog.origin import Cache, OneAtATime, Origin
from tests.clock import HandClock


def replicas(count: int) -> tuple[list[Cache], OneAtATime, Origin]:
    """Return processes over one source, one store and the same leases."""
    clock, leases, origin = HandClock(), OneAtATime(), Origin()
    store = MemoryStore(ROOM, clock)
    caches = [Cache(origin, store=store, leases=leases, clock=clock) for _ in range(count)]
    return caches, leases, origin


async def test_a_crowd_over_four_processes_cold() -> None:
    """2 000 shoppers over four processes cost one call for what nobody has."""
    caches, leases, origin = replicas(4)
    gate = origin.hold()

    crowd = [asyncio.create_task(cache.read("tee", "cap")) for _ in range(500) for cache in caches]
    await turns()
    gate.set()

    answers = await asyncio.gather(*crowd)
    assert answers == [["tee 1", "cap 1"]] * 2000
    assert origin.asked == [("tee", "cap")]
    assert not leases.held


async def test_a_crowd_over_four_processes_after_an_edit() -> None:
    """After an edit it is one call, too, and all see the edit."""
    caches, _, origin = replicas(4)
    await caches[0].read("tee")
    await caches[0].edit("tee")
    gate = origin.hold()

    crowd = [asyncio.create_task(cache.read("tee")) for _ in range(500) for cache in caches]
    await turns()
    gate.set()

    assert set(await asyncio.gather(*crowd)) == {"tee 2"}
    assert len(origin.asked) == 2


async def test_a_crowd_over_four_processes_at_expiry() -> None:
    """At expiry all get the old text at once, and one of the processes fetches the new one."""
    caches, _, origin = replicas(4)
    await caches[0].read("tee")
    origin.edition = 2
    caches[0].clock.advance(60)
    gate = origin.hold()

    crowd = [asyncio.create_task(cache.read("tee")) for _ in range(500) for cache in caches]
    assert set(await asyncio.gather(*crowd)) == {"tee 1"}
    gate.set()
    await turns()

    assert {await cache.read("tee") for cache in caches} == {"tee 2"}
    assert len(origin.asked) == 2


async def test_a_refresh_that_another_process_does_is_not_waited_for() -> None:
    """A background refresh gives way to the one that has the lease, and leaves nothing behind."""
    (here, there), leases, origin = replicas(2)
    await here.read("tee")
    here.clock.advance(60)
    gate = origin.hold()
    await here.read("tee")
    await turns()
    assert leases.held == {"tee"}

    await there.read("tee")
    await turns()

    assert not leases.waiting.is_set()
    # Who needs it there, now that it is too old, waits for the other process.
    here.clock.advance(40)
    late = asyncio.create_task(there.read("tee"))
    await leases.waiting.wait()
    origin.edition = 2
    gate.set()
    assert await late == "tee 1"
    assert len(origin.asked) == 2


async def test_who_joins_a_refresh_in_time_makes_it_wait() -> None:
    """A background refresh that somebody waits for does not give way any more."""
    (here, there), leases, origin = replicas(2)
    await here.read("tee")
    await leases.take(["tee"], 60)  # a third process
    here.clock.advance(60)
    leases.answers.clear()
    await there.read("tee")  # it is about to refresh
    await turns()
    here.clock.advance(60)
    waiting = asyncio.create_task(there.read("tee"))
    await turns()
    leases.answers.set()
    await leases.waiting.wait()
    assert len(origin.asked) == 1

    origin.edition = 2
    await leases.give_back(["tee"])

    assert await waiting == "tee 2"


async def test_a_process_that_dies_while_it_fetches() -> None:
    """When the lease of a dead process runs out, the next one fetches."""
    (here,), leases, origin = replicas(1)
    await leases.take(["tee"], 60)
    waiting = asyncio.create_task(here.read("tee", "cap"))
    await leases.waiting.wait()
    assert origin.asked == [("cap",)]

    await leases.give_back(["tee"])  # it has run out

    assert await waiting == ["tee 1", "cap 1"]
    assert origin.asked == [("cap",), ("tee",)]
    assert not leases.held


async def test_a_lease_that_never_ends() -> None:
    """Who has waited for as long as a fetch may take fetches without a lease."""
    clock, leases, origin = HandClock(), OneAtATime(), Origin()
    here = Cache(origin, leases=leases, clock=clock, seconds=0.01)
    await leases.take(["tee"], 60)

    assert await asyncio.wait_for(here.read("tee"), 5) == "tee 1"
    assert leases.held == {"tee"}


async def test_a_fetch_that_fails_elsewhere() -> None:
    """When the other process has failed this one tries by itself, and shows its own failure."""
    (here, there), leases, origin = replicas(2)
    gate = origin.hold()
    origin.failure = UpstreamUnavailable("origin", "things")
    first = asyncio.create_task(here.find("tee"))
    await turns()
    second = asyncio.create_task(there.find("tee"))
    await leases.waiting.wait()

    gate.set()
    await first
    found = await second

    assert [*found.failures] == ["tee"]
    assert len(origin.asked) == 2
    assert not leases.held


async def test_leases_are_given_back_at_shutdown() -> None:
    """A process that is stopped while it fetches does not hold up the others."""
    (here, there), leases, origin = replicas(2)
    origin.hold()
    waiting = asyncio.create_task(here.find("tee"))
    await turns()
    assert leases.held == {"tee"}

    await here.through.close()
    await waiting

    assert await there.read("tee") == "tee 1"


async def test_a_fetch_elsewhere_that_took_too_long() -> None:
    """What another process has brought is no news if it has expired meanwhile."""
    (here, there), leases, origin = replicas(2)
    gate = origin.hold()
    slow = asyncio.create_task(here.read("tee"))
    await turns()
    waiting = asyncio.create_task(there.read("tee"))
    await leases.waiting.wait()
    origin.edition = 2
    here.clock.advance(95)
    gate.set()

    assert await slow == "tee 1"
    assert await waiting == "tee 2"


async def test_what_another_process_has_just_fetched() -> None:
    """Between looking and taking the lease somebody else may have finished: it is not repeated."""

    class Late(OneAtATime):
        """Leases that are only granted once the other process is done."""

        async def take(self, keys: object, seconds: float) -> frozenset[str]:
            leased.set()
            await done.wait()
            assert isinstance(keys, tuple)
            return await super().take(keys, seconds)

    leased, done = asyncio.Event(), asyncio.Event()
    clock, origin = HandClock(), Origin()
    store = MemoryStore(ROOM, clock)
    here, there = (Cache(origin, store=store, leases=one, clock=clock) for one in (None, Late()))
    waiting = asyncio.create_task(there.read("tee"))
    await leased.wait()
    await here.read("tee")
    done.set()

    assert await waiting == "tee 1"
    assert len(origin.asked) == 1
