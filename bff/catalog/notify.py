"""Work beside requests: tasks that somebody ends, and telling a target what was marked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, Final

from bff.domain.marks import Tag
from bff.errors import UpstreamError, UpstreamUnavailable
from bff.ports import Call, Clock, Target
from bff.telemetry import log
from bff.telemetry.metrics import NOTIFICATIONS

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds (`asyncio.sleep` in production)."""

CALL_SECONDS: Final = 10.0
PAUSES: Final = (0.5, 2.0, 8.0, 30.0)
"""Seconds before each further attempt to tell a target."""
_LONGEST_PAUSE: Final = 60.0


class Background:
    """Tasks that outlive the request that they were started for, until they are ended."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin the work now."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def end(self, seconds: float) -> None:
        """Wait so long for the work, and for what it starts; then give up the rest."""
        try:
            async with asyncio.timeout(seconds):
                while self._running:
                    await asyncio.wait(self._running)
        except TimeoutError:
            log("background_given_up", level=logging.WARNING, tasks=len(self._running))
        left = tuple(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


class Teller:
    """Tells one target. What is marked during a call goes along with the next one."""

    def __init__(self, target: Target, background: Background, clock: Clock, sleep: Sleep) -> None:
        self._target = target
        self._background = background
        self._clock = clock
        self._sleep = sleep
        self._waiting: dict[Tag, None] = {}
        self._is_telling = False

    def tell(self, tags: Iterable[Tag]) -> None:
        """Have the target told of tags, soon."""
        self._waiting.update(dict.fromkeys(tags))
        if self._waiting and not self._is_telling:
            self._is_telling = True
            self._background.start(self._tell_all())

    async def _tell_all(self) -> None:
        try:
            while self._waiting:
                tags, self._waiting = tuple(self._waiting), {}
                await self._tell(tags)
        finally:
            self._is_telling = False

    async def _tell(self, tags: Sequence[Tag]) -> None:
        for pause in (*PAUSES, None):
            outcome, asked = await self._attempt(tags)
            if outcome == "told":
                return
            if outcome != "failed" or pause is None:
                break
            await self._sleep(max(pause, min(asked, _LONGEST_PAUSE)))
        self._count("given_up")
        log("target_not_told", level=logging.ERROR, target=self._target.name, tags=len(tags))

    async def _attempt(self, tags: Sequence[Tag]) -> tuple[str, float]:
        """Return how telling went, and for how long the target asks us to wait."""
        outcome, asked = "told", 0.0
        try:
            await self._target.tell(tags, Call(self._clock() + CALL_SECONDS))
        except UpstreamError as failure:
            outcome = "failed" if failure.retryable else "refused"
            if isinstance(failure, UpstreamUnavailable):
                asked = failure.retry_after or 0.0
        except Exception as fault:  # noqa: BLE001 - nobody else would hear of it
            outcome = "fault"
            name, kind = self._target.name, type(fault).__name__
            log("target_fault", level=logging.ERROR, target=name, kind=kind)
        self._count(outcome)
        return outcome, asked

    def _count(self, outcome: str) -> None:
        NOTIFICATIONS.labels(self._target.name, outcome).inc()
