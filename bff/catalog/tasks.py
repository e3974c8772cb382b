"""Several pieces of work at once: started together, never left behind."""

import asyncio
import logging
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from bff.telemetry import log

T = TypeVar("T")


class Tasks:
    """Starts tasks that do not outlive the `with` block. Flights of the cache do: see there."""

    def __init__(self) -> None:
        self._started: list[asyncio.Task[Any]] = []

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin the work now."""
        task = asyncio.create_task(work)
        self._started.append(task)
        return task

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._started:
            task.cancel()
            # A failure that nobody waited for is no news: it was logged where it was met.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())


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
