"""Prepared documents are kept for storefronts, and never so many that memory runs out."""

import pytest

from bff.web.documents import MAX_KEPT, MAX_TOKENS, Documents, KeptDocuments, Prepared
from bff.web.executor import Executor
from bff.web.schema import build_schema

LONG = (
    "{ "
    + " ".join(
        f"a{n}: categories {{ id name description {{ html text locale source isFallback }} "
        "seo { title description } images { url alt width height } }"
        for n in range(100)
    )
    + " }"
)  # 2 602 tokens


@pytest.fixture
def documents() -> Documents:
    """The documents of a service that has answered nothing yet."""
    return Documents(Executor(build_schema(), introspection=False).schema, introspection=False)


def test_a_document_is_prepared_once(documents: Documents) -> None:
    """What a storefront sends again is not parsed again."""
    first = documents.prepare(LONG)

    assert first.document is not None
    assert documents.prepare(LONG) is first
    assert documents.kept.characters == len(LONG)


def test_many_different_documents(documents: Documents) -> None:
    """However many long documents a client makes up, only so much of them is kept."""
    most = 0
    for number in range(MAX_KEPT // len(LONG) + 5):
        assert documents.prepare(f"{LONG} # {number}").document is not None
        most = max(most, documents.kept.characters)

    assert MAX_KEPT - 2 * len(LONG) < documents.kept.characters <= most <= MAX_KEPT


@pytest.mark.parametrize(
    "refused",
    [
        *("{", "{ nope }", "{ __schema { description } }", "{ products(first: [[1]]) { a } }"),
        "{ " + "__typename " * MAX_TOKENS + "}",
    ],
)
def test_refused_documents(documents: Documents, refused: str) -> None:
    """A refused document is not kept, so that it pushes out no storefront's."""
    page = documents.prepare(LONG)

    assert documents.prepare(refused).errors
    assert documents.kept.get(refused) is None
    assert documents.kept.characters == len(LONG)
    assert documents.prepare(LONG) is page


def test_what_is_used_stays() -> None:
    """The document that was used longest ago goes first; room is taken by length."""
    kept = KeptDocuments(10)
    for text in ("aaaa", "bbb", "ccc"):
        kept.keep(text, Prepared(None))

    assert kept.get("aaaa") is not None
    kept.keep("dddd", Prepared(None))

    assert [kept.get(text) is None for text in ("aaaa", "bbb", "ccc", "dddd")] == [
        *(False, True, True, False)
    ]
    assert kept.characters == 8


def test_a_document_longer_than_all_that_may_be_kept() -> None:
    """It is used and forgotten."""
    kept = KeptDocuments(10)
    kept.keep("x" * 11, Prepared(None))

    assert kept.get("x" * 11) is None
    assert kept.characters == 0
