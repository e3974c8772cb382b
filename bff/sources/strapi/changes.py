"""What has changed in one Strapi, by asking each collection type for what was edited last.

The `updatedAt` of what is published moves with every edit that is published, or its `publishedAt`
does: version 5's bulk publishing leaves the former as it was. What was unpublished or deleted has
neither: it is missing from the list of all ids, which is read when there are fewer than there
should be.

An entry does not show what it refers to while that is unpublished, and is not edited when that is
published: who refers to a changed product is asked for, too.

Source: REST API of versions 5 and 4, GET /api/<type> and /api/upload/files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bff.domain.changes import Change, DocumentChanged
from bff.domain.instants import milliseconds, written
from bff.domain.watermark import Census, Watermark
from bff.errors import UpstreamRejected
from bff.ports import Call, Clock
from bff.sources.strapi import questions as ask
from bff.sources.strapi.content_types import content_types_of
from bff.sources.strapi.envelopes import Row, document_id_of, opened, siblings
from bff.sources.strapi.listing import SIBLINGS
from bff.sources.strapi.populate import Params
from bff.sources.strapi.rows import Query, Rows
from bff.sources.strapi.settings import StrapiSettings, Version
from bff.sources.strapi.versions import file_id, newest, told_version_of, version_of
from bff.upstream import Upstream

_FIVE: Version = 5
_OPERATION = "changes"
_AT_ONCE = 50
"""Documents that are asked about in one question."""
_FILES = "files"
_NOT_FOR_US = ("not-found", "forbidden")
_LEFT_ALONE = 3_600.0  # seconds


class StrapiChanges:
    """The changes of one Strapi; satisfies `ChangeFeed`.

    Each needs one object: it remembers which documents there are.
    """

    def __init__(self, upstream: Upstream, settings: StrapiSettings, clock: Clock) -> None:
        self._rows = Rows(upstream, settings, clock, preview=False)
        self._clock = clock
        self._products = settings.products
        self._named = {settings.pages, settings.navigations}
        asked = {"collections", "categories", *settings.serves}
        types = [one for part, one in content_types_of(settings).items() if part in asked]
        self._censuses = {one.endpoint: Census() for one in types}
        self._first = types[0].endpoint if types else settings.products
        self._not_there: dict[str, float] = {}
        groups = ((one.groups, one.products) for one in settings.product.addons)
        self._references = [tuple(filter(None, f"{a}.{b}".split("."))) for a, b in groups]

    @property
    def name(self) -> str:
        """The source's name."""
        return self._rows.source

    async def since(self, cursor: str | None, call: Call) -> tuple[Sequence[Change], str]:
        """See `ChangeFeed.since`."""
        if await self._version(call) is None:  # there is nothing yet that could tell
            return (), cursor or Watermark().cursor()
        known = Watermark.of(cursor)
        ends = await self._ends(call)
        mark = known or Watermark(max((last for last, _ in ends.values()), default=0))
        found: dict[str, int] = {}
        changed: dict[str, DocumentChanged] = {}
        # Who is missing counts as told once all questions are answered.
        censuses = {endpoint: census.copy() for endpoint, census in self._censuses.items()}
        for endpoint, (_, count) in ends.items():
            rows = await self._edited(endpoint, mark.since, call)
            edited = {f"{endpoint}/{_key(row)}": _shown_at(row) for row in rows}
            found |= edited
            news = frozenset(mark.news(edited))
            told = [row for row in rows if f"{endpoint}/{_key(row)}" in news]
            gone = await self._taken(endpoint, censuses[endpoint], rows, count, call)
            referring: Sequence[str] = ()
            if known is not None and endpoint == self._products:
                referring = await self._who_refer_to([_id(row) for row in told], call)
            others = (DocumentChanged(self.name, each) for each in referring)
            for one in (*self._told(endpoint, told), *gone, *others):
                earlier = changed.get(one.document_id)
                if earlier is None or one.is_gone:
                    changed[one.document_id] = one
                else:  # of several changes, one may be what no webhook has told
                    changed[one.document_id] = replace(earlier, is_exact=False)
        files = await self._files(mark.since, call)
        found |= files
        for name in mark.news(files):
            each, at = name.removeprefix(f"{_FILES}/"), files[name]
            changed[each] = DocumentChanged(
                self.name, each, at, changed_at=at / 1000, is_exact=True
            )
        self._censuses = censuses
        return (() if known is None else tuple(changed.values())), mark.after(found).cursor()

    def _told(self, endpoint: str, rows: Sequence[Row]) -> Iterator[DocumentChanged]:
        for row in sorted(rows, key=_shown_at, reverse=True):
            yield DocumentChanged(
                self.name,
                _id(row),
                told_version_of(row),
                changed_at=_shown_at(row) / 1000,
                is_exact=endpoint not in self._named,
            )
        # A language that is new is a row of its own in version 4, and in nothing that is kept.
        for row in rows:
            for other in siblings(row):
                yield DocumentChanged(self.name, _id(other))

    async def _taken(
        self, endpoint: str, census: Census, rows: Sequence[Row], count: int, call: Call
    ) -> Sequence[DocumentChanged]:
        """Return what appeared or disappeared without having been edited."""
        new = [*census.met(map(_key, rows))]
        gone: Sequence[str] = ()
        left = set(map(_id, rows))
        if not census.fits(count):
            fields = ask.only("updatedAt", "locale", "publishedAt")
            there = await self._found(endpoint, fields, call)
            more, gone = census.taken(set(map(_key, there)))
            new += more
            left = set(map(_id, there))
        documents = dict.fromkeys(key.partition("/")[0] for key in (*new, *gone))
        return [DocumentChanged(self.name, one, is_gone=one not in left) for one in documents]

    async def _version(self, call: Call) -> Version | None:
        if self._rows.version is None:
            await self._rows.page(Query(_OPERATION, self._first, ()), call, size=1)
        return self._rows.version

    async def _ends(self, call: Call) -> Mapping[str, tuple[int, int]]:
        """Return the ends of those types that are there: not every shop has pages in Strapi."""
        found: dict[str, tuple[int, int]] = {}
        for endpoint in filter(self._may_be_there, self._censuses):
            try:
                found[endpoint] = await self._end(endpoint, call)
            except UpstreamRejected as refused:
                if refused.reason != "not-found" or endpoint == self._first:
                    raise
                self._miss(endpoint)
        return found

    async def _end(self, endpoint: str, call: Call) -> tuple[int, int]:
        """Return when the last edit was, and how many rows there are at all."""
        params = (*self._every(), ("sort[0]", "updatedAt:desc"), *ask.only("updatedAt"))
        page, extent = await self._rows.page(Query(_OPERATION, endpoint, params), call, size=1)
        ends = (version_of(row) or 0 for row in map(opened, page.data) if row is not None)
        return max(ends, default=0), extent.total

    async def _edited(self, endpoint: str, since: int, call: Call) -> Sequence[Row]:
        fields = ask.only("updatedAt", "locale", "publishedAt")
        if self._rows.version == _FIVE:
            either = (*_from(since, "[$or][0]"), *_from(since, "[$or][1]", "publishedAt"))
            return await self._found(endpoint, (*either, *fields), call)
        # Publishing edits a row there, and not every type has a `publishedAt`.
        return await self._found(endpoint, (*_from(since), *fields, *SIBLINGS), call)

    async def _who_refer_to(self, documents: Sequence[str], call: Call) -> Sequence[str]:
        """Return the products that name some documents as addons."""
        id_name = "documentId" if self._rows.version == _FIVE else "id"
        found: dict[str, None] = {}
        for path in self._references:
            place = "".join(f"[{step}]" for step in (*path, id_name))
            for start in range(0, len(documents), _AT_ONCE):
                asked = ask.among((place,), documents[start : start + _AT_ONCE])
                try:
                    rows = await self._found(self._products, (*asked, *ask.only("locale")), call)
                except UpstreamRejected as refused:
                    if "unknown" not in refused.reason:
                        raise
                    break  # the shop's model has no such addons
                found.update((_id(row), None) for row in rows)
        return list(found)

    async def _found(self, endpoint: str, params: Params, call: Call) -> Sequence[Row]:
        query = Query(_OPERATION, endpoint, (*self._every(), *ask.sorted_by("id"), *params))
        opened_rows = map(opened, await self._rows.every(query, call))
        return [row for row in opened_rows if row is not None and document_id_of(row)]

    async def _files(self, since: int, call: Call) -> Mapping[str, int]:
        """Return when files were edited; none where nobody but editors may see them."""
        params = (*_from(since), *ask.only("updatedAt"))
        if not self._may_be_there(_FILES):
            return {}
        try:
            files = await self._rows.files(_OPERATION, params, call)
        except UpstreamRejected as refused:
            if refused.reason not in _NOT_FOR_US:
                raise
            self._miss(_FILES)
            return {}
        found = (file for file in files if isinstance(file, dict) and file_id(file))
        return {f"{_FILES}/{file_id(file)}": version_of(file) or 0 for file in found}

    def _may_be_there(self, what: str) -> bool:
        """Tell whether to ask: what was refused is left alone for a while."""
        return self._clock() >= self._not_there.get(what, 0.0)

    def _miss(self, what: str) -> None:
        self._not_there[what] = self._clock() + _LEFT_ALONE

    def _every(self) -> Params:
        return ask.every_language(self._rows.version)


def _from(since: int, place: str = "", field: str = "updatedAt") -> Params:
    return ((f"filters{place}[{field}][$gte]", written(since)),)


def _shown_at(row: Row) -> int:
    """Return when a row became what it is for shoppers, in milliseconds since 1970."""
    return newest(version_of(row), milliseconds(row.get("publishedAt"))) or 0


def _id(row: Row) -> str:
    return document_id_of(row) or ""


def _key(row: Row) -> str:
    """Return what tells a row from all others of its type: a document has one per language."""
    return f"{_id(row)}/{row.get('locale')}"
