"""What one listening port lets in: how much, how long, how many at a time.

A connection says by when something has to happen on it; nobody else keeps a timer for it. All of
them are looked through a few times a second, so that a kept answer costs no timer.
"""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from bff.commands.refusals import Refusal
from bff.telemetry.edge import REFUSED_CONNECTIONS

NEVER: Final = math.inf
_LOOKS: Final = 8
"""How often connections are looked through while a request may arrive."""
_LONGEST_PERIOD: Final = 0.25  # seconds


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What is let in; see `bff.settings.limits`. Times are in seconds.

    `idle_seconds` is how long a connection may wait for its next request, `taking_seconds` how
    long a client may leave an answer lying that it does not read. `pipelined` requests may wait
    on a connection for the answer of the one before them. `lingering_bytes` of what a client
    still sends after a refusal are thrown away before the connection is cut, so that it gets to
    read the refusal.
    """

    head_bytes: int = 16 * 1024
    address_bytes: int = 8 * 1024
    receive_seconds: float = 1.5
    idle_seconds: float = 75.0
    taking_seconds: float = 15.0
    connections: int = 10_000
    pipelined: int = 16
    lingering_bytes: int = 16 * 1024 * 1024


DEFAULT: Final = ConnectionLimits()


class Timed(Protocol):
    """A connection with a time by which something has to happen on it."""

    due: float

    def overdue(self, now: float) -> None:
        """Do what is to be done since it has not happened."""


class Door:
    """The connections of one port, and what is expected of them.

    `is_closing` says that the service ends: answers say that they are the last of their
    connection.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self.is_closing = False
        self._timed: set[Timed] = set()
        self._look: asyncio.TimerHandle | None = None
        self._period = min(_LONGEST_PERIOD, limits.receive_seconds / _LOOKS)
        self._expected = NEVER

    def enter(self, connection: Timed) -> bool:
        """Count a new connection in, and look after it until it leaves; tell if there is room."""
        self._timed.add(connection)
        if self._look is None:
            self._plan(asyncio.get_running_loop())
        return len(self._timed) <= self.limits.connections

    def leave(self, connection: Timed) -> None:
        """Forget a connection that is gone."""
        self._timed.discard(connection)

    def is_overcrowded(self) -> bool:
        """Tell whether there are too many even to tell them that there are too many."""
        return len(self._timed) > self.limits.connections * 1.1 + 16

    def count(self, refusal: Refusal) -> None:
        """Count a refusal in the figures."""
        REFUSED_CONNECTIONS.labels(refusal.reason).inc()

    def _plan(self, loop: asyncio.AbstractEventLoop) -> None:
        self._expected = loop.time() + self._period
        self._look = loop.call_at(self._expected, self._look_through, loop)

    def _look_through(self, loop: asyncio.AbstractEventLoop) -> None:
        self._look = None
        now = loop.time()
        # After standing still, what has arrived meanwhile is to be read before anybody is blamed.
        if now - self._expected < self._period:
            look_through(self._timed, now)
        if self._timed:
            self._plan(loop)


def look_through(connections: Iterable[Timed], now: float) -> None:
    """Tell each connection whose time has come."""
    late = [connection for connection in connections if connection.due <= now]
    for connection in late:
        connection.overdue(now)
