"""Asking only for what has changed."""

import pytest

from bff.web.conditional import etag_of, has_already


@pytest.mark.parametrize(
    ("sent", "etag", "known"),
    [
        # RFC 9110, section 8.8.3.2: the table of weak comparisons.
        ('W/"1"', 'W/"1"', True),
        ('W/"1"', 'W/"2"', False),
        ('W/"1"', '"1"', True),
        ('"1"', '"1"', True),
        # Section 13.1.2: the examples.
        ('"xyzzy"', '"xyzzy"', True),
        ('W/"xyzzy"', '"xyzzy"', True),
        ('"xyzzy", "r2d2xxxx", "c3piozzzz"', '"r2d2xxxx"', True),
        ('W/"xyzzy", W/"r2d2xxxx", W/"c3piozzzz"', '"c3piozzzz"', True),
        ("*", '"anything"', True),
        # A comma may be part of a tag, and what is quoted is never cut.
        ('"a,b"', '"b"', False),
        ('"a,b","c"', '"c"', True),
        ("", '"1"', False),
        ("1", '"1"', False),
        ('"*"', '"1"', False),
        ('"1', '"1"', False),
    ],
)
def test_what_a_client_has_already(sent: str, etag: str, known: bool) -> None:
    """A shopper's browser is not sent again what it has."""
    assert has_already(sent, etag) is known


def test_the_same_bytes_have_the_same_tag() -> None:
    """On every replica, in every process: a strong entity tag of printable characters."""
    assert etag_of(b"{}") == '"2afb9b83f9314e5d029766197f539792"'
    assert etag_of(b"{}") != etag_of(b"{ }")
    assert etag_of(b"").startswith('"')
