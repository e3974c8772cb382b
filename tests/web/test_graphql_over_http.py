"""What a strict client of GraphQL over HTTP relies on: statuses, parameters, media types.

Sources: GraphQL over HTTP, edition of September 2026, and the audits of `graphql-http`.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bff.errors import UpstreamTimeout, UpstreamUnavailable
from bff.web.accept import GRAPHQL, JSON, goes_by_body
from bff.web.surface import Surface
from tests.web.editors import Editors, open_shop
from tests.web.storefront import Storefront, codes, errors

LEGACY = {"accept": "application/json"}
STRICT = {"accept": GRAPHQL}
TYPENAME = "{ __typename }"
PAGE = '{ product(handle: "tee", locale: "en") { handle } }'
TWO = "query A { __typename } query B { __typename }"
VARIABLE = "query ($n: Int!) { products(first: $n) { totalCount } }"
WRONG = [("BAD_USER_INPUT", False)]


@pytest.fixture
async def shop() -> AsyncIterator[Storefront]:
    """A client of a shop in developer mode that keeps answers."""
    async with open_shop(Editors(answers_bytes=1_000_000)) as client:
        yield client


async def post(shop: Storefront, *, accept: str = "", **body: Any) -> httpx.Response:
    """Post a body that says just this."""
    headers = {"accept": accept} if accept else {}
    return await shop.http.post("/graphql", json=body, headers=headers)


async def fetch(shop: Storefront, query: str, **headers: str) -> httpx.Response:
    """Fetch an address with exactly these characters after the question mark."""
    return await shop.http.get(f"/graphql?{query}", headers=headers)


@pytest.mark.parametrize("document", ["{", "{ nope }", "query ($n: Nope) { a }", TWO, VARIABLE])
@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("", 400, JSON),
        ("*/*", 400, JSON),
        (GRAPHQL, 400, GRAPHQL),
        (f"{GRAPHQL}, {JSON}", 400, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", 400, GRAPHQL),
        (JSON, 200, JSON),
        (f"{JSON}; charset=utf-8", 200, JSON),
        (f"{GRAPHQL};q=0.5, {JSON}", 200, JSON),
    ],
)
async def test_a_document_that_cannot_be_executed(
    shop: Storefront, document: str, accept: str, status: int, media_type: str
) -> None:
    """Old clients name JSON, and go by the body; everybody else is told by the status, too."""
    headers = {"accept": accept} if accept else {}
    answer = await shop.http.post("/graphql", json={"query": document}, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json().keys() == {"errors"}
    assert set(codes(answer)) == set(WRONG)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"query": 1}', b'{"qeury": "{ a }"}'])
async def test_what_is_no_request_is_400_for_everybody(shop: Storefront, body: bytes) -> None:
    """That is no matter of GraphQL yet."""
    for accept in (JSON, GRAPHQL, "*/*"):
        headers = {"accept": accept, "content-type": JSON}
        answer = await shop.http.post("/graphql", content=body, headers=headers)

        assert (answer.status_code, codes(answer)) == (400, WRONG)


async def test_too_complex_is_400_for_everybody() -> None:
    """It is no slip of the pen but a refusal."""
    document = "{ " + " ".join(f"a{number}: __typename" for number in range(200)) + " }"
    async with open_shop(Editors()) as shop:
        for accept in (JSON, GRAPHQL, "*/*"):
            answer = await post(shop, accept=accept, query=document)

            assert (answer.status_code, codes(answer)) == (400, [("QUERY_TOO_COMPLEX", False)])


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", False),
        ("*/*", False),
        ("application/*", False),
        (JSON, True),
        ("Application/JSON", True),
        (f"{JSON};q=0", False),
        (f"{JSON};q=0, */*", False),
        (f"text/html, {JSON};q=0.5", True),
        (f"{GRAPHQL}, {JSON}", False),
        (f"{GRAPHQL};q=0.1, {JSON};q=0.2", True),
        (JSON + ", x/y" * 100, True),
    ],
)
def test_who_goes_by_the_body(accept: str, *, expected: bool) -> None:
    """Only those who name JSON, and do not rather want GraphQL's own type."""
    assert goes_by_body(accept) is expected


async def partly_failing(status: int) -> tuple[Editors, Storefront]:
    """Return a shop of whose two products one cannot be read."""
    editors = Editors(answers_bytes=1_000_000, surface=Surface(partial_status=status))
    editors.medusa.traffic.fail(UpstreamTimeout("medusa", "products"), "tee")
    return editors, Storefront(editors.service())


BOTH = """{
  locales { code }
  broken: product(handle: "tee", locale: "en") { handle }
}"""


@pytest.mark.parametrize("setting", [200, 294])
@pytest.mark.parametrize("accept", [GRAPHQL, JSON, "*/*"])
@pytest.mark.parametrize("document", [BOTH, PAGE])
async def test_a_partial_answer(setting: int, accept: str, document: str) -> None:
    """294 is for those who understand it, where the operator wants it; nobody is to keep it."""
    _, shop = await partly_failing(setting)
    async with shop:
        posted = await post(shop, query=document, accept=accept)
        fetched = await shop.http.get(
            "/graphql", params={"query": document}, headers={"accept": accept}
        )

    for answer in (posted, fetched):
        assert answer.status_code == (setting if accept == GRAPHQL else 200)
        assert "data" in answer.json()
        assert codes(answer) == [("UPSTREAM_TIMEOUT", True)]
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


async def test_a_whole_answer_is_200_with_that_setting() -> None:
    """Degraded answers are, too: they have no errors."""
    editors = Editors(surface=Surface(partial_status=294))
    editors.systems[0].traffic.fail(UpstreamUnavailable("sanity", "contents"))
    async with open_shop(editors) as shop:
        whole = await post(shop, query=TYPENAME, accept=GRAPHQL)
        degraded = await post(shop, query='{ product(handle: "tee") { title } }', accept=GRAPHQL)

    assert (whole.status_code, degraded.status_code) == (200, 200)
    assert degraded.json()["extensions"]["degraded"]


async def test_the_source_that_failed_is_named(shop: Storefront) -> None:
    """A storefront's log can tell the shop's outage from that of a content system."""
    _, failing = await partly_failing(200)
    async with failing:
        answer = await post(failing, query=PAGE)
    other = await post(shop, query="{ nope }")

    assert errors(answer)[0]["extensions"] == {
        "code": "UPSTREAM_TIMEOUT",
        "retryable": True,
        "source": "medusa",
    }
    assert errors(other)[0]["extensions"] == {"code": "BAD_USER_INPUT", "retryable": False}


async def test_several_operations_and_no_name(shop: Storefront) -> None:
    """Nobody guesses which one was meant; an empty name is none."""
    for name in ({}, {"operationName": None}, {"operationName": ""}):
        answer = await post(shop, query=TWO, **name)
        assert (answer.status_code, codes(answer)) == (400, WRONG)
        assert "several operations" in errors(answer)[0]["message"]
    by_get = await fetch(shop, "query=query%20A{a:__typename}query%20B{b:__typename}")
    one = await post(shop, query=TWO, operationName="B")

    assert (by_get.status_code, codes(by_get)) == (400, WRONG)
    assert one.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("extensions", ["x", "", 1, 0, True, [], [{}]])
async def test_extensions_that_are_no_object(shop: Storefront, extensions: object) -> None:
    """A client that sends them by mistake learns of it."""
    posted = await post(shop, query=TYPENAME, extensions=extensions)
    fetched = await shop.http.get(
        "/graphql", params={"query": TYPENAME, "extensions": json.dumps(extensions)}
    )

    for answer in (posted, fetched):
        assert (answer.status_code, codes(answer)) == (400, WRONG)
        assert errors(answer)[0]["message"] == "extensions: must be a JSON object"


@pytest.mark.parametrize("extensions", [None, {}, {"clientLibrary": {"name": "x"}}])
async def test_extensions_that_nobody_here_knows(shop: Storefront, extensions: object) -> None:
    """They are for others."""
    answer = await post(shop, query=TYPENAME, extensions=extensions)

    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_parameters_that_nobody_here_knows(shop: Storefront) -> None:
    """They are ignored, as the specification wants it: a newer client is understood."""
    posted = await post(shop, query=TYPENAME, id="x", onError="NULL", persisted=[1])
    fetched = await fetch(shop, "query={__typename}&utm_source=a&utm_source=b&onError=NULL")

    assert posted.json() == fetched.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "body",
    [
        b'[{"query": "{ __typename }"}]',
        b' \n[{"query": "{ __typename }"}, {"query": "{ __typename }"}]',
        b"[]",
    ],
)
async def test_several_operations_in_one_request(shop: Storefront, body: bytes) -> None:
    """A client that batches is told plainly that this is not done here."""
    answer = await shop.http.post("/graphql", content=body, headers={"content-type": JSON})

    assert (answer.status_code, codes(answer)) == (400, WRONG)
    assert errors(answer)[0]["message"] == "the body is a list: operations are sent one at a time"


@pytest.mark.parametrize(
    "name", ["query", "variables", "operationName", "extensions", "documentId"]
)
async def test_a_parameter_that_comes_twice(shop: Storefront, name: str) -> None:
    """A cache may look at the first and the service at the last: so there must be one."""
    answer = await fetch(shop, f"query={{__typename}}&{name}=&{name}=")

    assert (answer.status_code, codes(answer)) == (400, WRONG)
    assert errors(answer)[0]["message"] == f"{name}: must be there once"


async def test_an_address_with_very_many_parameters(shop: Storefront) -> None:
    """Counting them is not worth anybody's time."""
    answer = await fetch(shop, "query={__typename}&" + "&".join("a=1" for _ in range(200)))

    assert (answer.status_code, codes(answer)) == (400, WRONG)


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("query=%7B__typename%7D", "Query"),
        ("query=%7b+__typename+%7d", "Query"),
        ("query={__typename}&variables=%7B%7D&extensions=%7B%7D&operationName=", "Query"),
        ("query=%23%20%F0%9F%8F%83%0A%7B__typename%7D", "Query"),
        ("query=query%20A{__typename}&operationName=A", "Query"),
        ("&&query={__typename}&", "Query"),
    ],
)
async def test_how_an_address_is_written(shop: Storefront, query: str, data: str) -> None:
    """As forms are encoded: a plus is a space, letters of any script are UTF-8."""
    answer = await fetch(shop, query)

    assert answer.json() == {"data": {"__typename": data}}


async def test_head_is_get_without_a_body(shop: Storefront) -> None:
    """The headers are the same, for what is executed and what is refused."""
    for query in ("query={__typename}", "query={", ""):
        got, head = [
            await shop.http.request(method, f"/graphql?{query}") for method in ("GET", "HEAD")
        ]
        assert head.status_code == got.status_code
        assert head.content == b""
        assert head.headers["content-length"] == got.headers["content-length"]
        assert head.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("charset", ["utf-16", "utf-16le", "utf-32", "latin-1"])
async def test_a_body_in_another_encoding(shop: Storefront, charset: str) -> None:
    """JSON on the network is UTF-8 (RFC 8259): anything else is refused, never misread."""
    body = json.dumps({"query": TYPENAME}).encode(charset)
    headers = {"content-type": f"application/json; charset={charset}"}
    answer = await shop.http.post("/graphql", content=body, headers=headers)

    assert (answer.status_code, codes(answer)) == (415, [("UNSUPPORTED_MEDIA_TYPE", False)])


async def test_a_developer_who_opens_the_address(shop: Storefront, live_shop: Storefront) -> None:
    """A browser is led to GraphiQL where there is one; whoever asks something is answered."""
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    led = await shop.http.get("/graphql", headers=browser)
    answered = await shop.http.get("/graphql?query={__typename}", headers=browser)
    wrong = await shop.http.get("/graphql?query=", headers=browser)
    client = await shop.http.get("/graphql")
    closed = await live_shop.http.get("/graphql", headers=browser)

    assert (led.status_code, led.headers["location"]) == (303, "graphiql")
    assert led.headers["cache-control"] == "no-store"
    assert answered.json() == {"data": {"__typename": "Query"}}
    for answer in (wrong, client, closed):
        assert (answer.status_code, codes(answer)) == (400, WRONG)
