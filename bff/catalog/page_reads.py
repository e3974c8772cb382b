"""Pages: found in the first content system that has them, their products priced in one go."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bff.catalog.cached_content import CachedContent
from bff.catalog.first_found import first_found
from bff.catalog.merging import Merging
from bff.catalog.reads import Read
from bff.catalog.referred_products import ReferredProducts
from bff.catalog.tasks import Tasks
from bff.catalog.wants import Wants
from bff.domain.merge_page import merge_page, page_addons, page_called, page_items
from bff.domain.pages import Page
from bff.domain.storefront import Degraded, ShopperContext
from bff.ports import Call, Clock


class PageReads:
    """Reads pages. `sources` stand in the order in which they are preferred.

    `patience` is in seconds: how long a preferred one may take when another has the page.
    """

    def __init__(
        self,
        sources: Sequence[CachedContent],
        referred: ReferredProducts,
        merging: Merging,
        *,
        clock: Clock,
        patience: float,
    ) -> None:
        self._sources = tuple(sources)
        self._referred = referred
        self._merging = merging
        self._clock = clock
        self._patience = patience

    async def page(
        self, slug: str, context: ShopperContext, wants: Wants, call: Call
    ) -> tuple[Page | None, tuple[Degraded, ...]]:
        """Return the page that has this slug in any language; `None` if there is none.

        Of several that have it, the one whose slug it is in the shopper's language comes before
        others. Only those of the first content system that has the slug are compared: a better
        match in a later one does not beat it.

        Raises:
            UpstreamError: nobody has it, and a content system that might have it failed.
        """
        with Tasks() as tasks:
            reads = [
                Read(one.name, partial(one.pages, (slug,), call), tasks, call)
                for one in self._sources
            ]
            found = await first_found(slug, reads, call, self._clock, self._patience)
        if found is None:
            return None, ()
        plan = self._merging.plan(context)
        content = page_called(slug, found.content, plan.reading)
        page = merge_page(found.source, content, plan)
        if wants.alternates:
            page = self._merging.alternates_of_page(page, content)
        refs = page_items(content, plan)
        if not wants.products or not refs:
            return page, found.degraded
        priced = await self._referred.price(refs, context, wants, call)
        documents = priced.documents(found.source, refs)
        items = page_addons(content, plan, priced.sold, documents)
        degraded = (*found.degraded, *priced.degraded)
        return replace(page, items=items), tuple(dict.fromkeys(degraded))
