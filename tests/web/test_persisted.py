"""Clients send a document once and its hash after that, as Apollo's persisted-query link does."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import graphql
import httpx
import pytest

from bff.web import documents
from bff.web.accept import GRAPHQL
from bff.web.persisted import PersistedDocuments, hash_of
from bff.web.surface import Surface
from tests.web.editors import Editors, open_shop
from tests.web.storefront import Json, Storefront, codes, errors

PAGE = 'query Page($handle: String!) { product(handle: $handle, locale: "en") { handle title } }'
TEE = {"handle": "tee"}
JEANS = {"handle": "jeans"}
NOT_FOUND = [("PERSISTED_QUERY_NOT_FOUND", False)]


@pytest.fixture
def editors() -> Editors:
    """A shop that keeps finished answers."""
    return Editors(answers_bytes=1_000_000)


@pytest.fixture
async def shop(editors: Editors) -> AsyncIterator[Storefront]:
    """A client of that shop."""
    async with open_shop(editors) as client:
        yield client


def hashed(document: str) -> str:
    """Return the hash that Apollo's clients send, worked out without the service's own code."""
    return sha256(document.encode()).hexdigest()


def apollos(document: str, **more: object) -> Json:
    """Return `extensions` as Apollo's link writes them."""
    return {"persistedQuery": {"version": 1, "sha256Hash": hashed(document), **more}}


async def post(shop: Storefront, **body: Any) -> httpx.Response:
    """Post a body that says just this."""
    return await shop.http.post("/graphql", json=body)


async def fetch(shop: Storefront, **query: Any) -> httpx.Response:
    """Fetch an address that says just this; what is not text is written as JSON."""
    written = {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        for name, value in query.items()
    }
    return await shop.http.get("/graphql", params=written)


async def test_the_conversation_of_apollos_link(shop: Storefront, editors: Editors) -> None:
    """The hash alone is not known; hash and document are answered; then the hash is enough."""
    unknown = await post(shop, variables=TEE, extensions=apollos(PAGE))
    calls = editors.upstream_calls()
    taught = await post(shop, query=PAGE, variables=TEE, extensions=apollos(PAGE))
    known = await post(shop, variables=JEANS, extensions=apollos(PAGE))
    fetched = await fetch(shop, variables=JEANS, extensions=apollos(PAGE), operationName="Page")

    assert unknown.status_code == 200
    assert codes(unknown) == NOT_FOUND
    assert errors(unknown)[0]["message"] == "PersistedQueryNotFound"
    assert unknown.json().keys() == {"errors"}
    assert unknown.headers["cache-control"] == "no-store"
    assert calls == 0
    assert taught.json()["data"]["product"]["handle"] == "tee"
    assert known.json()["data"]["product"]["handle"] == "jeans"
    assert fetched.json() == known.json()


async def test_a_link_that_teaches_by_get(shop: Storefront) -> None:
    """A client that sends everything by GET, for the sake of a CDN, is understood, too."""
    unknown = await fetch(shop, variables=TEE, extensions=apollos(PAGE))
    taught = await fetch(shop, query=PAGE, variables=TEE, extensions=apollos(PAGE))
    known = await fetch(shop, variables=TEE, extensions=apollos(PAGE))

    assert (unknown.status_code, codes(unknown)) == (200, NOT_FOUND)
    assert unknown.headers["cache-control"] == "no-store"
    assert taught.json() == known.json() == {"data": {"product": known.json()["data"]["product"]}}


async def test_an_answer_is_kept_once_however_it_is_asked_for(
    shop: Storefront, editors: Editors
) -> None:
    """By text, by hash, by id, by POST or GET it is one question, with the same headers."""
    await post(shop, query=PAGE, variables=TEE, extensions=apollos(PAGE))
    calls = editors.upstream_calls()
    posted = [
        await post(shop, query=PAGE, variables=TEE),
        await post(shop, variables=TEE, extensions=apollos(PAGE)),
        await post(shop, variables=TEE, extensions=apollos(PAGE)),
        await post(shop, variables=TEE, documentId=f"sha256:{hashed(PAGE)}"),
    ]
    fetched = [
        await fetch(shop, query=PAGE, variables=TEE),
        await fetch(shop, variables=TEE, extensions=apollos(PAGE)),
        await fetch(shop, variables=TEE, documentId=f"sha256:{hashed(PAGE)}"),
    ]

    assert editors.upstream_calls() == calls
    for answers in (posted, fetched):
        heads = [{**answer.headers, "x-request-id": ""} for answer in answers]
        assert all(head == heads[0] for head in heads)
        assert heads[0]["server-timing"] == "kept"
        assert len({answer.content for answer in answers}) == 1
    assert fetched[0].headers["surrogate-key"]
    assert fetched[0].headers["etag"] == posted[0].headers["etag"]


async def test_a_kept_answer_outlives_its_document(
    shop: Storefront, editors: Editors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a document is forgotten, what is kept is still given; else the client teaches anew."""
    await post(shop, query=PAGE, variables=TEE, extensions=apollos(PAGE))
    await post(shop, variables=TEE, extensions=apollos(PAGE))
    monkeypatch.setattr(PersistedDocuments, "get", lambda *_: None)
    kept = await post(shop, variables=TEE, extensions=apollos(PAGE))
    editors.forget()
    forgotten = await post(shop, variables=TEE, extensions=apollos(PAGE))
    monkeypatch.undo()
    again = await post(shop, variables=TEE, extensions=apollos(PAGE))

    assert kept.json()["data"]["product"]["handle"] == "tee"
    assert (forgotten.status_code, codes(forgotten)) == (200, NOT_FOUND)
    assert again.json() == kept.json()


async def test_what_is_taught_again_is_remembered_again(
    shop: Storefront, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that teaches what was forgotten is not asked to each time it comes back."""
    body = {"query": PAGE, "variables": TEE, "extensions": apollos(PAGE)}
    with monkeypatch.context() as forgetful:
        forgetful.setattr(PersistedDocuments, "keep", lambda *_: None)
        await post(shop, **body)
    forgotten = await post(shop, variables=JEANS, extensions=apollos(PAGE))
    kept = await post(shop, **body)
    known = await post(shop, variables=JEANS, extensions=apollos(PAGE))

    assert codes(forgotten) == NOT_FOUND
    assert kept.headers["server-timing"] == "kept"
    assert known.json()["data"]["product"]["handle"] == "jeans"


@pytest.mark.parametrize("digits", ["0" * 64, hashed(PAGE).upper(), "", hashed(PAGE)[:-1], "💥"])
async def test_a_wrong_hash(shop: Storefront, editors: Editors, digits: str) -> None:
    """A document with the hash of another one is not executed, and poisons nobody's hash."""
    extensions = apollos(PAGE, sha256Hash=digits)
    refused = [
        await post(shop, query=PAGE, variables=TEE, extensions=extensions),
        await post(shop, query=PAGE, variables=TEE, extensions=extensions),
        await fetch(shop, query=PAGE, variables=TEE, extensions=extensions),
        await post(shop, query=PAGE, variables=TEE, documentId=f"sha256:{digits}"),
    ]
    after = await post(shop, variables=TEE, extensions=extensions)
    right = await post(shop, variables=TEE, extensions=apollos(PAGE))

    for answer in refused:
        assert answer.status_code == 400
        assert codes(answer) == [("PERSISTED_QUERY_MISMATCH", False)]
        assert answer.headers["cache-control"] == "no-store"
    assert editors.upstream_calls() == 0
    assert codes(after) == NOT_FOUND
    assert codes(right) == NOT_FOUND


async def test_a_wrong_hash_with_a_kept_answer(shop: Storefront) -> None:
    """Not even what is kept is given for a document under a wrong name."""
    await post(shop, query=PAGE, variables=TEE)
    answer = await post(
        shop, query=PAGE, variables=TEE, extensions=apollos(PAGE, sha256Hash="0" * 64)
    )

    assert codes(answer) == [("PERSISTED_QUERY_MISMATCH", False)]


@pytest.mark.parametrize(
    "document",
    ["{", "{ nope }", "mutation { nope }", "{ " + "a: __typename " * 3_000 + "}"],
)
async def test_what_cannot_be_executed_is_not_remembered(shop: Storefront, document: str) -> None:
    """Strangers' garbage takes no room."""
    taught = await post(shop, query=document, extensions=apollos(document))
    asked = await post(shop, extensions=apollos(document))

    assert taught.status_code == 400
    assert codes(asked) == NOT_FOUND


async def test_teaching_costs_no_second_look(
    shop: Storefront, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Garbage with a hash is parsed once, as without one; under a wrong hash not at all."""
    parsed: list[str] = []
    parse = graphql.parse

    def counting(text: str, **options: Any) -> Any:
        parsed.append(text)
        return parse(text, **options)

    monkeypatch.setattr(documents, "parse", counting)
    await post(shop, query="{ nope }", extensions=apollos("{ nope }"))
    await post(shop, query="{ other }", extensions=apollos("{ nope }"))
    await post(shop, query=PAGE, variables=TEE, extensions=apollos(PAGE))
    await post(shop, query=PAGE, variables=TEE, extensions=apollos(PAGE))

    assert parsed == ["{ nope }", PAGE]


async def test_wrong_variables_teach_all_the_same(shop: Storefront) -> None:
    """The document is in order, whatever became of this request."""
    refused = await post(shop, query=PAGE, extensions=apollos(PAGE))
    known = await post(shop, variables=TEE, extensions=apollos(PAGE))

    assert codes(refused) == [("BAD_USER_INPUT", False)]
    assert known.json()["data"]["product"]["handle"] == "tee"


async def test_a_blank_document_with_a_hash(shop: Storefront) -> None:
    """Some clients send an empty document where they mean none."""
    answer = await post(shop, query="", variables=TEE, extensions=apollos(PAGE))

    assert codes(answer) == NOT_FOUND


@pytest.mark.parametrize(
    "persisted",
    [
        1,
        "x",
        [],
        {},
        {"version": 1},
        {"sha256Hash": "0" * 64},
        {"version": 1, "sha256Hash": 5},
        {"version": 1, "sha256Hash": None},
        {"version": 2, "sha256Hash": hashed(PAGE)},
        {"version": "1", "sha256Hash": hashed(PAGE)},
        {"version": True, "sha256Hash": hashed(PAGE)},
        {"version": None, "sha256Hash": hashed(PAGE)},
    ],
)
@pytest.mark.parametrize("more", [{}, {"query": PAGE}])
async def test_another_protocol(shop: Storefront, persisted: object, more: Json) -> None:
    """What is no hash of version 1 is refused, with and without a document."""
    extensions = {"persistedQuery": persisted}
    for answer in (
        await post(shop, extensions=extensions, variables=TEE, **more),
        await fetch(shop, extensions=extensions, variables=TEE, **more),
    ):
        assert (answer.status_code, codes(answer)) == (400, [("BAD_USER_INPUT", False)])


async def test_no_persisted_query_at_all(shop: Storefront) -> None:
    """Null means that nothing was meant."""
    answer = await post(shop, query=PAGE, variables=TEE, extensions={"persistedQuery": None})

    assert answer.json()["data"]["product"]["handle"] == "tee"


async def test_where_nothing_is_remembered() -> None:
    """Switched off, Apollo's clients are told so in their words, and send whole documents."""
    editors = Editors(surface=Surface(persisted_queries=False))
    async with open_shop(editors) as shop:
        told = await post(shop, variables=TEE, extensions=apollos(PAGE))
        sent = await post(shop, query=PAGE, variables=TEE, extensions=apollos(PAGE))
        wrong = await post(shop, query="{ __typename }", extensions=apollos(PAGE))
        still = await fetch(shop, variables=TEE, extensions=apollos(PAGE))

    for answer in (told, still):
        assert answer.status_code == 200
        assert codes(answer) == [("PERSISTED_QUERY_NOT_SUPPORTED", False)]
        assert errors(answer)[0]["message"] == "PersistedQueryNotSupported"
    assert sent.json()["data"]["product"]["handle"] == "tee"
    assert codes(wrong) == [("PERSISTED_QUERY_MISMATCH", False)]


async def test_an_unknown_hash_as_a_document_id(shop: Storefront) -> None:
    """Outside Apollo's protocol nobody wants 200 for that."""
    for answer in (
        await post(shop, documentId=f"sha256:{hashed(PAGE)}", variables=TEE),
        await fetch(shop, documentId=f"sha256:{hashed(PAGE)}", variables=TEE),
    ):
        assert (answer.status_code, codes(answer)) == (400, NOT_FOUND)


async def test_a_document_id_teaches_as_well(shop: Storefront) -> None:
    """A client that sends document and hash as an id may send the id alone after that."""
    named = f"sha256:{hashed(PAGE)}"
    await post(shop, query=PAGE, variables=TEE, documentId=named)
    by_id = await post(shop, variables=JEANS, documentId=named)
    by_hash = await post(shop, variables=JEANS, extensions=apollos(PAGE))
    both = await post(shop, variables=JEANS, documentId=named, extensions=apollos(PAGE))

    assert by_id.json()["data"]["product"]["handle"] == "jeans"
    assert by_hash.json() == both.json() == by_id.json()


async def test_two_names_for_two_documents(shop: Storefront) -> None:
    """Nobody is to guess which of them is meant."""
    other = "{ __typename }"
    await post(shop, query=PAGE, variables=TEE, extensions=apollos(PAGE))
    await post(shop, query=other, extensions=apollos(other))
    answer = await post(
        shop, variables=TEE, documentId=f"sha256:{hashed(other)}", extensions=apollos(PAGE)
    )

    assert (answer.status_code, codes(answer)) == (
        400,
        [("PERSISTED_QUERY_MISMATCH", False)],
    )


async def test_the_media_type_of_the_conversation(shop: Storefront) -> None:
    """Apollo's clients that accept GraphQL's own type get 200 as well: it is their protocol."""
    body = {"variables": TEE, "extensions": apollos(PAGE)}
    answer = await shop.http.post("/graphql", json=body, headers={"accept": GRAPHQL})

    assert answer.headers["content-type"] == GRAPHQL
    assert (answer.status_code, codes(answer)) == (200, NOT_FOUND)


async def test_a_mutation_by_hash_and_get(shop: Storefront) -> None:
    """What is refused by GET is not remembered from it either."""
    document = "mutation M { __typename }"
    refused = await fetch(shop, query=document, extensions=apollos(document))
    asked = await fetch(shop, extensions=apollos(document))

    assert refused.status_code == 405
    assert codes(asked) == NOT_FOUND


def test_memory_is_bounded() -> None:
    """Millions of documents do not fill the memory; those that are used stay."""
    kept = PersistedDocuments(most_bytes=20_000)
    first = "query First { __typename }"
    kept.keep(first)
    for number in range(1_000):
        kept.keep(f"query Q{number} {{ __typename }}")
        assert kept.get(hash_of(first)) == first
    kept.keep("x" * 30_000)

    assert kept.bytes <= 20_000
    assert 10 < len(kept) < 100
    assert kept.get(hash_of("query Q0 { __typename }")) is None
    assert kept.get(hash_of("query Q999 { __typename }")) is not None


def test_a_document_that_is_kept_twice_counts_once() -> None:
    """Teaching the same again and again takes nothing."""
    kept = PersistedDocuments()
    for _ in range(3):
        kept.keep(PAGE)

    assert len(kept) == 1
    assert kept.bytes < 1_000
