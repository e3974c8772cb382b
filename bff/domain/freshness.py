"""How long a copy of somebody else's data may be used, and what to do with the one at hand.

`while_refresh` is RFC 5861's stale-while-revalidate, `if_error` its stale-if-error. Both count
from the end of freshness:

    fetch began ── fresh ──┬── while_refresh ──┐
                           └────────── if_error ──────────┘

They are for what has merely grown old. What was marked as changed is known to be wrong, and no
lifetime makes it right again.
"""

import math
from dataclasses import dataclass, replace
from enum import Enum

_REMEMBERED = 86_400.0  # seconds


@dataclass(frozen=True, slots=True)
class Policy:
    """A named lifetime, in seconds, the first counted from when the fetch began.

    For `while_refresh` seconds after `fresh` an old copy is served while a new one is fetched;
    for `if_error` seconds after `fresh` it is served if fetching fails. `name` is what operators
    read it by. `is_price` says that an old copy of what was edited may not be shown at all.
    `is_behind` says that the value is older than an edit that was told of: see `while_behind`.
    """

    name: str
    fresh: float
    while_refresh: float = 0.0
    if_error: float = 0.0
    is_price: bool = False
    is_behind: bool = False

    @property
    def usable(self) -> float:
        """How old a copy may become before it is not shown any more."""
        return self.fresh + max(self.while_refresh, self.if_error)

    @property
    def longest(self) -> float:
        """How old a copy may become before a store need not keep it any more.

        Of a price it is remembered for longer that there was one, to say why none is shown.
        """
        return self.usable + (_REMEMBERED if self.is_price else 0.0)

    def while_behind(self, seconds: float) -> "Policy":
        """Return what holds for a value that is older than an edit that was told of.

        After so many seconds it is asked for again before anybody is shown it.
        """
        return replace(self, fresh=seconds, while_refresh=0.0, is_behind=True)


class Verdict(Enum):
    """What a kept value is good for."""

    FRESH = "fresh"
    EARLY = "early"
    """Fresh; this request is the one that fetches it anew before it expires."""
    STALE = "stale"
    """Served as it is, while a new one is fetched."""
    EXPIRED = "expired"
    """A new one is fetched first; it is served, as degraded, if that fails."""
    MARKED = "marked"
    """It was changed since: a new one is fetched first. See `Policy.is_price` for what if not."""
    DEAD = "dead"
    """Too old for anything."""

    __hash__ = object.__hash__  # each is there once; that of enums is written in Python


SERVED = frozenset({Verdict.FRESH, Verdict.EARLY, Verdict.STALE})
"""What is given out without waiting."""


def judge(
    policy: Policy, started_at: float, took: float, *, is_marked: bool, now: float, luck: float
) -> Verdict:
    """Return what a value is good for.

    Args:
        policy: its lifetime.
        started_at: the instant before its fetch began, on the clock of `now`.
        took: how many seconds the fetch took.
        is_marked: whether something that it was made of has been changed since.
        now: this instant.
        luck: see `head_start`.
    """
    age = now - started_at
    if age < policy.fresh and not is_marked:  # nearly always
        is_early = age + head_start(took, luck) >= policy.fresh
        return Verdict.EARLY if is_early else Verdict.FRESH
    if age >= policy.usable:
        return Verdict.DEAD
    if is_marked:
        return Verdict.MARKED
    if age < policy.fresh + policy.while_refresh:
        return Verdict.STALE
    return Verdict.EXPIRED


def head_start(took: float, luck: float) -> float:
    """Return how many seconds before its end a request fetches a value anew.

    With many requests for it one of them does so just before it expires, the sooner the longer
    that takes (XFetch: Vattani and others, VLDB 2015, beta 1). `luck` is a random number above 0
    and at most 1: the lower, the earlier.
    """
    return -took * math.log(luck)


def retry_after_mark(marked_ago: float) -> float:
    """Return for how many seconds a value counts that is older than the change it was fetched for.

    A content system's own cache may lag behind its webhook. We ask again after a quarter of a
    second, then after ever longer, at most a minute: until the new version is there.
    """
    return min(max(marked_ago / 2, 0.25), 60.0)
