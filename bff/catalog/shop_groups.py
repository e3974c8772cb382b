"""All categories and collections of the shop, in the best words that anybody has for them."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.group_reads import GroupReads, GroupSources
from bff.catalog.merging import Group, Merging
from bff.catalog.tasks import Tasks
from bff.catalog.wants import Wants
from bff.domain.merge_group import category_tree
from bff.domain.storefront import Degraded, ShopperContext, StorefrontGroup
from bff.ports import Call, Clock

Groups: TypeAlias = tuple[tuple[StorefrontGroup, ...], tuple[Degraded, ...]]


class ShopGroups:
    """Reads whole lists of groups.

    `content_budget` is in seconds: how long their content may come after Medusa's answer.
    """

    def __init__(
        self,
        commerce: CachedCommerce,
        sources: GroupSources,
        merging: Merging,
        *,
        clock: Clock,
        content_budget: float,
    ) -> None:
        self._commerce = commerce
        self._sources = sources
        self._merging = merging
        self._clock = clock
        self._content_budget = content_budget

    async def categories(self, context: ShopperContext, call: Call) -> Groups:
        """Return the categories below no other, with all that are below them.

        Raises:
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        found = await self._commerce.reads.categories(self._merging.language(context), call)
        merged, degraded = await self.merged(found, context, Wants(), call)
        return category_tree(found, merged), degraded

    async def collections(self, context: ShopperContext, call: Call) -> Groups:
        """Return the collections by handle.

        Raises:
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        found = await self._commerce.reads.collections(self._merging.language(context), call)
        merged, degraded = await self.merged(found, context, Wants(), call)
        return tuple(merged.values()), degraded

    async def merged(
        self, groups: Sequence[Group], context: ShopperContext, wants: Wants, call: Call
    ) -> tuple[Mapping[str, StorefrontGroup], tuple[Degraded, ...]]:
        """Return groups by Medusa's id, in their order, and who failed or was late."""
        sources = self._sources if wants.groups else {}
        with Tasks() as tasks:
            reads = GroupReads(sources, tasks, self._clock)
            reads.start(groups, call)
            until = min(call.deadline, self._clock() + self._content_budget)
            return await reads.collect(self._merging, context, until)
