"""What a source is asked when it fails, hangs, or takes only so much; no time passes."""

import asyncio
import gc
import weakref
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from typing import Any

import pytest

from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, Standing
from bff.telemetry.metrics import REGISTRY
from bff.upstream.breaker import BreakerState, Rests
from bff.upstream.guard import Guard
from tests.virtual_time import VirtualLoop, run_in_virtual_time, virtual_clock

FLIGHT = 5.0
SLOW_AFTER = 1.5
CMS = "cms"
_NAMES = count()


def guard(
    *,
    connections: int = 8,
    per_second: float | None = None,
    failures: int = 5,
    luck: float = 0.5,
) -> Guard:
    return Guard(
        f"cms{next(_NAMES)}",
        virtual_clock,
        connections=connections,
        slow_after=SLOW_AFTER,
        requests_per_second=per_second,
        rests=Rests(failures=failures),
        luck=lambda: luck,
    )


class Source:
    """A source that does what it is told, and counts when it was asked."""

    def __init__(self, *ends: UpstreamError | float) -> None:
        self.ends = list(ends)
        self.asked_at: list[float] = []

    async def __call__(self) -> str:
        """Answer after so many seconds, or fail; the last end again and again."""
        end = self.ends[min(len(self.asked_at), len(self.ends) - 1)]
        self.asked_at.append(virtual_clock())
        if isinstance(end, UpstreamError):
            raise end
        await asyncio.sleep(end)
        return "answer"


async def ask(
    one: Guard, source: Callable[[], Awaitable[str]], seconds: float = FLIGHT, **more: Any
) -> str:
    """Ask as an upstream does: its own time limit ends each attempt."""
    call = Call(virtual_clock() + seconds, **more)

    async def attempt() -> str:
        try:
            async with asyncio.timeout_at(call.deadline):
                return await source()
        except TimeoutError as exc:
            raise UpstreamTimeout(CMS, "contents") from exc

    return await one.ask("cms", "contents", call, attempt)


async def failed(
    one: Guard, source: Callable[[], Awaitable[str]], seconds: float = FLIGHT, **more: Any
) -> UpstreamError:
    with pytest.raises(UpstreamError) as raised:
        await ask(one, source, seconds, **more)
    return raised.value


def down(status: int | None = None, retry_after: float | None = None) -> UpstreamUnavailable:
    return UpstreamUnavailable("cms", "contents", "gone", status=status, retry_after=retry_after)


CUT_SHORT = UpstreamMalformed("cms", "contents", "answer was cut short", cut_short=True)
NONSENSE = UpstreamMalformed("cms", "contents", "not JSON")
REFUSED = UpstreamRejected("cms", "contents", status=401)

Work = Callable[[], Coroutine[None, None, None]]


def virtual(work: Work) -> Callable[[], None]:
    """Make a test of what is to be run in virtual time."""

    def test() -> None:
        run_in_virtual_time(work())

    test.__name__, test.__doc__ = work.__name__, work.__doc__
    return test


def figure(one: Guard, name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"source": one.name, **labels}) or 0.0


def state(one: Guard) -> BreakerState:
    return one.state


# --- retries


@virtual
async def test_what_failed_in_passing_is_not_seen() -> None:
    """A reset, then half an answer, then a whole one: three calls, soon after each other."""
    one, source = guard(), Source(down(), CUT_SHORT, 0.1)

    assert await ask(one, source) == "answer"

    assert source.asked_at == pytest.approx([0.0, 0.075, 0.225])
    assert state(one) is BreakerState.CLOSED
    assert figure(one, "bff_upstream_retries_total") == 2
    assert figure(one, "bff_upstream_calls_total", outcome="ok") == 1
    assert figure(one, "bff_upstream_calls_total", outcome="UPSTREAM_UNAVAILABLE") == 1
    assert figure(one, "bff_upstream_seconds_count") == 3


@virtual
async def test_what_goes_on_failing_is_asked_three_times() -> None:
    source = Source(down())
    failure = await failed(guard(), source)

    assert failure is source.ends[0]
    assert len(source.asked_at) == 3


@virtual
async def test_what_would_fail_again_is_asked_once() -> None:
    for end in (REFUSED, NONSENSE):
        source = Source(end)
        assert await failed(guard(), source) is end
        assert len(source.asked_at) == 1


@virtual
async def test_whoever_asks_again_himself_is_not_helped() -> None:
    """Two who retry would make nine calls out of three."""
    source = Source(down())
    await failed(guard(), source, is_retried=True)

    assert len(source.asked_at) == 1


@virtual
async def test_no_retry_without_time() -> None:
    source = Source(down())
    await failed(guard(), source, seconds=0.1)

    assert len(source.asked_at) == 1


@virtual
async def test_who_has_no_time_asks_nobody() -> None:
    source = Source(0.0)

    assert isinstance(await failed(guard(), source, seconds=0.0), UpstreamTimeout)
    assert source.asked_at == []


# --- a source that fails


@virtual
async def test_a_source_that_is_gone_is_left_alone() -> None:
    """After five calls in a row nobody is sent there, and everybody is told at once."""
    one, source = guard(), Source(down())
    for _ in range(5):
        await failed(one, source)
    asked, now = len(source.asked_at), virtual_clock()
    assert asked == 15

    failure = await failed(one, source)

    assert isinstance(failure, UpstreamUnavailable)
    assert (failure.detail, failure.retry_after) == ("resting", 0.5)
    assert len(source.asked_at) == asked
    assert virtual_clock() == now
    assert one.trouble == "resting for 0.4 s after 5 failures"
    assert figure(one, "bff_upstream_breaker") == 2
    assert figure(one, "bff_upstream_calls_total", outcome="resting") == 1


@virtual
async def test_half_an_answer_is_a_failure_too() -> None:
    one = guard(failures=1)
    await failed(one, Source(CUT_SHORT))

    assert state(one) is BreakerState.OPEN


@virtual
async def test_a_source_that_refuses_is_there() -> None:
    """Expired credentials, nonsense: whoever answers at once costs nobody any time."""
    one = guard(failures=2)
    for end in [down(), REFUSED, down(), NONSENSE] * 5:
        await failed(one, Source(end), is_retried=True)

    assert state(one) is BreakerState.CLOSED
    await failed(one, Source(down()))
    await failed(one, Source(down()))
    await asyncio.sleep(1.0)
    await failed(one, Source(REFUSED))
    assert state(one) is BreakerState.CLOSED


@virtual
async def test_exactly_one_finds_out_that_it_is_back() -> None:
    """Of a hundred who come when the rest is over; the others are told at once, as before."""
    one, source = guard(failures=1), Source(down())
    await failed(one, source)
    source.ends, source.asked_at = [0.2], []
    await asyncio.sleep(1.0)
    assert figure(one, "bff_upstream_breaker") == 1

    ends = await asyncio.gather(*(ask(one, source) for _ in range(100)), return_exceptions=True)

    assert len(source.asked_at) == 1
    assert Counter(map(type, ends)) == {str: 1, UpstreamUnavailable: 99}
    assert one.trouble is None
    await asyncio.gather(*(ask(one, source) for _ in range(100)))
    assert len(source.asked_at) == 101


@virtual
async def test_a_probe_is_one_call() -> None:
    """It is not asked again: it has shown what it was for."""
    one, source = guard(failures=1), Source(down())
    await failed(one, source)
    await asyncio.sleep(1.0)
    source.asked_at = []

    await failed(one, source)

    assert len(source.asked_at) == 1
    assert state(one) is BreakerState.OPEN


@virtual
async def test_a_probe_whose_client_leaves() -> None:
    """The next one is the probe: a source is not shut out because somebody closed a page."""
    one, source = guard(failures=1), Source(down(), down(), down(), 3.0, 0.1)
    await failed(one, source)
    await asyncio.sleep(1.0)
    probe = asyncio.create_task(ask(one, source))
    await asyncio.sleep(0.5)
    probe.cancel()
    await asyncio.sleep(0)

    assert await ask(one, source) == "answer"
    assert one.trouble is None


# --- a source that hangs


@virtual
async def test_who_waits_for_a_source_that_hangs_is_told() -> None:
    """Whoever can do without it goes on as soon as it is left alone."""
    one, hangs = guard(), Source(60.0)
    hanging = one.hanging
    calls = [asyncio.create_task(failed(one, hangs)) for _ in range(5)]
    await asyncio.sleep(SLOW_AFTER - 0.001)
    before = hanging.done(), one.standing
    await asyncio.sleep(0.002)

    assert before == (False, Standing.WELL)
    assert (hanging.done(), one.standing) == (True, Standing.RESTING)
    assert not one.hanging.done()  # the next time is another
    await asyncio.gather(*calls)


@virtual
async def test_nobody_is_told_that_a_source_hangs_which_refuses() -> None:
    """It costs nobody any time: what is on its way may still be answered."""
    one = guard(failures=1)
    hanging = one.hanging
    await failed(one, Source(down()))

    assert one.standing is Standing.RESTING
    assert not hanging.done()


@virtual
async def test_how_a_source_stands_that_is_tried() -> None:
    """One call finds out whether it is back; until then all others would be refused."""
    one, source = guard(failures=1), Source(down(), down(), down(), 1.0)
    await failed(one, source)
    await asyncio.sleep(1.0)
    before = one.standing
    probe = asyncio.create_task(ask(one, source))
    await asyncio.sleep(0.5)
    meanwhile = one.standing
    await probe

    assert (before, meanwhile, one.standing) == (
        Standing.UNTRIED,
        Standing.RESTING,
        Standing.WELL,
    )


@virtual
async def test_a_source_that_hangs() -> None:
    """The first wait as long as a shopper does; from then on nobody does, and no call is ended."""
    one, hangs = guard(), Source(60.0)
    first = [asyncio.create_task(failed(one, hangs)) for _ in range(5)]
    await asyncio.sleep(SLOW_AFTER - 0.001)
    assert state(one) is BreakerState.CLOSED
    await asyncio.sleep(0.002)

    assert state(one) is BreakerState.OPEN
    failure = await failed(one, hangs)
    assert failure.detail == "resting"
    assert virtual_clock() == pytest.approx(SLOW_AFTER, abs=0.01)
    assert not any(task.done() for task in first)
    assert {type(await task) for task in first} == {UpstreamTimeout}
    assert virtual_clock() == pytest.approx(FLIGHT, abs=0.01)


def test_a_process_that_was_busy_itself() -> None:
    """Answers that came while nobody could look are no failures of the source."""

    async def work() -> None:
        one, loop = guard(failures=1), asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        call = asyncio.create_task(ask(one, Source(1.0)))
        await asyncio.sleep(0.5)
        loop.stall(3.0)  # nothing runs for so long, whatever is due

        assert await call == "answer"
        assert state(one) is BreakerState.CLOSED
        hangs = asyncio.create_task(failed(one, Source(60.0)))
        await asyncio.sleep(0.5)
        loop.stall(1.5)
        await asyncio.sleep(0.6)
        assert state(one) is BreakerState.OPEN  # it hangs for all that
        await hangs

    run_in_virtual_time(work())


@virtual
async def test_who_waits_for_a_turn_when_a_source_is_found_to_hang() -> None:
    """Is told at that moment."""
    one, hangs = guard(connections=4, failures=2), Source(60.0)
    hung = [asyncio.create_task(failed(one, hangs)) for _ in range(4)]
    waiting = asyncio.create_task(failed(one, hangs))
    await asyncio.sleep(SLOW_AFTER + 0.01)

    assert waiting.done()
    assert waiting.result().detail == "resting"
    assert len(hangs.asked_at) == 4
    await asyncio.gather(*hung)


@virtual
async def test_a_late_answer() -> None:
    """It arrives, for the cache, and everybody knows that the source is there."""
    one, late = guard(), Source(2.0)
    calls = [asyncio.create_task(ask(one, late)) for _ in range(5)]
    await asyncio.sleep(SLOW_AFTER + 0.01)
    assert state(one) is BreakerState.OPEN

    assert await asyncio.gather(*calls) == ["answer"] * 5
    assert state(one) is BreakerState.CLOSED


@virtual
async def test_a_source_that_is_back_after_hanging() -> None:
    """Calls that still hang take no one's place."""
    one = guard(connections=5)
    hung = [asyncio.create_task(failed(one, Source(60.0))) for _ in range(5)]
    await asyncio.sleep(SLOW_AFTER + 0.6)
    well = Source(0.01)

    assert await ask(one, well) == "answer"
    await asyncio.gather(*(ask(one, well) for _ in range(20)))

    assert virtual_clock() < SLOW_AFTER + 1.0
    assert not any(task.done() for task in hung)
    await asyncio.gather(*hung)
    assert figure(one, "bff_upstream_in_flight") == 0


@virtual
async def test_a_call_that_had_no_time_says_nothing_of_the_source() -> None:
    """A preview at the end of its request is given up; the source is not."""
    one, source = guard(failures=1), Source(60.0)
    for _ in range(20):
        assert isinstance(await failed(one, source, seconds=0.5), UpstreamTimeout)

    assert state(one) is BreakerState.CLOSED


# --- a source that says that it is too much


@virtual
async def test_it_is_left_alone_for_as_long_as_it_says() -> None:
    """With the first such answer; the call itself comes again when it may, if there is time."""
    one, source = guard(), Source(down(429, 2.0), 0.1)
    first = asyncio.create_task(ask(one, source))
    await asyncio.sleep(1.0)

    assert (await failed(one, source)).detail == "resting"
    assert one.trouble == "resting for 1.0 s as it asked"
    assert await first == "answer"
    assert source.asked_at == pytest.approx([0.0, 2.05])
    assert one.trouble is None


@pytest.mark.parametrize(("asked", "rest"), [(7.0, 7.0), (3553.0, 60.0)])
def test_a_wish_that_does_not_fit(asked: float, rest: float) -> None:
    """Nobody waits for it, it is not asked again, and it rests no longer than a minute."""

    async def work() -> None:
        one, source = guard(), Source(down(429, asked), 0.1)
        failure = await failed(one, source)

        assert failure is source.ends[0]
        assert virtual_clock() == 0.0
        await asyncio.sleep(rest - 0.01)
        assert (await failed(one, source)).detail == "resting"
        await asyncio.sleep(0.02)
        assert await ask(one, source) == "answer"
        assert len(source.asked_at) == 2

    run_in_virtual_time(work())


@virtual
async def test_fewer_at_once_while_it_is_too_much() -> None:
    """Half as many after a 429, and all again when it copes."""
    one, most = guard(connections=8, failures=99), 0
    running = 0

    async def busy() -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.1)
        running -= 1
        return "answer"

    await asyncio.gather(*(ask(one, busy) for _ in range(20)))
    assert most == 8
    await failed(one, Source(down(429)), is_retried=True)
    most = 0
    await asyncio.gather(*(ask(one, busy) for _ in range(8)))
    assert most in {4, 5}
    await asyncio.gather(*(ask(one, busy) for _ in range(60)))
    assert most == 8


# --- a source that takes only so many a second


@virtual
async def test_never_more_than_its_limit() -> None:
    """500 shoppers a second, each with a page of his own, at a CMS that takes seven: it sees
    seven in any second, and keeps being of use to those who come."""
    one, arrivals = guard(per_second=7, connections=32), list[float]()
    ends = Counter[str]()

    async def cms() -> str:
        await asyncio.sleep(0.02)
        arrivals.append(virtual_clock())
        await asyncio.sleep(0.03)
        return "answer"

    async def shopper() -> None:
        try:
            ends[await ask(one, cms)] += 1
        except UpstreamTimeout as failure:
            ends[failure.detail] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(20 * 500):
            group.create_task(shopper())
            await asyncio.sleep(0.002)

    assert max(sum(1 for one in arrivals if at <= one < at + 1) for at in arrivals) == 7
    assert len(arrivals) >= 20 * 6
    assert ends == {"answer": len(arrivals), "no turn came in time": 10_000 - len(arrivals)}
    assert state(one) is BreakerState.CLOSED
    assert figure(one, "bff_upstream_calls_total", outcome="no_turn") == ends.total() - len(
        arrivals
    )


@virtual
async def test_answers_come_while_shoppers_wait_for_them() -> None:
    """In a rush most turns go to those who have only just asked."""
    one, waits = guard(per_second=7, connections=32), list[float]()

    async def shopper() -> None:
        began = virtual_clock()
        try:
            await ask(one, Source(0.05))
        except UpstreamTimeout:
            return
        waits.append(virtual_clock() - began)

    async with asyncio.TaskGroup() as group:
        for _ in range(10 * 500):
            group.create_task(shopper())
            await asyncio.sleep(0.002)

    in_time = sum(wait < 0.3 for wait in waits)
    assert in_time >= 10 * 6


@virtual
async def test_its_own_limit() -> None:
    """A source that says that it takes less is believed."""
    one, source = guard(per_second=7), Source(0.0)
    one.tell_limit(2)
    await asyncio.gather(*(ask(one, source) for _ in range(6)))

    assert source.asked_at == [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]
    assert figure(one, "bff_upstream_turn_seconds_count") == 4


@virtual
async def test_retries_have_turns_as_well() -> None:
    one, source = guard(per_second=1), Source(down(), 0.0)
    await ask(one, source)

    assert source.asked_at == [0.0, 1.0]


@virtual
async def test_a_retry_that_has_no_turn() -> None:
    """The failure is what the client is told, and counts: a source that is gone is found out."""
    one, source = guard(per_second=1, failures=2), Source(down())

    for _ in range(2):
        assert await failed(one, source, seconds=0.9) is source.ends[0]
        await asyncio.sleep(1.2)

    assert len(source.asked_at) == 2
    assert state(one) is not BreakerState.CLOSED
    assert figure(one, "bff_upstream_retries_total") == 0


# --- nothing stays behind


def test_nothing_is_left_of_a_call() -> None:
    """No timer, no task and no place, however calls end."""

    async def work() -> None:
        one = guard(connections=2, failures=10_000)
        sources = [Source(0.1), Source(down()), Source(REFUSED), Source(2.0), Source(9.0)]
        tasks = [asyncio.create_task(ask(one, source)) for source in sources for _ in range(10)]
        await asyncio.sleep(0.05)
        for task in tasks[::3]:
            task.cancel()
        refs = [weakref.ref(task) for task in tasks]
        await asyncio.gather(*tasks, return_exceptions=True)
        del tasks, task
        await asyncio.sleep(0)
        gc.collect()

        assert (one._room.running, one._pace._running, len(one._turns)) == (0, 0, 0)
        assert figure(one, "bff_upstream_in_flight") == 0
        assert [ref for ref in refs if ref() is not None] == []

    run_in_virtual_time(work())


def test_a_service_that_has_ended_leaves_no_trace() -> None:
    """Its figures stay, as those of a source that nobody asks."""
    one = guard(failures=1)
    name, gone = one.name, weakref.ref(one)
    run_in_virtual_time(failed(one, Source(down())))
    assert REGISTRY.get_sample_value("bff_upstream_breaker", {"source": name}) == 2
    del one
    gc.collect()

    assert gone() is None
    assert REGISTRY.get_sample_value("bff_upstream_breaker", {"source": name}) == 0
