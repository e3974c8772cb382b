"""What becomes of values that were just fetched: entries, judged by the marks that are known."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bff.domain.freshness import Policy, retry_after_mark
from bff.domain.marks import DOUBT, EVERYTHING, Mark, Position, Tag, Version, is_behind
from bff.ports import Call, Entry, Kept, MarkLog, WallClock
from bff.telemetry.metrics import EDIT_TO_VISIBLE

_MOST_SEEN = 10_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """A value that has just been fetched, and how long it may be used.

    `tags` are what it was made of, `versions` those of documents in it, by their tags.
    """

    value: object
    policy: Policy
    tags: frozenset[Tag] = frozenset()
    versions: Mapping[Tag, Version] = field(default_factory=dict)


Fetch: TypeAlias = Callable[[tuple[str, ...], Call], Awaitable[Mapping[str, Fetched]]]
"""Fetches the values of some keys. It may bring more than it was asked for."""


@dataclass(frozen=True, slots=True)
class Departure:
    """What was known when a fetch began: see `Entry`."""

    stamp: Position
    started_at: float


class Landing:
    """Makes entries of what was fetched, and tells how long edits took to be visible."""

    def __init__(self, marks: MarkLog, now: WallClock) -> None:
        self._marks = marks
        self._now = now
        self._seen: dict[Tag, Position] = {}

    def entries(
        self,
        source: str,
        fetched: Mapping[str, Fetched],
        before: Mapping[str, Kept],
        departure: Departure,
        took: float,
    ) -> dict[str, Entry]:
        """Return the entries to keep. `before` is what there was of them before the fetch.

        What is older than an edit that we were told of is kept for a moment only: the source
        has not got it everywhere yet, and is to be asked again.
        """
        now = self._now()
        landed = {}
        for key, found in fetched.items():
            policy, ahead = found.policy, self._ahead(found, now)
            if ahead is not None:
                policy = policy.while_behind(retry_after_mark(now - ahead.marked_at))
            else:
                self._tell(source, _waited_for(self._marks, found, before.get(key)), now)
            landed[key] = Entry(
                found.value, policy, departure.started_at, took, departure.stamp, found.tags
            )
        return landed

    def _ahead(self, found: Fetched, now: float) -> Mark | None:
        """Return the newest mark that tells of a later version than was fetched."""
        newest: Mark | None = None
        for tag in found.tags:
            mark = self._marks.of(tag)
            if (
                mark is not None
                and (is_behind(found.versions, mark) or _is_missed(found.versions, mark))
                and now - mark.marked_at < _patience(mark, found)
                and (newest is None or newest.position < mark.position)
            ):
                newest = mark
        return newest

    def _tell(self, source: str, marks: Iterable[Mark], now: float) -> None:
        for mark in marks:
            tag = mark.touched.tag
            if self._seen.get(tag, -1) >= mark.position:
                continue
            self._seen.pop(tag, None)  # so that it moves to the end
            self._seen[tag] = mark.position
            if len(self._seen) > _MOST_SEEN:
                del self._seen[next(iter(self._seen))]
            edited = mark.touched.changed_at
            since = mark.marked_at if edited is None else edited
            EDIT_TO_VISIBLE.labels(source).observe(max(0.0, now - since))


def _patience(mark: Mark, found: Fetched) -> float:
    """Return for how many seconds a later version is waited for.

    What is said to be gone may be there again, and nobody told. What was not found may be more
    than was asked for.
    """
    is_known = mark.touched.version is not None and mark.touched.tag in found.versions
    return found.policy.fresh if is_known else DOUBT


def _is_missed(versions: Mapping[Tag, Version], mark: Mark) -> bool:
    """Tell whether a document that is there, as a mark told, was not found with a value."""
    told = mark.touched
    return told.version is not None and not told.is_gone and told.tag not in versions


def _waited_for(marks: MarkLog, found: Fetched, kept: Kept | None) -> Iterable[Mark]:
    """Yield the marks whose edit can be seen now."""
    if kept is None:
        return
    if kept.mark is not None and kept.mark.touched.tag != EVERYTHING:
        if not _had_it(kept, kept.mark):
            yield kept.mark
    elif kept.entry.policy.is_behind:
        for tag in found.versions:
            mark = marks.of(tag)
            if mark is not None:
                yield mark


def _had_it(kept: Kept, mark: Mark) -> bool:
    """Tell whether a value had the edit before this mark: sources that are asked tell it again."""
    edited, entry = mark.touched.changed_at, kept.entry
    return edited is not None and entry.started_at > edited and not entry.policy.is_behind
