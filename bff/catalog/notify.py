"""Telling a target what was marked, for as long as it takes."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from bff.catalog.tasks import Background
from bff.domain.marks import Tag
from bff.errors import UpstreamError, UpstreamUnavailable
from bff.ports import Call, Clock, Message, Target
from bff.telemetry import log
from bff.telemetry.metrics import NOTIFICATIONS

Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds (`asyncio.sleep` in production)."""

CALL_SECONDS: Final = 10.0
PAUSES: Final = (0.5, 2.0, 8.0, 30.0)
"""Seconds before each further attempt to tell a target."""
_LONGEST_PAUSE: Final = 60.0


class Teller:
    """Tells one target. What is marked during a call goes along with the next one."""

    def __init__(self, target: Target, background: Background, clock: Clock, sleep: Sleep) -> None:
        self._target = target
        self._background = background
        self._clock = clock
        self._sleep = sleep
        self._waiting: dict[Tag, None] = {}
        self._is_telling = False
        # There from the start: of a series that begins with 1 Prometheus sees no increase.
        NOTIFICATIONS.labels(target.name, "given_up")

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
        message = Message(tags)
        for pause in (*PAUSES, None):
            outcome, asked = await self._attempt(message)
            if outcome == "told":
                return
            if outcome != "failed" or pause is None:
                break
            await self._sleep(max(pause, min(asked, _LONGEST_PAUSE)))
        self._count("given_up")
        log("target_not_told", level=logging.ERROR, target=self._target.name, tags=len(tags))

    async def _attempt(self, message: Message) -> tuple[str, float]:
        """Return how telling went, and for how long the target asks us to wait."""
        outcome, asked = "told", 0.0
        try:
            await self._target.tell(message, Call(self._clock() + CALL_SECONDS))
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
