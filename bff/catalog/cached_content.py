"""A content system through the cache: one entry per document, whatever brought it."""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar, cast

from bff.catalog.landing import Fetched
from bff.catalog.lifetimes import Lifetimes
from bff.catalog.read_through import ReadThrough
from bff.catalog.reading import Leeway
from bff.domain import tags
from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent
from bff.domain.marks import Tag, Version
from bff.errors import UpstreamError
from bff.ports import Call, ContentSource, GroupKind

Content = TypeVar("Content", ProductContent, GroupContent, tuple[PageContent, ...], MenuContent)

_Asked: TypeAlias = Callable[[Sequence[str], Call], Awaitable[Mapping[str, Content | None]]]
_One: TypeAlias = ProductContent | GroupContent | PageContent | MenuContent
ReadAgain: TypeAlias = Callable[[Sequence[str], Call], Coroutine[Any, Any, object]]
"""Reads some of a kind of content through the cache."""

_CONTENT, _PAGE, _MENU = "content", "page", "menu"


def content_key(source: str, product: str) -> str:
    """Return the key of what a content system has for a product, by its id or handle."""
    return _prefix(_CONTENT, source) + product


def _prefix(kind: str, source: str) -> str:
    return f"{kind}:{source}:"


def _about(kind: GroupKind) -> str:
    return f"{kind.value}-content"


@dataclass(frozen=True, slots=True)
class Brought(Generic[Content]):
    """What a content system has for some keys; those that it did not answer for are absent.

    `failure` tells why some are; `None` if none is.
    """

    by_key: Mapping[str, Content | None]
    failure: UpstreamError | None = None


class CachedContent:
    """What `ContentSource` answers to shoppers, around one.

    A document is kept with all its languages, so that another language costs nothing. Addon
    documents that come along are kept under their own products, as if they had been asked for.

    With `waits=False` nobody is waited for: what there is is given out, be it old, and what is
    asked for it arrives in the cache.
    """

    def __init__(self, source: ContentSource, cache: ReadThrough, lifetimes: Lifetimes) -> None:
        self.name = source.name
        self.matches_by = source.matches_by
        self._source = source
        self._cache = cache
        self._lifetimes = lifetimes
        self._leeway = Leeway(self._remaining)
        self._everything = frozenset({tags.source_tag(source.name)})
        self._by_name = self._everything | {tags.names_tag(source.name)}

    def reads(self) -> Mapping[str, ReadAgain]:
        """Return what reads each kind of content, by what the keys of that kind begin with."""
        by_kind: dict[str, ReadAgain] = {
            _CONTENT: self.contents,
            _PAGE: self.pages,
            _MENU: self.menus,
            **{_about(kind): partial(self.groups, kind) for kind in GroupKind},
        }
        return {_prefix(kind, self.name): read for kind, read in by_kind.items()}

    async def contents(
        self, keys: Sequence[str], call: Call, *, waits: bool = True
    ) -> Brought[ProductContent]:
        """See `ContentSource.contents`; addon documents are left out of the answer."""
        asked: _Asked[ProductContent] = self._source.contents
        return await self._read("contents", _CONTENT, asked, keys, call, waits=waits)

    async def groups(
        self, kind: GroupKind, keys: Sequence[str], call: Call, *, waits: bool = True
    ) -> Brought[GroupContent]:
        """See `ContentSource.groups`."""

        async def asked(keys: Sequence[str], call: Call) -> Mapping[str, GroupContent | None]:
            return await self._source.groups(kind, keys, call)

        return await self._read("groups", _about(kind), asked, keys, call, waits=waits)

    async def pages(
        self, slugs: Sequence[str], call: Call, *, waits: bool = True
    ) -> Brought[tuple[PageContent, ...]]:
        """See `ContentSource.pages`; they are kept together, under each slug asked for."""

        async def asked(
            slugs: Sequence[str], call: Call
        ) -> Mapping[str, tuple[PageContent, ...] | None]:
            found = await self._source.pages(slugs, call)
            return {slug: tuple(pages) or None for slug, pages in found.items()}

        return await self._read("pages", _PAGE, asked, slugs, call, waits=waits)

    async def menus(
        self, handles: Sequence[str], call: Call, *, waits: bool = True
    ) -> Brought[MenuContent]:
        """See `ContentSource.menus`."""
        asked: _Asked[MenuContent] = self._source.menus
        return await self._read("menus", _MENU, asked, handles, call, waits=waits)

    async def _read(
        self,
        operation: str,
        kind: str,
        asked: _Asked[Content],
        keys: Sequence[str],
        call: Call,
        *,
        waits: bool,
    ) -> Brought[Content]:
        prefix = _prefix(kind, self.name)
        wanted = {prefix + key: key for key in keys}

        async def fetch(missing: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            found = await asked([wanted[key] for key in missing], flight)
            return {prefix + key: self._fetched(one) for key, one in found.items()}

        names, leeway = tuple(wanted), self._leeway
        if waits:
            found = await self._cache.read(self.name, operation, names, fetch, call, leeway)
        else:
            found = await self._cache.copies(self.name, operation, names, fetch, call, leeway)
        by_key = {
            name: cast("Content | None", found.values.get(key))
            for key, name in wanted.items()
            if key not in found.failures
        }
        return Brought(by_key, next(iter(found.failures.values()), None))

    def _fetched(self, content: _One | tuple[PageContent, ...] | None) -> Fetched:
        if content is None:
            return Fetched(None, self._lifetimes.absent, self._by_name)
        documents = content if isinstance(content, tuple) else (content,)
        versions: dict[Tag, Version | None] = {}
        for one in documents:
            versions.setdefault(tags.document_tag(self.name, one.document_id), None)
            versions.update(
                (tags.document_tag(self.name, document), version)
                for document, version in one.made_of.items()
            )
        # A product's document is found by ids; these by a name that another may take.
        is_named = isinstance(content, tuple | MenuContent)
        own = self._by_name if is_named else self._everything
        return Fetched(
            content,
            self._lifetimes.content,
            frozenset((*own, *versions)),
            {tag: version for tag, version in versions.items() if version is not None},
        )

    def _remaining(self, value: object, gone: Collection[Tag]) -> object:
        """Return what is left of content once some documents are gone; see `Remaining`."""
        if isinstance(value, tuple):
            pages = cast("tuple[PageContent, ...]", value)
            return tuple(page for page in pages if self._is_there(page, gone)) or None
        return value if self._is_there(cast("_One", value), gone) else None

    def _is_there(self, content: _One, gone: Collection[Tag]) -> bool:
        return tags.document_tag(self.name, content.document_id) not in gone
