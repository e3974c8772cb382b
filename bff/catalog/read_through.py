"""Reading through the cache: one flight per key, owned by the cache and not by a request."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import random
from typing import Any

from bff.domain.freshness import Policy
from bff.errors import UpstreamError, UpstreamTimeout, UpstreamUnavailable
from bff.ports import Call, Clock, Entry, Leases, Store, WallClock
from bff.telemetry import log


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """The named policies. Content outlives commerce; what does not exist is kept briefly.

    `commerce` is for prices, stock and lists; `text` is for Medusa's texts: fresh as long as
    `commerce`, but shown for longer while Medusa fails.
    """

    commerce: Policy
    text: Policy
    content: Policy
    reference: Policy
    absent: Policy


@dataclass(frozen=True, slots=True)
class Fetched:
    """A value that has just been fetched, and how long it may be used.

    Without a policy it is not kept: it is for those who wait for this flight.
    """

    value: object
    policy: Policy | None


Fetch = Callable[[tuple[str, ...], Call], Awaitable[Mapping[str, Fetched]]]
"""Fetches the values of some keys. It may bring more than it was asked for."""

_Flight = asyncio.Task[Mapping[str, object]]
_Fly = Callable[[tuple[str, ...]], Coroutine[Any, Any, Mapping[str, object]]]


def luck_of_the_draw() -> float:
    """Return a random number above 0 and at most 1."""
    return 1.0 - random()  # noqa: S311 - it spreads load, it keeps no secret


class ReadThrough:
    """A store with flights in front of the sources.

    A flight is a task that fetches some keys for everybody who waits for them. It has its own
    time limit (`flight_seconds`): a request that stops waiting, because its client left or its
    deadline passed, never ends what others wait for, and what is late still reaches the cache.
    """

    def __init__(
        self,
        store: Store,
        leases: Leases,
        clock: Clock,
        now: WallClock,
        flight_seconds: float,
        luck: Callable[[], float] = luck_of_the_draw,
    ) -> None:
        self.clock = clock
        self._now = now
        self._store = store
        self._leases = leases
        self._luck = luck
        self._flight_seconds = flight_seconds
        self._flights: dict[str, _Flight] = {}
        self._tasks: set[_Flight] = set()

    async def read(
        self, source: str, operation: str, keys: Sequence[str], fetch: Fetch, call: Call
    ) -> Mapping[str, object]:
        """Return the values of `keys`, from the store or from one flight for what it lacks.

        A key that the fetch did not bring is absent.

        Raises:
            UpstreamError: the fetch failed, or did not end before the call's deadline.
        """
        # Looked up before the store is asked: a flight that lands meanwhile is in neither then.
        under_way = {key: self._flights[key] for key in keys if key in self._flights}
        values = await self.cached(keys)
        missing = [key for key in keys if key not in values]
        if not missing:
            return values
        fly = partial(self._fly, source, operation, fetch, call.traceparent)
        flights = self._join(missing, under_way, fly)
        await self._wait(flights, source, operation, call)
        for flight in flights:
            if flight.cancelled():  # by `close`: not a cancellation of this request
                raise UpstreamUnavailable(source, operation)
            brought = flight.result()
            values.update((key, brought[key]) for key in missing if key in brought)
        return values

    async def cached(self, keys: Sequence[str]) -> dict[str, object]:
        """Return what the store has of `keys`, without asking anybody."""
        now = self._now()
        return {
            key: kept.entry.value
            for key, kept in (await self._store.read(keys)).kept.items()
            if kept.mark is None and now - kept.entry.started_at < kept.entry.policy.fresh
        }

    async def close(self) -> None:
        """End the flights that are still under way; who waits for one sees it as unavailable."""
        flights = tuple(self._tasks)
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _join(
        self, missing: Sequence[str], under_way: Mapping[str, _Flight], fly: _Fly
    ) -> set[_Flight]:
        flights = {key: under_way.get(key) or self._flights.get(key) for key in missing}
        joined = {flight for flight in flights.values() if flight}
        own = tuple(key for key, flight in flights.items() if not flight)
        if own:
            flight = asyncio.create_task(fly(own))
            self._tasks.add(flight)
            self._flights.update(dict.fromkeys(own, flight))
            flight.add_done_callback(lambda done: self._land(own, done))
            joined.add(flight)
        return joined

    async def _fly(
        self,
        source: str,
        operation: str,
        fetch: Fetch,
        traceparent: str | None,
        keys: tuple[str, ...],
    ) -> Mapping[str, object]:
        started_at = self._now()
        call = Call(deadline=self.clock() + self._flight_seconds, traceparent=traceparent)
        limit = asyncio.timeout(self._flight_seconds)
        try:
            async with limit:  # a fetch that hung would block its keys for ever
                fetched = await fetch(keys, call)
        except TimeoutError as exc:
            if not limit.expired():
                raise
            # It was ended before it could say so itself.
            log(
                "fetch_hung",
                level=logging.WARNING,
                source=source,
                operation=operation,
                seconds=self._flight_seconds,
            )
            raise UpstreamTimeout(source, operation) from exc
        await self._store.write(
            {
                key: Entry(found.value, found.policy, started_at)
                for key, found in fetched.items()
                if found.policy is not None
            }
        )
        return {key: found.value for key, found in fetched.items()}

    def _land(self, keys: tuple[str, ...], flight: _Flight) -> None:
        self._tasks.discard(flight)
        for key in keys:
            self._flights.pop(key, None)
        if flight.cancelled():
            return
        failure = flight.exception()  # asked for here, since perhaps nobody waits any more
        # An `UpstreamError` was logged where it was met.
        if failure is not None and not isinstance(failure, UpstreamError):
            log("fetch_crashed", level=logging.ERROR, kind=type(failure).__name__)

    async def _wait(self, flights: set[_Flight], source: str, operation: str, call: Call) -> None:
        left = call.deadline - self.clock()
        _, late = await asyncio.wait(flights, timeout=max(0.0, left))
        if late:
            raise UpstreamTimeout(source, operation)
