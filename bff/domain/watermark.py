"""How far a list was read that tells when each thing in it was edited last. Pure.

    ── asked for already ──┬── overlap ──┐ newest instant that was told
                           └─ seen ──────┘

Two edits may have the same instant, and one that was written down earlier may be visible later:
what is a little older than the newest is asked for again, and told once. All instants are the
source's own, in milliseconds since 1970, so that nobody's clock matters.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

OVERLAP = 60_000
"""Milliseconds. Longer than any source takes to show what it has written down."""
_MOST_SEEN = 5_000  # of more edits in that time the oldest are told twice
_LONGEST = 1_000_000  # characters
_LAST = 253_402_300_799_999  # of the year 9999


@dataclass(frozen=True, slots=True)
class Watermark:
    """The newest instant that was told, and what was `seen` of the time just before it."""

    newest: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)

    @property
    def since(self) -> int:
        """From when on to ask: whatever was edited at this instant or later."""
        return max(self.newest - OVERLAP, 0)

    def news(self, found: Mapping[str, int]) -> Sequence[str]:
        """Return what of the found was not told yet, by name and instant."""
        return [
            name for name, at in found.items() if at >= self.since and self.seen.get(name) != at
        ]

    def after(self, found: Mapping[str, int]) -> Self:
        """Return how far it is read once the found is told."""
        newest = max((self.newest, *found.values()))
        known = sorted({**self.seen, **found}.items(), key=lambda one: (one[1], one[0]))
        recent = [(name, at) for name, at in known if at >= newest - OVERLAP]
        return type(self)(newest, dict(recent[-_MOST_SEEN:]))

    def cursor(self) -> str:
        """Return this as text."""
        return json.dumps([self.newest, dict(self.seen)], separators=(",", ":"))

    @classmethod
    def of(cls, cursor: str | None) -> Self | None:
        """Read such a text; `None` if it is none, or of another program."""
        if cursor is None or len(cursor) > _LONGEST:
            return None
        try:
            match json.loads(cursor):
                case [int() as newest, dict() as seen] if 0 <= newest <= _LAST:
                    return cls(newest, {name: at for name, at in seen.items() if type(at) is int})
        except (ValueError, RecursionError):
            pass
        return None


@dataclass(slots=True)
class Census:
    """The names of all things there are, as last heard: who is missing was taken away.

    Nobody tells of what is not there any more. The names are read once, and again when there are
    not as many as there should be.
    """

    names: set[str] | None = None

    def copy(self) -> Self:
        """Return the same names, to be changed by themselves."""
        return type(self)(None if self.names is None else set(self.names))

    def met(self, found: Iterable[str]) -> Sequence[str]:
        """Take in what was found; return what of it was not there before, edited or not."""
        if self.names is None:
            return ()
        new = [name for name in dict.fromkeys(found) if name not in self.names]
        self.names.update(new)
        return new

    def fits(self, count: int) -> bool:
        """Tell whether that is as many as there are; the first time nobody knows."""
        return self.names is not None and len(self.names) == count

    def taken(self, names: set[str]) -> tuple[Sequence[str], Sequence[str]]:
        """Take in all names there are; return which are new and which are gone.

        The first time nobody knows.
        """
        before, self.names = self.names, set(names)
        if before is None:
            return (), ()
        return sorted(names - before), sorted(before - names)
