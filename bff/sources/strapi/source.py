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
from bff.ports import Call, Clock, GroupKind, Listed, MatchBy
from bff.sources.strapi import questions as ask
from bff.sources.strapi.documents import Reader, grouped, sibling_key
from bff.sources.strapi.envelopes import Row, document_id_of, opened, unwrapped
from bff.sources.strapi.media import Media
from bff.sources.strapi.populate import Params, Plans
from bff.sources.strapi.rows import Query, Rows
from bff.sources.strapi.settings import StrapiSettings, Version
from bff.sources.strapi.shelves import Shelf, Shelves
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
        self._settings = settings
        self._languages = ask.languages(map(tags.theirs, locales))
        self._reader = Reader(
            id_field=settings.id_field,
            handle_field=settings.handle_field,
            not_localized=settings.not_localized,
            tags=tags,
            order=tuple(locales),
            media=Media(settings.base_url(), settings.media_url()),
            drafts=preview,
        )
        self._rows = Rows(upstream, settings, clock, preview=preview)
        self._shelves = Shelves(self._rows, self._reader, self._languages, clock)
        plans = Plans(settings)
        key = settings.id_field if self.matches_by is MatchBy.ID else settings.handle_field
        self._products = Shelf("contents", settings.products, key, plans.products)
        self._groups = {
            GroupKind.COLLECTION: (settings.collections, plans.collections, settings.collection),
            GroupKind.CATEGORY: (settings.categories, plans.categories, settings.category),
        }
        self._group_key = key
        self._pages = Shelf("pages", settings.pages, settings.page.slug, plans.pages)
        self._menus = Shelf(
            "menus", settings.navigations, settings.navigation.handle, plans.navigations
        )

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
        found = await self._shelves.documents(self._products, keys, call)
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
        endpoint, plan, mapping = self._groups[kind]
        if endpoint is None:
            return dict.fromkeys(keys)
        shelf = Shelf("groups", endpoint, self._group_key, plan)
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
        shelf = self._pages
        slug = f"[{shelf.key}]"
        # Each language has a slug of its own, and of a page all languages are wanted.
        places = (slug, f"[localizations]{slug}")
        siblings = () if self._rows.version == _FIVE else _SIBLINGS
        found: dict[str, PageContent | None] = dict.fromkeys(slugs)
        try:
            rows = await self._shelves.rows(shelf, places, slugs, siblings, call)
        except UpstreamRejected as refused:
            if not _is_not_there(refused):
                raise
            return found
        for languages in grouped(rows, sibling_key).values():
            page = to_page(self._shelves.document(languages, shelf), self._settings.page)
            for own in page.slugs.values():
                if own in found and found[own] is None:
                    found[own] = page
        return found

    async def menus(self, handles: Sequence[str], call: Call) -> Mapping[str, MenuContent | None]:
        """Return the menus called `handles`.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        found = await self._if_there(self._menus, handles, call)
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
            *ask.only(settings.id_field, settings.handle_field, "locale", "publishedAt"),
            *(() if has_documents else _SIBLINGS),
            *ask.sorted_by(cursor),
        )
        page, extent = await self._rows.page(Query("listed", settings.products, params), call)
        documents: dict[str, Row] = {}
        for row in self._reader.rows(page.data):
            if has_documents or self._is_first(row):
                documents.setdefault(document_id_of(row) or "", row)
        last = opened(page.data[-1]) if extent.total > len(page.data) else None
        listed = [self._listed(row) for row in documents.values()]
        return listed, None if last is None else document_id_of(last)

    def _listed(self, row: Row) -> Listed:
        document_id = document_id_of(row) or ""
        product, handle = self._reader.product_of(row), self._reader.handle_of(row)
        return Listed(document_id, ProductRef(product, handle, document_id))

    def _is_first(self, row: Row) -> bool:
        """Tell whether a row of version 4 is the one that stands for its document in a list."""
        siblings = unwrapped(row.get("localizations"))
        others = map(opened, siblings if isinstance(siblings, list) else ())
        shown = [one for one in others if one is not None and self._reader.may_show(one)]
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
            return await self._shelves.documents(shelf, keys, call)
        except UpstreamRejected as refused:
            if not _is_not_there(refused):
                raise
        return dict.fromkeys(keys)


def _is_not_there(refused: UpstreamRejected) -> bool:
    """Tell whether Strapi has no such endpoint at all."""
    return refused.reason == "not-found"
