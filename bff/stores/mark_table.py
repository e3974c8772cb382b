"""The marks that this process knows of."""

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import replace

from bff.domain.marks import EVERYTHING, Mark, Position, Tag, Touched

_MOST = 100_000


class MarkTable:
    """The newest mark of each tag, at most so many; satisfies `MarkLog`.

    What it had to drop it does not forget altogether: whatever is as old as the newest dropped
    mark (the floor) counts as marked by `EVERYTHING`. That costs a fetch and is never wrong.

    `is_live` is for whoever feeds it to set: while other replicas' marks do not arrive, what is
    in memory is not to be trusted for long.
    """

    def __init__(self, most: int = _MOST) -> None:
        self.position: Position = 0
        self.changes = 0
        """Grows whenever a mark is taken in, be it one that others overtook on the way here.

        What was found unmarked stays so until this moves. `position` does not tell that: a mark
        from before it may still arrive.
        """
        self.is_live = True
        self._most = most
        self._newest: OrderedDict[Tag, Mark] = OrderedDict()
        """In the order in which they arrived, which is nearly that of their positions."""
        self._floor: Mark | None = None

    def __len__(self) -> int:
        return len(self._newest)

    def add(self, marks: Iterable[Mark]) -> None:
        """Take marks in, in any order, those that are known already included."""
        newest = self._newest
        for mark in marks:
            tag = mark.touched.tag
            known = newest.get(tag)
            if known is not None and mark.position <= known.position:
                continue
            newest[tag] = mark if known is None else _knowing(mark, known.touched)
            newest.move_to_end(tag)
            self.changes += 1
            self.position = max(self.position, mark.position)
        while len(newest) > self._most:
            self._drop_oldest()

    def newest(self, tags: Collection[Tag], after: Position) -> Mark | None:
        """See `MarkLog.newest`."""
        if after >= self.position:
            return None
        floor, newest = self._floor, self._newest
        found = floor if floor is not None and floor.position > after else None
        if EVERYTHING not in newest and newest.keys().isdisjoint(tags):
            return found  # nearly always
        for tag in (*tags, EVERYTHING):
            mark = newest.get(tag)
            if mark is not None and mark.position > (found.position if found else after):
                found = mark
        return found

    def of(self, tag: Tag) -> Mark | None:
        """See `MarkLog.of`."""
        return self._newest.get(tag)

    def _drop_oldest(self) -> None:
        _, mark = self._newest.popitem(last=False)
        if self._floor is None or self._floor.position < mark.position:
            self._floor = Mark(Touched(EVERYTHING), mark.position, mark.marked_at)


def _knowing(mark: Mark, earlier: Touched) -> Mark:
    """Return a mark with the highest version that was told: deliveries overtake each other.

    What was gone in between may well begin anew.
    """
    told, known = mark.touched.version, earlier.version
    is_higher = known is None or (told is not None and told >= known)
    if is_higher or mark.touched.is_gone or earlier.is_gone:
        return mark
    return replace(mark, touched=replace(mark.touched, version=known))
