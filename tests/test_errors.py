"""The errors that this service raises on purpose, and what they tell."""

import pytest

from bff import errors
from bff.errors import (
    BadInput,
    BffError,
    UnknownMarket,
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)


def _below(kind: type[BffError]) -> list[type[BffError]]:
    found = list(kind.__subclasses__())
    return found + [each for child in found for each in _below(child)]


DRAWN = {
    words[0]: words[1:]
    for line in (errors.__doc__ or "").splitlines()
    if (words := line.lstrip("│├└─ ").split()) and line[0] in "│├└ "
}


def test_the_drawing_is_the_tree() -> None:
    """Whoever reads the top of the module sees the errors that there are."""
    ours = {kind.__name__ for kind in _below(BffError) if kind.__module__ == errors.__name__}
    assert set(DRAWN) == ours


@pytest.mark.parametrize(
    ("kind", "code", "retryable"),
    [
        (UpstreamTimeout, "UPSTREAM_TIMEOUT", True),
        (UpstreamUnavailable, "UPSTREAM_UNAVAILABLE", True),
        (UpstreamRejected, "UPSTREAM_REJECTED", False),
        (UpstreamMalformed, "UPSTREAM_MALFORMED", True),
        (BadInput, "BAD_USER_INPUT", False),
        (UnknownMarket, "UNKNOWN_MARKET", False),
    ],
)
def test_codes_are_those_of_the_contract(kind: type[BffError], code: str, retryable: bool) -> None:
    """Storefronts branch on the code, and try again only where that can help."""
    assert (kind.code, kind.retryable) == (code, retryable)
    assert DRAWN[kind.__name__][:2] == [code, "yes" if retryable else "no"]


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (UpstreamTimeout("medusa", "products"), "medusa did not answer in time (products)"),
        (
            UpstreamUnavailable("sanity", "contents", "HTTP 503", retry_after=7),
            "sanity is not available (contents): HTTP 503",
        ),
        (
            UpstreamRejected("medusa", "markets", "HTTP 400 x", status=400, reason="x"),
            "medusa refused the request (markets): HTTP 400 x",
        ),
        (
            UpstreamMalformed("medusa", "newest", "not JSON"),
            "medusa gave an answer that makes no sense (newest): not JSON",
        ),
    ],
)
def test_a_message_names_source_and_operation(failure: UpstreamError, message: str) -> None:
    """An operator reads who failed at what; the cause, which quotes payloads, stays inside."""
    failure.__cause__ = ValueError("pk_hush http://medusa:9000/store")

    assert str(failure) == message
    assert "hush" not in repr(failure)
    assert message.startswith(failure.source)
    assert f"({failure.operation})" in message


def test_a_refusal_keeps_what_adapters_decide_by() -> None:
    """The status and the machine word tell a missing product from a bad key."""
    failure = UpstreamRejected("medusa", "products", status=404, reason="not_found")
    assert (failure.status, failure.reason, failure.detail) == (404, "not_found", "")


def test_an_outage_without_a_wish_has_none() -> None:
    """Zero seconds is a wish; silence is not."""
    assert UpstreamUnavailable("medusa", "products").retry_after is None
    assert UpstreamUnavailable("medusa", "products", retry_after=0).retry_after == 0
