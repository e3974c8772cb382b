"""What is asked once more, and when."""

import pytest

from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.upstream.retries import wait_before_retry

LEFT = 10.0
CUT_SHORT = UpstreamMalformed("cms", "contents", cut_short=True)


def unavailable(retry_after: float | None = None) -> UpstreamUnavailable:
    return UpstreamUnavailable("cms", "contents", retry_after=retry_after)


@pytest.mark.parametrize("failure", [unavailable(), CUT_SHORT])
@pytest.mark.parametrize(
    ("tries", "luck", "wait"), [(1, 0.0, 0.05), (1, 0.5, 0.075), (2, 0.0, 0.1), (2, 0.5, 0.15)]
)
def test_what_may_be_well_the_next_time(
    failure: UpstreamError, tries: int, luck: float, wait: float
) -> None:
    """Soon, so that a shopper still gets it, and not all at the same moment."""
    assert wait_before_retry(failure, tries, LEFT, luck) == pytest.approx(wait)


@pytest.mark.parametrize("failure", [unavailable(), unavailable(1.0), CUT_SHORT])
def test_at_most_twice(failure: UpstreamError) -> None:
    assert wait_before_retry(failure, 3, LEFT, 0.0) is None


@pytest.mark.parametrize(
    "failure",
    [
        UpstreamTimeout("cms", "contents"),
        UpstreamRejected("cms", "contents", status=401),
        UpstreamRejected("cms", "contents", status=404),
        UpstreamMalformed("cms", "contents"),
    ],
)
def test_what_would_be_the_same_again(failure: UpstreamError) -> None:
    """Silence has taken its time; a refusal, or an answer that makes no sense, is one again."""
    assert wait_before_retry(failure, 1, LEFT, 0.0) is None


@pytest.mark.parametrize(
    ("asked", "left", "wait"),
    [
        (0.0, 1.0, 0.0),
        (1.0, 5.0, 1.0),
        (4.9, 5.0, 4.9),
        (5.0, 5.0, None),
        (7.0, 5.0, None),
        (60.0, 5.0, None),
        (3553.0, 5.0, None),
    ],
)
def test_a_source_says_when_to_come_again(asked: float, left: float, wait: float | None) -> None:
    """Not before, and only if there is time for it."""
    assert wait_before_retry(unavailable(asked), 1, left, 0.0) == wait


def test_those_who_were_told_the_same_come_one_by_one() -> None:
    """And nobody before it was said."""
    waits = [wait_before_retry(unavailable(1.0), 1, LEFT, luck) for luck in (0.0, 0.5, 0.9)]

    assert waits == [pytest.approx(1.0), pytest.approx(1.05), pytest.approx(1.09)]


@pytest.mark.parametrize("failure", [unavailable(), CUT_SHORT])
def test_no_time_for_another_try(failure: UpstreamError) -> None:
    assert wait_before_retry(failure, 1, 0.09, 0.0) is None
