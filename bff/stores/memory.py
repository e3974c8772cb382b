"""The `Store` port in this process, over cachetools."""

from collections.abc import Collection, Mapping, Sequence

from cachetools import TLRUCache

from bff.domain.marks import Mark, Position, Tag, Touched
from bff.ports import Entry, Kept, Level, Reading, WallClock
from bff.stores.mark_table import MarkTable

_MICROSECONDS = 1_000_000


def _expires_at(_key: str, entry: Entry, _now: float) -> float:
    return entry.started_at + entry.policy.longest


class MemoryStore:
    """Keeps at most `max_bytes`, dropping the least recently used first; see the `Store` port.

    Values are handed out as they are, not copied. They are frozen dataclasses and tuples, but the
    mappings in them are plain dicts: whoever reads an entry must not change those.
    """

    def __init__(self, max_bytes: int, now: WallClock, marks: MarkTable | None = None) -> None:
        self.marks = marks if marks is not None else MarkTable()
        self._now = now
        self._cache: TLRUCache[str, Entry] = TLRUCache(
            max_bytes // 2048, ttu=_expires_at, timer=now
        )

    def look(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Return what is here of `keys`, without any I/O."""
        found = ((key, self._cache.get(key)) for key in keys)
        return {
            key: Kept(entry, self.marks.newest(entry.tags, entry.stamp))
            for key, entry in found
            if entry is not None
        }

    def put(self, entries: Mapping[str, Entry]) -> dict[str, bytes]:
        """Keep entries; return them in the form in which replicas share them.

        What cannot be written in that form is kept nowhere, and absent.
        """
        for key, entry in entries.items():
            known = self._cache.get(key)
            if known is None or (known.stamp, known.started_at) <= (entry.stamp, entry.started_at):
                self._cache[key] = entry
        return {}

    def take_in(self, encoded: Mapping[str, bytes], level: Level) -> dict[str, Kept]:
        """Keep what `put` of another replica returned; return the entries, judged by the marks.

        What is no entry of this release, or has outlived its policy, is absent.
        """
        raise NotImplementedError

    def encoded(self, key: str) -> bytes | None:
        """Return an entry in the form in which replicas share it; `None` if it is not here."""
        raise NotImplementedError

    async def read(self, keys: Sequence[str]) -> Reading:
        """See `Store.read`."""
        return Reading(self.look(keys), self.marks.position)

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """See `Store.write`."""
        self.put(entries)

    async def mark(self, touched: Sequence[Touched]) -> Position:
        """See `Store.mark`; there are no other replicas."""
        now = self._now()
        position = max(self.marks.position + 1, int(now * _MICROSECONDS))
        self.marks.add(Mark(one, position, now) for one in touched)
        return position

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        """See `Store.hot`."""
        return [key for key, entry in self._cache.items() if not entry.tags.isdisjoint(tags)]
