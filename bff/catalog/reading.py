"""One request's reading of some keys: what it gives out, waits for, and falls back to."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bff.catalog.flights import Asking, Flight, Flights, is_same
from bff.catalog.old_copies import OldCopy, Remaining, Use, old_copy
from bff.domain.freshness import SERVED, Verdict
from bff.domain.marks import Position, Tag
from bff.domain.storefront import Degraded
from bff.errors import RESTING, UpstreamError, UpstreamTimeout, UpstreamUnavailable
from bff.ports import Call, Clock, Entry, Kept, Level, MarkLog, Reading, Standings, WallClock
from bff.telemetry.metrics import CACHE_READS
from bff.telemetry.spans import TRACING, Span

_READS = {
    (level, verdict): CACHE_READS.labels(level.value, verdict.value)
    for level in Level
    for verdict in Verdict
}
_MISSES = CACHE_READS.labels("none", "missing")


def whatever_is_left(value: object, _gone: Collection[Tag]) -> object:
    """Return the value: it is not the thing that is gone, it only speaks of it."""
    return value


@dataclass(frozen=True, slots=True)
class Leeway:
    """What a reader knows of the values that he asks for.

    `remaining` says what is left of an old one once something is gone. `at_hand` is what flights
    have brought for the same purpose, which need not be in the store; more is added. `refused`
    are entries that were found to be wrong.
    """

    remaining: Remaining = whatever_is_left
    at_hand: dict[str, Entry] | None = None
    refused: Mapping[str, Entry] = field(default_factory=dict)


PLAIN = Leeway()


class Found:
    """What a reading brought.

    A key that does not exist is in none of these. `withheld` are prices that there were, and why
    there are none now; `failures` tells why nothing at all is known of a key.
    """

    __slots__ = ("failures", "values", "withheld")

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.withheld: dict[str, UpstreamError] = {}
        self.failures: dict[str, UpstreamError] = {}

    def one(self, key: str) -> object:
        """Return the value of a key; `None` if it does not exist.

        Raises:
            UpstreamError: nothing is known of it.
        """
        failure = self.failures.get(key)
        if failure is not None:
            raise failure
        return self.values.get(key)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all readings of one cache share."""

    flights: Flights
    marks: MarkLog
    clock: Clock
    now: WallClock
    standings: Standings


class KeyReading:
    """Gives out what the store had at one moment, and gets what it lacked."""

    __slots__ = ("_call", "_leeway", "_position", "_reading", "_shared", "due", "found", "missing")

    def __init__(self, reading: Reading, call: Call, leeway: Leeway, shared: Surroundings) -> None:
        self.found = Found()
        self.missing: dict[str, Kept | None] = {}
        self.due: dict[str, Entry | None] = {}
        self._reading = reading
        self._call = call
        self._leeway = leeway
        self._shared = shared

    def give_out(self, keys: Collection[str], luck: float) -> None:
        """Give out what can be; what cannot is `missing`, what is to be refreshed is `due`."""
        trail, values, kept = self._call.trail, self.found.values, self._reading.kept
        now = self._shared.now()
        for key in keys:
            one = kept.get(key)
            if one is None:
                _MISSES.inc()
                self._look_at_hand(key, None)
                continue
            verdict = one.verdict(now, luck)
            level = one.level
            if trail is not None:
                if key in trail.brought:
                    level = Level.SHARED
                trail.verdicts[level, verdict] += 1
            _READS[level, verdict].inc()
            entry = one.entry
            if verdict not in SERVED or self._is_refused(key, entry):
                self._look_at_hand(key, one)
                continue
            values[key] = entry.value
            if trail is not None:
                trail.note(entry)
            if verdict is not Verdict.FRESH:
                self.due[key] = entry

    async def wait(self, asking: Asking) -> None:
        """Wait for what is missing; for what there is an old copy of, until its source hangs.

        A second flight is needed where a change overtook the first, and never a third: that one
        began after all that was known when this reading began.
        """
        call, missing, shared = self._call, self.missing, self._shared
        if call.trail is not None:
            call.trail.fetched += len(missing)
        after: Position | None = None
        while missing:
            joined = shared.flights.join(asking, missing, self._leeway.refused, after)
            flights = dict.fromkeys(joined.values())
            if call.trail is not None:
                call.trail.journals.update((flight.journal, None) for flight in flights)
            span = self._joins(asking, flights) if TRACING.is_on else None
            try:
                await self._told(asking, joined)
            finally:
                if span is not None:
                    span.end()
            is_last = after is not None
            again = [
                key
                for key, flight in joined.items()
                if key in missing and not self._land(key, flight, asking, is_last=is_last)
            ]
            if self._leeway.at_hand is not None:
                for flight in joined.values():
                    self._leeway.at_hand.update(flight.entries)
            missing = self.missing = {key: missing[key] for key in again}
            after = self._reading.position

    def spare(
        self, keys: Iterable[str], failure: UpstreamError, *, only_shown: bool = False
    ) -> None:
        """Use old copies of what is missing instead of waiting; no copy: it is still missing.

        With `only_shown` so is what would be withheld or dropped. What was spared is `due`.
        """
        for key in tuple(keys):
            kept = self.missing[key]
            if kept is None or (only_shown and self._copy(kept).use is not Use.SHOWN):
                continue
            if self._use_copy(key, kept, failure):
                self.due[key] = kept.entry
                del self.missing[key]

    def fall_back(self, failure: UpstreamError) -> None:
        """Use old copies of all that is missing, as far as that is allowed. All that is `due`."""
        for key, kept in self.missing.items():
            self._fall_back(key, kept, failure)
            self.due[key] = kept.entry if kept is not None else None
        self.missing = {}

    async def _told(self, asking: Asking, joined: Mapping[str, Flight]) -> None:
        """Wait until all flights have told, or time is over; spare what there are copies of."""
        deadline, shared = self._call.deadline, self._shared
        told = {flight.told for flight in joined.values()}
        has_copy = any(kept is not None for kept in self.missing.values())
        hanging = shared.standings.hanging(asking.source) if has_copy else None
        if hanging is not None:
            while told and not hanging.done():
                done, _ = await asyncio.wait(
                    {*told, hanging},
                    timeout=max(0.0, deadline - shared.clock()),
                    return_when=asyncio.FIRST_COMPLETED,
                )
                if not done:
                    return
                told -= done
            waiting = [key for key, flight in joined.items() if flight.told in told]
            self.spare(waiting, UpstreamUnavailable(asking.source, asking.operation, RESTING))
            told = {joined[key].told for key in waiting if key in self.missing}
        if told:
            await asyncio.wait(told, timeout=max(0.0, deadline - shared.clock()))

    def _joins(self, asking: Asking, flights: Collection[Flight]) -> Span | None:
        """Begin the span of waiting for what others have begun; `None` if nobody else has."""
        others = [flight for flight in flights if flight.began_for is not self._call]
        if not others:
            return None
        return TRACING.begin(
            f"join {asking.source} {asking.operation}",
            parent=self._call.traceparent,
            links=[flight.span.traceparent for flight in others],
            words={"bff.source": asking.source, "bff.operation": asking.operation},
        )

    def _land(self, key: str, flight: Flight, asking: Asking, *, is_last: bool) -> bool:
        """Give out what a flight has brought; tell if that is the end of it."""
        entry = flight.entries.get(key)
        if entry is not None:
            if not is_last and not self._is_late_enough(entry):
                self.missing[key] = Kept(entry)  # the best there is if the next one fails
                return False
            self._give(key, entry)
            return True
        failure = _failure_of(flight, key, asking)
        if failure is not None:
            self._fall_back(key, self.missing[key], failure)
        return True

    def _fall_back(self, key: str, kept: Kept | None, failure: UpstreamError) -> None:
        if kept is None or not self._use_copy(key, kept, failure):
            self.found.failures[key] = failure

    def _use_copy(self, key: str, kept: Kept, failure: UpstreamError) -> bool:
        """Give out an old copy as degraded, or what is left of it; tell if there was one."""
        found, trail, entry = self.found, self._call.trail, kept.entry
        if self._is_refused(key, entry):
            return False
        copy = self._copy(kept)
        degraded = Degraded(failure.source, failure.code, served="nothing")
        match copy.use:
            case Use.NONE:
                return False
            case Use.SHOWN:
                found.values[key] = copy.value
                degraded = Degraded(failure.source, failure.code, "copy", round(copy.age, 3))
            case Use.WITHHELD:
                found.withheld[key] = failure
            case Use.DROPPED:
                pass
        if trail is not None:
            trail.note(entry)
            trail.tell(degraded)
        return True

    def _copy(self, kept: Kept) -> OldCopy:
        shared = self._shared
        return old_copy(kept.entry, shared.marks, shared.now(), self._leeway.remaining)

    def _look_at_hand(self, key: str, kept: Kept | None) -> None:
        brought = self._leeway.at_hand.get(key) if self._leeway.at_hand else None
        if brought is not None and self._is_late_enough(brought):
            self._give(key, brought)
        else:
            self.missing[key] = kept

    def _give(self, key: str, entry: Entry) -> None:
        self.found.values[key] = entry.value
        if self._call.trail is not None:
            self._call.trail.note(entry)

    def _is_refused(self, key: str, entry: Entry) -> bool:
        refused = self._leeway.refused.get(key)
        return refused is not None and is_same(entry, refused)

    def _is_late_enough(self, entry: Entry) -> bool:
        """Tell whether a value was fetched after all that was known when this reading began.

        Later changes may be counted, too: then it is fetched once more than needed.
        """
        if entry.stamp >= self._reading.position:
            return True
        return self._shared.marks.newest(entry.tags, entry.stamp) is None


def count_read(kept: Kept, verdict: Verdict) -> None:
    """Count a value that was asked of the cache."""
    _READS[kept.level, verdict].inc()


def _failure_of(flight: Flight, key: str, asking: Asking) -> UpstreamError | None:
    """Return why a flight has not brought a key; `None` if it does not exist.

    Raises:
        Exception: an error of our own ended the flight.
    """
    if not flight.told.done():
        return UpstreamTimeout(asking.source, asking.operation)
    if flight.told.cancelled():  # by `close`: not a cancellation of this request
        return UpstreamUnavailable(asking.source, asking.operation)
    failure = flight.told.exception()
    if failure is not None:
        raise failure
    return flight.failures.get(key)
