"""Asking all content systems at once, and taking what has arrived in time."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from bff.catalog.cached_content import CachedContent
from bff.domain.commerce import MEDUSA, CommerceProduct, ProductId
from bff.domain.content import ProductContent
from bff.domain.merge import Halves
from bff.domain.storefront import Degraded
from bff.errors import UpstreamError, UpstreamTimeout
from bff.ports import Call, Clock
from bff.telemetry import log

T = TypeVar("T")

Contents = Mapping[str, Mapping[ProductId, ProductContent | None]]
"""Per content system what it has for each product; one that did not answer is absent."""


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


class ContentReads:
    """The reads of one answer, over all content systems."""

    def __init__(self, sources: Sequence[CachedContent], tasks: Tasks, clock: Clock) -> None:
        self._sources = sources
        self._tasks = tasks
        self._clock = clock
        self._reads: list[tuple[str, asyncio.Task[Mapping[ProductId, ProductContent | None]]]] = []
        self.ids: set[ProductId] = set()
        """The products that have been asked for so far."""

    def start(self, ids: Sequence[ProductId], call: Call) -> None:
        """Ask every content system, at once, for those products that it was not asked for yet."""
        new = [product_id for product_id in ids if product_id not in self.ids]
        if new:
            self.ids.update(new)
            for source in self._sources:
                self._reads.append((source.name, self._tasks.start(source.contents(new, call))))

    async def settled(self) -> Contents:
        """Return what there is once every read has ended, be it by `collect` giving up on it."""
        if self._reads:
            await asyncio.wait([task for _, task in self._reads])
        return self._contents()

    async def collect(self, call: Call, budget: float) -> tuple[Contents, tuple[Degraded, ...]]:
        """Return what arrives within `budget` seconds, and which sources failed or were late.

        It ends no later than the call's deadline. Late reads are given up; the flights that they
        waited for finish into the cache.
        """
        tasks = [task for _, task in self._reads]
        if tasks:
            left = call.deadline - self._clock()
            await asyncio.wait(tasks, timeout=max(0.0, min(left, budget)))
        failures = {}
        for source, task in self._reads:
            failure = _failure(source, task)
            if failure is not None:
                # Medusa's text stands in for content.
                failures[source] = Degraded(source, failure.code, served=MEDUSA)
        for source, degraded in failures.items():
            if degraded.reason == UpstreamTimeout.code:
                # Said here, since its flight may well end in time: the answer is poorer anyway.
                log("content_late", level=logging.WARNING, source=source)
        return self._contents(), tuple(failures.values())

    def _contents(self) -> Contents:
        contents: dict[str, dict[ProductId, ProductContent | None]] = {}
        for source, task in self._reads:
            if task.done() and not task.cancelled() and task.exception() is None:
                contents.setdefault(source, {}).update(task.result())
        return contents


def halves_of(product: CommerceProduct, contents: Contents) -> Halves:
    """Return a product next to what each content system that answered has for it.

    Raises:
        ValueError: the product has no text: an adapter's fault.
    """
    if product.text is None:
        msg = "a product cannot be shown without its text"
        raise ValueError(msg)
    product_id = product.text.id
    answered = {
        source: found[product_id] for source, found in contents.items() if product_id in found
    }
    return Halves(product, product.text, answered)


def _failure(source: str, task: asyncio.Task[Any]) -> UpstreamError | None:
    """Return why a read brought nothing; a fault of our own is raised, not excused."""
    if not task.done():
        task.cancel()
        return UpstreamTimeout(source, "contents")
    failure = task.exception()
    if failure is not None and not isinstance(failure, UpstreamError):
        raise failure
    return failure
