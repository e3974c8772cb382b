"""Measures how late the event loop is: what holds it up holds up every shopper at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bff.ports import Clock
from bff.telemetry.metrics import LOOP_LAG, TASKS

PAUSE: Final = 0.25


class LoopWatch:
    """Goes to sleep again and again, and counts how much later than due it wakes up."""

    def __init__(
        self, clock: Clock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep

    async def run(self) -> None:
        """Measure until cancelled; the tasks of this loop are counted when somebody asks."""
        loop = asyncio.get_running_loop()
        TASKS.set_function(lambda: len(asyncio.all_tasks(loop)))
        while True:
            due = self._clock() + PAUSE
            await self._sleep(PAUSE)
            LOOP_LAG.observe(max(0.0, self._clock() - due))
