"""Whether a source is asked at all: one that keeps failing rests, and is then tried by one call.

    closed ──failures──► open ──the rest is over──► half open: one probe
       ▲                  ▲                             │
       └──── any answer ──┴──── the probe fails ────────┘

A failure is that of a call, its retries included. A source that answers is not gone, be its answer
a refusal or one that makes no sense: it costs nobody any time. A rest that the source asked for
itself begins at once, and ends only with its time.

Time is an argument, so that nothing here waits. Ours because neither purgatory nor aiobreaker
takes a clock, lets through only one probe, or knows of rests that were asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

_DOUBLINGS: Final = 30  # beyond it a float says no more


class BreakerState(IntEnum):
    """As `/metrics` shows it."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


@dataclass(frozen=True, slots=True)
class Rests:
    """When a source rests, and how long, in seconds.

    After so many `failures` in a row it rests for `first`, twice as long after each probe that
    fails, and never longer than `longest`: then somebody has to see that it is back. What it asks
    for itself is believed up to `longest_asked`.
    """

    failures: int = 5
    first: float = 0.5
    longest: float = 4.0
    longest_asked: float = 60.0


@dataclass(slots=True, eq=False)
class Admission:
    """What a call was let through with, and brings back when it ends.

    `term` says between which two openings of the breaker it began.
    """

    term: int
    is_probe: bool = False


class Breaker:
    """The breaker of one source. `luck` is at least 0 and less than 1: it spreads the rests."""

    def __init__(self, rests: Rests, luck: Callable[[], float]) -> None:
        self._rests = rests
        self._luck = luck
        self._failures = 0
        self._openings = 0
        self._rests_until: float | None = None
        self._is_asked = False
        self._probe: Admission | None = None
        self._usual = Admission(0)

    def state(self, now: float) -> BreakerState:
        """Return how it stands."""
        if self._rests_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self._rests_until else BreakerState.HALF_OPEN

    def rest(self, now: float) -> float:
        """Return for how long nobody is let through; 0 also while a probe is looked for."""
        return 0.0 if self._rests_until is None else max(0.0, self._rests_until - now)

    def trouble(self, now: float) -> str | None:
        """Return in words why not everybody is let through; `None` if everybody is."""
        why = "as it asked" if self._is_asked else f"after {self._failures} failures"
        match self.state(now):
            case BreakerState.CLOSED:
                return None
            case BreakerState.OPEN:
                return f"resting for {self.rest(now):.1f} s {why}"
            case BreakerState.HALF_OPEN:
                return f"about to be tried again {why}"

    def would_admit(self, now: float) -> bool:
        """Tell whether a call would be let through."""
        if self._rests_until is None:
            return True
        return now >= self._rests_until and self._probe is None

    def admit(self, now: float) -> Admission | None:
        """Let a call through, or not (`None`)."""
        if self._rests_until is None:
            return self._usual
        if not self.would_admit(now):
            return None
        self._probe = Admission(self._usual.term, is_probe=True)
        return self._probe

    def answered(self, admission: Admission) -> bool:
        """Take note that the source answered; tell if that closes the breaker.

        The late answer of a call that was given up as failed says as much as a probe's.
        """
        if self._rests_until is None:
            self._failures = 0
            return False
        if self._is_asked and admission is not self._probe:
            return False
        self._failures = self._openings = 0
        self._rests_until = self._probe = None
        self._is_asked = False
        self._usual = Admission(self._usual.term + 1)
        return True

    def failed(self, admission: Admission, now: float) -> bool:
        """Take note that a call failed; tell if a rest begins.

        What began before the breaker last closed says nothing of how the source is since.
        """
        if admission is self._probe:
            self._failures += 1
            self._open(now)
            return True
        if self._rests_until is not None or admission.term != self._usual.term:
            return False
        self._failures += 1
        if self._failures < self._rests.failures:
            return False
        self._open(now)
        return True

    def asked(self, admission: Admission, now: float, seconds: float) -> bool:
        """Take note that the source asks to be left alone; tell if a rest begins."""
        was_closed = self._rests_until is None
        until = now + min(seconds, self._rests.longest_asked)
        if admission is self._probe:
            self._probe = None
        self._rests_until = max(until, self._rests_until or until)
        self._is_asked = True
        return was_closed

    def gave_up(self, admission: Admission) -> None:
        """Take note that a call ended before anything was learnt: another may be the probe."""
        if admission is self._probe:
            self._probe = None

    def _open(self, now: float) -> None:
        rests = self._rests
        longest = min(rests.longest, rests.first * 2.0 ** min(self._openings, _DOUBLINGS))
        self._openings += 1
        self._rests_until = now + longest * (0.75 + 0.25 * self._luck())
        self._is_asked = False
        self._probe = None
