"""Several reads at once: started together, waited for until an instant, never left behind."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from bff.errors import UpstreamError, UpstreamTimeout
from bff.ports import Clock
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


async def failures_until(
    instant: float, reads: Iterable[tuple[str, asyncio.Task[Any]]], clock: Clock
) -> Mapping[str, UpstreamError]:
    """Wait for reads, as (source, task), and return why sources brought nothing, the last each.

    What is late is given up; the flights that it waited for finish into the cache. A fault of
    our own is raised, not excused.
    """
    reads = tuple(reads)
    tasks = [task for _, task in reads if not task.done()]
    if tasks:
        await asyncio.wait(tasks, timeout=max(0.0, instant - clock()))
    failures: dict[str, UpstreamError] = {}
    for source, task in reads:
        failure = failure_of(source, task)
        if failure is not None:
            failures[source] = failure
    for failure in failures.values():
        tell_if_late(failure)
    return failures


def failure_of(source: str, task: asyncio.Task[Any]) -> UpstreamError | None:
    """Return why a read brought nothing, giving up on one that still goes on."""
    if not task.done():
        task.cancel()
        return UpstreamTimeout(source, "contents")
    failure = task.exception()
    if failure is not None and not isinstance(failure, UpstreamError):
        raise failure
    return failure


def has_brought(task: asyncio.Task[Any]) -> bool:
    """Tell whether a read has ended, and not with a failure."""
    return task.done() and not task.cancelled() and task.exception() is None


def tell_if_late(failure: UpstreamError) -> None:
    """Log content that an answer went without, as its flight may well end in time."""
    if isinstance(failure, UpstreamTimeout):
        log("content_late", level=logging.WARNING, source=failure.source)
