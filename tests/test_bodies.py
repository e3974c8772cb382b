"""Whoever sends a body that is no JSON object is told so, and nothing of it is repeated."""

import pytest

from bff.bodies import json_object
from bff.errors import BadInput


def test_an_object() -> None:
    """What it holds is looked at by whoever asked for it."""
    assert json_object(b' {"id": [1, null]} ') == {"id": [1, None]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body is not JSON"),
        (b"hunter2", "the body is not JSON"),
        (b'{"id": NaN}', "the body is not JSON"),
        (b"\xff\xfe", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        (b'["hunter2"]', "the body must be a JSON object"),
        (b"null", "the body must be a JSON object"),
    ],
)
def test_anything_else(body: bytes, words: str) -> None:
    """It is the sender's mistake, however deep it goes."""
    with pytest.raises(BadInput) as refused:
        json_object(body)

    assert str(refused.value) == words
