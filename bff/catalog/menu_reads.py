"""Menus: found in the first content system that has them, and what they lead to looked up."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.first_found import first_found
from bff.catalog.merging import Group, Merging
from bff.catalog.reads import Read
from bff.catalog.referred_products import ReferredProducts
from bff.catalog.shop_groups import ShopGroups
from bff.catalog.tasks import Tasks
from bff.catalog.wants import Wants
from bff.domain.commerce import Handle
from bff.domain.merge_menu import MenuTargets, all_entries, menu_refs, merge_menu
from bff.domain.pages import Menu
from bff.domain.storefront import Degraded, ShopperContext, StorefrontGroup
from bff.errors import UpstreamError
from bff.ports import Call, Clock

_ReadAll: TypeAlias = Callable[[str | None, Call], Awaitable[Sequence[Group]]]
_ByHandle: TypeAlias = tuple[Mapping[Handle, StorefrontGroup], tuple[Degraded, ...]]


class MenuReads:
    """Reads menus. `sources` stand in the order in which they are preferred.

    `patience` is in seconds: how long a preferred one may take when another has the menu.
    """

    def __init__(
        self,
        sources: Sequence[CachedContent],
        commerce: CachedCommerce,
        referred: ReferredProducts,
        groups: ShopGroups,
        merging: Merging,
        *,
        clock: Clock,
        patience: float,
    ) -> None:
        self._sources = tuple(sources)
        self._commerce = commerce
        self._referred = referred
        self._groups = groups
        self._merging = merging
        self._clock = clock
        self._patience = patience

    async def menu(
        self, handle: str, context: ShopperContext, wants: Wants, call: Call
    ) -> tuple[Menu | None, tuple[Degraded, ...]]:
        """Return the menu of this name; `None` if there is none.

        Medusa is asked for categories and collections only if the menu names some, for products
        only if they are wanted, too. What it does not answer is left out of its lines.

        Raises:
            UpstreamError: nobody has it, and a content system that might have it failed.
        """
        with Tasks() as tasks:
            reads = [
                Read(one.name, partial(one.menus, (handle,), call), tasks, call)
                for one in self._sources
            ]
            found = await first_found(handle, reads, call, self._clock, self._patience)
            if found is None:
                return None, ()
            plan = self._merging.plan(context)
            entries = tuple(all_entries(found.content, plan))
            refs = menu_refs(found.content, plan) if wants.products else ()
            named = partial(self._named, context=context, wants=wants, call=call)
            category_handles = {entry.category for entry in entries if entry.category}
            collection_handles = {entry.collection for entry in entries if entry.collection}
            categories = tasks.start(named(category_handles, self._commerce.reads.categories))
            collections = tasks.start(named(collection_handles, self._commerce.reads.collections))
            priced = await self._referred.price(refs, context, wants, call)
            by_category, without = await categories
            by_collection, without_too = await collections
        menu = merge_menu(
            found.source,
            found.content,
            plan,
            MenuTargets(
                priced.sold,
                priced.documents(found.source, refs),
                categories=by_category,
                collections=by_collection,
            ),
            self._merging.urls,
        )
        degraded = (*found.degraded, *priced.degraded, *without, *without_too)
        return menu, tuple(dict.fromkeys(degraded))

    async def _named(
        self,
        handles: Collection[Handle],
        read: _ReadAll,
        context: ShopperContext,
        wants: Wants,
        call: Call,
    ) -> _ByHandle:
        """Return the groups that a menu names, by handle."""
        if not handles:
            return {}, ()
        try:
            known = await read(self._merging.language(context), call)
        except UpstreamError as failure:
            return {}, (Degraded(failure.source, failure.code, served="nothing"),)
        named = [group for group in known if group.handle in handles]
        merged, degraded = await self._groups.merged(named, context, wants, call)
        return {group.handle: group for group in merged.values()}, degraded
