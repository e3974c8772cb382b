"""Heals what was lost on the way: asks the sources what has changed, and marks it.

A webhook may never arrive: its sender gave up, or we were not there. What it would have told is
found here, later. Of what was heard of before, only what a mark has told for certain is passed
over: see `bff.domain.told`. The rest is marked once more, which only costs a fetch.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bff.domain.changes import Change
from bff.errors import StoreUnavailable, UpstreamError
from bff.ports import Call, ChangeFeed, Clock, Cursors, Leases
from bff.telemetry import log
from bff.telemetry.metrics import HEALED

BY = "reconciler"
"""Who tells, in metrics."""
_FEED_SECONDS = 30.0
_HELD = 0.9  # of the interval: the next turn is anybody's
_JITTER = 0.2  # of the interval, so that replicas and feeds do not ask all at once


class Accept(Protocol):
    """Stores the marks of changes; see `Invalidator.accept`."""

    def __call__(self, changes: Sequence[Change], by: str) -> Awaitable[None]:
        """Return once they are stored.

        Raises:
            StoreUnavailable: not all replicas can be told.
        """
        ...


class Reconciler:
    """Asks each feed once per `interval` seconds, one replica for all of them.

    Feeds are asked each by itself: one that fails or is slow holds up no other. `feed_seconds`
    bounds one question with everything that belongs to it. `untold` picks those changes that
    nobody has told everybody of. `pause` and `luck` (a number from 0
    up to 1) are for tests.
    """

    def __init__(
        self,
        feeds: Sequence[ChangeFeed],
        accept: Accept,
        cursors: Cursors,
        clock: Clock,
        interval: float,
        *,
        leases: Leases,
        untold: Callable[[Sequence[Change]], Sequence[Change]],
        feed_seconds: float = _FEED_SECONDS,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._feeds = tuple(feeds)
        self._accept = accept
        self._cursors = cursors
        self._leases = leases
        self._untold = untold
        self._clock = clock
        self._interval = interval
        self._feed_seconds = feed_seconds
        self._pause = pause
        self._luck = luck
        self._read: dict[str, str] = {}

    async def run(self) -> None:
        """Go on until cancelled. Nothing that goes wrong with a source ends it."""
        await asyncio.gather(*map(self._follow, self._feeds))

    async def _follow(self, feed: ChangeFeed) -> None:
        await self._pause(self._interval * self._luck() * _JITTER)
        while True:
            await self._turn(feed)
            await self._pause(self._interval * (1 + (self._luck() - 0.5) * _JITTER))

    async def _turn(self, feed: ChangeFeed) -> None:
        """Ask one feed, unless another replica does or has just done so."""
        try:
            turn = f"reconcile:{feed.name}"
            # It is not given back: the lease is what says that this interval is taken care of,
            # for as long as who took it lives.
            if await self._leases.take([turn], self._interval * _HELD):
                async with asyncio.timeout(self._feed_seconds):
                    await self._ask(feed)
        except UpstreamError:
            pass  # it was logged where it was met; the next turn begins at the same place
        except StoreUnavailable:
            log("reconcile_not_stored", level=logging.WARNING, source=feed.name)
        except TimeoutError:
            log(
                "reconcile_hung",
                level=logging.WARNING,
                source=feed.name,
                seconds=self._feed_seconds,
            )
        except Exception as fault:  # noqa: BLE001 - the other feeds, and the next turn, go on
            log(
                "reconcile_crashed",
                level=logging.ERROR,
                source=feed.name,
                kind=type(fault).__name__,
            )

    async def _ask(self, feed: ChangeFeed) -> None:
        # Where the cursors are may be down, and the feed would begin anew: we remember, too.
        cursor = await self._cursors.load(feed.name) or self._read.get(feed.name)
        call = Call(self._clock() + self._feed_seconds, after_edit=True, is_awaited=False)
        found, following = await feed.since(cursor, call)
        changes = self._untold(found)
        if changes:
            await self._accept(changes, BY)
            HEALED.labels(feed.name).inc(len(changes))
            log("reconciled", source=feed.name, changes=len(changes))
        self._read[feed.name] = following
        await self._cursors.save(feed.name, following)
