"""All product documents of one Strapi, some at a time."""

from collections.abc import Sequence

from bff.domain.content import ProductRef
from bff.errors import UpstreamRejected
from bff.ports import Call, Listed
from bff.sources.strapi import questions as ask
from bff.sources.strapi.entries import Model
from bff.sources.strapi.envelopes import Row, document_id_of, opened, sibling_key, siblings
from bff.sources.strapi.populate import LANGUAGES, Params
from bff.sources.strapi.rows import Query, Rows
from bff.sources.strapi.settings import StrapiSettings, Version

SIBLINGS: Params = (
    (f"populate[{LANGUAGES}][fields][0]", "locale"),
    (f"populate[{LANGUAGES}][fields][1]", "publishedAt"),
)
"""What tells of an entry of version 4 which others are the same document."""

_FIVE: Version = 5


class Listing:
    """Lists documents in the order of their ids, so that none is skipped while others come."""

    def __init__(
        self, rows: Rows, model: Model, settings: StrapiSettings, languages: Params
    ) -> None:
        self._rows = rows
        self._model = model
        self._settings = settings
        self._languages = languages

    async def some(self, after: str, call: Call) -> tuple[Sequence[Listed], str | None]:
        """See `ContentSource.listed`."""
        version = await self._version(call)
        if version is None:  # there are no products that could tell
            return (), None
        settings, has_documents = self._settings, version == _FIVE
        cursor = "documentId" if has_documents else "id"
        params = (
            *([(f"filters[{cursor}][$gt]", after)] if after else ()),
            *ask.every_language(version),
            *(() if has_documents else SIBLINGS),
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
        for row in filter(None, map(opened, page.data)):
            if self._model.may_show(row) and (has_documents or self._is_first(row)):
                documents.setdefault(document_id_of(row) or "", row)
        documents.pop("", None)  # not an entry at all
        last = opened(page.data[-1]) if extent.total > len(page.data) else None
        listed = [self._listed(row) for row in documents.values()]
        return listed, None if last is None else document_id_of(last)

    def _listed(self, row: Row) -> Listed:
        document_id = document_id_of(row) or ""
        product, handle = self._model.product_of(row), self._model.handle_of(row)
        return Listed(document_id, ProductRef(product, handle, document_id))

    def _is_first(self, row: Row) -> bool:
        """Tell whether a row of version 4 is the one that stands for its document in a list."""
        shown = [*filter(self._model.may_show, siblings(row))]
        return sibling_key({**row, LANGUAGES: shown}) == document_id_of(row)

    async def _version(self, call: Call) -> Version | None:
        if self._rows.version is None:
            params = (*self._languages, *ask.only(self._settings.id_field))
            query = Query("version", self._settings.products, params)
            await self._rows.page(query, call, size=1)
        return self._rows.version
