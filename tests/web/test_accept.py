"""The media type of GraphQL answers is the client's choice."""

import pytest

from bff.web.accept import GRAPHQL, JSON, answer_type
from tests.web.storefront import Storefront


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("text/html", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (GRAPHQL.upper(), GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
        (f"{GRAPHQL};charset=utf-8;q=0", JSON),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON},{GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.5, {JSON};q=0.9", JSON),
        (f"{GRAPHQL}; q=0.5 , {JSON} ; q=0.5", GRAPHQL),
        (f"{GRAPHQL};q=0.1", GRAPHQL),
        (f"{GRAPHQL};q=0", JSON),
        (f"{GRAPHQL};Q=0.0, */*", JSON),
        (f"{GRAPHQL}, */*", GRAPHQL),
        (f"{GRAPHQL};q=0.5, */*", JSON),
        (f"{JSON};q=0, */*", GRAPHQL),
        (f"{JSON};q=0, {GRAPHQL};q=0", JSON),
        (f"{GRAPHQL};q=2", JSON),
        (f"{GRAPHQL};q=high", JSON),
        (f"{GRAPHQL}x", JSON),
        (f"x{GRAPHQL}", JSON),
        (f'text/plain;note="{GRAPHQL}"', JSON),
        (",;,;q=,=", JSON),
    ],
)
async def test_the_media_type_of_an_answer(
    storefront: Storefront, accept: str, expected: str
) -> None:
    """The client's weights decide, in any letter case; whoever takes anything gets JSON."""
    assert answer_type(accept) == expected

    answer = await storefront.send("{ __typename }", headers={"Accept": accept})

    assert answer.headers["content-type"] == expected
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("document", ["{", "{ nope }", ""])
async def test_refusals_depend_on_it_too(storefront: Storefront, document: str) -> None:
    """A refusal comes as the media type that was asked for, and says that it depends on that."""
    answer = await storefront.send(document, headers={"Accept": GRAPHQL})

    assert answer.headers["content-type"] == GRAPHQL
    assert answer.headers["vary"] == "Accept"


async def test_a_header_sent_in_parts(storefront: Storefront) -> None:
    """Lines of the same header count as one list (RFC 9110, section 5.3)."""
    headers = [("accept", JSON), ("accept", GRAPHQL)]
    answer = await storefront.http.get("/graphql?query={__typename}", headers=headers)

    assert answer.headers["content-type"] == GRAPHQL
