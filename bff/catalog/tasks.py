"""Several pieces of work at once: started together, never left behind."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

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
