"""What stands between us and a source: it is asked again, left alone, and not asked too much.

A read goes through here on its way out:

    breaker ── rests? ──► refused at once
       │
    turns ─── so many a second, so many at once; the wait is part of the call's time
       │
    the call ─┬─ an answer
              ├─ late: counts as failed from then on, and goes on
              └─ a failure ──► retried at most twice, inside the call's time
"""

import asyncio
import logging
import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar
from weakref import ref

from bff import telemetry
from bff.errors import (
    RESTING,
    UpstreamError,
    UpstreamMalformed,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, Clock, Standing
from bff.telemetry import metrics
from bff.upstream.breaker import Admission, Breaker, BreakerState, Rests
from bff.upstream.pace import Pace, Room
from bff.upstream.retries import wait_before_retry
from bff.upstream.turns import Turn, Turns

T = TypeVar("T")
Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds (`asyncio.sleep` in production)."""

_OVERLOADED: Final = frozenset({429, 503})
_LEARNS: Final = 0.1
"""How much the last call's time counts in what calls usually take."""
_OWN_LATENESS: Final = 0.05
"""Seconds by which an alarm may be late before it says more of us than of a source."""
_SHORTEST_REST: Final = 0.5
"""Seconds that are told to whoever is refused while a probe is on its way."""
_SAYS_AGAIN: Final = 60.0
"""Seconds between two log lines about turns that did not come."""


@dataclass(slots=True, eq=False)
class _Flight:
    """One attempt that is on its way."""

    admission: Admission
    left_at: float
    is_late: bool = False
    alarm: asyncio.TimerHandle | None = None


class Guard:
    """Guards one address of a source, for all that ask there.

    `slow_after` is how long a call may be without an answer before that counts as a failure: the
    longest that any shopper waits. It is no fraction of that, because a busy Medusa takes a
    second for a long list; while answers come, however late, nothing has failed. Refusals and
    whole answers that make no sense count as answers: see `Breaker`.

    `luck` is at least 0 and less than 1; it spreads what many would do at the same moment.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        *,
        connections: int,
        slow_after: float,
        requests_per_second: float | None = None,
        rests: Rests | None = None,
        pause: Pause = asyncio.sleep,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._clock = clock
        self._slow_after = slow_after
        self._pause = pause
        self._luck = luck
        self._breaker = Breaker(rests or Rests(), luck)
        self._pace = Pace(requests_per_second)
        self._room = Room(connections)
        self._turns = Turns(self._pace, self._room, clock)
        self._in_flight = 0
        self._hanging: asyncio.Future[None] | None = None
        self._unsaid = 0
        self._said_at = -math.inf
        self._answers = metrics.UPSTREAM_CALLS.labels(name, "ok")
        self._refusals = metrics.UPSTREAM_CALLS.labels(name, "resting")
        self._missed = metrics.UPSTREAM_CALLS.labels(name, "no_turn")
        self._seconds = metrics.UPSTREAM_SECONDS.labels(name)
        self._waits = metrics.UPSTREAM_TURN_SECONDS.labels(name)
        self._retries = metrics.UPSTREAM_RETRIES.labels(name)
        known = ref(self)  # figures outlive services
        metrics.UPSTREAM_BREAKER.labels(name).set_function(
            lambda: one.state if (one := known()) is not None else BreakerState.CLOSED
        )
        metrics.UPSTREAM_IN_FLIGHT.labels(name).set_function(
            lambda: one._in_flight if (one := known()) is not None else 0  # noqa: SLF001 - ours
        )

    @property
    def state(self) -> BreakerState:
        """How the breaker stands."""
        return self._breaker.state(self._clock())

    @property
    def trouble(self) -> str | None:
        """Why not every call is let through, in words; `None` if every one is."""
        return self._breaker.trouble(self._clock())

    @property
    def standing(self) -> Standing:
        """What would become of a call now."""
        now = self._clock()
        if self._breaker.state(now) is BreakerState.CLOSED:
            return Standing.WELL
        return Standing.UNTRIED if self._breaker.would_admit(now) else Standing.RESTING

    @property
    def hanging(self) -> "asyncio.Future[None]":
        """What is done when the source is next left alone because calls hang."""
        if self._hanging is None:
            self._hanging = asyncio.get_running_loop().create_future()
        return self._hanging

    @property
    def is_paced(self) -> bool:
        """Whether there is a bound on calls a second, of which a source may say a lower one."""
        return self._pace.is_bound

    def tell_limit(self, per_second: int) -> None:
        """Take the source's word for how many calls a second it takes."""
        self._pace.tell(per_second)

    async def ask(
        self, source: str, operation: str, call: Call, attempt: Callable[[], Awaitable[T]]
    ) -> T:
        """Return what an attempt brings; there may be several, or none.

        Raises:
            UpstreamError: the last attempt's; `UpstreamUnavailable` at once while the source
                rests; `UpstreamTimeout` if the call's time is over, or no turn came in it.
        """
        now = self._clock()
        if call.deadline <= now:
            raise UpstreamTimeout(source, operation, "no time was left")
        admission = self._breaker.admit(now)
        if admission is None:
            raise self._resting(source, operation)
        await self._take_turn(source, operation, call, admission)
        tries = 0
        while True:
            tries += 1
            flight = _Flight(admission, self._clock())
            try:
                return await self._fly(flight, attempt)
            except UpstreamError as exc:
                failure = exc
            wait = self._wait_before_retry(failure, tries, call, flight)
            again = None if wait is None else await self._again(source, operation, call, wait)
            if again is None:
                self._note_failure(flight, failure)
                raise failure
            admission = again

    async def _again(
        self, source: str, operation: str, call: Call, wait: float
    ) -> Admission | None:
        """Wait to try once more; `None` if the source rests by then, or no turn came."""
        await self._pause(wait)
        admission = self._breaker.admit(self._clock())
        if admission is None:  # meanwhile others found that it is gone
            return None
        try:
            await self._take_turn(source, operation, call, admission)
        except UpstreamError:
            return None
        self._retries.inc()
        return admission

    async def _take_turn(
        self, source: str, operation: str, call: Call, admission: Admission
    ) -> None:
        turns, is_probe = self._turns, admission.is_probe
        if turns.take_now(is_probe=is_probe):
            return
        came_at = self._clock()
        try:
            turn = await turns.take(call.deadline, is_awaited=call.is_awaited, is_probe=is_probe)
        except asyncio.CancelledError:
            self._breaker.gave_up(admission)
            raise
        self._waits.observe(self._clock() - came_at)
        if turn is Turn.GRANTED:
            return
        self._breaker.gave_up(admission)
        if turn is Turn.DISMISSED:
            raise self._resting(source, operation)
        self._missed.inc()
        self._say_missed()
        raise UpstreamTimeout(source, operation, "no turn came in time")

    async def _fly(self, flight: _Flight, attempt: Callable[[], Awaitable[T]]) -> T:
        """Make one attempt; take note of how it ends, unless it may be retried."""
        self._set_alarm(flight, self._slow_after, self._look)
        self._in_flight += 1
        has_ended = False
        try:
            answer = await attempt()
            has_ended = True
        except UpstreamError as failure:
            has_ended = True
            metrics.UPSTREAM_CALLS.labels(self.name, failure.code).inc()
            if isinstance(failure, UpstreamUnavailable):
                self._note_load(flight, failure)
            raise
        else:
            self._answers.inc()
            self._note_answer(flight)
            return answer
        finally:
            if not has_ended:  # cancelled, or a mistake of ours
                self._breaker.gave_up(flight.admission)
            if flight.alarm is not None:
                flight.alarm.cancel()
            self._in_flight -= 1
            self._seconds.observe(self._clock() - flight.left_at)
            self._turns.end(was_written_off=flight.is_late)

    def _wait_before_retry(
        self, failure: UpstreamError, tries: int, call: Call, flight: _Flight
    ) -> float | None:
        # A probe has shown what it was for, and one that was late had all the time there is.
        if call.is_retried or flight.admission.is_probe or flight.is_late:
            return None
        return wait_before_retry(failure, tries, call.deadline - self._clock(), self._luck())

    def _set_alarm(self, flight: _Flight, seconds: float, ring: Callable[[_Flight], None]) -> None:
        flight.alarm = asyncio.get_running_loop().call_later(seconds, ring, flight)

    def _look(self, flight: _Flight) -> None:
        """Mark a call as late, unless it is we who are: its answer may only wait to be read."""
        late_by = asyncio.get_running_loop().time() - flight.alarm.when() if flight.alarm else 0.0
        if late_by > _OWN_LATENESS:
            self._set_alarm(flight, late_by, self._mark_late)
        else:
            self._mark_late(flight)

    def _mark_late(self, flight: _Flight) -> None:
        """Count a call as failed that goes on without an answer."""
        flight.is_late = True
        now = self._clock()
        self._room.cut(flight.left_at, now)
        if self._breaker.failed(flight.admission, now):
            self._begin_rest(now)
            self._tell_hanging()
        self._turns.write_off()

    def _note_answer(self, flight: _Flight) -> None:
        if not flight.is_late:
            took = self._clock() - flight.left_at
            self._turns.usual_seconds += _LEARNS * (took - self._turns.usual_seconds)
        self._room.grow()
        if self._breaker.answered(flight.admission):
            telemetry.log("source_back", source=self.name)

    def _note_load(self, flight: _Flight, failure: UpstreamUnavailable) -> None:
        """Do at once what a source wishes that has too much to do."""
        now = self._clock()
        if failure.status in _OVERLOADED:
            self._room.cut(flight.left_at, now)
        if failure.retry_after and self._breaker.asked(flight.admission, now, failure.retry_after):
            self._begin_rest(now)

    def _note_failure(self, flight: _Flight, failure: UpstreamError) -> None:
        """Count a call that has failed, retries included; lateness was counted when it began."""
        match failure:
            case UpstreamUnavailable() | UpstreamMalformed(cut_short=True):
                now = self._clock()
                if not flight.is_late and self._breaker.failed(flight.admission, now):
                    self._begin_rest(now)
            case UpstreamTimeout():  # it had little time: that says nothing of the source
                self._breaker.gave_up(flight.admission)
            case _:
                self._note_answer(flight)

    def _begin_rest(self, now: float) -> None:
        telemetry.log(
            "source_rests",
            level=logging.WARNING,
            source=self.name,
            why=self._breaker.trouble(now),
        )
        self._turns.dismiss()

    def _tell_hanging(self) -> None:
        """Let those go on who wait for calls that hang, and could do without."""
        hanging, self._hanging = self._hanging, None
        if hanging is not None and not hanging.done():
            hanging.set_result(None)

    def _resting(self, source: str, operation: str) -> UpstreamUnavailable:
        self._refusals.inc()
        rest = max(_SHORTEST_REST, self._breaker.rest(self._clock()))
        return UpstreamUnavailable(source, operation, RESTING, retry_after=rest)

    def _say_missed(self) -> None:
        self._unsaid += 1
        now = self._clock()
        if now - self._said_at >= _SAYS_AGAIN:
            telemetry.log(
                "turns_missed", level=logging.WARNING, source=self.name, calls=self._unsaid
            )
            self._said_at, self._unsaid = now, 0
