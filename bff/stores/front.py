"""Decoded entries that are read often, beside the bytes that all are kept as."""

from bff.domain.marks import Position
from bff.ports import Kept


class Hot:
    """A decoded entry, and for how long nothing about it has to be looked at again.

    `size` is an estimate of its bytes, `ends` when nobody can use it any more, `changes` the
    marks that it was compared with, `touch_at` when memory has to be told that it is in use, in
    bytes written; `read_at` when it was read last, in seconds since 1970.
    """

    __slots__ = ("changes", "ends", "kept", "read_at", "size", "touch_at")

    def __init__(self, kept: Kept, size: int, ends: float, changes: int) -> None:
        self.kept = kept
        self.size = size
        self.ends = ends
        self.changes = changes
        self.touch_at: Position = 0
        self.read_at = 0.0


class Front:
    """At most so many bytes of decoded entries, in two generations.

    What is read moves to the young one. When that is half of the room it becomes the old one, and
    what was old is gone: nothing has to be reordered when an entry is read.
    """

    def __init__(self, max_bytes: int) -> None:
        self.young: dict[str, Hot] = {}
        self._old: dict[str, Hot] = {}
        self._half = max_bytes // 2
        self._young_bytes = 0
        self._old_bytes = 0

    @property
    def used(self) -> int:
        """How much room is in use."""
        return self._young_bytes + self._old_bytes

    def find(self, key: str) -> Hot | None:
        """Return an entry, which counts as read now."""
        hot = self.young.get(key)
        if hot is None and (hot := self._old.pop(key, None)) is not None:
            self._old_bytes -= hot.size
            self.add(key, hot)
        return hot

    def add(self, key: str, hot: Hot) -> None:
        """Keep an entry that is not here yet; one that is too large is not kept."""
        if hot.size > self._half:
            return
        if self._young_bytes + hot.size > self._half:
            self._old, self.young = self.young, {}
            self._old_bytes, self._young_bytes = self._young_bytes, 0
        self.young[key] = hot
        self._young_bytes += hot.size

    def drop(self, key: str) -> None:
        """Forget an entry."""
        if hot := self.young.pop(key, None):
            self._young_bytes -= hot.size
        elif hot := self._old.pop(key, None):
            self._old_bytes -= hot.size

    def all(self) -> list[tuple[str, Hot]]:
        """Return what is here, those that were read last among the last."""
        return [*self._old.items(), *self.young.items()]
