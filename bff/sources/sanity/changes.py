"""What has changed in a dataset, by asking.

A published document's `_updatedAt` moves with every edit that is published. What was unpublished
or deleted has none: it is missing from the list of all ids, which is read when there are fewer
documents than there should be. Uploaded files and Sanity's own documents are left out: a
document that shows a file refers to it, and another file has another id.

`_updatedAt` is in whole seconds: whoever was told of one may not have been told of the last edit
in it. So no change here is exact, and what a webhook told is marked once more.

Source: Content Lake, GET /data/query, order() and slices; asked of the live API.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from bff.domain.changes import Change, DocumentChanged
from bff.domain.instants import seconds
from bff.domain.watermark import Census, Watermark
from bff.ports import Call
from bff.sources.sanity import queries
from bff.sources.sanity.documents import Raw, is_published_id
from bff.sources.sanity.lake import Lake
from bff.sources.sanity.settings import SanitySettings
from bff.sources.sanity.versions import version_of
from bff.upstream import Upstream

PAGE = 1_000
_MOST_PAGES = 100

_EDITORS = '!string::startsWith(_type, "sanity.") && !string::startsWith(_type, "system.")'


class _Newest(BaseModel):
    result: str | None = None


class _Page(BaseModel):
    edited: list[dict[str, Any]]
    count: int


class _PageAnswer(BaseModel):
    result: _Page


class _Ids(BaseModel):
    result: list[object]


class SanityChanges:
    """The changes of one dataset; satisfies `ChangeFeed`.

    `live` is as for `SanityContent`. Each dataset needs one object: it remembers which documents
    there are.
    """

    def __init__(
        self, upstream: Upstream, settings: SanitySettings, *, live: Upstream | None = None
    ) -> None:
        self._lake = Lake(upstream, settings, preview=False, live=live)
        self._census = Census()
        self._siblings = _siblings_of(settings)

    @property
    def name(self) -> str:
        """The source's name."""
        return self._lake.name

    async def since(self, cursor: str | None, call: Call) -> tuple[Sequence[Change], str]:
        """See `ChangeFeed.since`."""
        call = replace(call, after_edit=True)
        known = Watermark.of(cursor)
        mark = known or Watermark(await self._newest(call))
        raws, count = await self._edited(mark.since, call)
        by_name = {_name_of(raw): raw for raw in raws}
        found = {name: version_of(raw) or 0 for name, raw in by_name.items()}
        new = {*self._census.met(str(raw["_id"]) for raw in raws)}
        gone: Sequence[str] = ()
        if not self._census.fits(count):
            gone = self._census.taken(await self._ids(call))[1]
        if known is None:
            return (), mark.after(found).cursor()
        news = frozenset(mark.news(found))
        changes = (
            *self._changes(
                raw for name, raw in by_name.items() if name in news or raw["_id"] in new
            ),
            *(DocumentChanged(self.name, each, is_gone=True) for each in gone),
        )
        return changes, mark.after(found).cursor()

    def _changes(self, raws: Iterable[Raw]) -> Iterable[Change]:
        for raw in raws:
            document_id, version = str(raw["_id"]), version_of(raw)
            changed_at = seconds(version)
            yield DocumentChanged(self.name, document_id, version, changed_at=changed_at)
            siblings = raw.get("siblings")
            for each in siblings if isinstance(siblings, list) else ():
                if is_published_id(each) and each != document_id:
                    yield DocumentChanged(self.name, each, changed_at=changed_at)

    async def _newest(self, call: Call) -> int:
        query = f"*[{_EDITORS}] | order(_updatedAt desc)[0]._updatedAt"
        answer = await self._lake.ask("changes", query, {}, call, _Newest)
        return version_of({"_updatedAt": answer.result}) or 0

    async def _edited(self, since: int, call: Call) -> tuple[Sequence[Raw], int]:
        """Return what was edited from an instant on, and how many documents there are at all.

        Page by page behind the last id: what is edited meanwhile only appears once more.
        """
        asking = (
            f"*[{_EDITORS} && _updatedAt >= $since && _id > $after] | order(_id) [0...{PAGE}]"
            f"{{_id, _originalId, _updatedAt, _rev{self._siblings}}}"
        )
        query = f'{{"edited": {asking}, "count": count(*[{_EDITORS}])}}'
        # GROQ compares texts. Cut off at the seconds, this comes before all that are of that one.
        instant = datetime.fromtimestamp(since // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        found: list[Raw] = []
        after, count = "", 0
        for _ in range(_MOST_PAGES):
            values = {"since": instant, "after": after}
            page = (await self._lake.ask("changes", query, values, call, _PageAnswer)).result
            found += (raw for raw in page.edited if _is_public(raw))
            count = page.count
            last = max((str(raw.get("_id")) for raw in page.edited), default="")
            if len(page.edited) < PAGE or last <= after:
                break
            after = last
        return found, count

    async def _ids(self, call: Call) -> set[str]:
        answer = await self._lake.ask("changes", f"*[{_EDITORS}]._id", {}, call, _Ids)
        return {each for each in answer.result if isinstance(each, str)}


def _siblings_of(settings: SanitySettings) -> str:
    """Return what asks for the documents of a product's other languages.

    One that is new is in nothing that is kept: what shows the others has to be read again.
    """
    if settings.model != "document":
        return ""
    field = settings.key_field
    is_same = f"{queries.key_of(settings)} == coalesce(^.{field}.current, ^.{field})"
    is_product = f"_type == {json.dumps(settings.document_type)} && defined({field})"
    return f', "siblings": select({is_product} => *[_type == ^._type && {is_same}]._id)'


def _name_of(raw: Raw) -> str:
    """Return what tells an edit from all others: a second, which instants are, may have two."""
    return f"{raw['_id']} {raw.get('_rev')}"


def _is_public(raw: Raw) -> bool:
    return is_published_id(raw.get("_id")) and raw.get("_originalId") in (None, raw["_id"])
