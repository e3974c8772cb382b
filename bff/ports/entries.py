"""What is kept: values with their lifetimes, and what was found of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bff.domain.freshness import Policy, Verdict, judge
from bff.domain.marks import Mark, Position, Tag


@dataclass(frozen=True, slots=True)
class Entry:
    """A cached value.

    `started_at` is the instant of the `WallClock` before its fetch began, which took `took`
    seconds; `stamp` is the position in the log of marks that was known then. Marks on its `tags`
    from later positions condemn it.
    """

    value: object
    policy: Policy
    started_at: float
    took: float = 0.0
    stamp: Position = 0
    tags: frozenset[Tag] = frozenset()


class Level(Enum):
    """Where an entry was found."""

    MEMORY = "memory"
    SHARED = "shared"

    __hash__ = object.__hash__  # each is there once; that of enums is written in Python


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry that a store has, and the newest mark that condemns it, if there is one."""

    entry: Entry
    mark: Mark | None = None
    level: Level = Level.MEMORY

    def verdict(self, now: float, luck: float = 1.0) -> Verdict:
        """Return what it is good for at an instant; see `judge`. By default nobody is chosen."""
        entry = self.entry
        return judge(
            entry.policy,
            entry.started_at,
            entry.took,
            is_marked=self.mark is not None,
            now=now,
            luck=luck,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a store has of some keys, and the position in the log of marks as of this reading.

    Every mark that was stored before the reading began is at or below `position`, except where
    the whole of it came from this process's memory: other replicas' marks reach that by a feed.
    """

    kept: Mapping[str, Kept]
    position: Position
