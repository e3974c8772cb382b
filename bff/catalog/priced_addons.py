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
from bff.domain.commerce import ProductId
from bff.domain.content import ProductContent
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import MergePlan
from bff.domain.storefront import AddonGroup, Degraded, StorefrontProduct
from bff.errors import UpstreamError
from bff.ports import Call, Clock, Wish


@dataclass(frozen=True, slots=True)
class PricedAddons:
    """What became of all addons of one answer.

    `sold` is what Medusa sells of them, `None` when Medusa did not answer; `contents` is what
    the content systems have for them.
    """

    sold: Mapping[ProductId, StorefrontProduct] | None
    contents: Contents
    degraded: tuple[Degraded, ...]

    def groups_of(self, product: Halves, plan: MergePlan) -> tuple[AddonGroup, ...]:
        """Return the addons that a product's content names."""
        chosen = chosen_addons(product.contents, plan)
        if chosen is None:
            return ()
        source, content = chosen
        return addon_groups(source, content, plan, self.sold, self.contents.get(source, {}))


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
        ids = _named_in(await reads.settled(), plan)
        if not ids:
            return _NO_ADDONS
        with Tasks() as tasks:
            selling = tasks.start(self._commerce.products(ids, wish, call))
            own_reads = ContentReads(self._content, tasks, self._clock)
            own_reads.start(ids, call)
            try:
                found = await selling
            except UpstreamError as failure:
                failed = Degraded(failure.source, failure.code, served="nothing")
                return PricedAddons(None, {}, (failed,))
            contents, degraded = await own_reads.collect(call, self._content_budget)
        sold = {
            product_id: merge_product(halves_of(product, contents), plan)
            for product_id, product in found.items()
        }
        return PricedAddons(sold, contents, degraded)


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
            if self._begun_for == len(self._reads.ids):
                return
            self._task.cancel()
        self._begun_for = len(self._reads.ids)
        self._task = self._tasks.start(self._price())

    async def done(self) -> PricedAddons:
        """Return the addons; none if it was never begun."""
        return await self._task if self._task is not None else _NO_ADDONS


def _named_in(contents: Contents, plan: MergePlan) -> tuple[ProductId, ...]:
    """Return the ids of all addons, each once."""
    by_product: dict[ProductId, dict[str, ProductContent | None]] = {}
    for source, found in contents.items():
        for product_id, content in found.items():
            by_product.setdefault(product_id, {})[source] = content
    chosen = (chosen_addons(answered, plan) for answered in by_product.values())
    return tuple(dict.fromkeys(one for pair in chosen if pair for one in pair[1].addon_ids()))
