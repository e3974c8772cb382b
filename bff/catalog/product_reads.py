"""Products for a shopper: commerce and content asked in parallel, addons priced, all merged.

    commerce ──────────────────────────────────┐
    contents ──┬───────────────────────────────┼──► merge
               └─► addons, as soon as named ───┘

Content that is late or fails costs its own fields only: the product is then served with Medusa's
text, and `degraded` says so.
"""

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bff.catalog.cached_content import CachedContent
from bff.catalog.content_reads import ContentReads, refs_of
from bff.catalog.group_reads import GroupReads, GroupSources, groups_of
from bff.catalog.merged_fields import count_degraded
from bff.catalog.merging import Merging
from bff.catalog.priced_addons import AddonWork, groups_for
from bff.catalog.referred_products import ReferredProducts
from bff.catalog.sold import Sold
from bff.catalog.tasks import Tasks
from bff.catalog.wants import Answer, Key, Wants
from bff.domain.content import ProductRef
from bff.domain.explain import decided
from bff.domain.merge_policy import Field
from bff.domain.storefront import ShopperContext
from bff.ports import Call, Clock, Trail


class ProductReads:
    """Makes answers of what Medusa is being asked for.

    `content` are the content systems that have a say in products; `content_budget` is in
    seconds: how long content may come after commerce.
    """

    def __init__(
        self,
        content: Sequence[CachedContent],
        groups: GroupSources,
        referred: ReferredProducts,
        merging: Merging,
        *,
        clock: Clock,
        content_budget: float,
    ) -> None:
        self._content = tuple(content)
        self._naming_addons = tuple(
            source for source in content if merging.speaks(source.name, Field.ADDONS)
        )
        self._groups = groups
        self._referred = referred
        self._merging = merging
        self._clock = clock
        self._content_budget = content_budget

    async def answer(
        self,
        commerce: Coroutine[Any, Any, Sold[Key]],
        guess: Sequence[ProductRef],
        context: ShopperContext,
        wants: Wants,
        call: Call,
    ) -> Answer[Key]:
        """Return the products that `commerce` brings.

        `guess` are those that it will probably bring, as far as anybody knows before Medusa has
        said so.

        Raises:
            UpstreamError: nobody knows of any of them, and of one not even whether it exists.
        """
        plan = self._merging.plan(context)
        # What was read for products that turn out not to exist is no part of the answer.
        trail = call.trail
        rest = trail.beside() if trail is not None else Trail()
        call = replace(call, trail=rest)
        of_addons = replace(wants, content=True, groups=wants.addon_groups)
        with Tasks() as tasks:
            selling = tasks.start(commerce)
            reads = ContentReads(self._asked(wants), tasks, self._clock)
            reads.start(guess, call)
            price = partial(self._referred.price, context=context, wants=of_addons, call=call)
            addons = AddonWork(price, reads, plan, tasks)
            if wants.addons and guess:
                addons.begin(guess)
            sold = await selling
            found = sold.products
            if not found:
                sold.whole()
                return Answer({}, ())
            refs = refs_of(found.values())
            reads.start(refs, call)
            groups = GroupReads(self._groups, tasks, self._clock)
            if wants.groups:
                groups.start(groups_of(found.values()), call)
            if wants.addons:
                addons.begin(refs)  # again, if handles name other products than was guessed
            until = min(call.deadline, self._clock() + self._content_budget)
            contents, degraded = await reads.collect(until, plan)
            grouped, more = await groups.collect(self._merging, context, until)
            priced = await addons.done()
        if trail is not None:
            trail.absorb(rest)
        products = {}
        for key, product in found.items():
            merged = self._merging.product(product, contents, grouped, plan, wants)
            if trail is not None and trail.decided is not None and wants.content:
                trail.decided.append(decided(merged.halves, plan))
            own = groups_for(merged.halves, priced, plan) if wants.addons else ()
            products[key] = replace(merged.product, addons=own) if own else merged.product
        count_degraded(products.values(), plan, degraded)
        # A source may have failed for the page and again for the addons: one entry is enough.
        said = tuple(dict.fromkeys((*degraded, *more, *priced.degraded)))
        return Answer(products, said, sold.failures)

    def _asked(self, wants: Wants) -> Sequence[CachedContent]:
        if wants.content:
            return self._content
        return self._naming_addons if wants.addons else ()
