"""Reading through the cache: from the store, else by flights that many requests share."""

from collections.abc import Callable, Mapping, Sequence
from random import random

from bff.catalog.flights import Asking, Flights
from bff.catalog.landing import Fetch
from bff.catalog.reading import PLAIN, Found, KeyReading, Leeway, Surroundings, count_read
from bff.domain.freshness import Verdict
from bff.errors import RESTING, UpstreamTimeout, UpstreamUnavailable
from bff.ports import (
    AllWell,
    Call,
    Clock,
    Entry,
    Leases,
    Standing,
    Standings,
    Store,
    WallClock,
)


def luck_of_the_draw() -> float:
    """Return a random number above 0 and at most 1."""
    return 1.0 - random()  # noqa: S311 - it spreads load, it keeps no secret


class ReadThrough:
    """A store with flights in front of the sources.

    What is fresh, or due for a refresh, is given out at once; for the rest a flight is waited
    for. Nobody gets what was fetched before a change that was known when he asked.

    `flight_seconds` is how long a fetch may take, whoever waits for it. `standings` tells how
    each source is doing.
    """

    def __init__(  # noqa: PLR0917 - the order in which all cached things take them
        self,
        store: Store,
        leases: Leases,
        clock: Clock,
        now: WallClock,
        flight_seconds: float,
        luck: Callable[[], float] = luck_of_the_draw,
        standings: Standings | None = None,
    ) -> None:
        self.clock = clock
        self._store = store
        self._luck = luck
        self._standings = standings or AllWell()
        self._flights = Flights(store, leases, clock, now, flight_seconds)
        self._shared = Surroundings(self._flights, store.marks, clock, now, self._standings)

    async def read(  # noqa: PLR0917 - whom, what for, which, how and for whom
        self,
        source: str,
        operation: str,
        keys: Sequence[str],
        fetch: Fetch,
        call: Call,
        leeway: Leeway = PLAIN,
    ) -> Found:
        """Return what there is of `keys`: from the store, or from flights for what it lacks.

        Where a flight fails, or does not end before the call's deadline, an old copy takes its
        place as far as its policy allows that. While the source is in trouble whoever has such a
        copy is not made to wait: what finds out whether it is back goes on in the background. Who
        would be shown nothing finds that out himself.

        Args:
            source: whom `fetch` asks.
            operation: what for.
            keys: under which the values are kept.
            fetch: brings what is missing; it may bring more.
            call: its deadline says how long to wait, its trail is told what is given out.
            leeway: see there.
        """
        if call.trail is not None:
            call.trail.keys.update(keys)
        reading = KeyReading(await self._store.read(keys), call, leeway, self._shared)
        reading.give_out(keys, self._luck())
        if reading.due or reading.missing:
            asking = Asking(source, operation, fetch, call)
            standing = self._standings.standing(source)
            if standing is not Standing.WELL:
                resting = UpstreamUnavailable(source, operation, RESTING)
                reading.spare(reading.missing, resting, only_shown=standing is Standing.UNTRIED)
            if reading.due and _may_refresh(standing, reading):
                self._flights.refresh(asking, reading.due)
            if reading.missing:
                await reading.wait(asking)
        return reading.found

    async def copies(  # noqa: PLR0917 - as `read`
        self,
        source: str,
        operation: str,
        keys: Sequence[str],
        fetch: Fetch,
        call: Call,
        leeway: Leeway = PLAIN,
    ) -> Found:
        """Return what there is of `keys` without waiting: what is fresh, else old copies.

        What nobody is fetching yet is fetched in the background; see `read`.
        """
        if call.trail is not None:
            call.trail.keys.update(keys)
        reading = KeyReading(await self._store.read(keys), call, leeway, self._shared)
        reading.give_out(keys, luck=1.0)
        reading.fall_back(UpstreamTimeout(source, operation))
        if reading.due and self._standings.standing(source) is not Standing.RESTING:
            self._flights.refresh(Asking(source, operation, fetch, call), reading.due)
        return reading.found

    async def peek(self, keys: Sequence[str]) -> Mapping[str, tuple[Entry, Verdict]]:
        """Return what the store has of `keys` and what it is good for, without asking anybody."""
        now = self._shared.now()
        looked = {}
        for key, kept in (await self._store.read(keys)).kept.items():
            verdict = kept.verdict(now)
            count_read(kept, verdict)
            looked[key] = (kept.entry, verdict)
        return looked

    async def close(self) -> None:
        """End the flights that are still under way; who waits for one sees it as unavailable."""
        await self._flights.close()


def _may_refresh(standing: Standing, reading: KeyReading) -> bool:
    """Tell whether to fetch in the background: not what would be refused at once.

    Of a source that is to be tried one question gets through. That is for what is missing.
    """
    return standing is Standing.WELL or (standing is Standing.UNTRIED and not reading.missing)
