"""What a copy is good for at every age, and how long one counts that is older than an edit."""

import math
from dataclasses import replace

import pytest

from bff.domain.freshness import SERVED, Policy, Verdict, judge, retry_after_mark
from bff.domain.marks import Mark, Touched, is_behind

PRICE = Policy("COMMERCE", 60, 30, 300, is_price=True)


@pytest.mark.parametrize(
    ("age", "verdict"),
    [
        (-1, Verdict.FRESH),  # another replica's clock is a little ahead
        (0, Verdict.FRESH),
        (59.9, Verdict.FRESH),
        (60, Verdict.STALE),
        (89.9, Verdict.STALE),
        (90, Verdict.EXPIRED),
        (359.9, Verdict.EXPIRED),
        (360, Verdict.DEAD),
    ],
)
def test_growing_old(age: float, verdict: Verdict) -> None:
    """Shown for a minute and half of one more; after that only while Medusa fails."""
    assert judge(PRICE, 1000, 0, is_marked=False, now=1000 + age, luck=1) is verdict


@pytest.mark.parametrize("age", [0, 59.9, 60, 90, 359.9])
def test_what_was_edited_is_wrong_at_any_age(age: float) -> None:
    """However young a copy is, once it is marked it is not served."""
    verdict = judge(PRICE, 0, 5, is_marked=True, now=age, luck=0.001)

    assert verdict is Verdict.MARKED
    assert verdict not in SERVED


def test_one_of_many_requests_refreshes_early() -> None:
    """The lower its luck and the slower the fetch, the sooner; and it is served all the same."""

    def at(age: float, took: float, luck: float) -> Verdict:
        return judge(PRICE, 0, took, is_marked=False, now=age, luck=luck)

    chosen = math.exp(-10)  # 10 times as long before the end as a fetch takes
    assert at(58.9, 0.1, chosen) is Verdict.FRESH
    assert at(59.1, 0.1, chosen) is Verdict.EARLY
    assert at(59.1, 0.1, 1) is Verdict.FRESH
    assert at(50.1, 1, chosen) is Verdict.EARLY
    assert Verdict.EARLY in SERVED


def test_no_time_at_all() -> None:
    """What may not be shown while it is refreshed, nor on failure, ends when it is not fresh."""
    absent = Policy("ABSENT", 30)

    assert judge(absent, 0, 0, is_marked=False, now=29, luck=1) is Verdict.FRESH
    assert judge(absent, 0, 0, is_marked=False, now=30, luck=1) is Verdict.DEAD


def test_older_than_an_edit() -> None:
    """It is asked for again before anybody is shown it, and is still there if that fails."""
    policy = Policy("CONTENT", 3600, 3600, 86_400)
    behind = policy.while_behind(0.25)

    assert behind == replace(policy, fresh=0.25, while_refresh=0.0, is_behind=True)
    assert behind.while_behind(0.5) == policy.while_behind(0.5)
    assert judge(behind, 0, 0, is_marked=False, now=1, luck=1) is Verdict.EXPIRED


@pytest.mark.parametrize(
    ("marked_ago", "seconds"), [(0, 0.25), (0.5, 0.25), (2, 1), (60, 30), (120, 60), (3600, 60)]
)
def test_asking_again_after_an_edit(marked_ago: float, seconds: float) -> None:
    """Soon at first, then after ever longer, and never later than a minute."""
    assert retry_after_mark(marked_ago) == seconds


@pytest.mark.parametrize(
    ("told", "is_gone", "read", "behind"),
    [
        (7, False, 6, True),
        (7, False, 7, False),
        (7, False, 8, False),
        (None, False, 6, False),
        (None, True, 6, True),
        (7, False, None, False),
        (None, True, None, False),
    ],
)
def test_an_older_version(told: int | None, is_gone: bool, read: int | None, behind: bool) -> None:
    """Only a version that is known can be older than the one that was told; gone is newer."""
    mark = Mark(Touched("sanity:tee", is_gone, told), 5, 0.0)
    versions = {} if read is None else {"sanity:tee": read}

    assert is_behind(versions, mark) is behind
