"""Many connections to one local server, each with one request under way."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Self, cast

_LENGTH = b"\r\ncontent-length: "


class _Lane(asyncio.Protocol):
    """One kept connection. `on_done` is called with it when an answer is complete."""

    def __init__(self) -> None:
        self.started_at = 0.0
        self.on_done: Callable[[_Lane], None] = lambda _: None
        self._transport: asyncio.Transport | None = None
        self._left = 0
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it

    def send(self, request: bytes) -> None:
        assert self._transport is not None
        self._transport.write(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            data = self._head + data
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._head = data
                return
            self._head = b""
            if not data.startswith(b"HTTP/1.1 200"):
                msg = f"the server answered {data[:200]!r}"
                raise RuntimeError(msg)
            start = data.index(_LENGTH, 0, end) + len(_LENGTH)
            length = int(data[start : data.index(b"\r", start)])
            self._left = length - (len(data) - end - 4)
        if not self._left:
            self.on_done(self)


class Lanes:
    """Connections that send requests in turns."""

    def __init__(self) -> None:
        self._lanes: list[_Lane] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int, count: int) -> AsyncIterator[Self]:
        """Open so many connections to a local port."""
        lanes = cls()
        loop = asyncio.get_running_loop()
        for _ in range(count):
            _, lane = await loop.create_connection(_Lane, "127.0.0.1", port)
            lanes._lanes.append(lane)
        try:
            yield lanes
        finally:
            for lane in lanes._lanes:
                lane.close()

    async def as_fast_as_possible(self, requests: Sequence[bytes], seconds: float) -> int:
        """Send the next request on each connection as it is answered; return how many were."""
        turns, count, busy = cycle(requests), 0, len(self._lanes)
        ends_at, ended = time.perf_counter() + seconds, asyncio.Event()

        def done(lane: _Lane) -> None:
            nonlocal count, busy
            count += 1
            if time.perf_counter() < ends_at:
                lane.send(next(turns))
                return
            busy -= 1
            if not busy:
                ended.set()

        for lane in self._lanes:
            lane.on_done = done
            lane.send(next(turns))
        await ended.wait()
        return count

    async def at_rate(
        self, requests: Sequence[bytes], rate: float, seconds: float
    ) -> Sequence[float]:
        """Send so many requests a second, evenly; return their latencies in seconds.

        They count from when a request was due, so that one that has to wait for a free
        connection counts in full.
        """
        turns = cycle(requests)
        samples: list[float] = []
        waiting: list[float] = []
        free = list(self._lanes)
        ended, under_way, all_sent = asyncio.Event(), 0, False

        def start(lane: _Lane, due_at: float) -> None:
            lane.started_at = due_at
            lane.send(next(turns))

        def done(lane: _Lane) -> None:
            nonlocal under_way
            samples.append(time.perf_counter() - lane.started_at)
            under_way -= 1
            if waiting:
                start(lane, waiting.pop(0))
            else:
                free.append(lane)
            if all_sent and not under_way:
                ended.set()

        for lane in self._lanes:
            lane.on_done = done
        began = time.perf_counter()
        for number in range(int(rate * seconds)):
            due_at = began + number / rate
            while time.perf_counter() < due_at:  # noqa: ASYNC110 - a timer would be too coarse
                await asyncio.sleep(0)
            under_way += 1
            if free:
                start(free.pop(), due_at)
            else:
                waiting.append(due_at)
        all_sent = True
        if under_way:
            await ended.wait()
        return samples
