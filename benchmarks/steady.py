"""Requests at an even rate over many connections, whatever is answered, or is not."""

import asyncio
import math
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final, cast

_LENGTH: Final = b"\r\ncontent-length: "
_END: Final = b"\r\n\r\n"
_SLOTS: Final = 2000
_SLOT: Final = 0.002
"""Latencies are counted in slots of so many seconds; the last one takes all that is longer."""
_LOST: Final = 0
_TICK: Final = 0.002
_LOOK: Final = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, and what kind of answer is expected to it."""

    kind: str
    request: bytes


_NOTHING: Final = Asked("", b"")


@dataclass(frozen=True, slots=True)
class Came:
    """One answer: `status` is 0 where the connection was lost. Instants are monotonic."""

    kind: str
    asked_at: float
    came_at: float
    status: int
    body: bytes


@dataclass
class Seen:
    """What came of a load. Only answers that `matters` says so of are kept whole."""

    matters: Callable[[Came], bool]
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    kept: list[Came] = field(default_factory=list)
    late: list[int] = field(default_factory=lambda: [0] * _SLOTS)

    def take(self, came: Came) -> None:
        """Count an answer."""
        self.answers[came.kind, came.status] += 1
        slot = min(int((came.came_at - came.asked_at) / _SLOT), _SLOTS - 1)
        self.late[slot] += 1
        if self.matters(came):
            self.kept.append(came)

    def quantile(self, share: float) -> float:
        """Return the seconds in which that share of the requests was answered."""
        left = share * sum(self.late)
        for slot, count in enumerate(self.late):
            left -= count
            if left <= 0:
                return (slot + 1) * _SLOT
        return _SLOTS * _SLOT


class _Connection(asyncio.Protocol):
    """One kept connection, with at most one request under way. It is opened anew once lost."""

    def __init__(self, port: int, on_done: Callable[["_Connection", int, bytes], None]) -> None:
        self.asked = _NOTHING
        self.due_at = self.sent_at = math.inf
        self._port = port
        self._on_done = on_done
        self._transport: asyncio.Transport | None = None
        self._opening: asyncio.Task[None] | None = None
        self._received = b""

    def ask(self, asked: Asked, due_at: float) -> None:
        """Send a request; `on_done` is told what came of it."""
        self.asked, self.due_at, self._received = asked, due_at, b""
        self.sent_at = time.monotonic()
        if self._transport is None:
            self._opening = asyncio.create_task(self._open())
        else:
            self._transport.write(asked.request)

    def give_up(self) -> None:
        """Close it; a request that is under way has come to nothing."""
        if self._transport is not None:
            self._transport.abort()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        except OSError as failure:
            self._end(_LOST, str(failure).encode())
            return
        if self._transport is not None:
            self._transport.write(self.asked.request)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self.due_at != math.inf:
            self._end(_LOST, repr(exc).encode())

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data if self._received else data
        end = received.find(_END)
        if end < 0:
            return
        head = received[:end].lower()
        length = int(head.partition(_LENGTH)[2].partition(b"\r")[0] or 0)
        body = received[end + len(_END) :]
        if len(body) < length:
            return
        if b"\r\nconnection: close" in head and self._transport is not None:
            self._transport.close()
            self._transport = None
        self._end(int(head.split(maxsplit=2)[1]), body)

    def _end(self, status: int, body: bytes) -> None:
        self._on_done(self, status, body)


class Steady:
    """Shoppers who come at a rate, not one after the other. A lost request is not repeated."""

    def __init__(self, port: int, connections: int, patience: float = 10.0) -> None:
        self._all = [_Connection(port, self._done) for _ in range(connections)]
        self._free = [*self._all]
        self._waiting: deque[tuple[float, Asked]] = deque()
        self._patience = patience
        self._under_way = 0
        self._look_at = 0.0
        self._take: Callable[[Came], None] = lambda _: None

    async def capacity(self, requests: Sequence[Asked], seconds: float, busy: int) -> float:
        """Return how many requests a second are answered while so many are always under way."""
        turns, count, ends_at = cycle(requests), 0, time.monotonic() + seconds

        def again(came: Came) -> None:
            nonlocal count
            count += came.status != _LOST
            if time.monotonic() < ends_at:
                self._ask(time.monotonic(), next(turns))

        self._take = again
        for _ in range(busy):
            self._ask(time.monotonic(), next(turns))
        await self._quiet()
        return count / seconds

    async def run(
        self, pick: Callable[[random.Random], Asked], rate: float, seconds: float, seen: Seen
    ) -> None:
        """Ask for so long, at that rate; a request without a free connection waits for one."""
        self._take, chance, began = seen.take, random.Random(5), time.monotonic()
        number, last = 0, int(rate * seconds)
        while number < last:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            due = min(last, int((now - began) * rate))
            for each in range(number, due):
                self._ask(began + each / rate, pick(chance))
            number = max(number, due)
            self._look_for_lost(now)
        await self._quiet()

    def close(self) -> None:
        """Close all connections."""
        for one in self._all:
            one.give_up()

    async def _quiet(self) -> None:
        while self._under_way or self._waiting:
            await asyncio.sleep(_TICK)
            self._look_for_lost(time.monotonic())

    def _look_for_lost(self, now: float) -> None:
        if now < self._look_at:
            return
        self._look_at = now + _LOOK
        for one in self._all:
            if now - one.sent_at > self._patience:
                one.give_up()

    def _ask(self, due_at: float, asked: Asked) -> None:
        if self._free:
            self._under_way += 1
            self._free.pop().ask(asked, due_at)
        else:
            self._waiting.append((due_at, asked))

    def _done(self, connection: _Connection, status: int, body: bytes) -> None:
        due_at, asked = connection.due_at, connection.asked
        connection.due_at = connection.sent_at = math.inf
        self._under_way -= 1
        self._free.append(connection)
        self._take(Came(asked.kind, due_at, time.monotonic(), status, body))
        if self._waiting:
            self._ask(*self._waiting.popleft())
