"""A content system through the cache: one entry per document, whatever brought it."""

from collections.abc import Mapping, Sequence
from typing import cast

from bff.catalog.read_through import Fetched, Lifetimes, ReadThrough
from bff.domain.content import ProductContent
from bff.ports import Call, ContentSource


class CachedContent:
    """A `ContentSource` around another one.

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
        wanted = {self._key(key): key for key in keys}

        async def fetch(keys: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            found = await self._source.contents([wanted[key] for key in keys], flight)
            return {self._key(product): self._fetched(one) for product, one in found.items()}

        values = await self._cache.read(self.name, "contents", tuple(wanted), fetch, call)
        return {
            product: cast("ProductContent | None", values.get(key))
            for key, product in wanted.items()
        }

    def _fetched(self, content: ProductContent | None) -> Fetched:
        return Fetched(content, self._lifetimes.content if content else self._lifetimes.absent)

    def _key(self, product: str) -> str:
        return f"content:{self.name}:{product}"
