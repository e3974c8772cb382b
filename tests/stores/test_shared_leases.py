"""One fetch for all processes: who may, and how the others learn that it is done."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.stores.replicas import SOON, replica, until
from tests.stores.servers import Server, server


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as started:
        yield started


@pytest.fixture(autouse=True)
def _empty(running: Server) -> None:
    running.client.flushall()


async def test_one_of_two_processes_fetches(running: Server) -> None:
    """What one has taken the other cannot; the rest it can."""
    async with replica(running.url) as one, replica(running.url) as other:
        assert await one.leases.take(["tee", "hat"], 5) == {"tee", "hat"}
        assert await other.leases.take(["hat", "cap"], 5) == {"cap"}

        await one.leases.give_back(["tee", "hat"])

        assert await other.leases.take(["hat"], 5) == {"hat"}


async def test_many_processes_at_once(running: Server) -> None:
    """Of ten that ask in the same moment exactly one gets it."""
    replicas = [replica(running.url) for _ in range(10)]
    started = [await each.__aenter__() for each in replicas]
    try:
        taken = await asyncio.gather(*(each.leases.take(["tee"], 5) for each in started))
        assert sorted(map(len, taken)) == [0] * 9 + [1]
    finally:
        for each in replicas:
            await each.__aexit__(None, None, None)


async def test_whoever_waits_is_told_at_once(running: Server) -> None:
    """The second process goes on within milliseconds of the first one's end."""
    async with replica(running.url) as one, replica(running.url) as other:
        await one.leases.take(["tee", "hat"], 60)
        waiting = asyncio.create_task(other.leases.wait(["tee", "hat"], 60))
        for _ in range(20):
            await other.leases.take(["tee"], 60)  # some round trips: it waits by now
        assert not waiting.done()

        await one.leases.give_back(["hat"])

        assert await until(waiting.done) < 0.4


async def test_given_back_before_anybody_waits(running: Server) -> None:
    """The notice went out too early for the waiter: it sees for itself."""
    async with replica(running.url) as one, replica(running.url) as other:
        await one.leases.take(["tee"], 60)
        assert await other.leases.take(["tee"], 60) == frozenset()
        await one.leases.give_back(["tee"])

        await asyncio.wait_for(other.leases.wait(["tee"], 60), 1)


async def test_a_notice_that_is_lost(running: Server) -> None:
    """A lease that ended without a word (its process died) is found by looking."""
    async with replica(running.url) as one, replica(running.url) as other:
        await one.leases.take(["tee"], 60)
        waiting = asyncio.create_task(other.leases.wait(["tee"], 60))
        running.client.delete("bff:lease:tee")

        await asyncio.wait_for(waiting, 2)


async def test_a_process_that_died_holds_nobody_up(running: Server) -> None:
    """Its lease is not renewed any more: another fetches well before a shopper gives up."""
    async with replica(running.url) as one, replica(running.url) as other:
        await one.leases.take(["tee"], 5)
        one.leases.stop()  # as if it were killed, or stood still

        began = asyncio.get_running_loop().time()
        await other.leases.wait(["tee"], 5)

        assert asyncio.get_running_loop().time() - began < 1.3
        assert await other.leases.take(["tee"], 5) == {"tee"}


async def test_a_slow_fetch_keeps_its_lease(running: Server) -> None:
    """While the process lives its lease lasts, for as long as it was taken."""
    async with replica(running.url, lease_seconds=0.05) as one, replica(running.url) as other:
        await one.leases.take(["tee"], 60)
        await other.leases.wait(["tee"], 0.3)  # six times as long as it lasts by itself

        assert await other.leases.take(["tee"], 60) == frozenset()


async def test_a_lease_ends_when_its_time_is_over(running: Server) -> None:
    """A process that lives and never comes to an end holds nobody up for ever."""
    async with replica(running.url, lease_seconds=0.05) as one, replica(running.url) as other:
        await one.leases.take(["tee"], 0.2)

        await other.leases.wait(["tee"], 5)

        assert await other.leases.take(["tee"], 60) == {"tee"}


async def test_what_was_given_back_is_not_renewed(running: Server) -> None:
    """Nor is what somebody else has taken since."""
    async with replica(running.url, lease_seconds=0.05) as one, replica(running.url) as other:
        await one.leases.take(["tee", "hat"], 60)
        await one.leases.give_back(["hat"])
        running.client.set("bff:lease:tee", "somebody else", px=60_000)
        await other.leases.wait(["tee"], 0.2)

        assert running.client.get("bff:lease:hat") is None
        assert int(str(running.client.pttl("bff:lease:tee"))) > 50_000


async def test_only_ones_own_is_given_back(running: Server) -> None:
    """Who was too slow does not give back what somebody else has taken since."""
    async with replica(running.url) as slow, replica(running.url) as other:
        await slow.leases.take(["tee"], 60)
        running.client.delete("bff:lease:tee")
        assert await other.leases.take(["tee"], 60) == {"tee"}

        await slow.leases.give_back(["tee"])

        assert await slow.leases.take(["tee"], 60) == frozenset()


async def test_waiting_has_an_end(running: Server) -> None:
    """Nobody waits for longer than was said, and not for nothing."""
    async with replica(running.url) as one, replica(running.url) as other:
        await one.leases.take(["tee"], 60)

        took = asyncio.get_running_loop().time()
        await other.leases.wait(["tee"], 0.05)
        await other.leases.wait([], 60)
        assert asyncio.get_running_loop().time() - took < 1


async def test_redis_goes_while_somebody_waits() -> None:
    """The waiter goes on by itself: with Redis away everybody may fetch."""
    with server() as own:
        async with (
            replica(own.url, beat_seconds=SOON) as one,
            replica(own.url, beat_seconds=SOON) as other,
        ):
            await one.leases.take(["tee"], 60)
            waiting = asyncio.create_task(other.leases.wait(["tee"], 60))
            own.kill()

            await asyncio.wait_for(waiting, 2)
            assert await other.leases.take(["tee"], 60) == {"tee"}


async def test_a_cursor_is_known_to_all(running: Server) -> None:
    """Another process goes on where the first one stopped reading changes."""
    async with replica(running.url) as one, replica(running.url) as other:
        assert await other.cursors.load("medusa") is None
        await one.cursors.save("medusa", "2026-01-01T00:00:00Z")

        assert await other.cursors.load("medusa") == "2026-01-01T00:00:00Z"
        assert await other.cursors.load("sanity") is None
