"""Finished answers: bytes, and what has to be known of them to write their headers."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from bff.domain.marks import Position, Tag
from bff.domain.storefront import Degraded
from bff.ports import Trail
from bff.telemetry.requests import NONE, RequestFigures
from bff.web.cache_status import Way
from bff.web.conditional import etag_of
from bff.web.dimensions import Used
from bff.web.lifetimes import Ends
from bff.web.tag_headers import TagHeaders

Head = list[tuple[bytes, bytes]]
"""The headers of an answer as ASGI has them."""

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Parts:
    """What an answer was made of: when its parts end, and what they are marked by.

    `stamps` are the positions in the log of marks that its parts were fetched at, each with their
    tags. `took` is how many seconds the slowest of them took to fetch.
    """

    ends: Ends
    tags: frozenset[Tag]
    stamps: tuple[tuple[Position, Collection[Tag]], ...]
    took: float

    @classmethod
    def of(cls, trail: Trail) -> "Parts | None":
        """Return what a trail tells; `None` if the cache gave out nothing."""
        fresh, refresh, error = trail.fresh_until, trail.refresh_until, trail.error_until
        if fresh is None or refresh is None or error is None:
            return None
        stamps: dict[Position, set[Tag]] = {}
        for stamp, tags in trail.parts:
            stamps.setdefault(stamp, set()).update(tags)
        return cls(
            Ends(fresh, refresh, error),
            frozenset(trail.tags),
            tuple((stamp, tuple(tags)) for stamp, tags in stamps.items()),
            trail.took,
        )


@dataclass(frozen=True, slots=True)
class Story:
    """How an answer came about that was executed for this very request.

    `seconds` is how long that took; `stored` says that it is kept now.
    """

    way: Way
    trail: Trail
    seconds: float
    stored: bool = False

    @property
    def is_explained(self) -> bool:
        """Whether the answer tells how it came about: that is for who asked, and nobody else."""
        return self.trail.decided is not None


@dataclass(slots=True, eq=False)
class Answer:
    """A finished answer.

    `is_whole` says that it is what a healthy system gives: no errors, nothing degraded.
    `may_be_shared` says that others who asked the same at the same moment may have it, even if it
    is degraded; one with errors speaks of one request only. Without `parts` nobody knows for how
    long it holds. `media_type` is `None` where `Accept` chooses between GraphQL's two. `more` are
    headers that belong to the content.

    `operation` is what was executed for it, `codes` are those of its errors, and `degraded` says
    what was not whole in it: by source, reason and what stood in its place.

    The rest is for whoever keeps it: the headers as last written, what was last checked, and
    where it is counted. One that nobody may keep for longer is given out until `held_until`, if
    nothing was marked since `held_at`.
    """

    status: int
    body: bytes
    media_type: str | None = JSON
    is_whole: bool = False
    may_be_shared: bool = False
    used: Used = ()
    parts: Parts | None = None
    languages: tuple[str, ...] = ()
    more: tuple[tuple[bytes, bytes], ...] = ()
    operation: str = NONE
    codes: tuple[str, ...] = ()
    degraded: tuple[tuple[str, str, str], ...] = ()
    etag: str = field(init=False, default="")
    figures: RequestFigures | None = field(init=False, default=None)
    checked: int | None = None
    early_from: float = 0.0
    held_until: float = 0.0
    held_at: int | None = None
    tagged: TagHeaders | None = None
    written: dict[tuple[str, bool], tuple[int, Head]] = field(default_factory=dict)

    def etag_as(self, media_type: str) -> str:
        """Return the tag of what is sent as a media type, where `Accept` chooses between two.

        A strong tag is that of one representation (RFC 9110, section 8.8.1).
        """
        if self.media_type is not None or media_type == JSON or not self.etag:
            return self.etag
        return f'{self.etag[:-1]}-g"'

    def __post_init__(self) -> None:
        if self.is_whole:
            self.etag = etag_of(self.body)


def to_json(value: object) -> bytes:
    """Return the JSON of an answer.

    Content may hold what the fast encoder refuses (integers over 64 bits, lone surrogates):
    then the standard library writes it.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def degraded_entries(degraded: Iterable[Degraded]) -> list[dict[str, Any]]:
    """Return `extensions.degraded`, and the `degraded` of REST answers."""
    return [
        {
            "source": one.source,
            "reason": one.reason,
            "served": one.served,
            "ageSeconds": one.age_seconds,
        }
        for one in degraded
    ]
