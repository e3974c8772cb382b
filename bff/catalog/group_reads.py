"""What is written about collections and categories: one question per content system and kind."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from bff.catalog.cached_content import CachedContent
from bff.catalog.merging import Group, Merging
from bff.catalog.reads import Read, settle
from bff.catalog.tasks import Tasks
from bff.domain.commerce import MEDUSA, Collection, CommerceProduct
from bff.domain.content import GroupContent
from bff.domain.storefront import Degraded, ShopperContext, StorefrontGroup
from bff.ports import Call, Clock, GroupKind

GroupSources: TypeAlias = Mapping[GroupKind, Sequence[CachedContent]]
"""The content systems that are asked about each kind of group."""


def groups_of(products: Iterable[CommerceProduct]) -> tuple[Group, ...]:
    """Return the groups that products are in, each once."""
    found: dict[str, Group] = {}
    for product in products:
        if product.text is not None:
            if product.text.collection is not None:
                found.setdefault(product.text.collection.id, product.text.collection)
            for category in product.text.categories:
                found.setdefault(category.id, category)
    return tuple(found.values())


class GroupReads:
    """The groups of one answer: each is asked about once, and merged once."""

    def __init__(self, sources: GroupSources, tasks: Tasks, clock: Clock) -> None:
        self._sources = sources
        self._tasks = tasks
        self._clock = clock
        self._groups: tuple[Group, ...] = ()
        self._reads: list[tuple[GroupKind, CachedContent, Read[GroupContent]]] = []

    def start(self, groups: Sequence[Group], call: Call) -> None:
        """Ask all content systems at once about these groups."""
        self._groups = tuple(groups)
        for kind, sources in self._sources.items():
            own = [group for group in groups if _kind_of(group) is kind]
            for source in sources if own else ():
                keys = [_key(source, group) for group in own]
                ask = partial(source.groups, kind, keys, call)
                self._reads.append((kind, source, Read(source.name, ask, self._tasks, call)))

    async def collect(
        self, merging: Merging, context: ShopperContext, until: float
    ) -> tuple[Mapping[str, StorefrontGroup], tuple[Degraded, ...]]:
        """Return the groups by id with what arrives until an instant, and who failed."""
        failures = await settle(until, (read for _, _, read in self._reads), self._clock)
        degraded = (
            Degraded(name, failure.code, served=MEDUSA) for name, failure in failures.items()
        )
        merged = {
            group.id: merging.group(group, self._about(group), context) for group in self._groups
        }
        return merged, tuple(degraded)

    def _about(self, group: Group) -> Mapping[str, GroupContent | None]:
        return {
            source.name: read.by_key[key]
            for kind, source, read in self._reads
            if kind is _kind_of(group) and (key := _key(source, group)) in read.by_key
        }


def _kind_of(group: Group) -> GroupKind:
    return GroupKind.COLLECTION if isinstance(group, Collection) else GroupKind.CATEGORY


def _key(source: CachedContent, group: Group) -> str:
    return source.matches_by.key(group.id, group.handle)
