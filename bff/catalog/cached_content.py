"""A content system through the cache: one entry per document, whatever brought it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar, cast

from bff.catalog.read_through import Fetched, Lifetimes, ReadThrough
from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent
from bff.ports import Call, ContentSource, GroupKind

Content = TypeVar("Content", ProductContent, GroupContent, tuple[PageContent, ...], MenuContent)

_Asked: TypeAlias = Callable[[Sequence[str], Call], Awaitable[Mapping[str, Content | None]]]


class CachedContent:
    """What `ContentSource` answers to shoppers, around one.

    A document is kept with all its languages, so that another language costs nothing. Addon
    documents that come along are kept under their own products, as if they had been asked for.
    """

    def __init__(self, source: ContentSource, cache: ReadThrough, lifetimes: Lifetimes) -> None:
        self.name = source.name
        self.matches_by = source.matches_by
        self._source = source
        self._cache = cache
        self._lifetimes = lifetimes

    async def contents(
        self, keys: Sequence[str], call: Call
    ) -> Mapping[str, ProductContent | None]:
        """See `ContentSource.contents`; addon documents are left out of the answer."""
        return await self._read("contents", "content", self._source.contents, keys, call)

    async def groups(
        self, kind: GroupKind, keys: Sequence[str], call: Call
    ) -> Mapping[str, GroupContent | None]:
        """See `ContentSource.groups`."""

        async def asked(keys: Sequence[str], call: Call) -> Mapping[str, GroupContent | None]:
            return await self._source.groups(kind, keys, call)

        return await self._read("groups", f"{kind.value}-content", asked, keys, call)

    async def pages(self, slug: str, call: Call) -> tuple[PageContent, ...]:
        """See `ContentSource.pages`; they are kept together, under each slug asked for."""

        async def asked(
            slugs: Sequence[str], call: Call
        ) -> Mapping[str, tuple[PageContent, ...] | None]:
            found = await self._source.pages(slugs, call)
            return {slug: tuple(pages) for slug, pages in found.items()}

        return (await self._read("pages", "page", asked, (slug,), call))[slug] or ()

    async def menu(self, handle: str, call: Call) -> MenuContent | None:
        """See `ContentSource.menus`."""
        return (await self._read("menus", "menu", self._source.menus, (handle,), call))[handle]

    async def _read(
        self,
        operation: str,
        kind: str,
        asked: _Asked[Content],
        keys: Sequence[str],
        call: Call,
    ) -> Mapping[str, Content | None]:
        prefix = f"{kind}:{self.name}:"
        wanted = {prefix + key: key for key in keys}

        async def fetch(missing: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            found = await asked([wanted[key] for key in missing], flight)
            return {prefix + key: self._fetched(one) for key, one in found.items()}

        values = await self._cache.read(self.name, operation, tuple(wanted), fetch, call)
        return {name: cast("Content | None", values.get(key)) for key, name in wanted.items()}

    def _fetched(self, content: Content | None) -> Fetched:
        return Fetched(content, self._lifetimes.content if content else self._lifetimes.absent)
