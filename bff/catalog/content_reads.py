"""Asking all content systems about products at once, and taking what has arrived in time."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TypeAlias

from bff.catalog.cached_content import Brought, CachedContent
from bff.catalog.reads import Read, settle
from bff.catalog.tasks import Tasks
from bff.domain.commerce import CommerceProduct
from bff.domain.content import ProductContent, ProductRef
from bff.domain.merge import Halves
from bff.domain.merge_policy import MergePlan, stand_ins
from bff.domain.storefront import Degraded
from bff.ports import Call, Clock, MatchBy

_Read: TypeAlias = Read[ProductContent]


class State(Enum):
    """Of a read that has brought nothing: it goes on, or it failed and nobody knows."""

    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Documents:
    """What one content system has, by what it knows products by."""

    matches_by: MatchBy
    by_key: Mapping[str, ProductContent | None]

    def key_of(self, product: ProductRef) -> str | None:
        """Return the key of a product here; `None` where it is not known yet."""
        return self.matches_by.key(product.id, product.handle)


Contents: TypeAlias = Mapping[str, Documents]
"""Per content system what it has; one that did not answer is absent."""


class ContentReads:
    """The reads of one answer, over all content systems."""

    def __init__(self, sources: Sequence[CachedContent], tasks: Tasks, clock: Clock) -> None:
        self._sources = {source.name: source for source in sources}
        self._tasks = tasks
        self._clock = clock
        self._reads: list[tuple[CachedContent, _Read]] = []
        self._asked: dict[str, dict[str, _Read]] = {name: {} for name in self._sources}
        self._news = asyncio.Event()

    def start(self, products: Iterable[ProductRef], call: Call) -> None:
        """Ask every content system, at once, for those products that it was not asked for yet.

        One that knows products by what is not known of them yet is left for a later call.
        """
        refs = tuple(products)
        for name, source in self._sources.items():
            keys = (source.matches_by.key(ref.id, ref.handle) for ref in refs)
            asked = self._asked[name]
            new = [key for key in dict.fromkeys(keys) if key is not None and key not in asked]
            if new:
                ask = partial(_ask, source, new, call, self._news)
                read = Read(name, ask, self._tasks, call)
                asked.update(dict.fromkeys(new, read))
                self._reads.append((source, read))

    def content(self, source: str, product: ProductRef) -> ProductContent | State | None:
        """Return what a content system has for a product, as far as it has answered.

        What nobody can ask for yet, as the product's id or handle is not known, is pending too.
        A content system that is not asked in this answer has nothing.
        """
        if source not in self._sources:
            return None
        key = self._sources[source].matches_by.key(product.id, product.handle)
        read = None if key is None else self._asked[source].get(key)
        if key is None or read is None or not read.is_done:
            return State.PENDING
        return read.by_key.get(key, State.FAILED)

    async def news(self) -> None:
        """Wait until another read has ended, or somebody has called `tell`; for one waiter."""
        await self._news.wait()
        self._news.clear()

    def tell(self) -> None:
        """Wake who waits for news."""
        self._news.set()

    async def collect(
        self, until: float, plan: MergePlan
    ) -> tuple[Contents, tuple[Degraded, ...]]:
        """Return what arrives until an instant, and which sources failed or were late."""
        failures = await settle(until, (read for _, read in self._reads), self._clock)
        contents = self._contents()
        degraded = (
            Degraded(name, failure.code, served=", ".join(stand_ins(plan, name, contents)))
            for name, failure in failures.items()
        )
        return contents, tuple(degraded)

    def _contents(self) -> Contents:
        found: dict[CachedContent, dict[str, ProductContent | None]] = {}
        for source, read in self._reads:
            if read.by_key:
                found.setdefault(source, {}).update(read.by_key)
        return {
            source.name: Documents(source.matches_by, by_key) for source, by_key in found.items()
        }


async def _ask(
    source: CachedContent,
    keys: Sequence[str],
    call: Call,
    news: asyncio.Event,
    *,
    waits: bool,
) -> Brought[ProductContent]:
    try:
        return await source.contents(keys, call, waits=waits)
    finally:
        news.set()


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
        if (key := documents.key_of(ref)) is not None and key in documents.by_key
    }
    return Halves(product, product.text, answered)


def refs_of(products: Iterable[CommerceProduct]) -> tuple[ProductRef, ...]:
    """Return Medusa's products by id and handle, so that every content system can be asked."""
    texts = (product.text for product in products)
    return tuple(ProductRef(text.id, text.handle) for text in texts if text)
