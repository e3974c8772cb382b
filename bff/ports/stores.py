"""Where values are kept, who knows of marks, and who of several processes fetches what."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from bff.domain.marks import Mark, Position, Tag, Touched
from bff.ports.entries import Entry, Reading


class MarkLog(Protocol):
    """The marks as far as this process knows them; asking it costs no I/O."""

    @property
    def position(self) -> Position:
        """The newest position known."""
        ...

    @property
    def changes(self) -> int:
        """A count that grows with every mark that arrives, late ones included.

        `position` does not move when a mark from before it arrives, as one of another replica may.
        """
        ...

    @property
    def is_live(self) -> bool:
        """Whether other replicas' marks arrive here. While they do not, memory is not trusted."""
        ...

    def newest(self, tags: Collection[Tag], after: Position) -> Mark | None:
        """Return the newest mark on any of these tags behind a position."""
        ...

    def of(self, tag: Tag) -> Mark | None:
        """Return the newest mark of this very tag, whatever else was marked after it."""
        ...


class Store(Protocol):
    """Keeps entries as long as anybody can use them, or until room is needed.

    A broken store is a slow one: reading and writing never fail, they find and keep nothing.
    """

    @property
    def marks(self) -> MarkLog:
        """What is known of marks here."""
        ...

    async def read(self, keys: Sequence[str]) -> Reading:
        """Return the entries that have not outlived their policy, marked ones included."""
        ...

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """Keep the entries. Of two under one key the one with the later stamp stays."""
        ...

    async def mark(self, touched: Sequence[Touched]) -> Position:
        """Mark tags, for all replicas; return the position of the last mark.

        Raises:
            StoreUnavailable: other replicas cannot be told. This process has marked its own
                memory all the same.
        """
        ...

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        """Return the keys read here not long ago whose entries carry one of these tags."""
        ...


class Leases(Protocol):
    """Who of several processes may fetch what. They never fail: in doubt everybody may."""

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:
        """Take what nobody else has of `keys`, for at most so long; return what was taken.

        Should this process die or stand still, others may take it sooner.
        """
        ...

    async def give_back(self, keys: Collection[str]) -> None:
        """Give back what this process has taken, whether the fetch went well or not."""
        ...

    async def wait(self, keys: Collection[str], seconds: float) -> None:
        """Return once one of `keys` may have been given back, after `seconds` at the latest."""
        ...


class Foresight(Protocol):
    """Knows from last time what a question needs of a shared store, so as to read it at once.

    It is a guess: what is wrong about it costs a reading, and never an answer.
    """

    async def bring(self, question: str) -> frozenset[str]:
        """Read what a question needed when it was last answered, in one round trip.

        Return the keys of what was brought: it was not at hand before.
        """
        ...

    def remember(self, question: str, keys: Collection[str]) -> None:
        """Take note of what a question needed."""
        ...
