"""What an environment says has changed, for webhooks that never came."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import respx

from bff.domain.changes import Change, DocumentChanged
from bff.errors import UpstreamMalformed, UpstreamRejected, UpstreamUnavailable
from bff.ports import Call, ChangeFeed
from bff.sources.contentful import ContentfulChanges, ContentfulSettings, reason_of
from bff.upstream import Upstream

PATH = "/spaces/space1/environments/master/sync"
SETTINGS = ContentfulSettings.model_validate({"space_id": "space1", "token": "x"})
CALL = Call(deadline=5.0)
ELSEWHERE = "https://evil.test/spaces/other/environments/master/sync?sync_token="


def resource(name: str, kind: str = "Entry", **sys: object) -> dict[str, object]:
    return {"sys": {"id": name, "type": kind, **sys}, "fields": {}}


class Space:
    """Answers by token: items, and where to go on."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.status = 200

    def page(self, token: str, *items: object, more: str = "", end: str = "") -> None:
        url = {"nextPageUrl": ELSEWHERE + more} if more else {"nextSyncUrl": ELSEWHERE + end}
        self.pages[token] = {"sys": {"type": "Array"}, "items": [*items], **url}

    def answer(self, request: httpx.Request) -> httpx.Response:
        params = dict(parse_qsl(urlsplit(str(request.url)).query))
        token = params.get("sync_token", "")
        assert params == ({"sync_token": token} if token else {"initial": "true"})
        self.asked.append(token)
        if self.status != 200:
            return httpx.Response(self.status)
        if token not in self.pages:
            return httpx.Response(400, json={"sys": {"type": "Error", "id": "BadRequest"}})
        return httpx.Response(200, json=self.pages[token])


@pytest.fixture
def space() -> Space:
    space = Space()
    space.page("", resource("old", revision=1), more="page-2")
    space.page("page-2", resource("older", revision=4), end="first")
    space.page("first", end="first")
    return space


@pytest.fixture
async def feed(space: Space) -> AsyncIterator[ContentfulChanges]:
    with respx.mock(base_url=SETTINGS.base_url()) as delivery:
        delivery.get(PATH).mock(side_effect=space.answer)
        async with httpx.AsyncClient(base_url=SETTINGS.base_url()) as client:
            upstream = Upstream("contentful", client, lambda: 0.0, reason_of)
            checked: ChangeFeed = ContentfulChanges(upstream, SETTINGS)
            assert isinstance(checked, ContentfulChanges)
            yield checked


def told(changes: Sequence[Change]) -> list[tuple[str, int | None, bool]]:
    found = [one for one in changes if isinstance(one, DocumentChanged)]
    assert len(found) == len(changes)
    return [(one.document_id, one.version, one.is_gone) for one in found]


async def test_nothing_has_changed_when_it_begins(feed: ContentfulChanges, space: Space) -> None:
    """All that there is goes by once; afterwards nobody has edited anything."""
    changes, cursor = await feed.since(None, CALL)
    assert (changes, space.asked) == ((), ["", "page-2"])
    assert await feed.since(cursor, CALL) == ((), cursor)


async def test_edits_and_deletions_are_told(feed: ContentfulChanges, space: Space) -> None:
    """Of entries and files, on several pages; a page's address is not called, only its token."""
    _, cursor = await feed.since(None, CALL)
    edited = resource("tee", revision=7, updatedAt="2026-11-01T12:00:00.500Z")
    gone = resource("hat", "DeletedEntry", revision=2, deletedAt="2026-11-01T12:00:01Z")
    space.page("first", edited, gone, more="next")
    files = (resource("photo", "Asset", revision=3), resource("film", "DeletedAsset"))
    space.page("next", *files, 5, {"sys": {"type": "Entry"}}, resource("x", "Tag"), end="second")
    space.page("second", end="second")
    changes, cursor = await feed.since(cursor, CALL)
    assert told(changes) == [
        *(("tee", 7, False), ("hat", None, True)),
        *(("photo", 3, False), ("film", None, True)),
    ]
    assert [one.changed_at for one in changes] == [1793534400.5, 1793534401.0, None, None]
    assert await feed.since(cursor, CALL) == ((), cursor)


async def test_what_a_webhook_told_of_is_told_apart_by_its_revision(
    feed: ContentfulChanges, space: Space
) -> None:
    """Not so a page or a menu, which another may take the place of, or what says too little."""

    def typed(name: str, content_type: object) -> dict[str, object]:
        kind = {"sys": {"type": "Link", "linkType": "ContentType", "id": content_type}}
        return resource(name, revision=2, contentType=kind)

    _, cursor = await feed.since(None, CALL)
    types = ("product", "note", "page", "navigation", ["page"])
    edited = [typed(f"e{number}", one) for number, one in enumerate(types)]
    space.page("first", *edited, resource("e5"), resource("a", "Asset"), end="second")

    changes, _ = await feed.since(cursor, CALL)

    exact = [
        one.document_id for one in changes if isinstance(one, DocumentChanged) and one.is_exact
    ]
    assert exact == ["e0", "e1", "a"]


async def test_a_large_space_is_walked_through_in_several_turns(
    feed: ContentfulChanges, space: Space
) -> None:
    """Nothing of it has changed, be it on the last page."""
    for number in range(50):
        more = {"end": "first"} if number == 49 else {"more": f"p{number + 1}"}
        space.page(f"p{number}" if number else "", resource(f"e{number}"), **more)
    cursor: str | None = None
    for _ in range(3):
        changes, cursor = await feed.since(cursor, CALL)
        assert changes == ()
    space.page("first", resource("tee", revision=2), end="second")
    assert told((await feed.since(cursor, CALL))[0]) == [("tee", 2, False)]
    assert len(space.asked) == 50 + 1


@pytest.mark.parametrize(
    "junk",
    [
        *("", "soon", "[]", '["", false]', '["two words", false]', '["a\\nb", true]', "[5, true]"),
        *(json.dumps(["x" * 5_000, False]), "[" * 100_000, json.dumps(["unknown", False])),
    ],
)
async def test_a_cursor_that_is_none_begins_now(
    feed: ContentfulChanges, space: Space, junk: str
) -> None:
    """So does a token that Contentful does not know any more."""
    changes, cursor = await feed.since(junk, CALL)
    assert changes == ()
    space.page("first", resource("tee", revision=2), end="second")
    assert told((await feed.since(cursor, CALL))[0]) == [("tee", 2, False)]


async def test_a_space_that_fails_is_no_change(feed: ContentfulChanges, space: Space) -> None:
    """What is edited meanwhile is found from the same cursor later."""
    _, cursor = await feed.since(None, CALL)
    space.page("first", resource("tee", revision=2), end="second")
    space.status = 503
    with pytest.raises(UpstreamUnavailable):
        await feed.since(cursor, CALL)
    space.status = 401
    with pytest.raises(UpstreamRejected):
        await feed.since(cursor, CALL)
    space.status = 200
    assert told((await feed.since(cursor, CALL))[0]) == [("tee", 2, False)]


@pytest.mark.parametrize("url", [None, 5, "", "https://[", "/sync", "/sync?sync_token=a%20b"])
async def test_an_answer_that_leads_nowhere_makes_no_sense(
    feed: ContentfulChanges, space: Space, url: object
) -> None:
    """It is asked again from where it was."""
    space.pages[""] = {"items": [], "nextSyncUrl": url}
    with pytest.raises(UpstreamMalformed):
        await feed.since(None, CALL)
