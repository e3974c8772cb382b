"""What has changed in an environment, by asking: Contentful tells it all, deletions included.

The first answers are everything there is, which nobody needs: they lead to the token that later
changes are asked for with. A large space is walked through in several turns.

Each publication counts up `sys.revision`, so that a webhook that told a revision told all of it;
but for pages and menus, which are found by names.

Source: Content Delivery API, GET sync; recorded from a space in tests.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel

from bff.domain.changes import Change, DocumentChanged
from bff.domain.instants import milliseconds, seconds
from bff.errors import UpstreamMalformed, UpstreamRejected
from bff.ports import Call
from bff.sources.contentful.settings import ContentfulSettings
from bff.sources.contentful.versions import version_of
from bff.sources.contentful.wire import ASSET, ENTRY
from bff.upstream import Question, Upstream
from bff.upstream.deliveries import identifier, within

_TOKEN = re.compile(r"[!-~]{1,4000}", re.ASCII)
_PAGES = 20
"""Of one turn: some thousands of entries."""
_GONE = frozenset({"DeletedEntry", "DeletedAsset"})
_CONTENT_TYPE = ("contentType", "sys", "id")
_REFUSED = (400, 404, 410, 422)
"""What a token is answered that Contentful does not know, or no longer."""


class _SyncPage(BaseModel):
    items: list[object]
    nextPageUrl: object = None  # noqa: N815 - Contentful's name
    nextSyncUrl: object = None  # noqa: N815 - as above


@dataclass(frozen=True, slots=True)
class _Place:
    """Where to go on. Until the first walk is over, nothing that is met has changed."""

    token: str = ""
    is_walking: bool = True

    @classmethod
    def of(cls, cursor: str | None) -> Self:
        try:
            match json.loads(cursor or ""):
                case [str() as token, bool() as is_walking] if _TOKEN.fullmatch(token):
                    return cls(token, is_walking)
                case _:
                    pass
        except (ValueError, RecursionError):
            pass
        return cls()

    def cursor(self) -> str:
        return json.dumps([self.token, self.is_walking])


class ContentfulChanges:
    """The changes of one environment; satisfies `ChangeFeed`."""

    def __init__(self, upstream: Upstream, settings: ContentfulSettings) -> None:
        self._upstream = upstream
        space, environment = settings.space_id, settings.environment
        self._path = f"/spaces/{space}/environments/{environment}/sync"
        self._unsure = {settings.page_type, settings.navigation_type, None}

    @property
    def name(self) -> str:
        """The source's name."""
        return self._upstream.source

    async def since(self, cursor: str | None, call: Call) -> tuple[Sequence[Change], str]:
        """See `ChangeFeed.since`."""
        place = _Place.of(cursor)
        changes: list[Change] = []
        for _ in range(_PAGES):
            try:
                page = await self._page(place, call)
            except UpstreamRejected as refused:
                if not place.token or refused.status not in _REFUSED:
                    raise
                place, changes = _Place(), []  # it begins anew
                continue
            if not place.is_walking:
                changes += self._changes(page.items)
            more, end = _token(page.nextPageUrl), _token(page.nextSyncUrl)
            if more:
                place = _Place(more, place.is_walking)
            elif end:
                return tuple(changes), _Place(end, is_walking=False).cursor()
            else:
                raise UpstreamMalformed(self.name, "changes", "it does not say how to go on")
        return tuple(changes), place.cursor()

    async def _page(self, place: _Place, call: Call) -> _SyncPage:
        asking = ("sync_token", place.token) if place.token else ("initial", "true")
        return await self._upstream.read(
            Question("changes", self._path, (asking,)), call, _SyncPage
        )

    def _changes(self, items: Sequence[object]) -> Iterator[Change]:
        for item in items:
            sys = item.get("sys") if isinstance(item, Mapping) else None
            kind, document_id = (
                (sys.get("type"), sys.get("id")) if isinstance(sys, dict) else ("", "")
            )
            if not isinstance(document_id, str) or not isinstance(sys, dict):
                continue
            if kind in _GONE:
                when = seconds(milliseconds(sys.get("deletedAt")))
                yield DocumentChanged(self.name, document_id, is_gone=True, changed_at=when)
            elif kind in (ENTRY, ASSET):
                yield DocumentChanged(
                    self.name,
                    document_id,
                    version_of(sys),
                    changed_at=seconds(milliseconds(sys.get("updatedAt"))),
                    is_exact=kind == ASSET
                    or identifier(within(sys, *_CONTENT_TYPE)) not in self._unsure,
                )


def _token(url: object) -> str:
    """Return the token in an address; the address itself is of no use behind a proxy."""
    if not isinstance(url, str):
        return ""
    try:
        [token] = parse_qs(urlsplit(url).query).get("sync_token", [""])
    except ValueError:
        return ""
    return token if _TOKEN.fullmatch(token) else ""
