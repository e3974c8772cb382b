"""What one Strapi says has changed, for webhooks that never came: the same for both versions."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import respx

from bff.domain.changes import Change, DocumentChanged
from bff.errors import UpstreamRejected, UpstreamUnavailable
from bff.ports import Call, ChangeFeed
from bff.sources.strapi import StrapiChanges, StrapiSettings, reason_of
from bff.upstream import Upstream
from tests.sources.strapi_shop import (
    FORBIDDEN,
    HOST,
    NOT_FOUND,
    Row,
    answer,
    five,
    four,
    invalid,
    params_of,
)

CALL = Call(deadline=5.0)
LATER = "2026-01-01T00:05:00.000Z"
LATER_AT = 1_767_225_900_000


class Cms:
    """A Strapi that filters, sorts and pages rows by their instants, as both versions do."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.rows: dict[str, dict[str, Row]] = {"products": {}, "pages": {}, "navigations": {}}
        self.files: dict[int, str] | httpx.Response = {}
        self.refers: dict[str, list[str]] = {}
        self.has_addons = True
        self.is_down = False
        self.more: list[Any] = []
        self.asked: list[tuple[str, dict[str, str]]] = []

    def name(self, number: int) -> str:
        return f"doc-{number}" if self.version == 5 else str(number)

    def edit(
        self,
        number: int,
        at: str,
        locale: str = "en",
        kind: str = "products",
        published: str | None = None,
    ) -> str:
        """Publish an edit; of version 4 the languages are rows of their own."""
        stamps = {"updatedAt": at, "publishedAt": published or at}
        if self.version == 5:
            row = five(self.name(number), locale, **stamps)
        else:
            row = four(number, locale, **stamps, localizations={"data": list[Row]()})
        self.rows[kind][f"{number}/{locale}"] = row
        return self.name(number)

    def answer(self, request: httpx.Request) -> httpx.Response:
        kind = urlsplit(str(request.url)).path.removeprefix("/api/")
        params = params_of(request)
        self.asked.append((kind, params))
        if self.is_down:
            return httpx.Response(503)
        is_five = self.version == 5
        place = "filters[$or][0][updatedAt][$gte]" if is_five else "filters[updatedAt][$gte]"
        since = params.get(place, "")
        if is_five:
            assert params.get("filters[$or][1][publishedAt][$gte]", "") == since
        if kind == "upload/files":
            since = params["filters[updatedAt][$gte]"]
            if isinstance(self.files, httpx.Response):
                return self.files
            found = [{"id": one, "updatedAt": at} for one, at in self.files.items() if at >= since]
            return httpx.Response(200, json=[*found, *self.more])
        if kind not in self.rows:
            return httpx.Response(404, json=NOT_FOUND)
        rows = [
            row for row in self.rows[kind].values() if max(instants(row)[: 1 + is_five]) >= since
        ]
        named = [value for name, value in params.items() if name.startswith("filters[addons]")]
        if named:
            if not self.has_addons:
                return invalid("addons", "filters")
            who = {one for name in named for one in self.refers.get(name, [])}
            rows = [row for row in rows if str(row.get("documentId", row["id"])) in who]
        if params.get("sort[0]") == "updatedAt:desc":
            rows.sort(key=instants, reverse=True)
        size, page = int(params["pagination[pageSize]"]), int(params["pagination[page]"])
        shown = rows[(page - 1) * size : page * size]
        answered = answer(*shown, *self.more, total=len(rows), size=size)
        return httpx.Response(200, json=answered)


def instants(row: Mapping[str, Any]) -> tuple[str, str]:
    inside = row.get("attributes", row)
    return str(inside["updatedAt"]), str(inside["publishedAt"])


@asynccontextmanager
async def following(cms: Cms, **values: object) -> AsyncIterator[ChangeFeed]:
    settings = StrapiSettings.model_validate({"url": HOST, **values})
    with respx.mock(base_url=HOST) as router:
        router.get(path__regex="/api/.*").mock(side_effect=cms.answer)
        async with httpx.AsyncClient(base_url=HOST) as client:
            upstream = Upstream("strapi", client, lambda: 0.0, reason_of)
            yield StrapiChanges(upstream, settings, lambda: 0.0)


@pytest.fixture(params=[5, 4], ids=["five", "four"])
def cms(request: pytest.FixtureRequest) -> Cms:
    cms = Cms(request.param)
    for number in (1, 2):
        cms.edit(number, "2026-01-01T00:00:00.000Z")
    cms.edit(1, "2026-01-01T00:00:00.000Z", "de") if cms.version == 5 else None
    cms.edit(7, "2025-06-01T00:00:00.000Z", kind="pages")
    return cms


def told(changes: Sequence[Change]) -> dict[str, bool]:
    return {one.document_id: one.is_gone for one in changes if isinstance(one, DocumentChanged)}


async def test_nothing_has_changed_when_it_begins(cms: Cms) -> None:
    """Only what is published is asked for, in all languages, by either version's own words."""
    async with following(cms) as feed:
        changes, cursor = await feed.since(None, CALL)
        assert changes == ()
        assert await feed.since(cursor, CALL) == ((), cursor)
    lists = [params for kind, params in cms.asked if kind != "upload/files"][1:]
    word = ("status", "published") if cms.version == 5 else ("publicationState", "live")
    assert all(params[word[0]] == word[1] for params in lists)
    assert {params["locale"] for params in lists} == {"*" if cms.version == 5 else "all"}


async def test_an_edited_document_is_told_once(cms: Cms) -> None:
    """With its version, but in version 4, where another type's row may have its number."""
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        product, page = cms.edit(2, LATER), cms.edit(7, LATER, kind="pages")
        changes, cursor = await feed.since(cursor, CALL)
        assert told(changes) == {product: False, page: False}
        for one in changes:
            assert isinstance(one, DocumentChanged)
            assert one.version == (LATER_AT if cms.version == 5 else None)
            assert one.changed_at == LATER_AT / 1000
        assert await feed.since(cursor, CALL) == ((), cursor)


async def test_an_edit_that_is_published_much_later_is_told() -> None:
    """Version 5's bulk publishing leaves the instant of the edit as it was."""
    cms = Cms(5)
    cms.edit(1, "2026-01-01T00:00:00.000Z")
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        product = cms.edit(2, "2025-12-01T00:00:00.000Z", published=LATER)
        changes, cursor = await feed.since(cursor, CALL)
        assert told(changes) == {product: False}
        assert [one.changed_at for one in changes] == [LATER_AT / 1000]
        assert await feed.since(cursor, CALL) == ((), cursor)


async def test_what_is_unpublished_is_missed(cms: Cms) -> None:
    """And a document that has lost one of its languages is only changed."""
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        del cms.rows["products"]["2/en"]
        cms.rows["products"].pop("1/de", None)
        changes, cursor = await feed.since(cursor, CALL)
        expected = {cms.name(2): True}
        assert told(changes) == expected | ({cms.name(1): False} if cms.version == 5 else {})
        cms.edit(2, "2025-01-01T00:00:00.000Z")  # restored from a backup
        changes, cursor = await feed.since(cursor, CALL)
        assert told(changes) == {cms.name(2): False}
        assert await feed.since(cursor, CALL) == ((), cursor)


async def test_what_is_unpublished_while_another_question_fails(cms: Cms) -> None:
    """It is missed in the next turn, and not taken for told."""
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        await feed.since(cursor, CALL)
        del cms.rows["products"]["2/en"]
        cms.files = httpx.Response(503)
        with pytest.raises(UpstreamUnavailable):
            await feed.since(cursor, CALL)
        cms.files = {}

        changes, _ = await feed.since(cursor, CALL)

        assert told(changes) == {cms.name(2): True}


async def test_a_new_language_changes_what_shows_the_others(cms: Cms) -> None:
    """In version 4 it is a row of its own, and in nothing that is kept."""
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        if cms.version == 5:
            cms.edit(2, LATER, "fr")
        else:
            siblings = {"data": [{"id": 2, "attributes": {"locale": "en"}}]}
            cms.rows["products"]["9"] = four(
                9, "fr", updatedAt=LATER, publishedAt=LATER, localizations=siblings
            )
        changes, _ = await feed.since(cursor, CALL)
        assert cms.name(2) in told(changes)


async def test_an_edited_file_is_told(cms: Cms) -> None:
    """Its description is shown with every picture of it."""
    cms.files = {3: "2025-06-01T00:00:00.000Z"}
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        cms.files[3] = LATER
        changes, cursor = await feed.since(cursor, CALL)
        version = LATER_AT
        assert changes == (
            DocumentChanged("strapi", "file.3", version, changed_at=version / 1000, is_exact=True),
        )
        assert await feed.since(cursor, CALL) == ((), cursor)


def exact(changes: Sequence[Change]) -> set[str]:
    return {
        one.document_id for one in changes if isinstance(one, DocumentChanged) and one.is_exact
    }


async def test_what_a_webhook_told_of_is_told_apart_by_its_version(cms: Cms) -> None:
    """Not so a page, whose place another one may take."""
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        product, page = cms.edit(2, LATER), cms.edit(7, LATER, kind="pages")
        changes, _ = await feed.since(cursor, CALL)
        assert told(changes).keys() >= {product, page}
        assert exact(changes) == {product}


async def test_a_product_that_names_a_published_one_may_be_news() -> None:
    """A webhook told that it was edited itself, and none that its addon is there now."""
    cms = Cms(5)
    for number in (1, 2):
        cms.edit(number, "2026-01-01T00:00:00.000Z")
    cms.refers = {"doc-2": ["doc-1"]}
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        for number in (1, 2):
            cms.edit(number, LATER)
        changes, _ = await feed.since(cursor, CALL)
        assert told(changes).keys() == {"doc-1", "doc-2"}
        assert exact(changes) == {"doc-2"}


async def test_of_two_languages_one_may_be_news() -> None:
    """Both were published; only the webhook of the later one may have come."""
    cms = Cms(5)
    cms.edit(1, "2026-01-01T00:00:00.000Z")
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        cms.edit(1, "2026-01-01T00:04:00.000Z", "de")
        cms.edit(1, LATER)
        changes, _ = await feed.since(cursor, CALL)
        assert told(changes) == {"doc-1": False}
        assert exact(changes) == set()


@pytest.mark.parametrize(("status", "body"), [(403, FORBIDDEN), (404, NOT_FOUND)])
async def test_a_library_that_may_not_be_seen_is_left_out(
    cms: Cms, status: int, body: Row
) -> None:
    """A token for the documents alone finds edits of these."""
    cms.files = httpx.Response(status, json=body)
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        cms.edit(2, LATER)
        assert told((await feed.since(cursor, CALL))[0]) == {cms.name(2): False}


async def test_who_names_a_changed_product_is_told_of(cms: Cms) -> None:
    """It did not show an addon that was not published, so that nothing it is made of changed."""
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        cms.refers = {cms.name(2): [cms.name(1)]}
        cms.edit(2, LATER)
        changes, _ = await feed.since(cursor, CALL)
        assert told(changes) == {cms.name(2): False, cms.name(1): False}
        cms.has_addons = False
        cms.edit(2, "2026-01-01T00:06:00.000Z")
        changes, _ = await feed.since(cursor, CALL)
        assert told(changes) == {cms.name(2): False}


async def test_a_large_import_is_read_page_by_page(cms: Cms) -> None:
    """As many rows as Strapi puts on a page, one page after the other."""
    async with following(cms, page_size=10) as feed:
        _, cursor = await feed.since(None, CALL)
        for number in range(100, 135):
            cms.edit(number, LATER)
        changes, cursor = await feed.since(cursor, CALL)
        assert len(told(changes)) == 35
        assert await feed.since(cursor, CALL) == ((), cursor)


async def test_a_shop_without_pages_is_followed(cms: Cms) -> None:
    """Without products it is set up wrongly, and says so."""
    del cms.rows["pages"], cms.rows["navigations"]
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        cms.edit(2, LATER)
        assert told((await feed.since(cursor, CALL))[0]) == {cms.name(2): False}
        assert [kind for kind, _ in cms.asked].count("pages") == 1  # an hour long
        del cms.rows["products"]
        with pytest.raises(UpstreamRejected):
            await feed.since(cursor, CALL)


@pytest.mark.parametrize("junk", ["", "soon", "[1]", "{}"])
async def test_a_cursor_that_is_none_begins_now(cms: Cms, junk: str) -> None:
    """Nothing is told, and nothing fails."""
    async with following(cms) as feed:
        changes, cursor = await feed.since(junk, CALL)
        assert changes == ()
        assert (await feed.since(cursor, CALL))[0] == ()


async def test_a_strapi_without_products_tells_nothing_yet() -> None:
    """Nor does it say which version it is."""
    cms = Cms(5)
    async with following(cms) as feed:
        changes, cursor = await feed.since(None, CALL)
        assert changes == ()
        cms.edit(1, LATER)
        _, cursor = await feed.since(cursor, CALL)
        cms.edit(1, "2026-01-01T00:06:00.000Z")
        assert told((await feed.since(cursor, CALL))[0]) == {"doc-1": False}


async def test_a_strapi_that_fails_is_no_change(cms: Cms) -> None:
    """What is edited meanwhile is found from the same cursor later."""
    async with following(cms) as feed:
        _, cursor = await feed.since(None, CALL)
        cms.edit(2, LATER)
        cms.is_down = True
        with pytest.raises(UpstreamUnavailable):
            await feed.since(cursor, CALL)
        cms.is_down = False
        assert told((await feed.since(cursor, CALL))[0]) == {cms.name(2): False}


@pytest.mark.parametrize("odd", [None, 5, {}, {"id": 5}, {"documentId": "d"}, {"id": {}}, []])
async def test_rows_in_odd_shapes_are_left_out(cms: Cms, odd: Any) -> None:
    """A plugin may answer whatever it likes."""
    async with following(cms, version=str(cms.version)) as feed:
        _, cursor = await feed.since(None, CALL)
        cms.edit(2, LATER)
        cms.more = [odd]
        changes, _ = await feed.since(cursor, CALL)
        assert cms.name(2) in told(changes)
