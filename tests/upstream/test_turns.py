"""Who waits for a turn, how long, and who goes first; without any time passing."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from bff.upstream.pace import Pace, Room
from bff.upstream.turns import Turn, Turns
from tests.virtual_time import run_in_virtual_time, virtual_clock


def turns_for(per_second: float | None = None, most: int = 100) -> Turns:
    return Turns(Pace(per_second), Room(most), virtual_clock)


async def waited(turns: Turns, seconds: float, *, is_awaited: bool = True) -> tuple[Turn, float]:
    """Ask for a turn; return what came of it, and when."""
    turn = await turns.take(virtual_clock() + seconds, is_awaited=is_awaited)
    return turn, virtual_clock()


Work = Callable[[], Coroutine[None, None, None]]


def in_virtual_time(work: Work) -> None:
    run_in_virtual_time(work())


def test_whoever_comes_to_an_idle_source_goes_at_once() -> None:
    async def work() -> None:
        turns = turns_for(2, most=3)
        assert [turns.take_now() for _ in range(3)] == [True, True, False]

    in_virtual_time(work)


def test_room_for_so_many() -> None:
    """Who finds none waits until somebody is done."""

    async def work() -> None:
        turns = turns_for(most=1)
        assert turns.take_now()
        waiter = asyncio.create_task(waited(turns, 10.0))
        await asyncio.sleep(2.0)
        assert not waiter.done()
        turns.end(was_written_off=False)
        assert await waiter == (Turn.GRANTED, 2.0)
        assert turns.room.running == 1

    in_virtual_time(work)


def test_a_second_must_pass() -> None:
    """The turn comes by itself when it is time, though nobody else does anything."""

    async def work() -> None:
        turns = turns_for(1)
        assert turns.take_now()
        waiters = {asyncio.create_task(waited(turns, 10.0)) for _ in range(2)}
        await asyncio.sleep(0.25)
        for second in (1.25, 2.25):
            turns.end(was_written_off=False)
            done, waiters = await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
            assert [one.result() for one in done] == [(Turn.GRANTED, second)]

    in_virtual_time(work)


def test_who_has_no_time_any_more_leaves_without_a_turn() -> None:
    """And takes none from those who have."""

    async def work() -> None:
        turns = turns_for(most=1)
        assert turns.take_now()
        short = asyncio.create_task(waited(turns, 0.3))
        long = asyncio.create_task(waited(turns, 3.0))
        await asyncio.sleep(1.0)
        assert short.result() == (Turn.LATE, 0.3)
        assert len(turns) == 1
        turns.end(was_written_off=False)
        assert await long == (Turn.GRANTED, 1.0)
        turns.end(was_written_off=False)
        assert turns.room.running == 0

    in_virtual_time(work)


def test_too_little_time_for_a_call_is_none() -> None:
    """A call that would be given up half-way only keeps others waiting."""

    async def work() -> None:
        turns = turns_for(most=1)
        turns.usual_seconds = 0.5
        assert turns.take_now()
        short = asyncio.create_task(waited(turns, 1.2))
        long = asyncio.create_task(waited(turns, 3.0))
        await asyncio.sleep(0.05)
        await asyncio.sleep(0.95)
        turns.end(was_written_off=False)
        assert await long == (Turn.GRANTED, 1.0)
        turns.end(was_written_off=False)
        assert (await short)[0] is Turn.LATE
        assert turns.room.running == 0

    in_virtual_time(work)


def test_first_come_first_served_while_the_wait_is_short() -> None:
    async def work() -> None:
        turns, order = turns_for(most=1), list[int]()
        assert turns.take_now()

        async def one(number: int) -> None:
            await waited(turns, 5.0)
            order.append(number)
            await asyncio.sleep(0.02)
            turns.end(was_written_off=False)

        tasks = [asyncio.create_task(one(number)) for number in range(4)]
        await asyncio.sleep(0.01)
        turns.end(was_written_off=False)
        await asyncio.gather(*tasks)
        assert order == [0, 1, 2, 3]

    in_virtual_time(work)


def test_in_a_rush_the_last_goes_first() -> None:
    """Whoever has waited long has no shopper left; serving him first would be late for all."""

    async def work() -> None:
        turns = turns_for(most=1)
        assert turns.take_now()
        early = asyncio.create_task(waited(turns, 5.0))
        await asyncio.sleep(1.0)
        late = asyncio.create_task(waited(turns, 5.0))
        await asyncio.sleep(0.01)
        turns.end(was_written_off=False)
        assert (await late)[0] is Turn.GRANTED
        assert not early.done()
        turns.end(was_written_off=False)
        assert (await early)[0] is Turn.GRANTED

    in_virtual_time(work)


def test_shoppers_go_before_what_nobody_waits_for() -> None:
    """But a refresh is not put off for ever: after some of them it has its turn, too."""

    async def work() -> None:
        turns, order = turns_for(most=1), list[str]()
        assert turns.take_now()

        async def one(name: str, *, is_awaited: bool) -> None:
            await waited(turns, 5.0, is_awaited=is_awaited)
            order.append(name)
            turns.end(was_written_off=False)

        refreshes = [asyncio.create_task(one("refresh", is_awaited=False)) for _ in range(2)]
        await asyncio.sleep(0.0)
        shoppers = [asyncio.create_task(one("shopper", is_awaited=True)) for _ in range(6)]
        await asyncio.sleep(0.01)
        turns.end(was_written_off=False)
        await asyncio.gather(*refreshes, *shoppers)
        assert order == [*["shopper"] * 4, "refresh", *["shopper"] * 2, "refresh"]

    in_virtual_time(work)


def test_a_client_that_leaves_takes_no_turn_along() -> None:
    """Not even if it had just been given one."""

    async def work() -> None:
        turns = turns_for(most=1)
        assert turns.take_now()
        leaves = asyncio.create_task(waited(turns, 5.0))
        stays = asyncio.create_task(waited(turns, 5.0))
        await asyncio.sleep(0.01)
        turns.end(was_written_off=False)  # `leaves` has it now
        leaves.cancel()
        assert await stays == (Turn.GRANTED, 0.01)
        with pytest.raises(asyncio.CancelledError):
            await leaves
        turns.end(was_written_off=False)
        assert turns.room.running == len(turns) == 0

    in_virtual_time(work)


def test_all_are_sent_away() -> None:
    """When the source is found to be gone nobody waits for it any longer."""

    async def work() -> None:
        turns = turns_for(most=1)
        assert turns.take_now()
        waiters = [
            asyncio.create_task(waited(turns, 5.0, is_awaited=is_awaited))
            for is_awaited in (True, True, False)
        ]
        await asyncio.sleep(0.5)
        turns.dismiss()
        assert await asyncio.gather(*waiters) == [(Turn.DISMISSED, 0.5)] * 3
        assert len(turns) == 0

    in_virtual_time(work)


def test_a_probe_stays_one_whoever_comes_after_it() -> None:
    """It goes first, and without room; those who come later need room as ever."""

    async def work() -> None:
        turns = turns_for(1, most=1)
        assert turns.take_now()
        probe = asyncio.create_task(turns.take(9.0, is_awaited=False, is_probe=True))
        await asyncio.sleep(0)
        others = [asyncio.create_task(waited(turns, 9.0)) for _ in range(2)]
        await asyncio.sleep(0)
        turns.write_off()  # the first call hangs: it keeps its slot until it ends, not its room
        assert turns.take_now(is_probe=True) is False
        turns.room.start()
        turns.end(was_written_off=True)

        assert await probe is Turn.GRANTED
        assert virtual_clock() == 1.0
        assert not any(one.done() for one in others)
        for one in others:
            one.cancel()

    in_virtual_time(work)


def test_a_probe_needs_no_room() -> None:
    """What hangs fills all of it; whether the source is back is asked all the same."""

    async def work() -> None:
        turns = turns_for(2, most=1)
        assert turns.take_now()
        assert not turns.take_now()
        assert turns.take_now(is_probe=True)
        waiting = asyncio.create_task(turns.take(9.0, is_awaited=True, is_probe=True))
        await asyncio.sleep(1.0)
        assert not waiting.done()  # the limit of the source is kept even so
        turns.end(was_written_off=False)
        assert await waiting is Turn.GRANTED
        assert virtual_clock() == 2.0

    in_virtual_time(work)


def test_nobody_counts_on_a_call_that_hangs() -> None:
    """Its place is another's; what it still counts for is the limit of the source."""

    async def work() -> None:
        turns = turns_for(2, most=1)
        assert turns.take_now()
        waiter = asyncio.create_task(waited(turns, 5.0))
        await asyncio.sleep(1.0)
        turns.write_off()
        assert await waiter == (Turn.GRANTED, 1.0)
        third = asyncio.create_task(waited(turns, 5.0))
        await asyncio.sleep(0.5)
        turns.end(was_written_off=False)
        await asyncio.sleep(0.5)
        turns.end(was_written_off=True)
        assert turns.room.running == 0
        assert await third == (Turn.GRANTED, 2.5)

    in_virtual_time(work)
