"""The `Store` port in this process: the first level of the cache, or all of it."""

import logging
from collections.abc import Collection, Mapping, Sequence

from bff.domain.marks import EVERYTHING, Mark, Position, Tag, Touched
from bff.ports import Entry, Kept, Level, Reading, WallClock
from bff.stores.codec import decode, encode, end_of, inflated_size_of, order_of
from bff.stores.codec_plain import Unwritable
from bff.stores.front import Front, Hot
from bff.stores.mark_table import MarkTable
from bff.stores.room import Room, size_of
from bff.telemetry import log
from bff.telemetry.metrics import CACHE_BYTES, CACHE_EVICTIONS, CACHE_REFUSALS

_MICROSECONDS = 1_000_000
_FRONT = 5
"""One part in so many is for decoded entries."""
_LARGEST = 8
"""An entry takes at most one part in so many."""
_TOUCHES = 8
"""What is read is told to be in use each time that one part in so many was written anew."""
_CROWDED = 12
"""Entries are deflated once one part in so many is taken: before, there is room enough."""
_DECODED = 4
"""Values take so many times their MessagePack: measured, see `benchmarks.memory`."""
_HOT_SECONDS = 300.0
_MOST_HOT = 10_000
_EVICTIONS = CACHE_EVICTIONS.labels(Level.MEMORY.value)


class MemoryStore:
    """Keeps at most `max_bytes`; satisfies `Store` by itself, and is the first level of another.

    Entries are kept as bytes; those that are read often also as values, within the same bytes.
    Values are handed out as they are, not copied. They are frozen dataclasses and tuples, but the
    mappings in them are plain dicts: whoever reads an entry must not change those.

    What was found unmarked is compared with the marks again once others have arrived.
    """

    def __init__(self, max_bytes: int, now: WallClock, marks: MarkTable | None = None) -> None:
        self.marks = marks if marks is not None else MarkTable()
        self._now = now
        front = max_bytes // _FRONT
        self._front = Front(front)
        self._room = Room(max_bytes - front, now, self._evicted)
        self._largest = max_bytes // _LARGEST
        self._written = 0
        self._touch_each = (max_bytes - front) // _TOUCHES
        self._crowded_at = (max_bytes - front) // _CROWDED
        CACHE_BYTES.labels(Level.MEMORY.value).set_function(lambda: self.used)

    @property
    def used(self) -> int:
        """How much of the room is in use, by what is encoded and what is decoded."""
        return self._room.used + self._front.used

    def look(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Return what is here of `keys`, marked or not, without any I/O."""
        now, changes, written = self._now(), self.marks.changes, self._written
        young = self._front.young
        found = {}
        for key in keys:
            hot = young.get(key)
            if hot is None or hot.changes != changes or hot.touch_at <= written or hot.ends <= now:
                hot = self._find(key)
                if hot is None:
                    continue
            hot.read_at = now
            found[key] = hot.kept
        return found

    def put(self, entries: Mapping[str, Entry], *, deflates: bool = True) -> dict[str, bytes]:
        """Keep entries; return them in the form in which replicas share them.

        That is also returned of what is not kept here for being too large, or older than what is
        here. What cannot be written in that form is absent, and kept nowhere.
        """
        encoded = {}
        for key, entry in entries.items():
            try:
                encoded[key] = encode(entry, deflates=deflates)
            except Unwritable:
                _refused("unwritable")
                log("entry_unwritable", level=logging.WARNING, kind=type(entry.value).__name__)
                continue
            self._keep(key, encoded[key], entry)
        return encoded

    def take_in(self, encoded: Mapping[str, bytes]) -> dict[str, Kept]:
        """Keep what `put` of another replica returned; return the entries, judged by the marks.

        Where a later entry is here already, that is returned. What is no entry of this release,
        or has outlived its policy, is absent.
        """
        taken: dict[str, Kept] = {}
        now = self._now()
        for key, each in encoded.items():
            entry = decode(each)
            if entry is None or end_of(each) <= now:
                continue
            if self._keep(key, each, entry):
                taken[key] = Kept(entry, self._mark_of(entry), Level.SHARED)
            else:
                taken |= self.look((key,))
        return taken

    async def read(self, keys: Sequence[str]) -> Reading:
        """See `Store.read`."""
        return Reading(self.look(keys), self.marks.position)

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """See `Store.write`."""
        self.put(entries, deflates=self._room.used > self._crowded_at)

    async def mark(self, touched: Sequence[Touched]) -> Position:
        """See `Store.mark`; there are no other replicas."""
        now = self._now()
        position = max(self.marks.position + 1, int(now * _MICROSECONDS))
        self.marks.add(Mark(one, position, now) for one in touched)
        return position

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        """See `Store.hot`: read in the last minutes, and often enough to be kept decoded."""
        since = self._now() - _HOT_SECONDS
        return [
            key
            for key, hot in self._front.all()[-_MOST_HOT:]
            if hot.read_at > since
            and (EVERYTHING in tags or not hot.kept.entry.tags.isdisjoint(tags))
        ]

    def _find(self, key: str) -> Hot | None:
        """Return an entry after all that has to be looked at now and then."""
        hot = self._front.find(key)
        if hot is None or hot.touch_at <= self._written or hot.ends <= self._now():
            encoded = self._room.find(key)
            if encoded is None:
                self._front.drop(key)
                return None
            if hot is None:
                entry = decode(encoded)
                if entry is None:
                    self._room.drop(key)
                    return None
                return self._decoded(key, encoded, entry)
            hot.touch_at = self._written + self._touch_each
        if hot.changes != self.marks.changes:
            mark = self._mark_of(hot.kept.entry)
            if mark is not hot.kept.mark:
                hot.kept = Kept(hot.kept.entry, mark)
            hot.changes = self.marks.changes
        return hot

    def _keep(self, key: str, encoded: bytes, entry: Entry) -> bool:
        """Keep an entry and tell whether it is now the one under its key, or would be."""
        known = self._room.find(key)
        if known is not None and order_of(known) > order_of(encoded):
            return False
        self._front.drop(key)
        size = size_of(key, encoded)
        if size > self._largest:
            self._room.drop(key)
            _refused("too_large")
            return True
        self._room.keep(key, encoded)
        self._written += size
        self._decoded(key, encoded, entry)
        return True

    def _decoded(self, key: str, encoded: bytes, entry: Entry) -> Hot:
        kept = Kept(entry, self._mark_of(entry))
        size = len(key) + _DECODED * inflated_size_of(encoded)
        hot = Hot(kept, size, end_of(encoded), self.marks.changes)
        hot.touch_at = self._written + self._touch_each
        self._front.add(key, hot)
        return hot

    def _mark_of(self, entry: Entry) -> Mark | None:
        return self.marks.newest(entry.tags, entry.stamp)

    def _evicted(self, key: str) -> None:
        self._front.drop(key)
        _EVICTIONS.inc()


def _refused(why: str) -> None:
    CACHE_REFUSALS.labels(Level.MEMORY.value, why).inc()
