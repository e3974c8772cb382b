"""Who goes next where a source takes only so many calls: nobody waits longer than he has time."""

import asyncio
import math
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

from bff.ports import Clock
from bff.upstream.pace import Pace, Room

_PATIENCE = 0.1
"""Seconds. While the longest wait is longer, those who came last go first."""
_AWAITED_IN_A_ROW = 4
"""So many calls that shoppers wait for go before one that nobody does, if there are such."""


class Turn(Enum):
    """How waiting for a turn ended."""

    GRANTED = "granted"
    LATE = "late"
    """There was not enough time left for a call."""
    DISMISSED = "dismissed"
    """The source rests: nobody need wait."""


@dataclass(slots=True, eq=False)
class _Waiter:
    came_at: float
    deadline: float
    turn: asyncio.Future[Turn]


class Turns:
    """The queue in front of a source.

    First come, first served, as long as the wait is short. In a rush who came last goes first:
    whoever has waited long has hardly time left for the call itself, and serving only such would
    waste every call. They leave when their time is up.
    """

    def __init__(self, pace: Pace, room: Room, clock: Clock) -> None:
        self.pace = pace
        self.room = room
        self.usual_seconds = 0.0
        """How long a call usually takes: who has less time left is not let through."""
        self._clock = clock
        self._awaited: OrderedDict[_Waiter, None] = OrderedDict()
        self._others: OrderedDict[_Waiter, None] = OrderedDict()
        self._in_a_row = 0
        self._probe: _Waiter | None = None
        self._wake: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._awaited) + len(self._others)

    def take_now(self, *, is_probe: bool = False) -> bool:
        """Take a turn if there is one for whoever comes now.

        A probe needs no room: what hangs may fill all of it.
        """
        if not is_probe and (not self.room.is_free or len(self)):
            return False
        now = self._clock()
        if self.pace.ready_at(now) > now:
            return False
        self._start()
        return True

    async def take(self, deadline: float, *, is_awaited: bool, is_probe: bool = False) -> Turn:
        """Wait for a turn until the deadline. A probe goes before all others."""
        now = self._clock()
        loop = asyncio.get_running_loop()
        waiter = _Waiter(now, deadline, loop.create_future())
        queue = self._awaited if is_awaited else self._others
        queue[waiter] = None
        if is_probe:
            self._probe = waiter
        leaves = loop.call_later(deadline - now, _settle, waiter, Turn.LATE)
        self.grant()
        try:
            return await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and waiter.turn.result() is Turn.GRANTED:  # it came too late
                self.give_back()
            raise
        finally:
            if self._probe is waiter:
                self._probe = None
            leaves.cancel()
            queue.pop(waiter, None)

    def give_back(self) -> None:
        """Return a turn that was not used."""
        self.room.end()
        self.pace.undo()
        self.grant()

    def write_off(self) -> None:
        """Make room for another call while one goes on that nobody counts on any more."""
        self.room.end()
        self.grant()

    def end(self, *, was_written_off: bool) -> None:
        """Take note that a call has ended."""
        self.pace.end(self._clock())
        if not was_written_off:
            self.room.end()
        if len(self):
            self.grant()

    def dismiss(self) -> None:
        """Send everybody away."""
        for queue in (self._awaited, self._others):
            for waiter in queue:
                _settle(waiter, Turn.DISMISSED)
            queue.clear()
        self._probe = None

    def grant(self) -> None:
        """Give out all turns that there are now, and see to it that the next is."""
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        while len(self) and (self._probe is not None or self.room.is_free):
            now = self._clock()
            ready_at = self.pace.ready_at(now)
            if ready_at > now:
                if ready_at < math.inf:
                    loop = asyncio.get_running_loop()
                    self._wake = loop.call_later(ready_at - now, self.grant)
                return
            self._grant_one(now)

    def _grant_one(self, now: float) -> None:
        waiter = self._next(now)
        if waiter.turn.done():
            return
        if waiter.deadline - now < self.usual_seconds:
            _settle(waiter, Turn.LATE)
            return
        self._start()
        _settle(waiter, Turn.GRANTED)

    def _next(self, now: float) -> _Waiter:
        """Take whose turn it is out of the queues."""
        if self._probe is not None:
            waiter, self._probe = self._probe, None
            self._awaited.pop(waiter, None)
            self._others.pop(waiter, None)
            return waiter
        if self._awaited and (self._in_a_row < _AWAITED_IN_A_ROW or not self._others):
            queue, self._in_a_row = self._awaited, self._in_a_row + 1
        else:
            queue, self._in_a_row = self._others, 0
        oldest = next(iter(queue))
        waiter, _ = queue.popitem(last=now - oldest.came_at > _PATIENCE)
        return waiter

    def _start(self) -> None:
        self.room.start()
        self.pace.start()


def _settle(waiter: _Waiter, turn: Turn) -> None:
    if not waiter.turn.done():
        waiter.turn.set_result(turn)
