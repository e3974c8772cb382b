"""Marks: what was changed since. A kept value that carries a marked tag is known to be wrong.

To mark is what others call a soft purge: nothing is deleted.

Marks form one log for all replicas. A position in it is a number that only grows; a value carries
the position that was known before its fetch began (its stamp), so that every later mark on one
of its tags condemns it, however reads, fetches, writes and marks interleave. Not knowing of the
latest marks makes a stamp too low, and then a value is fetched once more than needed: never
once less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Tag: TypeAlias = str
"""What values are marked by: see `bff.domain.tags`."""

Position: TypeAlias = int
"""A place in the log of marks, about the microseconds since 1970 in production."""

Version: TypeAlias = int
"""Orders the versions of one document of one content system, and nothing else."""

DOUBT = 60.0
"""Seconds. A content system's own cache has heard of an edit by then."""

EVERYTHING: Tag = "*"
"""The tag that every value carries without saying so: when the log itself was lost."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A tag to be marked.

    `is_gone` says that it is no longer there, rather than changed; `version` is the one that the
    content system has now, where it told; `changed_at` when it was edited, in seconds since 1970,
    where somebody said.
    """

    tag: Tag
    is_gone: bool = False
    version: Version | None = None
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag that was marked at a position in the log, at an instant in seconds since 1970."""

    touched: Touched
    position: Position
    marked_at: float


def is_behind(versions: Mapping[Tag, Version], mark: Mark) -> bool:
    """Tell whether a value was made of an older version than the one that a mark told of.

    Any version is older than that a document is gone, which has none.
    """
    told, read = mark.touched.version, versions.get(mark.touched.tag)
    if read is None:
        return False
    return mark.touched.is_gone if told is None else read < told
