"""What a dataset says has changed, for webhooks that never came."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import respx

from bff.domain.changes import DocumentChanged
from bff.errors import UpstreamUnavailable
from bff.ports import Call, ChangeFeed
from bff.sources.sanity import SanityChanges, SanitySettings, changes, reason_of
from bff.upstream import Upstream

HOST = "https://demo1234.apicdn.sanity.io"
LIVE = "https://demo1234.api.sanity.io"
PATH = "/v2025-02-19/data/query/production"
CALL = Call(deadline=5.0)
NOON = "2026-11-01T12:00:00Z"
AT_NOON = 1_793_534_400_000


class Dataset:
    """Answers the feed's questions as Sanity would."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, str]] = []
        self.is_down = False

    def edit(self, name: str, at: str, rev: str = "1", **more: object) -> None:
        self.documents[name] = {"_id": name, "_updatedAt": at, "_rev": rev, **more}

    def answer(self, request: httpx.Request) -> httpx.Response:
        params = dict(parse_qsl(urlsplit(str(request.url)).query))
        self.asked.append(params)
        return httpx.Response(503 if self.is_down else 200, json={"result": self.result(params)})

    def result(self, params: dict[str, str]) -> object:
        documents = [self.documents[name] for name in sorted(self.documents)]
        if "$since" in params:
            since, after = json.loads(params["$since"]), json.loads(params["$after"])
            edited = [
                one for one in documents if one["_updatedAt"] >= since and one["_id"] > after
            ]
            return {"edited": edited[: changes.PAGE], "count": len(documents)}
        if params["query"].endswith("._id"):
            return [one["_id"] for one in documents]
        return max((one["_updatedAt"] for one in documents), default=None)


@pytest.fixture
def dataset() -> Dataset:
    dataset = Dataset()
    dataset.edit("prod_a", NOON)
    dataset.edit("page-b", "2026-10-01T12:00:00Z")
    return dataset


Open = Callable[..., SanityChanges]


@pytest.fixture
async def opens(dataset: Dataset) -> AsyncIterator[Open]:
    with respx.mock(base_url=LIVE) as lake:
        lake.get(PATH).mock(side_effect=dataset.answer)
        async with (
            httpx.AsyncClient(base_url=HOST) as one,
            httpx.AsyncClient(base_url=LIVE) as two,
        ):
            cdn, live = (Upstream("sanity", each, lambda: 0.0, reason_of) for each in (one, two))

            def open_with(**values: object) -> SanityChanges:
                settings = SanitySettings.model_validate({"project_id": "demo1234", **values})
                checked: ChangeFeed = SanityChanges(cdn, settings, live=live)
                assert isinstance(checked, SanityChanges)
                return checked

            yield open_with


async def test_nothing_has_changed_when_it_begins(opens: Open, dataset: Dataset) -> None:
    """Only published documents are asked for, of the live API and not of its CDN."""
    feed = opens()
    found, cursor = await feed.since(None, CALL)
    assert found == ()
    assert await feed.since(cursor, CALL) == ((), cursor)
    assert {params["perspective"] for params in dataset.asked} == {"published"}
    assert len(dataset.asked) == 3 + 1


async def test_an_edited_document_is_told_once_with_its_version(
    opens: Open, dataset: Dataset
) -> None:
    """A refetch that still brings an older one is not kept."""
    feed = opens()
    _, cursor = await feed.since(None, CALL)
    dataset.edit("page-b", "2026-11-01T12:00:20Z", rev="2")
    found, cursor = await feed.since(cursor, CALL)
    version = AT_NOON + 20_000
    assert found == (DocumentChanged("sanity", "page-b", version, changed_at=version / 1000),)
    assert await feed.since(cursor, CALL) == ((), cursor)


async def test_two_edits_within_a_second_are_both_told(opens: Open, dataset: Dataset) -> None:
    """Sanity's instants are whole seconds; its revisions tell the two apart."""
    feed = opens()
    _, cursor = await feed.since(None, CALL)
    dataset.edit("prod_a", NOON, rev="2")
    found, _ = await feed.since(cursor, CALL)
    assert [one.document_id for one in found if isinstance(one, DocumentChanged)] == ["prod_a"]


async def test_an_edit_that_shows_late_is_told(opens: Open, dataset: Dataset) -> None:
    """Another one was seen before it, with a later instant."""
    feed = opens()
    _, cursor = await feed.since(None, CALL)
    dataset.edit("late", "2026-11-01T11:59:30.5Z")
    found, _ = await feed.since(cursor, CALL)
    assert [one.document_id for one in found if isinstance(one, DocumentChanged)] == ["late"]


async def test_a_deleted_document_is_missed(opens: Open, dataset: Dataset) -> None:
    """Though another one is new at the same time."""
    feed = opens()
    _, cursor = await feed.since(None, CALL)
    del dataset.documents["page-b"]
    dataset.edit("new", "2026-11-01T12:00:20Z")
    found, cursor = await feed.since(cursor, CALL)
    told = {one.document_id: one.is_gone for one in found if isinstance(one, DocumentChanged)}
    assert told == {"new": False, "page-b": True}
    assert (await feed.since(cursor, CALL))[0] == ()


async def test_a_large_import_is_read_page_by_page(
    opens: Open, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the last id, so that what is edited meanwhile moves nothing."""
    monkeypatch.setattr(changes, "PAGE", 100)
    feed = opens()
    _, cursor = await feed.since(None, CALL)
    for number in range(250):
        dataset.edit(f"prod_{number:03d}", "2026-11-01T12:00:20Z")
    found, cursor = await feed.since(cursor, CALL)
    assert len(found) == 250
    assert (await feed.since(cursor, CALL))[0] == ()


async def test_a_new_language_changes_what_shows_the_others(opens: Open, dataset: Dataset) -> None:
    """Where each has a document of its own: the new one is in nothing that is kept."""
    feed = opens(model="document", id_field="medusaId")
    _, cursor = await feed.since(None, CALL)
    siblings = ["prod_a", "prod_a-de", 5, "drafts.prod_a"]
    dataset.edit("prod_a-de", "2026-11-01T12:00:20Z", siblings=siblings)
    found, _ = await feed.since(cursor, CALL)
    told = [one.document_id for one in found if isinstance(one, DocumentChanged)]
    assert told == ["prod_a-de", "prod_a"]
    assert "siblings" in dataset.asked[-1]["query"]


async def test_drafts_that_a_proxy_lets_through_are_no_change(
    opens: Open, dataset: Dataset
) -> None:
    """Nothing that shoppers see changes with them."""
    feed = opens()
    _, cursor = await feed.since(None, CALL)
    dataset.edit("drafts.prod_a", "2026-11-01T12:00:20Z")
    dataset.edit("prod_a", "2026-11-01T12:00:20Z", _originalId="drafts.prod_a")
    assert (await feed.since(cursor, CALL))[0] == ()


@pytest.mark.parametrize("junk", ["", "soon", "[1]", "{}"])
async def test_a_cursor_that_is_none_begins_now(opens: Open, junk: str) -> None:
    """Nothing is told, and nothing fails."""
    assert (await opens().since(junk, CALL))[0] == ()


async def test_an_empty_dataset_has_a_beginning(opens: Open, dataset: Dataset) -> None:
    """Its first document is told of."""
    feed = opens()
    dataset.documents.clear()
    _, cursor = await feed.since(None, CALL)
    dataset.edit("prod_a", NOON)
    assert len((await feed.since(cursor, CALL))[0]) == 1


async def test_a_lake_that_fails_is_no_change(opens: Open, dataset: Dataset) -> None:
    """What is edited meanwhile is found from the same cursor later."""
    feed = opens()
    _, cursor = await feed.since(None, CALL)
    dataset.edit("page-b", "2026-11-01T12:00:20Z")
    dataset.is_down = True
    with pytest.raises(UpstreamUnavailable):
        await feed.since(cursor, CALL)
    dataset.is_down = False
    assert len((await feed.since(cursor, CALL))[0]) == 1
