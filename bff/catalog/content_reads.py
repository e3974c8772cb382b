"""Asking all content systems at once, and taking what has arrived in time."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from bff.catalog.cached_content import CachedContent
from bff.domain.commerce import MEDUSA, CommerceProduct
from bff.domain.content import ProductContent, ProductRef
from bff.domain.merge import Halves
from bff.domain.storefront import Degraded
from bff.errors import UpstreamError, UpstreamTimeout
from bff.ports import Call, Clock, MatchBy
from bff.telemetry import log

T = TypeVar("T")
_Read = asyncio.Task[Mapping[str, ProductContent | None]]


@dataclass(frozen=True, slots=True)
class Documents:
    """What one content system has, by what it knows products by."""

    matches_by: MatchBy
    by_key: Mapping[str, ProductContent | None]

    def key_of(self, product: ProductRef) -> str | None:
        """Return the key of a product here; `None` where it is not known yet."""
        return key_for(self.matches_by, product)


Contents = Mapping[str, Documents]
"""Per content system what it has; one that did not answer is absent."""


def key_for(matches_by: MatchBy, product: ProductRef) -> str | None:
    """Return what a content system knows a product by; `None` where nobody knows that yet."""
    return product.id if matches_by is MatchBy.ID else product.handle


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
        self._reads: list[tuple[CachedContent, _Read]] = []
        self._asked: dict[str, set[str]] = {source.name: set() for source in sources}

    @property
    def size(self) -> int:
        """How many documents have been asked for so far, over all content systems."""
        return sum(map(len, self._asked.values()))

    def start(self, products: Iterable[ProductRef], call: Call) -> None:
        """Ask every content system, at once, for those products that it was not asked for yet.

        One that knows products by what is not known of them yet is left for a later call.
        """
        refs = tuple(products)
        for source in self._sources:
            keys = (key_for(source.matches_by, ref) for ref in refs)
            asked = self._asked[source.name]
            new = [key for key in dict.fromkeys(keys) if key is not None and key not in asked]
            if new:
                asked.update(new)
                self._reads.append((source, self._tasks.start(source.contents(new, call))))

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
            failure = _failure(source.name, task)
            if failure is not None:
                # Medusa's text stands in for content.
                failures[source.name] = Degraded(source.name, failure.code, served=MEDUSA)
        for name, degraded in failures.items():
            if degraded.reason == UpstreamTimeout.code:
                # Said here, since its flight may well end in time: the answer is poorer anyway.
                log("content_late", level=logging.WARNING, source=name)
        return self._contents(), tuple(failures.values())

    def _contents(self) -> Contents:
        found: dict[CachedContent, dict[str, ProductContent | None]] = {}
        for source, task in self._reads:
            if task.done() and not task.cancelled() and task.exception() is None:
                found.setdefault(source, {}).update(task.result())
        return {
            source.name: Documents(source.matches_by, by_key) for source, by_key in found.items()
        }


def halves_of(product: CommerceProduct, contents: Contents) -> Halves:
    """Return a product next to what each content system that answered has for it.

    Raises:
        ValueError: the product has no text: an adapter's fault.
    """
    if product.text is None:
        msg = "a product cannot be shown without its text"
        raise ValueError(msg)
    ref = ProductRef(product.text.id, product.text.handle)
    answered = {
        source: documents.by_key[key]
        for source, documents in contents.items()
        if (key := documents.key_of(ref)) in documents.by_key and key is not None
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
