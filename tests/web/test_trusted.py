"""A storefront's own documents: named by id, and where the operator says so the only ones."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from bff import wiring
from bff.demo import DemoUpstreams
from bff.settings import SettingsProblem
from bff.settings.graphql import GraphQLSettings
from bff.web import documents as documents_module
from bff.web.surface import Surface
from bff.web.trusted import NotDocuments, TrustedDocuments, read_trusted
from tests.web.editors import Editors, open_shop
from tests.web.settings import shop_settings
from tests.web.storefront import Json, Storefront, codes

PAGE = 'query Page($handle: String!) { product(handle: $handle, locale: "en") { handle } }'
NAMES = "query Names { locales { code } } query Other { __typename }"
TEE = {"handle": "tee"}
RELAY = {"d3adb33f": PAGE, "names": NAMES}
NOT_ALLOWED = [("DOCUMENT_NOT_ALLOWED", False)]


def hashed(document: str) -> str:
    """Return the hash of a document, worked out without the service's own code."""
    return sha256(document.encode()).hexdigest()


def apollos(name: str) -> Json:
    """Return `extensions` as Apollo's link writes them for a hash or an id of a manifest."""
    return {"persistedQuery": {"version": 1, "sha256Hash": name}}


def manifest(*operations: object, **more: object) -> bytes:
    """Return a manifest as Apollo's generator writes it."""
    whole = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": list(operations),
    }
    return json.dumps(whole | more).encode()


@pytest.fixture
def editors() -> Editors:
    """A shop that executes nothing but its storefront's documents."""
    surface = Surface(trusted_documents=RELAY, trusted_only=True)
    return Editors(answers_bytes=1_000_000, surface=surface)


@pytest.fixture
async def shop(editors: Editors) -> AsyncIterator[Storefront]:
    """A client of that shop."""
    async with open_shop(editors) as client:
        yield client


@pytest.fixture
async def open_to_all() -> AsyncIterator[Storefront]:
    """A client of a shop that knows its storefront's documents and executes others, too."""
    async with open_shop(Editors(surface=Surface(trusted_documents=RELAY))) as client:
        yield client


async def post(shop: Storefront, **body: Any) -> httpx.Response:
    """Post a body that says just this."""
    return await shop.http.post("/graphql", json=body)


ALLOWED: list[Json] = [
    {"documentId": "d3adb33f"},
    {"documentId": f"sha256:{hashed(PAGE)}"},
    {"extensions": apollos("d3adb33f")},
    {"extensions": apollos(hashed(PAGE))},
    {"query": PAGE},
    {"query": PAGE, "documentId": "d3adb33f"},
    {"query": PAGE, "documentId": f"sha256:{hashed(PAGE)}"},
    {"query": PAGE, "extensions": apollos(hashed(PAGE))},
    {"query": "", "documentId": "d3adb33f"},
    {"query": PAGE, "documentId": "d3adb33f", "extensions": apollos(hashed(PAGE))},
    {"documentId": "d3adb33f", "operationName": "Page"},
]


@pytest.mark.parametrize("named", ALLOWED)
async def test_a_document_of_the_storefront(
    shop: Storefront, open_to_all: Storefront, named: Json
) -> None:
    """By Relay's id, by its hash or to the letter, by POST or GET: it is the same question."""
    answers = [
        await post(shop, variables=TEE, **named),
        await post(open_to_all, variables=TEE, **named),
        await shop.http.get(
            "/graphql",
            params={
                name: value if isinstance(value, str) else json.dumps(value)
                for name, value in {**named, "variables": TEE}.items()
            },
        ),
    ]

    for answer in answers:
        assert answer.json() == {"data": {"product": {"handle": "tee"}}}
    assert answers[2].headers["server-timing"] == "kept"


REFUSED: list[Json] = [
    {"documentId": "unknown"},
    {"documentId": f"sha256:{hashed('{ __typename }')}"},
    {"documentId": hashed("{ __typename }")},
    {"documentId": "__proto__"},
    {"extensions": apollos(hashed("{ __typename }"))},
    {"query": "{ __typename }"},
    {"query": "{ __typename }", "extensions": apollos(hashed("{ __typename }"))},
    {"query": "{ __typename }", "documentId": "d3adb33f"},
    {"query": "{"},
    {"query": PAGE + " "},
    {"query": PAGE + "# more"},
    {"query": "{ __schema { description } }"},
    {"documentId": "d3adb33f", "extensions": apollos("unknown")},
]


@pytest.mark.parametrize("named", REFUSED)
async def test_another_document(
    shop: Storefront, editors: Editors, monkeypatch: pytest.MonkeyPatch, named: Json
) -> None:
    """It costs no upstream call, and is not even parsed."""
    monkeypatch.setattr(documents_module, "parse", None)
    for _ in range(2):
        answer = await post(shop, variables=TEE, **named)

        assert answer.status_code == 403
        assert codes(answer) == NOT_ALLOWED
        assert answer.headers["cache-control"] == "no-store"
        assert "data" not in answer.json()
    assert editors.upstream_calls() == 0


async def test_a_trusted_document_under_a_wrong_name(shop: Storefront) -> None:
    """What is allowed is not executed as something else."""
    for named in (
        {"query": PAGE, "documentId": "names"},
        {"query": PAGE, "documentId": f"sha256:{hashed(NAMES)}"},
        {"query": PAGE, "extensions": apollos(hashed(NAMES))},
        {"documentId": "d3adb33f", "extensions": apollos("names")},
    ):
        answer = await post(shop, variables=TEE, **named)

        assert (answer.status_code, codes(answer)) == (
            400,
            [("PERSISTED_QUERY_MISMATCH", False)],
        )


async def test_an_operation_of_a_trusted_document(shop: Storefront) -> None:
    """A document with several operations is executed by name, as any other."""
    one = await post(shop, documentId="names", operationName="Other")
    none = await post(shop, documentId="names")

    assert one.json() == {"data": {"__typename": "Query"}}
    assert (none.status_code, codes(none)) == (400, [("BAD_USER_INPUT", False)])


async def test_rest_is_not_affected(shop: Storefront) -> None:
    """Its documents are the service's own."""
    assert (await shop.get("/v1/products/tee?locale=en")).status_code == 200


async def test_graphiql_where_only_the_storefronts_documents_count(shop: Storefront) -> None:
    """Developer mode opens no way around: GraphiQL's questions are refused like all others."""
    answer = await shop.send("query IntrospectionQuery { __schema { queryType { name } } }")

    assert (answer.status_code, codes(answer)) == (403, NOT_ALLOWED)


async def test_an_unknown_id_where_others_are_executed(open_to_all: Storefront) -> None:
    """The id alone is not enough; with the text of a newer storefront it does no harm."""
    alone = await post(open_to_all, documentId="newer", variables=TEE)
    with_text = await post(open_to_all, documentId="newer", query="{ __typename }")
    another = await post(open_to_all, documentId="d3adb33f", query="{ __typename }")

    assert (alone.status_code, codes(alone)) == (400, [("PERSISTED_QUERY_NOT_FOUND", False)])
    assert with_text.json() == {"data": {"__typename": "Query"}}
    assert codes(another) == [("PERSISTED_QUERY_MISMATCH", False)]


async def test_trusted_documents_are_known_without_persisted_queries() -> None:
    """Apollo's clients may name a trusted document where strangers' are not remembered."""
    surface = Surface(trusted_documents=RELAY, persisted_queries=False)
    async with open_shop(Editors(surface=surface)) as shop:
        known = await post(shop, variables=TEE, extensions=apollos(hashed(PAGE)))
        unknown = await post(shop, extensions=apollos(hashed("{ __typename }")))

    assert known.json() == {"data": {"product": {"handle": "tee"}}}
    assert codes(unknown) == [("PERSISTED_QUERY_NOT_SUPPORTED", False)]


def test_relays_file() -> None:
    """Relay's compiler writes documents by id."""
    assert read_trusted(json.dumps(RELAY).encode()) == RELAY


def test_apollos_manifest() -> None:
    """Apollo's generator writes a list of operations."""
    one = {"id": "1", "body": PAGE, "name": "Page", "type": "query"}
    again = {"id": "2", "body": NAMES, "name": "Names", "type": "query"}

    assert read_trusted(manifest(one, again, one)) == {"1": PAGE, "2": NAMES}


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b"", ["is not JSON"]),
        (b"\xff", ["is not JSON"]),
        (b"[]", ["must be a JSON object: document by id, or Apollo's manifest"]),
        (b"{}", ["has no document in it"]),
        (manifest(), ["has no document in it"]),
        (
            manifest(version=2),
            ["is an Apollo manifest, but not of version 1 with a list of operations"],
        ),
        (
            manifest(operations={}),
            ["is an Apollo manifest, but not of version 1 with a list of operations"],
        ),
        (manifest(1), ["is an Apollo manifest with an operation that is no object"]),
        (
            b'{"a": 1, "b": "", "c": "{ x }", "": "{ x }"}',
            [
                "a: must be the text of a document",
                "b: must be the text of a document",
                "has a document without an id",
            ],
        ),
        (
            manifest(
                {"id": "1", "body": "{ a }"}, {"id": "1", "body": "{ b }"}, {"body": "{ c }"}
            ),
            ["1: stands for two documents", "has a document without an id"],
        ),
        (b'{"sha256:00": "{ a }"}', ["sha256:00: is the hash of another document"]),
    ],
)
def test_a_file_that_cannot_be_used(content: bytes, problems: list[str]) -> None:
    """All that is wrong with it is said."""
    with pytest.raises(NotDocuments) as told:
        read_trusted(content)

    assert list(told.value.problems) == problems


def test_what_the_file_says_comes_first() -> None:
    """An id that looks like a hash is an id."""
    known = TrustedDocuments({hashed(PAGE): NAMES, "page": PAGE})

    assert known.get(hashed(PAGE)) == NAMES
    assert known.get(f"sha256:{hashed(PAGE)}") == PAGE
    assert PAGE in known
    assert hashed(PAGE) not in known


def wired(upstreams: DemoUpstreams, file: Path, *, development: bool = False) -> wiring.Service:
    """Return a service with trusted documents, as it starts."""
    graphql = GraphQLSettings(trusted_documents=file, trusted_only=True)
    settings = shop_settings(upstreams).model_copy(
        update={"graphql": graphql, "development": development}
    )
    return wiring.wire(settings, example=None, clients=wiring.demo_client(upstreams))


async def test_the_file_of_a_setting(upstreams: DemoUpstreams, tmp_path: Path) -> None:
    """A service that starts with it answers by its ids, and nothing else."""
    file = tmp_path / "documents.json"
    file.write_bytes(manifest({"id": "names", "body": "{ __typename }"}))
    async with Storefront(wired(upstreams, file)) as shop:
        known = await post(shop, documentId="names")
        other = await post(shop, query="{ locales { code } }")

    assert known.json() == {"data": {"__typename": "Query"}}
    assert codes(other) == NOT_ALLOWED


def test_documents_that_cannot_be_executed_stop_the_start(
    upstreams: DemoUpstreams, tmp_path: Path
) -> None:
    """An operator is told all of them at once, and where."""
    file = tmp_path / "documents.json"
    file.write_text(
        json.dumps(
            {
                "good": "{ __typename }",
                "typo": "{\n  nope\n}",
                "syntax": "query {",
                "introspection": "{ __schema { description } }",
                "two": "{ nope } fragment Unused on Query { __typename }",
            }
        )
    )
    with pytest.raises(SettingsProblem) as told:
        wired(upstreams, file)

    lines = str(told.value).splitlines()
    assert len(lines) == 5
    assert all(line.startswith("BFF_GRAPHQL__TRUSTED_DOCUMENTS: ") for line in lines)
    ids = [line.split(": ")[1] for line in lines]
    assert ids == ["typo", "syntax", "introspection", "two", "two"]
    assert "(line 2, column 3)" in lines[0]


async def test_introspection_where_it_is_on(upstreams: DemoUpstreams, tmp_path: Path) -> None:
    """In developer mode a document may introspect, trusted or not."""
    file = tmp_path / "documents.json"
    file.write_text('{"introspection": "{ __schema { description } }"}')

    await wired(upstreams, file, development=True).close()
    with pytest.raises(SettingsProblem):
        wired(upstreams, file)


def test_a_file_that_went_away(upstreams: DemoUpstreams, tmp_path: Path) -> None:
    """Between the settings and the start it may have been replaced: that is said, too."""
    file = tmp_path / "documents.json"
    file.write_text('{"a": "{ __typename }"}')
    graphql = GraphQLSettings(trusted_documents=file)
    settings = shop_settings(upstreams).model_copy(update={"graphql": graphql})
    file.unlink()

    with pytest.raises(SettingsProblem) as told:
        wiring.wire(settings, example=None, clients=wiring.demo_client(upstreams))
    assert str(told.value) == "BFF_GRAPHQL__TRUSTED_DOCUMENTS: there is no such file"
