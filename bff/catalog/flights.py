"""One fetch per key at a time, in this process (single flight) and over all replicas (leases)."""

import asyncio
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bff.catalog.landing import Departure, Fetch, Fetched, Landing
from bff.domain.freshness import Verdict
from bff.domain.marks import Position
from bff.errors import UpstreamError, UpstreamTimeout
from bff.ports import Call, Clock, Entry, Journal, Kept, Leases, Store, WallClock
from bff.telemetry import log
from bff.telemetry.metrics import FETCHES
from bff.telemetry.spans import TRACING, Span


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of which source, how, and for whom: `None` where no request is known."""

    source: str
    operation: str
    fetch: Fetch
    call: Call | None


class Flight:
    """A task that fetches some keys for everybody who waits for them.

    `entries` and `failures` fill up as keys land; what is in neither once it has `told` does not
    exist. Then those who wait go on, and the task sees to it that the stores have it, too: until
    that is done, who comes later joins it. An error of our own is that of `told`, which is
    cancelled with the task. `stamps` are the positions in the log of marks at which the fetch of
    each key began; there is none of what is still to be fetched, or was found in the store. One
    that nobody waits for leaves to other replicas what they are fetching.

    One that was begun for a request is a part of that request's trace, and of no other's: who
    joins it refers to it. A refresh is a trace of its own, for no request is as long as it.
    """

    __slots__ = (
        *("entries", "failures", "is_awaited", "journal", "known", "span", "stamps", "task"),
        *("began_for", "told"),
    )

    task: asyncio.Task[None]

    def __init__(
        self, asking: Asking, known: Mapping[str, Entry | None], *, is_awaited: bool
    ) -> None:
        self.known = known
        """What there was of each key: whoever comes back with that has brought nothing."""
        self.is_awaited = is_awaited
        self.began_for = asking.call if is_awaited else None
        """What the request allowed that it was begun for; `None` of a refresh."""
        self.journal = Journal()
        self.span = _span(asking, self.began_for, len(known))
        self.stamps: dict[str, Position] = {}
        self.entries: dict[str, Entry] = {}
        self.failures: dict[str, UpstreamError] = {}
        self.told: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def knows(self, key: str, position: Position | None) -> bool:
        """Tell whether what it brings of a key is sure to have been fetched after a position."""
        if position is None:
            return True
        entry = self.entries.get(key)
        stamp = entry.stamp if entry is not None else self.stamps.get(key)
        if stamp is None:  # it will look at the marks before it fetches: if there is a before
            return not self.told.done()
        return stamp >= position

    def brought(self, refused: Mapping[str, Entry], key: str) -> bool:
        """Tell whether it has brought what was found to be wrong since."""
        wrong, entry = refused.get(key), self.entries.get(key)
        return wrong is not None and entry is not None and is_same(entry, wrong)


class Flights:
    """The flights of one cache.

    A flight has its own time limit (`seconds`): a request that stops waiting, because its client
    left or its deadline passed, never ends what others wait for, and what is late still reaches
    the cache.
    """

    def __init__(
        self, store: Store, leases: Leases, clock: Clock, now: WallClock, seconds: float
    ) -> None:
        self._store = store
        self._leases = leases
        self._clock = clock
        self._now = now
        self._seconds = seconds
        self._landing = Landing(store.marks, now)
        self._by_key: dict[str, Flight] = {}
        self._all: set[Flight] = set()

    def join(
        self,
        asking: Asking,
        keys: Mapping[str, Kept | None],
        refused: Mapping[str, Entry],
        after: Position | None,
    ) -> Mapping[str, Flight]:
        """Return a flight for each key: one that is under way, or one that begins now.

        `keys` tells what there was of each, `refused` what was found to be wrong. None is joined
        that may bring what was known before the mark on it, or before the position `after`.
        """
        joined: dict[str, Flight] = {}
        missing: dict[str, Entry | None] = {}
        for key, kept in keys.items():
            flight = self._by_key.get(key)
            needed = after
            if needed is None and kept is not None and kept.mark is not None:
                needed = kept.mark.position
            if (
                flight is not None
                and flight.knows(key, needed)
                and not flight.brought(refused, key)
            ):
                flight.is_awaited = True
                joined[key] = flight
            else:
                missing[key] = refused.get(key) or (kept.entry if kept is not None else None)
        if missing:
            flight = self._start(asking, Flight(asking, missing, is_awaited=True))
            joined.update(dict.fromkeys(missing, flight))
        return joined

    def refresh(self, asking: Asking, keys: Mapping[str, Entry | None]) -> None:
        """Fetch keys anew in the background, those that nobody is fetching yet."""
        due = {key: entry for key, entry in keys.items() if key not in self._by_key}
        if due:
            self._start(asking, Flight(asking, due, is_awaited=False))

    async def close(self) -> None:
        """End all flights; who waits for one finds it cancelled.

        What was told is stored first: a store gives up by itself on what takes too long.
        """
        flights = tuple(self._all)
        for flight in flights:
            if not flight.told.done():
                flight.task.cancel()
        await asyncio.gather(*(flight.task for flight in flights), return_exceptions=True)

    def _start(self, asking: Asking, flight: Flight) -> Flight:
        flight.task = asyncio.create_task(self._fly(asking, flight))
        self._all.add(flight)
        self._by_key.update(dict.fromkeys(flight.known, flight))
        flight.task.add_done_callback(lambda _: self._land(flight))
        return flight

    def _tell(self, flight: Flight) -> None:
        """Let those go on who wait for a flight: all that it will bring is there.

        Failures are for who has waited. Who comes from now on asks again.
        """
        self._forget(flight, flight.failures)
        if not flight.told.done():
            flight.told.set_result(None)

    def _land(self, flight: Flight) -> None:
        self._all.discard(flight)
        self._forget(flight, flight.known)
        for why in flight.failures.values():
            flight.span.fail(why.code)
            break
        flight.span.end()
        if flight.task.cancelled():
            flight.told.cancel()
            return
        failure = flight.task.exception()  # asked for here: perhaps nobody waits any more
        if failure is not None:
            log("fetch_crashed", level=logging.ERROR, kind=type(failure).__name__)
            if not flight.told.done():
                flight.told.set_exception(failure)
                flight.told.exception()

    def _forget(self, flight: Flight, keys: Collection[str]) -> None:
        for key in keys:
            if self._by_key.get(key) is flight:  # a later one may have taken its place
                del self._by_key[key]

    async def _fly(self, asking: Asking, flight: Flight) -> None:
        """Fetch what no other replica is fetching, and wait for the rest."""
        missing = tuple(flight.known)
        time = asyncio.get_running_loop().time
        give_up_at = time() + self._seconds
        while missing:
            patience = give_up_at - time()
            # Who has waited for another replica for so long does it himself.
            held = await self._leases.take(missing, self._seconds) if patience > 0 else frozenset()
            mine = held if patience > 0 else frozenset(missing)
            try:
                landed = await self._read_or_fetch(asking, flight, missing, mine)
                missing = tuple(
                    key for key in missing if key not in mine and key not in flight.entries
                )
                if not missing:
                    self._tell(flight)
                if landed:
                    await self._store.write(landed)
            finally:
                if held:
                    await self._leases.give_back(held)
            if not missing:
                return
            if not flight.is_awaited:
                self._forget(flight, missing)
                self._tell(flight)
                return
            if landed is None:
                await self._leases.wait(missing, max(0.0, patience))

    async def _read_or_fetch(
        self, asking: Asking, flight: Flight, keys: tuple[str, ...], mine: Collection[str]
    ) -> Mapping[str, Entry] | None:
        """Take what others have brought meanwhile, and fetch what is left of ours.

        Return what is to be stored, `None` if nothing was fetched.
        """
        reading = await self._store.read(keys)
        for key, kept in reading.kept.items():
            if self._is_new(kept, flight.known[key]):
                flight.entries[key] = kept.entry
        wanted = tuple(key for key in keys if key in mine and key not in flight.entries)
        if not wanted:
            return None
        stamp = max(reading.position, self._store.marks.position)
        flight.stamps.update(dict.fromkeys(wanted, stamp))
        departure = Departure(stamp, self._now())
        began = self._clock()
        first = flight.began_for
        call = Call(
            deadline=began + self._seconds,
            traceparent=flight.span.traceparent,
            after_edit=any(map(_is_after_edit, _kept(reading.kept, wanted))),
            request_id=first.request_id if first is not None else None,
            journal=flight.journal,
            tracestate=first.tracestate if first is not None else None,
            is_awaited=flight.is_awaited,
        )
        try:
            fetched = await self._fetched(asking, wanted, call)
        except UpstreamError as failure:
            FETCHES.labels(asking.source, failure.code).inc()
            flight.failures.update(dict.fromkeys(wanted, failure))
            return {}
        FETCHES.labels(asking.source, "ok").inc()
        took = max(0.0, self._clock() - began)
        landed = self._landing.entries(asking.source, fetched, reading.kept, departure, took)
        flight.entries.update(landed)
        return landed

    async def _fetched(
        self, asking: Asking, keys: tuple[str, ...], call: Call
    ) -> Mapping[str, Fetched]:
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:  # a fetch that hung would block its keys for ever
                return await asking.fetch(keys, call)
        except TimeoutError as exc:
            if not limit.expired():
                raise
            # It was ended before it could say so itself.
            log(
                "fetch_hung",
                level=logging.WARNING,
                source=asking.source,
                operation=asking.operation,
                seconds=self._seconds,
            )
            raise UpstreamTimeout(asking.source, asking.operation) from exc

    def _is_new(self, kept: Kept, known: Entry | None) -> bool:
        if known is not None and is_same(kept.entry, known):
            return False
        return kept.verdict(self._now()) is Verdict.FRESH


def _span(asking: Asking, began_for: Call | None, keys: int) -> Span:
    caused_by = asking.call.traceparent if asking.call is not None else None
    return TRACING.begin(
        f"fetch {asking.source} {asking.operation}",
        parent=began_for.traceparent if began_for is not None else None,
        links=() if began_for is not None else (caused_by,),
        words={
            "bff.source": asking.source,
            "bff.operation": asking.operation,
            "bff.keys": keys,
            "bff.is_refresh": began_for is None,
        },
    )


def is_same(one: Entry, other: Entry) -> bool:
    """Tell whether two entries under one key came of the same fetch."""
    return one.started_at == other.started_at and one.stamp == other.stamp


def _kept(found: Mapping[str, Kept], keys: Collection[str]) -> Iterator[Kept]:
    return (found[key] for key in keys if key in found)


def _is_after_edit(kept: Kept) -> bool:
    return kept.mark is not None or kept.entry.policy.is_behind
