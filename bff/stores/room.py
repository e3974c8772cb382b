"""Encoded entries within a number of bytes, over cachetools."""

from collections.abc import Callable
from typing import TypeAlias

from cachetools import TLRUCache

from bff.ports import WallClock
from bff.stores.codec import end_of

_Item: TypeAlias = tuple[str, bytes]

OVERHEAD = 420
"""What an entry takes besides its key and its bytes: measured, see `benchmarks.memory`."""


def size_of(key: str, encoded: bytes) -> int:
    """Return how many bytes an entry takes in memory."""
    return len(key) + len(encoded) + OVERHEAD


class Room:
    """Drops what has outlived its policy, and then what was not used for longest.

    `on_eviction` is told the key of what was dropped although somebody could still use it.
    """

    def __init__(self, max_bytes: int, now: WallClock, on_eviction: Callable[[str], None]) -> None:
        self._items = _Items(max_bytes, now, on_eviction)

    @property
    def used(self) -> int:
        """How much room is in use."""
        return int(self._items.currsize)

    def find(self, key: str) -> bytes | None:
        """Return an entry that has not outlived its policy; it counts as used."""
        item = self._items.get(key)
        return None if item is None else item[1]

    def keep(self, key: str, encoded: bytes) -> None:
        """Keep an entry, in the place of what was there."""
        self._items[key] = (key, encoded)

    def drop(self, key: str) -> None:
        """Forget an entry."""
        self._items.pop(key, None)


class _Items(TLRUCache[str, _Item]):
    def __init__(self, max_bytes: int, now: WallClock, on_eviction: Callable[[str], None]) -> None:
        super().__init__(
            max_bytes,
            ttu=lambda _key, item, _now: end_of(item[1]),
            timer=now,
            getsizeof=lambda item: size_of(*item),
        )
        self._on_eviction = on_eviction

    def popitem(self) -> tuple[str, _Item]:
        """Drop the least recently used; called by cachetools to make room."""
        key, item = super().popitem()
        self._on_eviction(key)
        return key, item
