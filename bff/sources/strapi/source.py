"""Strapi as a source of content: products, what is written about groups, pages and menus."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from bff.domain.content import (
    GroupContent,
    MenuContent,
    PageContent,
    ProductContent,
)
from bff.domain.document import Document
from bff.domain.locale import Locale
from bff.errors import UpstreamRejected
from bff.mapping import pages_by_slug, to_group, to_menu, to_page, to_product
from bff.mapping.settings import Part
from bff.ports import Call, Clock, GroupKind, Listed, MatchBy
from bff.sources.strapi import questions as ask
from bff.sources.strapi.content_types import ContentType, content_types_of
from bff.sources.strapi.documents import Reader, grouped
from bff.sources.strapi.entries import Model, not_localized
from bff.sources.strapi.envelopes import sibling_key
from bff.sources.strapi.listing import SIBLINGS, Listing
from bff.sources.strapi.lookup import Lookup
from bff.sources.strapi.media import Media
from bff.sources.strapi.rows import Rows
from bff.sources.strapi.settings import StrapiSettings, Version
from bff.upstream import Upstream, off_loop

Content = TypeVar("Content")

_FIVE: Version = 5


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
        self._address = self._model.media.address
        self._reader = Reader(self._model)
        self._rows = Rows(upstream, settings, clock, preview=preview)
        self._listing = Listing(self._rows, self._model, settings, self._languages)
        self._lookup = Lookup(self._rows, self._reader, self._languages, clock)
        self._types = content_types_of(settings)

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
        mapping = self._settings.product
        content_type = self._types["products"]
        return await self._read(
            content_type, keys, call, lambda one: to_product(one, mapping, self._address)
        )

    async def groups(
        self, kind: GroupKind, keys: Sequence[str], call: Call
    ) -> Mapping[str, GroupContent | None]:
        """Return what is written about collections or categories.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        mapping = self._settings.group_mapping(kind)
        part: Part = "collections" if kind is GroupKind.COLLECTION else "categories"
        content_type = self._types.get(part)
        if content_type is None:
            return dict.fromkeys(keys)
        return await self._if_there(
            content_type, keys, call, lambda one: to_group(one, mapping, self._address)
        )

    async def pages(self, slugs: Sequence[str], call: Call) -> Mapping[str, Sequence[PageContent]]:
        """Return the pages that have one of `slugs` in any language, with all their languages.

        Of those that share a slug the one that was created first stands first.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        content_type = self._types["pages"]
        slug = f"[{content_type.key}]"
        # Each language has a slug of its own, and of a page all languages are wanted.
        places = (slug, f"[localizations]{slug}")
        linked = () if self._rows.version == _FIVE else SIBLINGS
        try:
            rows = await self._lookup.rows(content_type, places, slugs, linked, call)
        except UpstreamRejected as refused:
            if not _is_not_there(refused):
                raise
            return pages_by_slug(slugs, ())

        def work() -> list[PageContent]:
            documents = (self._lookup.document(one, content_type) for one in several)
            return [
                to_page(document, self._settings.page, self._address) for document in documents
            ]

        several = list(grouped(rows, sibling_key).values())
        return pages_by_slug(slugs, await off_loop(work, several))

    async def menus(self, handles: Sequence[str], call: Call) -> Mapping[str, MenuContent | None]:
        """Return the menus called `handles`.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        mapping = self._settings.navigation
        content_type = self._types["navigation"]
        return await self._if_there(content_type, handles, call, lambda one: to_menu(one, mapping))

    async def listed(self, after: str, call: Call) -> tuple[Sequence[Listed], str | None]:
        """Return some of all product documents, whatever language they are in.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        return await self._listing.some(after, call)

    async def look(self, part: Part, call: Call) -> None:
        """Read nothing of one kind: proof that it is there, may be read and has what is asked for.

        Raises:
            UpstreamError: it is not or may not (`UpstreamRejected.reason`), or no answer came.
        """
        content_type = self._types.get(part)
        if content_type is not None:
            await self._lookup.rows(content_type, (f"[{content_type.key}]",), ["-"], (), call)

    async def languages(self, call: Call) -> frozenset[str]:
        """Return the tags of Strapi's own languages.

        Raises:
            UpstreamError: Strapi could not answer, or not everybody may know.
        """
        return await self._rows.languages(call)

    def missing(self, part: Part) -> tuple[str, ...]:
        """Return the paths that were asked for in vain: the shop's model does not have them."""
        content_type = self._types.get(part)
        return () if content_type is None else self._lookup.missing(content_type)

    @property
    def version_seen(self) -> Version | None:
        """Strapi's version as its answers say; `None` before the first entry."""
        return self._rows.seen

    async def _read(
        self,
        content_type: ContentType,
        keys: Sequence[str],
        call: Call,
        to: Callable[[Document], Content],
    ) -> dict[str, Content | None]:
        def work() -> dict[str, Content]:
            return {key: to(self._lookup.document(one, content_type)) for key, one in rows.items()}

        rows = await self._lookup.by_key(content_type, keys, call)
        found = await off_loop(work, list(rows.values()))
        return {key: found.get(key) for key in keys}

    async def _if_there(
        self,
        content_type: ContentType,
        keys: Sequence[str],
        call: Call,
        to: Callable[[Document], Content],
    ) -> dict[str, Content | None]:
        """Return documents of a kind that not every shop has in Strapi."""
        try:
            return await self._read(content_type, keys, call, to)
        except UpstreamRejected as refused:
            if not _is_not_there(refused):
                raise
        return dict.fromkeys(keys)


def _is_not_there(refused: UpstreamRejected) -> bool:
    """Tell whether Strapi has no such endpoint at all."""
    return refused.reason == "not-found"
