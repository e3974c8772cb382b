"""The public contract's table of errors, row by row: code, statuses, and whether to try again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import httpx
import pytest
from _pytest.mark import ParameterSet

from bff.errors import (
    BffError,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.web import errors as module
from bff.web.accept import GRAPHQL
from bff.web.errors import STATUSES, RateLimited, headers_of, problem, status_of
from bff.web.surface import Surface
from tests.web.editors import SECRET, Editors, open_shop
from tests.web.storefront import Storefront, codes, errors
from tests.web.storefront import problem as problem_of
from tests.web.test_persisted import apollos

PAGE = 'query { product(handle: "tee", locale: "en") { handle } locales { code } }'
UNKNOWN = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
LONG = b'{"query": "' + b" " * 300_000 + b'"}'
AS_JSON = {"content-type": "application/json"}
OPERATOR = {"authorization": f"Bearer {SECRET}"}
FAILURES: dict[str, BaseException] = {
    "UPSTREAM_TIMEOUT": UpstreamTimeout("medusa", "products"),
    "UPSTREAM_UNAVAILABLE": UpstreamUnavailable("medusa", "products", "503"),
    "UPSTREAM_REJECTED": UpstreamRejected("medusa", "products", "401", status=401),
    "UPSTREAM_MALFORMED": UpstreamMalformed("medusa", "products"),
    "INTERNAL": RuntimeError("canary"),
}


@dataclass(frozen=True)
class Asked:
    """A request that meets a failure."""

    method: str
    path: str
    body: object = None
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)

    async def sent_to(self, shop: Storefront, **headers: str) -> httpx.Response:
        return await shop.http.request(
            self.method,
            self.path,
            json=self.body,
            content=self.content,
            headers=self.headers | headers,
        )


def graphql(query: str = PAGE, **more: object) -> Asked:
    return Asked("POST", "/graphql", {"query": query, **more})


def get(path: str, **headers: str) -> Asked:
    return Asked("GET", path, headers=headers)


@dataclass(frozen=True)
class Row:
    """What the contract says of a code.

    `rest` and `whole` are the statuses by REST, and by GraphQL where it stops the whole request;
    `None` where it cannot happen there. `field` says that it can cost a field alone, with 2xx.
    """

    code: str
    retryable: bool
    rest: int | None
    whole: int | None
    field: bool
    by_rest: Sequence[Asked] = ()
    by_graphql: Sequence[Asked] = ()
    in_field: Sequence[Asked] = (graphql(),)


TEE = get("/v1/products/tee?locale=en")
ROWS = (
    Row(
        "BAD_USER_INPUT",
        retryable=False,
        rest=400,
        whole=400,
        field=True,
        by_rest=[
            get("/v1/products/tee?locale=!"),
            get("/v1/products/tee?country=Germany"),
            get("/v1/products"),
            get("/v1/pages/about?locale=!"),
        ],
        by_graphql=[
            graphql("{"),
            graphql("{ nope }"),
            graphql(""),
            graphql(variables=[]),
            graphql("query ($n: Int!) { products(first: $n) { totalCount } }"),
            graphql("query A { __typename } query B { __typename }"),
            get("/graphql"),
        ],
        in_field=[
            graphql('{ product(handle: " ") { id } }'),
            graphql("{ products(first: 0) { totalCount } }"),
        ],
    ),
    Row(
        "UNKNOWN_MARKET",
        retryable=False,
        rest=400,
        whole=400,
        field=True,
        by_rest=[get("/v1/products/tee?country=BR"), get("/v1/products?handles=tee&country=BR")],
        in_field=[graphql('{ product(handle: "tee", country: "BR") { id } }')],
    ),
    Row(
        "UNAUTHENTICATED",
        retryable=False,
        rest=401,
        whole=401,
        field=False,
        by_rest=[
            get("/v1/products/tee", **{"x-bff-preview": "wrong"}),
            Asked("POST", "/v1/preview", {"seconds": 60}),
        ],
        by_graphql=[
            Asked("POST", "/graphql", {"query": PAGE}, headers={"x-bff-preview": "wrong"}),
            get("/graphql?query={__typename}", **{"x-bff-preview": ""}),
        ],
    ),
    Row(
        "DOCUMENT_NOT_ALLOWED",
        retryable=False,
        rest=None,
        whole=403,
        field=False,
        by_graphql=[graphql(), graphql("{"), Asked("POST", "/graphql", {"documentId": "x"})],
    ),
    Row(
        "NOT_FOUND",
        retryable=False,
        rest=404,
        whole=None,
        field=False,
        by_rest=[
            get("/v1/products/nope"),
            get("/v1/pages/nope"),
            get("/nope"),
            get("/v2/products"),
        ],
    ),
    Row(
        "METHOD_NOT_ALLOWED",
        retryable=False,
        rest=405,
        whole=405,
        field=False,
        by_rest=[Asked("DELETE", "/v1/products/tee"), Asked("GET", "/v1/preview")],
        by_graphql=[Asked("DELETE", "/graphql"), get("/graphql?query=mutation{a}")],
    ),
    Row(
        "UNSUPPORTED_MEDIA_TYPE",
        retryable=False,
        rest=415,
        whole=415,
        field=False,
        by_rest=[Asked("POST", "/v1/preview", content=b"{}", headers=OPERATOR)],
        by_graphql=[
            Asked("POST", "/graphql", content=b"{}"),
            Asked("POST", "/graphql", content=b"{}", headers={"content-type": "text/plain"}),
        ],
    ),
    Row(
        "PAYLOAD_TOO_LARGE",
        retryable=False,
        rest=413,
        whole=413,
        field=False,
        by_rest=[Asked("POST", "/v1/preview", content=LONG, headers=OPERATOR | AS_JSON)],
        by_graphql=[Asked("POST", "/graphql", content=LONG, headers=AS_JSON)],
    ),
    Row("RATE_LIMITED", retryable=True, rest=429, whole=429, field=False),
    Row(
        "QUERY_TOO_COMPLEX",
        retryable=False,
        rest=None,
        whole=400,
        field=False,
        by_graphql=[graphql("{ " + " ".join(f"a{n}: __typename" for n in range(200)) + " }")],
    ),
    Row(
        "PERSISTED_QUERY_NOT_FOUND",
        retryable=False,
        rest=None,
        whole=400,
        field=False,
        by_graphql=[Asked("POST", "/graphql", {"documentId": "sha256:" + "0" * 64})],
    ),
    Row(
        "PERSISTED_QUERY_MISMATCH",
        retryable=False,
        rest=None,
        whole=400,
        field=False,
        by_graphql=[graphql(extensions=UNKNOWN)],
    ),
    Row("UPSTREAM_TIMEOUT", retryable=True, rest=504, whole=None, field=True, by_rest=[TEE]),
    Row("UPSTREAM_UNAVAILABLE", retryable=True, rest=503, whole=None, field=True, by_rest=[TEE]),
    Row("UPSTREAM_REJECTED", retryable=False, rest=502, whole=None, field=True, by_rest=[TEE]),
    Row("UPSTREAM_MALFORMED", retryable=True, rest=502, whole=None, field=True, by_rest=[TEE]),
    Row("INTERNAL", retryable=True, rest=500, whole=None, field=True, by_rest=[TEE]),
)
OURS = {"PERSISTED_QUERY_NOT_SUPPORTED": False}
"""What Apollo's protocol knows besides, and whether trying again helps."""


def shop_of(row: Row) -> Editors:
    """Return a shop in which that failure can happen."""
    editors = Editors(surface=Surface(trusted_only=row.code == "DOCUMENT_NOT_ALLOWED"))
    if row.code in FAILURES:
        failure = FAILURES[row.code]
        assert isinstance(failure, Exception)
        editors.medusa.traffic.fail(failure, "tee")
    return editors


def each(kind: Callable[[Row], Sequence[Asked]]) -> list[ParameterSet]:
    """Return all requests of one kind, with the row that they belong to."""
    return [
        pytest.param(row, asked, id=f"{row.code}-{number}")
        for row in ROWS
        for number, asked in enumerate(kind(row))
    ]


@pytest.mark.parametrize(("row", "asked"), each(lambda row: row.by_rest))
async def test_by_rest(row: Row, asked: Asked) -> None:
    """A problem of RFC 9457, with the contract's status, a stable type and the code."""
    async with open_shop(shop_of(row)) as shop:
        answer = await asked.sent_to(shop)

    assert problem_of(answer) == (row.rest, row.code, row.retryable)
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("accept", ["*/*", GRAPHQL])
@pytest.mark.parametrize(("row", "asked"), each(lambda row: row.by_graphql))
async def test_a_whole_request_by_graphql(row: Row, asked: Asked, accept: str) -> None:
    """Errors without data, with the contract's status."""
    async with open_shop(shop_of(row)) as shop:
        answer = await asked.sent_to(shop, accept=accept)

    assert answer.status_code == row.whole
    assert set(codes(answer)) == {(row.code, row.retryable)}
    assert answer.json().keys() == {"errors"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == (accept if accept == GRAPHQL else "application/json")


@pytest.mark.parametrize("accept", ["*/*", "application/json", GRAPHQL])
@pytest.mark.parametrize(("row", "asked"), each(lambda row: row.in_field if row.field else ()))
async def test_a_field_by_graphql(row: Row, asked: Asked, accept: str) -> None:
    """The field is null, the rest is there, and the status is 200."""
    async with open_shop(shop_of(row)) as shop:
        answer = await asked.sent_to(shop, accept=accept)

    assert answer.status_code == 200
    assert codes(answer) == [(row.code, row.retryable)]
    (error,) = errors(answer)
    assert answer.json()["data"][error["path"][0]] is None
    assert answer.headers["cache-control"] == "no-store"


async def test_nothing_is_no_error_by_graphql() -> None:
    """A product that is not there is null, never an error."""
    async with open_shop(Editors()) as shop:
        answer = await shop.send('{ product(handle: "nope") { id } page(slug: "nope") { id } }')

    assert answer.json() == {"data": {"product": None, "page": None}}


async def test_apollos_own_two() -> None:
    """Where its protocol wants 200, it is 200; the code is the contract's."""
    for remembers, code in ((True, "NOT_FOUND"), (False, "NOT_SUPPORTED")):
        async with open_shop(Editors(surface=Surface(persisted_queries=remembers))) as shop:
            answer = await shop.http.post("/graphql", json={"extensions": apollos(PAGE)})

        assert answer.status_code == 200
        assert codes(answer) == [(f"PERSISTED_QUERY_{code}", False)]


def test_the_table_is_complete() -> None:
    """No code is answered that the contract does not know, and each has one status."""
    told = {row.code: row.retryable for row in ROWS} | OURS
    known = {kind.code: kind.retryable for kind in kinds(BffError) if hasattr(kind, "code")} | {
        "INTERNAL": True
    }

    assert known == told
    assert known.keys() == STATUSES.keys()
    for row in ROWS:
        assert STATUSES[row.code] in {row.rest, row.whole}


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.0, b"1"),
        (float("nan"), b"1"),
        (2, b"2"),
        (0.2, b"1"),
        (1.0, b"1"),
        (1.2, b"2"),
        (3_553.0, b"3553"),
        (1e9, b"3600"),
    ],
)
def test_when_to_try_again(seconds: float, told: bytes) -> None:
    """Whole seconds, never too few, and bounded: a source may ask for a year."""
    unavailable = UpstreamUnavailable("medusa", "products", retry_after=seconds)

    assert headers_of(RateLimited(seconds)) == ((b"retry-after", told),)
    assert headers_of(unavailable) == ((b"retry-after", told),)


async def test_retry_after_by_rest() -> None:
    """What a source asks for is passed on to the shopper's server; GraphQL has no place for it."""
    editors = Editors()
    failure = UpstreamUnavailable("medusa", "products", "429", retry_after=6.5)
    editors.medusa.traffic.fail(failure, "tee")
    async with open_shop(editors) as shop:
        page = await TEE.sent_to(shop)
        answer = await graphql().sent_to(shop)
        editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "products"), "tee")
        silent = await TEE.sent_to(shop)

    assert (page.status_code, page.headers["retry-after"]) == (503, "7")
    assert "retry-after" not in answer.headers
    assert "retry-after" not in silent.headers


def test_a_client_that_asks_too_often() -> None:
    """It is told so in both forms, with the time to wait."""
    told = problem(RateLimited(0.5), "id")

    assert (told["status"], told["code"], told["retryable"]) == (429, "RATE_LIMITED", True)
    assert status_of(RateLimited(0.5)) == 429


def test_a_source_may_be_named() -> None:
    """All that is said of a failing source is which one it is."""
    for failure in FAILURES.values():
        entry = module.error_entry(failure, "id")
        named = entry["extensions"].keys() == {"code", "retryable", "source"}
        assert named is isinstance(failure, UpstreamError)
        assert "canary" not in str(entry)


def kinds(root: type[BffError]) -> Iterator[type[BffError]]:
    """Return all failures that the service raises on purpose."""
    for kind in root.__subclasses__():
        if kind.__module__.startswith("bff."):
            yield kind
            yield from kinds(kind)
