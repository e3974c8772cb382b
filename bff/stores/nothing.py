"""The `Store` port that keeps nothing: what goes through it is asked for each time."""

from collections.abc import Collection, Mapping, Sequence

from bff.domain.marks import Position, Tag, Touched
from bff.ports import Entry, Reading
from bff.stores.mark_table import MarkTable


class NoStore:
    """Forgets at once. A preview reads through it: drafts change with every keystroke."""

    def __init__(self) -> None:
        self.marks = MarkTable()

    async def read(self, keys: Sequence[str]) -> Reading:  # noqa: ARG002 - the port's
        """See `Store.read`; nothing is ever there."""
        return Reading({}, 0)

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """See `Store.write`; it is as if everything had expired."""

    async def mark(self, touched: Sequence[Touched]) -> Position:  # noqa: ARG002 - the port's
        """See `Store.mark`; there is nothing to mark."""
        return 0

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:  # noqa: ARG002 - the port's
        """See `Store.hot`; nothing is."""
        return ()
