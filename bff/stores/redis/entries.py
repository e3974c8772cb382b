"""Entries in Redis: each under a key of its own, so that a cluster spreads them.

An entry begins with 32 digits: its stamp and the instant its fetch began, in microseconds. They
order the entries of one key, for Redis as well, and tell without decoding what is not to be
believed. Then come 8 bytes that tell under which key it was written: should answers ever be mixed
up, the price of another product is a miss. Redis itself drops what has outlived its policy.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from bff.domain.marks import Position
from bff.ports import Entry
from bff.stores.codec import RELEASE, order_of
from bff.stores.redis.clients import Answer, Command
from bff.stores.redis.scripts import KEEP

_DIGITS = 16
_HEAD = 2 * _DIGITS
_BOUND = 8
_MICROSECONDS = 1_000_000
_SKEW = 2.0  # seconds that the clocks of two replicas may differ by


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """What orders the entries of one key: the later stamp, then the later fetch, is better."""

    stamp: Position
    started: int

    @classmethod
    def of(cls, entry: Entry) -> "Age":
        """Return the age of an entry."""
        return cls.at(entry.stamp, entry.started_at)

    @classmethod
    def at(cls, stamp: Position, started_at: float) -> "Age":
        """Return the age of what was fetched at an instant, in seconds since 1970.

        Raises:
            ValueError, OverflowError: it is none.
        """
        return cls(stamp, int(started_at * _MICROSECONDS))


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it lies in Redis."""

    age: Age
    encoded: bytes

    def is_credible(self, position: Position, now: float) -> bool:
        """Tell whether it can be true.

        It cannot if it comes from the future, or is stamped with a position that the log does not
        have: then the log was lost since, and the marks after that are gone.
        """
        return self.age.stamp <= position and self.age.started <= (now + _SKEW) * _MICROSECONDS


class SharedEntries:
    """Knows how entries are written down.

    Each release, and each way to set one up, has keys of its own. While one takes the other's
    place both are at work, and neither can read what the other writes.
    """

    def __init__(self, prefix: str, release: bytes = RELEASE) -> None:
        self._prefix = f"{prefix}:entry:{release.hex()}:"

    @property
    def prefix(self) -> str:
        """What the keys of all entries begin with in Redis."""
        return self._prefix

    def asking(self, keys: Sequence[str]) -> list[Command]:
        """Return the commands that read entries."""
        return [("GET", self._key(key)) for key in keys]

    def found(self, key: str, answer: Answer) -> StoredEntry | None:
        """Return what Redis has under a key; `None` if that is nothing of ours.

        It is nothing, too, if it was written under another key, or is not as old as it says.
        """
        if not isinstance(answer, bytes) or answer[_HEAD : _HEAD + _BOUND] != self._bound(key):
            return None
        stamp, started = answer[:_DIGITS], answer[_DIGITS:_HEAD]
        if not (stamp.isdigit() and started.isdigit()):
            return None
        age, encoded = Age(int(stamp), int(started)), answer[_HEAD + _BOUND :]
        try:
            is_so = Age.at(*order_of(encoded)) == age
        except (struct.error, ValueError, OverflowError):
            return None
        return StoredEntry(age, encoded) if is_so else None

    def keeping(
        self, entries: Mapping[str, Entry], encoded: Mapping[str, bytes], now: float
    ) -> list[Command]:
        """Return the commands that keep entries for as long as anybody can use them."""
        commands: list[Command] = []
        for key, written in encoded.items():
            entry = entries[key]
            longest = entry.policy.longest
            left = int(min(entry.started_at + longest - now, longest) * 1000)
            if left > 0:
                age = Age.of(entry)
                head = f"{age.stamp:0{_DIGITS}}{age.started:0{_DIGITS}}".encode()
                whole = head + self._bound(key) + written
                commands.append(("EVAL", KEEP, 1, self._key(key), whole, left))
        return commands

    def _bound(self, key: str) -> bytes:
        return blake2b(self._key(key), digest_size=_BOUND).digest()

    def _key(self, key: str) -> bytes:
        # Keys can hold what shoppers typed, half characters included.
        return (self._prefix + key).encode("utf-8", "surrogatepass")
