"""Addons: priced as soon as it is sure which they are, which needs no more than the content.

Which they are is decided product by product along the content systems that the policy asks for
addons: the first that lists some. A later one is waited for only where the earlier ones had
none, and one that is not asked for addons never.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from bff.catalog.content_reads import ContentReads, State
from bff.catalog.referred_products import NOTHING_REFERRED, Referred
from bff.catalog.tasks import Tasks
from bff.domain.addons import addon_groups, chosen_addons
from bff.domain.content import ProductRef
from bff.domain.merge import Halves
from bff.domain.merge_policy import Field, MergePlan
from bff.domain.storefront import AddonGroup

Price: TypeAlias = Callable[[Sequence[ProductRef]], Awaitable[Referred]]


def groups_for(halves: Halves, priced: Referred, plan: MergePlan) -> tuple[AddonGroup, ...]:
    """Return the addons of one product."""
    chosen = chosen_addons(halves.contents, plan)
    if chosen is None:
        return ()
    source, content = chosen
    known = priced.documents(source, content.addon_refs(plan.lists))
    return addon_groups(source, content, plan, priced.sold, known)


class AddonWork:
    """The pricing of one answer's addons: begun early, and again only if others are named then."""

    def __init__(self, price: Price, reads: ContentReads, plan: MergePlan, tasks: Tasks) -> None:
        self._price = price
        self._reads = reads
        self._plan = plan
        self._tasks = tasks
        self._sources = tuple(dict.fromkeys(one.source for one in plan.places[Field.ADDONS]))
        self._products: Sequence[ProductRef] = ()
        self._priced: frozenset[str] | None = None
        self._task: asyncio.Task[Referred] | None = None

    def begin(self, products: Sequence[ProductRef]) -> None:
        """Price the addons of these products, which the content systems have been asked for.

        What is under way goes on if it serves these products too.
        """
        self._products = products
        if self._task is not None:
            if self._priced is None:
                self._reads.tell()  # it still waits for content: let it look at these products
                return
            named = self._named()
            if named is not None and self._priced.issuperset(ref.key for ref in named):
                return
            self._task.cancel()
            self._priced = None
        self._task = self._tasks.start(self._work())

    async def done(self) -> Referred:
        """Return what became of the addons once that is known."""
        return await self._task if self._task is not None else NOTHING_REFERRED

    async def _work(self) -> Referred:
        while (named := self._named()) is None:
            await self._reads.news()
        self._priced = frozenset(ref.key for ref in named)
        return await self._price(named)

    def _named(self) -> tuple[ProductRef, ...] | None:
        """Return the addons of all products, each once; `None` as long as nobody can tell."""
        refs: dict[str, ProductRef] = {}
        for product in self._products:
            for source in self._sources:
                content = self._reads.content(source, product)
                if content is State.PENDING:
                    return None
                if isinstance(content, State) or content is None:
                    continue
                if own := content.addon_refs(self._plan.lists):
                    refs.update((ref.key, ref) for ref in own if ref.key not in refs)
                    break
        return tuple(refs.values())
