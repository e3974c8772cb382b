"""GraphQL requests that make no sense: each has a clear refusal, and none reaches an upstream."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bff.demo import DemoUpstreams
from tests.web.storefront import TEE, Storefront, codes, errors, upstream_calls

REFUSED = [("BAD_USER_INPUT", False)]
ONE = """
query ($handle: String!, $locale: Locale, $country: CountryCode) {
  product(handle: $handle, locale: $locale, country: $country) { id }
}
"""
LIST = """
query ($filter: ProductFilter, $first: Int) {
  products(filter: $filter, first: $first) { totalCount }
}
"""
FINE = '{"query": "{ __typename }"}'


async def post(
    storefront: Storefront, body: bytes, content_type: str = "application/json"
) -> httpx.Response:
    headers = {"Content-Type": content_type} if content_type else {}
    return await storefront.http.post("/graphql", content=body, headers=headers)


def with_variables(text: str) -> bytes:
    return b'{"query": "{ __typename }", "variables": ' + text.encode() + b"}"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"null", b"1", b'"x"', b"[]", b"true", b"\x00", b"{}}", b"{ __typename }"),
        b'[{"query": "{ __typename }"}]',
        b'{"query": "\xff"}',
        b'{"query": "{ __typename }", "operationName": "\\ud800"}',
        FINE.encode("utf-16"),
        b"\xef\xbb\xbf" + FINE.encode(),
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
        with_variables('{"n": ' + "1" * 4_301 + "}"),
        with_variables('{"n": 1e999}'),
        with_variables('{"n": NaN}'),
        with_variables('{"n": -Infinity}'),
        with_variables('{"n": "\\ud800"}'),
        with_variables('{"n": ' + "[" * 60_000 + "]" * 60_000 + "}"),
        *(b"{}", b'{"query": null}', b'{"query": 1}', b'{"query": ""}', b'{"query": " \\n"}'),
        b'{"query": ["{ __typename }"]}',
        *(with_variables(wrong) for wrong in ("[]", '"{}"', "1", "false", '""')),
        b'{"query": "{ __typename }", "operationName": 1}',
        b'{"query": "{ __typename }", "operationName": {}}',
        b'{"mutation": "{ __typename }"}',
    ],
)
async def test_a_body_that_is_no_graphql_request(storefront: Storefront, body: bytes) -> None:
    """Broken JSON, other JSON, and JSON without a document are refused whole."""
    answer = await post(storefront, body)

    assert answer.status_code == 400
    assert answer.json().keys() == {"errors"}
    assert codes(answer) == REFUSED
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "content_type",
    [
        *("", "text/plain", "application/graphql", "application/graphql+json", "json"),
        *("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"),
        "text/plain, application/json",
    ],
)
async def test_a_body_of_another_kind(storefront: Storefront, content_type: str) -> None:
    """Only JSON is read; above all nothing that a form on another site could send."""
    answer = await post(storefront, FINE.encode(), content_type)

    assert answer.status_code == 415
    assert codes(answer) == [("UNSUPPORTED_MEDIA_TYPE", False)]


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8"],
)
async def test_spellings_of_json(storefront: Storefront, content_type: str) -> None:
    """The media type is compared as HTTP says: any letter case, parameters aside."""
    assert (await post(storefront, FINE.encode(), content_type)).status_code == 200


async def test_keys_given_twice(storefront: Storefront) -> None:
    """Of a key that stands twice in JSON the last one counts, as browsers have it."""
    answer = await post(storefront, b'{"query": "{ a }", "query": "{ __typename }"}')

    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_an_endless_body_is_not_read_to_its_end(storefront: Storefront) -> None:
    """A request that is too large is refused while it is still being sent."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 65_536

    answer = await storefront.http.post(
        "/graphql", content=endless(), headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 413
    assert codes(answer) == [("PAYLOAD_TOO_LARGE", False)]
    assert sent <= 6


async def test_the_largest_body(storefront: Storefront) -> None:
    """256 KiB are read, one byte more is not."""
    fill = 256 * 1024 - len(FINE)

    assert (await post(storefront, FINE.encode() + b" " * fill)).status_code == 200
    assert (await post(storefront, FINE.encode() + b" " * (fill + 1))).status_code == 413


@pytest.mark.parametrize(
    "method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "NONSENSE"]
)
async def test_methods_that_graphql_does_not_take(storefront: Storefront, method: str) -> None:
    """GraphQL is asked by GET or POST, and other methods are told so."""
    answer = await storefront.http.request(method, "/graphql")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert codes(answer) == [("METHOD_NOT_ALLOWED", False)]


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("mutation { product }", None),
        ('mutation { product(handle: "x") { id } }', None),
        ("subscription { products { totalCount } }", None),
        ("{ nope }", None),
        ('{ product(handle: "x") { nope } }', None),
        ("{ product { id } }", None),
        ('{ product(handle: "x") }', None),
        ("{ markets }", None),
        ("{", None),
        ("}", None),
        ('{ product(handle: "', None),
        ("# nothing", None),
        ("type Query { a: Int }", None),
        ('{ product(handle: "\\ud800") { id } }', None),
        ("{ products(first: " + "1" * 4_301 + ") { totalCount } }", None),
        (
            "query ($first: Int = " + "1" * 4_301 + ") { products(first: $first) { totalCount } }",
            None,
        ),
        ("{ products(first: 1e999) { totalCount } }", None),
        ('{ products(first: "1") { totalCount } }', None),
        ("{ products(filter: []) { totalCount } }", None),
        ('{ products(filter: { sku: "x" }) { totalCount } }', None),
        ('{ product(handle: "x", locale: "de_DE") { id } }', None),
        ('{ product(handle: "x", locale: 5) { id } }', None),
        ('{ product(handle: "x", country: "DEU") { id } }', None),
        (ONE, None),
        (ONE, {}),
        (ONE, {"handle": None}),
        (ONE, {"handle": 5}),
        (ONE, {"handle": ["x"]}),
        (ONE, {"handle": {"eq": "x"}}),
        (ONE, {"handle": "x", "locale": ""}),
        (ONE, {"handle": "x", "locale": "d"}),
        (ONE, {"handle": "x", "locale": "de DE"}),
        (ONE, {"handle": "x", "locale": "a" * 10_000}),
        (ONE, {"handle": "x", "locale": 5}),
        (ONE, {"handle": "x", "locale": ["de"]}),
        (ONE, {"handle": "x", "country": ""}),
        (ONE, {"handle": "x", "country": "D"}),
        (ONE, {"handle": "x", "country": "DEU"}),
        (ONE, {"handle": "x", "country": "ßß"}),
        (ONE, {"handle": "x", "country": "D1"}),
        (ONE, {"handle": "x", "country": 49}),
        (LIST, {"first": "24"}),
        (LIST, {"first": 1.5}),
        (LIST, {"first": 2_147_483_648}),
        (LIST, {"first": 10**17}),
        (LIST, {"first": True}),
        (LIST, {"filter": "x"}),
        (LIST, {"filter": {"sku": "x"}}),
        (LIST, {"filter": {"ids": [None]}}),
        (LIST, {"filter": {"ids": [[[["x"]]]]}}),
        (LIST, {"filter": {"handles": [1]}}),
    ],
)
async def test_a_document_or_variables_that_make_no_sense(
    storefront: Storefront, upstreams: DemoUpstreams, document: str, variables: Any
) -> None:
    """What is wrong before anything runs is refused with 400 and without data."""
    answer = await storefront.send(document, variables)

    assert answer.status_code == 400
    assert answer.json().keys() == {"errors"}
    assert set(codes(answer)) == set(REFUSED)
    assert "Something went wrong" not in answer.text
    assert "int_max_str_digits" not in answer.text
    assert upstream_calls(upstreams) == (0, 0)


@pytest.mark.parametrize(
    ("document", "variables", "message"),
    [
        (ONE, {"handle": ""}, "handle: must not be empty"),
        (ONE, {"handle": " \t\u2003"}, "handle: must not be empty"),
        (ONE, {"handle": "x" * 257}, "handle: at most 256 characters"),
        (ONE, {"handle": "x" * 10_240}, "handle: at most 256 characters"),
        (ONE, {"handle": "a\x00b"}, "handle: has characters that cannot be printed"),
        (ONE, {"handle": "a\r\nb"}, "handle: has characters that cannot be printed"),
        (ONE, {"handle": "a\x7f"}, "handle: has characters that cannot be printed"),
        (ONE, {"handle": "a\u202eb"}, "handle: has characters that cannot be printed"),
        ('{ productById(id: "") { id } }', None, "id: must not be empty"),
        ("{ productById(id: " + "1" * 4_301 + ") { id } }", None, "id: at most 256 characters"),
        (LIST, {"filter": {}}, "filter: give either ids or handles"),
        (LIST, {"filter": {"ids": None}}, "filter: give either ids or handles"),
        (
            LIST,
            {"filter": {"ids": ["x"], "handles": ["x"]}},
            "filter: give either ids or handles",
        ),
        (LIST, {"filter": {"ids": [], "handles": []}}, "filter: give either ids or handles"),
        (
            LIST,
            {"filter": {"handles": [f"h{n}" for n in range(101)]}},
            "filter.handles: at most 100 at once",
        ),
        (LIST, {"filter": {"ids": ["same"] * 101}}, "filter.ids: at most 100 at once"),
        (LIST, {"filter": {"ids": ["x", " "]}}, "filter.ids: must not be empty"),
    ],
)
async def test_an_argument_that_makes_no_sense(
    storefront: Storefront,
    upstreams: DemoUpstreams,
    document: str,
    variables: Any,
    message: str,
) -> None:
    """What a field refuses is that field's error, and names the argument."""
    answer = await storefront.send(document, variables)

    assert answer.status_code == 200
    assert codes(answer) == REFUSED
    assert errors(answer)[0]["message"] == message
    assert len(errors(answer)[0]["path"]) == 1
    assert upstream_calls(upstreams) == (0, 0)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"query": "{ __typename }"}, 200),
        ({"query": "{ __typename }", "variables": "{}", "operationName": ""}, 200),
        ({"query": "{ __typename }", "variables": ""}, 200),
        ({}, 400),
        ({"query": ""}, 400),
        ({"query": "{ __typename }", "variables": "{"}, 400),
        ({"query": "{ __typename }", "variables": "[]"}, 400),
        ({"query": "{ __typename }", "variables": "null"}, 200),
        ({"query": "{ __typename }", "variables": '{"n": NaN}'}, 400),
        ({"query": "{ __typename }", "variables": '{"n": "\\ud800"}'}, 400),
        ({"query": "{ __typename }", "variables": '{"n": ' + "1" * 4_301 + "}"}, 400),
        ({"query": "{ __typename }", "variables": "[" * 20_000}, 400),
        ({"query": "{ __typename }", "operationName": "Nope"}, 400),
        ({"query": b"\xff{".decode("latin-1")}, 400),
    ],
)
async def test_asking_by_get(storefront: Storefront, query: dict[str, str], status: int) -> None:
    """A GET is read as strictly as a POST."""
    answer = await storefront.http.get("/graphql", params=query)

    assert answer.status_code == status
    assert status == 200 or codes(answer) == REFUSED


MUTATION = "mutation M { __typename }"
QUERY = "query Q { __typename }"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "query",
    [
        {"query": "mutation { product }"},
        {"query": "# a query\nmutation { __typename }"},
        {"query": MUTATION, "operationName": "M"},
        {"query": f"{QUERY} {MUTATION}", "operationName": "M"},
        {"query": "mutation { a(text: $nope) { ...Nowhere } }"},
    ],
)
async def test_a_mutation_by_get(
    storefront: Storefront, method: str, query: dict[str, str]
) -> None:
    """A link changes nothing, so nobody may ask for a change by one: GraphQL over HTTP."""
    answer = await storefront.http.request(method, "/graphql", params=query)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["cache-control"] == "no-store"
    if method == "GET":
        assert codes(answer) == [("METHOD_NOT_ALLOWED", False)]
        assert "mutation" in errors(answer)[0]["message"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"query": '{ product(handle: "mutation") { id } }'}, 200),
        ({"query": "{ mutation: __typename }"}, 200),
        ({"query": f"{QUERY} # mutation M"}, 200),
        ({"query": f"{QUERY} {MUTATION}", "operationName": "Q"}, 400),
        ({"query": f"{QUERY} {MUTATION}"}, 400),
        ({"query": MUTATION, "operationName": "Nope"}, 400),
        ({"query": "mutation {"}, 400),
    ],
)
async def test_what_is_no_mutation_by_get(
    storefront: Storefront, query: dict[str, str], status: int
) -> None:
    """The word alone means nothing, and what cannot be read is bad input as before."""
    answer = await storefront.http.get("/graphql", params=query)

    assert answer.status_code == status
    assert status == 200 or set(codes(answer)) == set(REFUSED)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription(storefront: Storefront, method: str) -> None:
    """There are none, and whoever asks for one is told so in place of waiting for events."""
    sent = {"query": "subscription { products { totalCount } }"}
    headers = {"Accept": "text/event-stream"}
    answer = await (
        storefront.http.get("/graphql", params=sent, headers=headers)
        if method == "GET"
        else storefront.http.post("/graphql", json=sent, headers=headers)
    )

    assert answer.status_code == 400
    assert codes(answer) == REFUSED
    assert errors(answer)[0]["message"] == (
        "The subscription operation is not supported by the schema."
    )


async def test_bytes_that_are_no_text_in_an_address(storefront: Storefront) -> None:
    """Broken UTF-8 in a query string is a handle that nothing has, or no document."""
    half = await storefront.http.get("/graphql?query={product(handle:%22%ED%A0%80%22){id}}")
    none = await storefront.http.get("/graphql?query=%FF%FE")

    assert half.json() == {"data": {"product": None}}
    assert (none.status_code, codes(none)) == (400, REFUSED)


async def test_the_media_type_of_answers(storefront: Storefront) -> None:
    """Clients that know GraphQL's own media type get it, refusals too; others get JSON."""
    ours = "application/graphql-response+json"
    for body in (FINE, "{"):
        modern = await storefront.http.post(
            "/graphql",
            content=body,
            headers={"Content-Type": "application/json", "Accept": f"{ours}, application/json"},
        )
        plain = await post(storefront, body.encode())

        assert modern.headers["content-type"] == ours
        assert plain.headers["content-type"] == "application/json"
        assert modern.content == plain.content


async def test_after_all_that_the_service_is_up(storefront: Storefront) -> None:
    """A storm of nonsense leaves nothing behind."""
    for body in (b"[" * 100_000, json.dumps({"query": "{" * 10_000}).encode(), b"\xff"):
        await post(storefront, body)

    assert (await storefront.get(f"/v1/products/{TEE}")).status_code == 200
