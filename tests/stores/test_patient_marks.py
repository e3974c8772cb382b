"""An edit may take longer to be told than a shopper waits: a late Redis is no reason for a 503."""

import asyncio
import time

import pytest

from bff.domain.marks import Touched
from bff.errors import StoreUnavailable
from tests.stores.replicas import SOON, entry, faults, replica, until, value
from tests.stores.servers import Server, wire

QUICK = 0.1
TEE = Touched("product:tee")


async def test_redis_is_late_for_shoppers_and_not_for_an_edit(own: Server) -> None:
    """Shoppers go on from memory after their limit; the sender waits a little longer."""
    async with replica(own.url, timeout_seconds=QUICK) as one, replica(own.url) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, TEE.tag)})
        assert await value(other, "tee") == "old"
        before = faults("read"), faults("mark")

        own.pause()
        marking = asyncio.create_task(one.store.mark([TEE]))
        await one.store.read(["hat"])  # its limit passes
        assert not marking.done()
        own.resume()
        await marking

        assert (faults("read"), faults("mark")) == (before[0] + 1, before[1])
        await until(lambda: other.store.marks.newest([TEE.tag], stamp) is not None)
        assert await value(other, "tee") is None


async def test_an_edit_that_comes_just_after_a_late_answer(own: Server) -> None:
    """One late answer does not mean that Redis is gone: the edit is tried, and told."""
    async with replica(own.url, timeout_seconds=QUICK) as one, replica(own.url) as other:
        own.pause()
        await one.store.read(["hat"])
        assert not one.is_up
        marking = asyncio.create_task(one.store.mark([TEE]))
        own.resume()

        position = await marking

        await until(lambda: other.store.marks.position == position)


async def test_the_way_to_redis_is_lost_while_an_edit_is_told(own: Server) -> None:
    """It is told on a new connection."""
    async with (
        wire(own.socket) as (line, url),
        replica(url, timeout_seconds=QUICK) as one,
        replica(own.url) as other,
    ):
        await one.store.read(["tee"])
        line.swallows = True
        marking = asyncio.create_task(one.store.mark([TEE]))
        await one.store.read(["hat"])  # until it is surely under way
        line.swallows = False
        line.drop()

        position = await marking

        await until(lambda: other.store.marks.position == position)


async def test_an_edit_while_redis_is_known_to_be_gone(own: Server) -> None:
    """Nobody waits for a server that was asked again in vain: the sender is told at once."""
    async with replica(own.url, timeout_seconds=QUICK, beat_seconds=SOON) as one:
        own.pause()
        await until(lambda: not one.store.marks.is_live)

        began = time.monotonic()
        for _ in range(20):
            with pytest.raises(StoreUnavailable):
                await one.store.mark([TEE])

        assert time.monotonic() - began < 1.0  # each of them may take a second else
        own.resume()
        await until(lambda: one.store.marks.is_live)


async def test_a_hung_server_costs_an_edit_its_limit(own: Server) -> None:
    """It is not waited for without end, nor once for each five hundred products."""
    async with replica(own.url, timeout_seconds=QUICK) as one:
        own.pause()
        began = time.monotonic()

        with pytest.raises(StoreUnavailable):
            await one.store.mark([Touched(f"product:{number}") for number in range(5000)])

        assert time.monotonic() - began < 3.0  # one, one more, and what a busy machine adds
        own.resume()


async def test_shoppers_do_not_wait_for_edits(own: Server) -> None:
    """However many edits wait for a server that hangs, there is a way left to find that out."""
    async with replica(own.url, timeout_seconds=QUICK, connections=4) as one:
        await one.store.read(["tee"])
        own.pause()
        marking = []
        for number in range(8):  # each in turns of its own, so that each wants a connection
            marking.append(asyncio.create_task(one.store.mark([Touched(f"product:{number}")])))
            for _ in range(3):
                await asyncio.sleep(0)
        began = time.monotonic()

        await one.store.read(["tee", "hat"])

        assert time.monotonic() - began < 0.8
        own.resume()
        await asyncio.gather(*marking)


async def test_closing_does_not_wait_for_an_edit(own: Server) -> None:
    """A process that ends lets go of a server that hangs."""
    async with replica(own.url, timeout_seconds=QUICK) as one:
        own.pause()
        marking = asyncio.create_task(one.store.mark([TEE]))
        await one.store.read(["hat"])
        began = time.monotonic()

    assert time.monotonic() - began < 0.8
    with pytest.raises(StoreUnavailable):
        await marking
