"""What `bff check` says about a Sanity dataset."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
import pytest
import respx

from bff.errors import UpstreamUnavailable
from bff.ports import Call, CommerceSource
from bff.sources import sanity
from bff.sources.sanity.probe import SanityProbe
from bff.upstream import Upstream
from tests.catalog.fakes import pid, shop_selling

HOST = "https://demo1234.apicdn.sanity.io"
PATH = "/v2025-02-19/data/query/production"
CALL = Call(deadline=5.0)
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def lake() -> Any:
    with respx.mock(base_url=HOST, assert_all_called=False) as router:
        yield router


class Operator:
    """Asks what is wrong with the dataset that certain settings describe."""

    def __init__(self, clients: list[httpx.AsyncClient]) -> None:
        self._clients = clients

    async def problems(
        self, settings: Mapping[str, object] | None = None, shop: CommerceSource | None = None
    ) -> Sequence[str]:
        settings = settings or {}
        values = sanity.SanitySettings.model_validate({"project_id": "demo1234", **settings})
        client = httpx.AsyncClient(base_url=HOST, headers=values.headers())
        self._clients.append(client)
        content = sanity.SanityContent(
            Upstream("sanity", client, lambda: 0.0, sanity.reason_of), values
        )
        probe = SanityProbe(content, values, shop or shop_selling("tee"))
        assert probe.name == "sanity"
        return await probe.problems(CALL)


@pytest.fixture
def operator(clients: list[httpx.AsyncClient]) -> Operator:
    return Operator(clients)


def holding(*ids: str, documents: int = 5) -> Answer:
    """Answer like a dataset with product documents of these ids, and `documents` in all."""

    def answer(request: httpx.Request) -> httpx.Response:
        params = request.url.params
        result: dict[str, object] = {"products": len(ids), "documents": documents}
        if "$ids" in params:
            wanted = [one for one in ids if one in json.loads(params["$ids"])]
            asked = [{"_id": one, "_type": "product", "title": "x"} for one in wanted]
            result = {"asked": asked, "linked": []}
        return httpx.Response(200, json={"result": result})

    return answer


async def test_all_is_well(lake: respx.MockRouter, operator: Operator) -> None:
    """Documents are visible, and one of them belongs to a product of the shop."""
    lake.get(PATH).mock(side_effect=holding(pid("hat")))

    assert await operator.problems(shop=shop_selling("tee", "hat")) == ()


async def test_documents_of_other_products(lake: respx.MockRouter, operator: Operator) -> None:
    """A dataset of another shop is found out by its ids."""
    lake.get(PATH).mock(side_effect=holding("prod_elsewhere"))

    (problem,) = await operator.problems(shop=shop_selling("tee", "hat"))

    assert problem.startswith("none of the 2 newest products has a published document;")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "'_id' of a product's document must hold Medusa's product id"),
        ({"id_field": "medusaId"}, "'medusaId' of a product's document must hold Medusa's"),
        ({"match": "handle"}, "'handle' of a product's document must hold the product's handle"),
    ],
)
async def test_what_has_to_match_is_named(
    lake: respx.MockRouter, operator: Operator, settings: dict[str, object], words: str
) -> None:
    """The operator is told which field is compared with what."""
    lake.get(PATH).mock(side_effect=holding("prod_elsewhere"))

    (problem,) = await operator.problems(settings, shop=shop_selling("tee", "hat"))

    assert words in problem


async def test_documents_that_know_handles(lake: respx.MockRouter, operator: Operator) -> None:
    """Then the shop's handles are looked for, not its ids."""
    document = {"_id": "doc-1", "_type": "product", "handle": {"current": "hat"}}

    def answer(request: httpx.Request) -> httpx.Response:
        counts = {"products": 1, "documents": 1}
        asked = json.loads(request.url.params.get("$ids", "[]"))
        documents = {"asked": [document] if "hat" in asked else [], "linked": []}
        return httpx.Response(200, json={"result": documents if asked else counts})

    lake.get(PATH).mock(side_effect=answer)

    assert await operator.problems({"match": "handle"}, shop=shop_selling("tee", "hat")) == ()


async def test_a_shop_that_cannot_be_compared_with(
    lake: respx.MockRouter, operator: Operator
) -> None:
    """An empty shop, or one that is down, is Medusa's problem and not Sanity's."""
    lake.get(PATH).mock(side_effect=holding("prod_elsewhere"))
    down = shop_selling("tee")
    down.traffic.fail(UpstreamUnavailable("medusa", "newest"))

    assert await operator.problems(shop=shop_selling()) == ()
    assert await operator.problems(shop=down) == ()


@pytest.mark.parametrize(
    ("settings", "documents", "words"),
    [
        ({}, 0, ("nothing is visible", "empty", "private and needs a token", "set `token`")),
        ({"token": "s3cret"}, 0, ("the dataset is empty, or the token may not read it",)),
        ({"document_type": "article"}, 5, ("'article'", "check `document_type`")),
    ],
)
async def test_nothing_to_see(
    lake: respx.MockRouter,
    operator: Operator,
    settings: dict[str, object],
    documents: int,
    words: tuple[str, ...],
) -> None:
    """What cannot be told apart is not claimed: both readings are said, and what to do."""
    lake.get(PATH).mock(side_effect=holding(documents=documents))

    (problem,) = await operator.problems(settings)

    assert [word for word in words if word not in problem] == []
    assert "s3cret" not in problem


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"errorCode": "SIO-401-ANF"}, "the token is unknown or revoked"),
        (401, {"errorCode": "SIO-401-AWH"}, "the token is another project's"),
        (401, {"errorCode": "SIO-401-AEX"}, "the token has expired"),
        (401, {}, "the token may not read the dataset"),
        (403, {"error": {"type": "insufficientPermissionsError"}}, "may not read this dataset"),
        (402, {}, "plan is used up"),
        (404, {"message": "Dataset not found for project"}, "no dataset 'production'"),
        (404, {"message": "Project not found"}, "in a project 'demo1234'"),
        (404, {}, "it is no Sanity"),
        (400, {"error": {"type": "queryParseError"}}, "HTTP 400 query-not-understood"),
        (429, {}, "out of order (HTTP 429)"),
        (200, {"result": 7}, "answers nonsense"),
    ],
)
async def test_a_refusal(
    lake: respx.MockRouter,
    operator: Operator,
    status: int,
    body: dict[str, object],
    words: str,
) -> None:
    """Each way of being refused has a line of its own; the token is not in it."""
    lake.get(PATH).respond(status, json=body)

    (problem,) = await operator.problems({"token": "s3cret"})

    assert words in problem
    assert "s3cret" not in problem


async def test_a_reader_without_a_token_is_refused(
    lake: respx.MockRouter, operator: Operator
) -> None:
    """Then it is not a wrong token that is complained about."""
    lake.get(PATH).respond(401, json={})

    (problem,) = await operator.problems()

    assert problem.startswith("only tokens may read the dataset; set `token`")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "reaches the internet"),
        ({"url": f"{HOST}/hunter2?key=hunter3"}, "check `url` in BFF_CONTENT"),
    ],
)
async def test_nobody_answers(
    lake: respx.MockRouter, operator: Operator, settings: dict[str, object], words: str
) -> None:
    """The address is named as far as it holds no secret."""
    lake.get(path__startswith="/").mock(side_effect=httpx.ConnectError)

    (problem,) = await operator.problems(settings)

    assert f"no connection to {HOST}:443; " in problem
    assert words in problem
    assert "hunter" not in problem
