"""`Cache-Status` and `Server-Timing`: how an answer came about, for people who ask why it is slow.

`Cache-Status` names one cache after the other, the one next to the sources first. Names and
durations only: no host, no key.

Sources: RFC 9211, in the spelling of RFC 9651 (structured fields); Server Timing, W3C.
"""

import math
from enum import Enum
from typing import Final

from bff.domain.freshness import SERVED, Verdict
from bff.ports import Level, Trail

SOURCES: Final = "bff-sources"
ANSWERS: Final = "bff-answers"

_REPLACED: Final = frozenset({Verdict.EXPIRED, Verdict.MARKED, Verdict.DEAD})


class Way(Enum):
    """How an answer came about, as far as kept answers are concerned."""

    KEPT = "kept"
    JOINED = "joined"
    """Another request was already executing the same."""
    MISSING = "executed"
    OUTDATED = "outdated"
    """One was kept, and it has ended or something in it was changed."""
    EARLY = "early"
    """One is kept; this request was chosen to execute it anew before it ends."""
    BYPASSED = "bypassed"
    """It is of a kind that is not kept."""


_FORWARDED: Final = {
    Way.JOINED: "fwd=miss;collapsed",
    Way.MISSING: "fwd=miss",
    Way.OUTDATED: "fwd=stale",
    # The kept one is taken for stale ahead of its time. `request` would say that a directive of
    # the request did not allow it (section 2.2), and shoppers send none.
    Way.EARLY: "fwd=stale;detail=early",
    Way.BYPASSED: "fwd=bypass",
}


def hit(name: str, ttl: float | None) -> str:
    """Return the member of a cache that answered. `ttl` is in seconds, below 0 past freshness."""
    return f"{name};hit" if ttl is None else f"{name};hit;ttl={math.floor(ttl)}"


def cache_status(way: Way, trail: Trail, ttl: float | None, *, stored: bool) -> str:
    """Return the header of an answer that was executed.

    Args:
        way: why it was executed.
        trail: what the cache gave out for it.
        ttl: for how many more seconds its least fresh part is fresh.
        stored: whether it is kept now, and may be given to others.
    """
    members = []
    if trail.fetched:
        members.append(f'{SOURCES};fwd=miss;detail="fetched={trail.fetched}"')
    is_reached = trail.fetched > 0
    for level in (Level.SHARED, Level.MEMORY):
        found = {verdict for at, verdict in trail.verdicts if at is level}
        if found or (is_reached and level is Level.MEMORY):
            members.append(_member(f"bff-{level.value}", found, ttl, is_passed=is_reached))
            is_reached = is_reached or bool(found & SERVED)
    members.append(f"{ANSWERS};{_FORWARDED[way]}{';stored' if stored else ''}")
    return ", ".join(members)


def _member(name: str, found: set[Verdict], ttl: float | None, *, is_passed: bool) -> str:
    """Return the member of one level; `is_passed` says that not all was found there."""
    if not is_passed:
        return hit(name, ttl)
    if found & SERVED:
        return f"{name};fwd=partial"
    return f"{name};fwd={'stale' if found & _REPLACED else 'miss'}"


def server_timing(way: Way, seconds: float) -> str:
    """Return the header: what was done, and for how many milliseconds."""
    return f"{way.value};dur={seconds * 1000:.1f}"
