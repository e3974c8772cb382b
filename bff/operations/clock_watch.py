"""Notices that the wall clock was set back: then nobody knows how old what is kept is.

All ages go by the wall clock, since replicas share it. What was fetched before it was set back by
five minutes would seem five minutes younger than it is, and a price be shown for so much longer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from bff.domain.marks import EVERYTHING, Tag
from bff.errors import StoreUnavailable
from bff.ports import Clock, WallClock
from bff.telemetry import log

BY = "clock"
"""Who tells, in metrics."""
_PAUSE = 0.5
_TOLERATED = 2.0  # seconds, as between the clocks of two replicas


class ClockWatch:
    """Compares the wall clock with one that only moves forward, and voids what was kept.

    `purge` is that of `Invalidator`: what shoppers read often is fetched anew at once.
    """

    def __init__(
        self,
        purge: Callable[[Iterable[Tag], str], Awaitable[None]],
        *,
        clock: Clock,
        now: WallClock,
    ) -> None:
        self._purge = purge
        self._clock = clock
        self._now = now
        self._ahead = now() - clock()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(_PAUSE)
            await self.look()

    async def look(self) -> None:
        """Void everything if the wall clock was set back since this was made, or called."""
        ahead = self._now() - self._clock()
        back = self._ahead - ahead
        # Many small steps count as one; a clock that was set forward only ends things sooner.
        self._ahead = max(self._ahead, ahead)
        if back <= _TOLERATED:
            return
        self._ahead = ahead
        log("clock_set_back", level=logging.WARNING, seconds=round(back, 1))
        with suppress(StoreUnavailable):  # others are told once that is possible
            await self._purge((EVERYTHING,), BY)
