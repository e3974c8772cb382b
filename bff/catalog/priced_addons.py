"""Addons: content names them, Medusa prices all of them with one call, and they are merged.

    contents of the products ──► ids ─┬─► commerce ─┬─► merge ──► groups, product by product
                                      └─► contents ─┘

Medusa's failure costs the addons only: each is then said to be unavailable.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.content_reads import ContentReads, Contents, Tasks, halves_of
from bff.domain.addons import addon_groups, chosen_addons
from bff.domain.commerce import CommerceProduct
from bff.domain.content import ProductContent, ProductRef
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import MergePlan
from bff.domain.storefront import AddonGroup, Degraded, StorefrontProduct
from bff.errors import UpstreamError
from bff.ports import Call, Clock, Wish


@dataclass(frozen=True, slots=True)
class PricedAddons:
    """What became of all addons of one answer.

    `sold` is what Medusa sells of them by `ProductRef.key`, `None` when Medusa did not answer;
    `contents` is what the content systems have for them.
    """

    sold: Mapping[str, StorefrontProduct] | None
    contents: Contents
    degraded: tuple[Degraded, ...]

    def groups_of(self, product: Halves, plan: MergePlan) -> tuple[AddonGroup, ...]:
        """Return the addons that a product's content names."""
        chosen = chosen_addons(product.contents, plan)
        if chosen is None:
            return ()
        source, content = chosen
        documents = self.contents.get(source)
        known = documents.by_key if documents else {}
        return addon_groups(source, content, plan, self.sold, known)


_NO_ADDONS = PricedAddons({}, {}, ())


class AddonPricing:
    """Prices and merges addons. `content_budget` is in seconds, see `Catalog`."""

    def __init__(
        self,
        commerce: CachedCommerce,
        content: Sequence[CachedContent],
        *,
        clock: Clock,
        content_budget: float,
    ) -> None:
        self._commerce = commerce
        self._content = content
        self._clock = clock
        self._content_budget = content_budget

    async def price(
        self, reads: ContentReads, plan: MergePlan, wish: Wish, call: Call
    ) -> PricedAddons:
        """Return the addons that `reads` name, once all of these have ended.

        `wish` is what is asked of Medusa about each; it includes the text.
        """
        refs = _named_in(await reads.settled(), plan)
        if not refs:
            return _NO_ADDONS
        with Tasks() as tasks:
            selling = tasks.start(self._sold(refs, wish, call))
            own_reads = ContentReads(self._content, tasks, self._clock)
            own_reads.start(refs, call)
            try:
                found = await selling
            except UpstreamError as failure:
                failed = Degraded(failure.source, failure.code, served="nothing")
                return PricedAddons(None, {}, (failed,))
            known = (product.text for product in found.values())
            own_reads.start((ProductRef(text.id, text.handle) for text in known if text), call)
            contents, degraded = await own_reads.collect(call, self._content_budget)
        sold = {
            key: merge_product(halves_of(product, contents), plan)
            for key, product in found.items()
        }
        return PricedAddons(sold, contents, degraded)

    async def _sold(
        self, refs: Sequence[ProductRef], wish: Wish, call: Call
    ) -> Mapping[str, CommerceProduct]:
        """Return what Medusa sells, by `ProductRef.key`: by id, or by handle without one."""
        ids = [ref.id for ref in refs if ref.id is not None]
        handles = [ref.handle for ref in refs if ref.id is None and ref.handle is not None]
        by_id, by_handle = await asyncio.gather(
            self._commerce.products(ids, wish, call),
            self._commerce.products_by_handle(handles, wish, call),
        )
        return {str(key): sold for found in (by_id, by_handle) for key, sold in found.items()}


class AddonWork:
    """The pricing of one answer's addons: a task that is begun early, and again if need be.

    `price` does it for the products that `reads` have been started for.
    """

    def __init__(
        self,
        price: Callable[[], Coroutine[Any, Any, PricedAddons]],
        reads: ContentReads,
        tasks: Tasks,
    ) -> None:
        self._price = price
        self._reads = reads
        self._tasks = tasks
        self._task: asyncio.Task[PricedAddons] | None = None
        self._begun_for = 0

    def begin(self) -> None:
        """Start to price. What is under way goes on, unless more products are read by now."""
        if self._task is not None:
            if self._begun_for == self._reads.size:
                return
            self._task.cancel()
        self._begun_for = self._reads.size
        self._task = self._tasks.start(self._price())

    async def done(self) -> PricedAddons:
        """Return the addons; none if it was never begun."""
        return await self._task if self._task is not None else _NO_ADDONS


def _named_in(contents: Contents, plan: MergePlan) -> tuple[ProductRef, ...]:
    """Return all addons, each once, without those of which nobody knows what they are."""
    by_product: dict[str, dict[str, ProductContent | None]] = {}
    for source, documents in contents.items():
        for key, content in documents.by_key.items():
            by_product.setdefault(key, {})[source] = content
    chosen = (chosen_addons(answered, plan) for answered in by_product.values())
    refs = {ref.key: ref for pair in chosen if pair for ref in pair[1].addon_refs(plan.lists)}
    return tuple(ref for ref in refs.values() if ref.id or ref.handle)
