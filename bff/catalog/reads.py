"""Questions to content systems: asked at once, waited for until an instant, then given up.

What was not there in time is replaced by an old copy, if there is one: that is better than
nothing, and better than somebody else's words. A content system that was late once is not waited
for again in the same request: its answers still reach the cache.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, Generic, Protocol

from bff.catalog.cached_content import Brought, Content
from bff.catalog.tasks import Tasks
from bff.errors import UpstreamError, UpstreamTimeout
from bff.ports import Call, Clock
from bff.telemetry import log


class Ask(Protocol[Content]):
    """Asks a content system. Unless it `waits` it takes what there is now."""

    def __call__(self, *, waits: bool) -> Coroutine[Any, Any, Brought[Content]]:
        """Return what was brought."""
        ...


class Read(Generic[Content]):
    """One question to one content system."""

    def __init__(self, source: str, ask: Ask[Content], tasks: Tasks, call: Call) -> None:
        self.source = source
        self.is_late = False
        self._given_up = call.given_up
        self._ask: Ask[Content] = ask
        self._tasks = tasks
        self.task: asyncio.Task[Brought[Content]] = tasks.start(
            ask(waits=source not in call.given_up)
        )

    @property
    def is_done(self) -> bool:
        """Whether it has ended, well or not."""
        return self.task.done()

    @property
    def by_key(self) -> Mapping[str, Content | None]:
        """What it has brought so far.

        Raises:
            Exception: an error of our own ended it.
        """
        return self.task.result().by_key if self.task.done() else {}

    @property
    def failure(self) -> UpstreamError | None:
        """Why it has not brought all.

        Raises:
            Exception: an error of our own ended it.
        """
        return self.task.result().failure if self.task.done() else None

    def give_up(self) -> None:
        """Take an old copy instead; the flight that it waited for finishes into the cache."""
        self._take(self._tasks.start(self._ask(waits=False)))

    async def look_back(self) -> None:
        """Take an old copy instead if there is one; else go on.

        What is known to be gone is none: something else may have taken its place.
        """
        looking = self._tasks.start(self._ask(waits=False))
        await asyncio.wait({looking})
        if any(looking.result().by_key.values()) and not self.is_done:
            self._take(looking)

    def _take(self, task: "asyncio.Task[Brought[Content]]") -> None:
        self.task.cancel()
        self.is_late = True
        self._given_up.add(self.source)
        self.task = task


async def settle(
    instant: float, reads: Iterable[Read[Any]], clock: Clock
) -> Mapping[str, UpstreamError]:
    """Wait for reads until an instant, and return why sources brought less, the last each."""
    reads = tuple(reads)
    going = [read.task for read in reads if not read.is_done]
    if going:
        await asyncio.wait(going, timeout=max(0.0, instant - clock()))
        await give_up([read for read in reads if not read.is_done])
    failures: dict[str, UpstreamError] = {}
    for read in reads:
        failure = read.failure
        if failure is not None:
            failures[read.source] = failure
    late = {read.source for read in reads if read.is_late}
    late.update(
        source for source, failure in failures.items() if isinstance(failure, UpstreamTimeout)
    )
    for source in sorted(late):
        tell_late(source)
    return failures


async def give_up(reads: Iterable[Read[Any]]) -> None:
    """Replace reads that go on by what there is; returns once that is known."""
    tasks = []
    for read in reads:
        read.give_up()
        tasks.append(read.task)
    if tasks:
        await asyncio.wait(tasks)


def tell_late(source: str) -> None:
    """Log content that an answer went without, as its flight may well end in time."""
    log("content_late", level=logging.WARNING, source=source)
