"""Strapi as a source of content: products, what is written about groups, pages and menus."""

from collections.abc import Mapping, Sequence

from bff.domain.content import (
    GroupContent,
    MenuContent,
    PageContent,
    ProductContent,
    ProductRef,
)
from bff.domain.document import Document
from bff.domain.locale import Locale
from bff.errors import UpstreamRejected
from bff.mapping import to_group, to_menu, to_page, to_product
from bff.mapping.settings import Part
from bff.ports import Call, Clock, GroupKind, Listed, MatchBy
from bff.sources.strapi import questions as ask
from bff.sources.strapi.documents import Reader, grouped
from bff.sources.strapi.entries import Model, not_localized
from bff.sources.strapi.envelopes import Row, document_id_of, opened, sibling_key, siblings
from bff.sources.strapi.library import Library
from bff.sources.strapi.media import Media
from bff.sources.strapi.populate import Params
from bff.sources.strapi.rows import Query, Rows
from bff.sources.strapi.settings import StrapiSettings, Version
from bff.sources.strapi.shelf import Shelf, shelves_of
from bff.upstream import Upstream

_FIVE: Version = 5
_SIBLINGS: Params = (
    ("populate[localizations][fields][0]", "locale"),
    ("populate[localizations][fields][1]", "publishedAt"),
)


class StrapiContent:
    """What one Strapi has, as it was published; a preview shows drafts in its place.

    `name` is the upstream's. `locales` are the shop's, its own first.
    """

    def __init__(
        self,
        upstream: Upstream,
        settings: StrapiSettings,
        locales: Sequence[Locale],
        clock: Clock,
        *,
        preview: bool = False,
    ) -> None:
        tags = settings.locale_tags()
        self.locales = tuple(locales)
        self._settings = settings
        self._languages = ask.languages(map(tags.theirs, locales))
        self._model = Model(
            id_field=settings.id_field,
            handle_field=settings.handle_field,
            not_localized=not_localized(settings.not_localized),
            tags=tags,
            media=Media(settings.base_url(), settings.media_url()),
            drafts=preview,
        )
        self._reader = Reader(self._model, self.locales)
        self._rows = Rows(upstream, settings, clock, preview=preview)
        self._library = Library(self._rows, self._reader, self._languages, clock)
        self._shelves = shelves_of(settings)

    @property
    def name(self) -> str:
        """The source's name in provenance, degraded entries, errors and logs."""
        return self._rows.source

    @property
    def matches_by(self) -> MatchBy:
        """What the keys of products are."""
        return self._settings.matches_by

    async def contents(
        self, keys: Sequence[str], call: Call
    ) -> Mapping[str, ProductContent | None]:
        """Return the content of the products `keys`; addons are named in it, not read.

        Of several documents for one product the oldest counts.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.

        Source: REST API, GET /api/products, recorded in tests/golden/strapi/.
        """
        found = await self._library.documents(self._shelves["products"], keys, call)
        return {
            key: None if document is None else to_product(document, self._settings.product)
            for key, document in found.items()
        }

    async def groups(
        self, kind: GroupKind, keys: Sequence[str], call: Call
    ) -> Mapping[str, GroupContent | None]:
        """Return what is written about collections or categories.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        settings = self._settings
        is_collection = kind is GroupKind.COLLECTION
        mapping = settings.collection if is_collection else settings.category
        shelf = self._shelves.get("collections" if is_collection else "categories")
        if shelf is None:
            return dict.fromkeys(keys)
        found = await self._if_there(shelf, keys, call)
        return {
            key: None if document is None else to_group(document, mapping)
            for key, document in found.items()
        }

    async def pages(self, slugs: Sequence[str], call: Call) -> Mapping[str, PageContent | None]:
        """Return the pages that have one of `slugs` in any language, with all their languages.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        shelf = self._shelves["pages"]
        slug = f"[{shelf.key}]"
        # Each language has a slug of its own, and of a page all languages are wanted.
        places = (slug, f"[localizations]{slug}")
        linked = () if self._rows.version == _FIVE else _SIBLINGS
        found: dict[str, PageContent | None] = dict.fromkeys(slugs)
        try:
            rows = await self._library.rows(shelf, places, slugs, linked, call)
        except UpstreamRejected as refused:
            if not _is_not_there(refused):
                raise
            return found
        for languages in grouped(rows, sibling_key).values():
            page = to_page(self._library.document(languages, shelf), self._settings.page)
            for own in page.slugs.values():
                if own in found and found[own] is None:
                    found[own] = page
        return found

    async def menus(self, handles: Sequence[str], call: Call) -> Mapping[str, MenuContent | None]:
        """Return the menus called `handles`.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        found = await self._if_there(self._shelves["navigation"], handles, call)
        return {
            key: None if document is None else to_menu(document, self._settings.navigation)
            for key, document in found.items()
        }

    async def listed(self, after: str, call: Call) -> tuple[Sequence[Listed], str | None]:
        """Return some of all product documents, whatever language they are in.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        version = await self._version(call)
        if version is None:  # there are no products that could tell
            return (), None
        settings, has_documents = self._settings, version == _FIVE
        cursor = "documentId" if has_documents else "id"
        params = (
            *([(f"filters[{cursor}][$gt]", after)] if after else ()),
            *ask.every_language(version),
            *(() if has_documents else _SIBLINGS),
            *ask.sorted_by(cursor),
        )
        fields = ask.only(settings.id_field, settings.handle_field, "locale", "publishedAt")
        query = Query("listed", settings.products, (*fields, *params))
        try:
            page, extent = await self._rows.page(query, call)
        except UpstreamRejected as refused:
            if "-unknown:" not in refused.reason:
                raise
            # A shop may know products by ids alone, or have one language: then all is read.
            query = Query("listed", settings.products, params)
            page, extent = await self._rows.page(query, call)
        documents: dict[str, Row] = {}
        for row in self._reader.rows(page.data):
            if has_documents or self._is_first(row):
                documents.setdefault(document_id_of(row) or "", row)
        last = opened(page.data[-1]) if extent.total > len(page.data) else None
        listed = [self._listed(row) for row in documents.values()]
        return listed, None if last is None else document_id_of(last)

    async def look(self, part: Part, call: Call) -> None:
        """Read nothing of one kind: proof that it is there, may be read and has what is asked for.

        Raises:
            UpstreamError: it is not or may not (`UpstreamRejected.reason`), or no answer came.
        """
        shelf = self._shelves.get(part)
        if shelf is not None:
            await self._library.rows(shelf, (f"[{shelf.key}]",), ["-"], (), call)

    async def languages(self, call: Call) -> frozenset[str]:
        """Return the tags of Strapi's own languages.

        Raises:
            UpstreamError: Strapi could not answer, or not everybody may know.
        """
        return await self._rows.languages(call)

    def missing(self, part: Part) -> tuple[str, ...]:
        """Return the paths that were asked for in vain: the shop's model does not have them."""
        shelf = self._shelves.get(part)
        return () if shelf is None else self._library.missing(shelf)

    @property
    def version_seen(self) -> Version | None:
        """Strapi's version as its answers say; `None` before the first entry."""
        return self._rows.seen

    def _listed(self, row: Row) -> Listed:
        document_id = document_id_of(row) or ""
        product, handle = self._model.product_of(row), self._model.handle_of(row)
        return Listed(document_id, ProductRef(product, handle, document_id))

    def _is_first(self, row: Row) -> bool:
        """Tell whether a row of version 4 is the one that stands for its document in a list."""
        shown = [*filter(self._model.may_show, siblings(row))]
        return sibling_key({**row, "localizations": shown}) == document_id_of(row)

    async def _version(self, call: Call) -> Version | None:
        if self._rows.version is None:
            params = (*self._languages, *ask.only(self._settings.id_field))
            query = Query("version", self._settings.products, params)
            await self._rows.page(query, call, size=1)
        return self._rows.version

    async def _if_there(
        self, shelf: Shelf, keys: Sequence[str], call: Call
    ) -> Mapping[str, Document | None]:
        """Return documents of a kind that not every shop has in Strapi."""
        try:
            return await self._library.documents(shelf, keys, call)
        except UpstreamRejected as refused:
            if not _is_not_there(refused):
                raise
        return dict.fromkeys(keys)


def _is_not_there(refused: UpstreamRejected) -> bool:
    """Tell whether Strapi has no such endpoint at all."""
    return refused.reason == "not-found"
