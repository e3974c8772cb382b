"""A service ends when it is told to, whatever it was saying to Redis at that moment."""

import asyncio
from contextlib import suppress

import pytest

from bff.stores.redis import ending
from bff.stores.redis.ending import end


async def hard_of_hearing(times: int) -> None:
    """Lose some cancellations, as `asyncio.wait_for` may up to Python 3.11."""
    for _ in range(times):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


@pytest.mark.parametrize("times", [0, 1, 3])
async def test_a_cancellation_that_got_lost(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that did not hear is told again: nobody waits for it for ever."""
    monkeypatch.setattr(ending, "_AGAIN", 0.001)
    task = asyncio.create_task(hard_of_hearing(times))
    await asyncio.sleep(0)

    async with asyncio.timeout(10):
        await end(task)

    assert task.cancelled()


async def test_one_that_was_done_at_that_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What redis-py was sending is sent, and the task that was to go on after it ends."""
    monkeypatch.setattr(ending, "_AGAIN", 0.001)
    sent = asyncio.Event()

    async def send() -> None:
        await sent.wait()

    async def talks() -> None:
        while True:
            await asyncio.wait_for(send(), 60)
            sent.clear()

    task = asyncio.create_task(talks())
    for _ in range(3):
        await asyncio.sleep(0)
    sent.set()
    await asyncio.sleep(0)  # the inner task is done now, and the outer one has not seen it

    async with asyncio.timeout(10):
        await end(task)

    assert task.done()


async def test_those_that_have_ended() -> None:
    """What failed before is left alone: its failure is for whoever looks at it."""

    async def fails() -> None:
        raise ConnectionError

    failed = asyncio.create_task(fails())
    await asyncio.wait({failed})

    await end(failed)

    assert isinstance(failed.exception(), ConnectionError)
