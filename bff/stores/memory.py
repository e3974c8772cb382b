"""The `Store` port in this process, over cachetools."""

from collections.abc import Collection, Mapping, Sequence

from cachetools import TLRUCache

from bff.domain.marks import Mark, Position, Tag, Touched
from bff.ports import Entry, Kept, Reading, WallClock
from bff.stores.mark_table import MarkTable

_MICROSECONDS = 1_000_000


def _expires_at(_key: str, entry: Entry, _now: float) -> float:
    return entry.started_at + entry.policy.longest


class MemoryStore:
    """Keeps at most `entries` values, dropping the least recently used first.

    Values are handed out as they are, not copied. They are frozen dataclasses and tuples, but the
    mappings in them are plain dicts: whoever reads an entry must not change those.
    """

    def __init__(self, entries: int, now: WallClock) -> None:
        self.marks = MarkTable()
        self._now = now
        self._cache: TLRUCache[str, Entry] = TLRUCache(entries, ttu=_expires_at, timer=now)

    async def read(self, keys: Sequence[str]) -> Reading:
        """See `Store.read`."""
        found = ((key, self._cache.get(key)) for key in keys)
        marks = self.marks
        kept = {
            key: Kept(entry, marks.newest(entry.tags, entry.stamp))
            for key, entry in found
            if entry is not None
        }
        return Reading(kept, marks.position)

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """See `Store.write`."""
        for key, entry in entries.items():
            known = self._cache.get(key)
            if known is None or known.stamp <= entry.stamp:
                self._cache[key] = entry

    async def mark(self, touched: Sequence[Touched]) -> Position:
        """See `Store.mark`; there are no other replicas."""
        now = self._now()
        position = max(self.marks.position + 1, int(now * _MICROSECONDS))
        self.marks.add(Mark(one, position, now) for one in touched)
        return position

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        """See `Store.hot`."""
        return [key for key, entry in self._cache.items() if not entry.tags.isdisjoint(tags)]
