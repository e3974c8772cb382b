"""What an old copy is good for when nobody can fetch a new one."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from bff.domain.freshness import Verdict
from bff.domain.marks import Tag
from bff.ports import Entry, Kept, MarkLog

Remaining: TypeAlias = Callable[[object, Collection[Tag]], object]
"""What is left of a value once something that it was made of is gone, by tags; `None`: nothing."""


class Use(Enum):
    """What becomes of an old copy."""

    SHOWN = "copy"
    """It is shown, as degraded."""
    WITHHELD = "withheld"
    """It is a price: known to be wrong, or older than a price may be. There was one: say so."""
    DROPPED = "nothing"
    """The thing is gone."""
    NONE = "none"
    """There is none, or none of use."""


@dataclass(frozen=True, slots=True)
class OldCopy:
    """What is left of an old copy, and how it may be used. Its age is in seconds."""

    use: Use
    value: object = None
    age: float = 0.0


def old_copy(entry: Entry | None, marks: MarkLog, now: float, remaining: Remaining) -> OldCopy:
    """Return what may be shown of an old copy.

    That something does not exist is not believed once it is old, or a mark says otherwise.
    """
    if entry is None or entry.value is None:
        return OldCopy(Use.NONE)
    mark = marks.newest(entry.tags, entry.stamp)
    age = max(0.0, now - entry.started_at)
    verdict = Kept(entry, mark).verdict(now)
    if verdict in {Verdict.MARKED, Verdict.DEAD} and entry.policy.is_price:
        return OldCopy(Use.WITHHELD, age=age)
    if verdict is Verdict.DEAD:
        return OldCopy(Use.NONE)
    gone = _gone(entry, marks) if mark is not None else ()
    value = remaining(entry.value, gone) if gone else entry.value
    return OldCopy(Use.DROPPED) if value is None else OldCopy(Use.SHOWN, value, age)


def _gone(entry: Entry, marks: MarkLog) -> Collection[Tag]:
    """Return the tags whose own newest mark says that what they name is gone."""
    newest = ((tag, marks.newest((tag,), entry.stamp)) for tag in entry.tags)
    return {
        tag
        for tag, mark in newest
        if mark is not None and mark.touched.tag == tag and mark.touched.is_gone
    }
