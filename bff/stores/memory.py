"""The `Store` port in this process, over cachetools."""

from collections.abc import Mapping, Sequence

from cachetools import TLRUCache

from bff.ports import Clock, Entry


def _expires_at(_key: str, entry: Entry, _now: float) -> float:
    return entry.started_at + entry.fresh_for


class MemoryStore:
    """Keeps at most `entries` values, dropping the least recently used first.

    Values are handed out as they are, not copied. They are frozen dataclasses and tuples, but the
    mappings in them are plain dicts: whoever reads an entry must not change those.
    """

    def __init__(self, entries: int, clock: Clock) -> None:
        self._cache: TLRUCache[str, Entry] = TLRUCache(entries, ttu=_expires_at, timer=clock)

    async def read(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """See `Store.read`."""
        found = ((key, self._cache.get(key)) for key in keys)
        return {key: entry for key, entry in found if entry is not None}

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """See `Store.write`."""
        for key, entry in entries.items():
            self._cache[key] = entry
