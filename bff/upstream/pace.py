"""How much a source is asked: so many calls a second, and so many at the same moment."""

import math
from collections import deque


class Pace:
    """At most so many calls within any second, whatever the way to the source does to them.

    There are as many slots, and each is taken by one call from before it leaves until a second
    after it has ended. Its request arrived in between: so of any two in one slot the second comes
    at least a second after the first. Counting when calls leave, as buckets do, would let those
    that were held up on the way arrive together with the next; and a bucket of seven lets fourteen
    through in its first second.

    `per_second` may be a fraction; `None` is without bound.
    """

    def __init__(self, per_second: float | None) -> None:
        self._most = None if per_second is None else max(1, math.floor(per_second))
        self._slots = self._most
        self._rest = 1.0 if per_second is None else max(1.0, 1.0 / per_second)
        self._running = 0
        self._free_at: deque[float] = deque()

    @property
    def is_bound(self) -> bool:
        """Whether there is a bound."""
        return self._most is not None

    def tell(self, per_second: int) -> None:
        """Take the source's own word for how many it takes, where that is less than ours."""
        if self._most is not None:
            self._slots = max(1, min(self._most, per_second))

    def ready_at(self, now: float) -> float:
        """Return when the next call may leave: `now`, later, or not before one ends (infinity)."""
        if self._slots is None:
            return now
        free_at = self._free_at
        while free_at and free_at[0] <= now:
            free_at.popleft()
        over = self._running + len(free_at) - self._slots
        if over < 0:
            return now
        return free_at[over] if over < len(free_at) else math.inf

    def start(self) -> None:
        """Take a slot for a call that leaves now."""
        self._running += 1

    def end(self, now: float) -> None:
        """Take note that a call has ended."""
        self._running -= 1
        if self._slots is not None:
            self._free_at.append(now + self._rest)

    def undo(self) -> None:
        """Take note that a call has not left after all."""
        self._running -= 1


class Room:
    """How many calls a source takes at once: halved when it is too many for it, else growing.

    Never less than one and never more than `most`. Additive increase, multiplicative decrease, as
    TCP does it: with each answer the room grows by a part of one call.
    """

    def __init__(self, most: int) -> None:
        self._most = float(most)
        self.size = float(most)
        self.running = 0
        self._cut_at = -math.inf

    @property
    def is_free(self) -> bool:
        """Whether another call may leave."""
        return self.running < int(self.size)

    def start(self) -> None:
        """Count a call that leaves."""
        self.running += 1

    def end(self) -> None:
        """Count one less: it has ended, or nobody counts on it any more."""
        self.running -= 1

    def grow(self) -> None:
        """Take note of an answer."""
        if self.size < self._most:
            self.size = min(self._most, self.size + 1.0 / self.size)

    def cut(self, left_at: float, now: float) -> None:
        """Take note that it was too much, from a call that left at an instant.

        Those that left before the last cut tell of the same crowd.
        """
        if left_at >= self._cut_at:
            self.size = max(1.0, self.size / 2.0)
            self._cut_at = now
