"""The marks that this process knows of."""

from collections.abc import Collection, Iterable

from bff.domain.marks import EVERYTHING, Mark, Position, Tag


class MarkTable:
    """The newest mark of each tag; satisfies `MarkLog`.

    `is_live` is for whoever feeds it to set: while other replicas' marks do not arrive, what is
    in memory is not to be trusted for long.
    """

    def __init__(self) -> None:
        self.position: Position = 0
        self.is_live = True
        self._newest: dict[Tag, Mark] = {}

    def add(self, marks: Iterable[Mark]) -> None:
        """Take marks in, in any order, those that are known already included."""
        for mark in marks:
            known = self._newest.get(mark.touched.tag)
            if known is None or known.position < mark.position:
                self._newest[mark.touched.tag] = mark
            self.position = max(self.position, mark.position)

    def newest(self, tags: Collection[Tag], after: Position) -> Mark | None:
        """See `MarkLog.newest`."""
        if after >= self.position:
            return None
        found: Mark | None = None
        for tag in (*tags, EVERYTHING):
            mark = self._newest.get(tag)
            if mark is not None and mark.position > (found.position if found else after):
                found = mark
        return found

    def forget(self, before: Position) -> None:
        """Drop marks that no entry can be old enough for any more."""
        self._newest = {tag: mark for tag, mark in self._newest.items() if mark.position >= before}
