"""For how long others may use an answer: `Cache-Control` and `CDN-Cache-Control`.

Sources: RFC 9111 (HTTP caching), RFC 5861 (stale-while-revalidate, stale-if-error) and RFC 9213
(targeted cache control). Both of RFC 5861's times count from the end of `max-age`.

    now ── max-age ──┬── stale-while-revalidate ──┐
                     └──────── stale-if-error ────────┘ error_until
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ends:
    """When the parts of an answer end, the earliest of each, in seconds since 1970."""

    fresh_until: float
    refresh_until: float
    error_until: float


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Whole seconds, as they stand in a header."""

    max_age: int = 0
    while_refresh: int = 0
    if_error: int = 0

    @property
    def longest(self) -> int:
        """How long a copy may be shown at most."""
        return self.max_age + max(self.while_refresh, self.if_error)

    def directives(self) -> str:
        """Return the directives; times that are 0 but `max-age` are left out."""
        text = f"max-age={self.max_age}"
        if self.while_refresh:
            text += f", stale-while-revalidate={self.while_refresh}"
        if self.if_error:
            text += f", stale-if-error={self.if_error}"
        return text


def browser_lifetime(ends: Ends, now: float, most: float) -> Lifetime:
    """Return for how long a browser may use an answer: `most` seconds for each of the times.

    No purge reaches a browser.
    """
    age = _whole(min(ends.fresh_until - now, most))
    return Lifetime(
        age,
        _whole(min(ends.refresh_until - now - age, most)),
        _whole(min(ends.error_until - now - age, most)),
    )


def shared_lifetime(
    ends: Ends, now: float, browser: Lifetime, *, most: float = math.inf
) -> Lifetime:
    """Return for how long a shared cache may use an answer.

    It ends so early that a browser which gets it last, from a cache that does not tell its
    `Age`, still shows no part beyond its end. `most` bounds the whole of it, in seconds.
    """
    left = _whole(min(ends.error_until - now - browser.longest, most))
    age = min(_whole(ends.fresh_until - now), left)
    return Lifetime(
        age,
        min(_whole(ends.refresh_until - now - age), left - age),
        left - age,
    )


def _whole(seconds: float) -> int:
    return max(0, math.floor(seconds))
