"""A small HTTP balancer: it asks replicas whether they are ready, and sends requests in turns.

As HAProxy does, it keeps connections to replicas, learns of their ends by asking, and sends no
request twice. A replica that says that it is not ready is left out at once, one that says nothing
after it was asked in vain three times.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Final, Self

_HOST: Final = "127.0.0.1"
_PROBE: Final = b"GET /readyz HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n"
_UNREACHABLE: Final = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
_READY: Final = b"HTTP/1.1 200"
_PROBE_SECONDS: Final = 0.5
"""Between two questions to one replica."""
_PROBE_PATIENCE: Final = 1.0
_IN_VAIN: Final = 3

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class _Replica:
    port: int
    is_ready: bool = False
    in_vain: int = 0
    idle: deque[Wire] = field(default_factory=deque)

    async def wire(self) -> Wire:
        """Return a connection that waits for a request, a new one if need be."""
        while self.idle:
            reader, writer = self.idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(_HOST, self.port)


class Balancer:
    """Passes requests on to the replicas that are ready. `failures` says why some were not."""

    def __init__(self) -> None:
        self.port = 0
        self.failures: list[str] = []
        self._replicas: dict[int, _Replica] = {}
        self._turn = count()
        self._clients: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        """Open it at a free port."""
        balancer = cls()
        server = await asyncio.start_server(balancer._enter, _HOST, 0, backlog=512)
        balancer.port = server.sockets[0].getsockname()[1]
        probing = asyncio.create_task(balancer._probe_all())
        try:
            yield balancer
        finally:
            probing.cancel()
            server.close()
            for client in balancer._clients:
                client.cancel()
            await asyncio.gather(probing, *balancer._clients, return_exceptions=True)

    def add(self, port: int) -> None:
        """Send requests there, too, once it says that it is ready."""
        self._replicas[port] = _Replica(port)

    def forget(self, port: int) -> None:
        """Do not even ask any more."""
        for _, writer in self._replicas.pop(port).idle:
            writer.close()

    async def has(self, ready: int) -> None:
        """Wait until so many replicas are ready."""
        while sum(one.is_ready for one in self._replicas.values()) < ready:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def _probe_all(self) -> None:
        while True:
            await asyncio.gather(*(self._probe(one) for one in [*self._replicas.values()]))
            await asyncio.sleep(_PROBE_SECONDS)

    async def _probe(self, replica: _Replica) -> None:
        said = b""
        with suppress(OSError, TimeoutError, EOFError):
            async with asyncio.timeout(_PROBE_PATIENCE):
                reader, writer = await asyncio.open_connection(_HOST, replica.port)
                writer.write(_PROBE)
                said = await reader.readline()
                writer.close()
        replica.in_vain = 0 if said else replica.in_vain + 1
        if said or replica.in_vain >= _IN_VAIN:
            replica.is_ready = said.startswith(_READY)

    def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = asyncio.create_task(self._serve(reader, writer))
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await _message(reader)
                writer.write(await self._pass_on(request))
                await writer.drain()
        except (OSError, EOFError):
            pass  # the client has left
        finally:
            writer.close()

    async def _pass_on(self, request: bytes) -> bytes:
        ready = [one for one in self._replicas.values() if one.is_ready]
        if not ready:
            self.failures.append("no replica was ready")
            return _UNREACHABLE
        replica = ready[next(self._turn) % len(ready)]
        try:
            reader, writer = await replica.wire()
            writer.write(request)
            answer = await _message(reader)
        except (OSError, EOFError) as failure:
            self.failures.append(type(failure).__name__)
            return _UNREACHABLE
        head, _, rest = answer.partition(b"\r\n\r\n")
        if b"\r\nconnection: close" in head.lower():
            writer.close()
            head = head.replace(b"\r\nconnection: close", b"")  # that was about our wire only
            return head + b"\r\n\r\n" + rest
        replica.idle.append((reader, writer))
        return answer


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Return one whole message.

    Raises:
        EOFError: the other side has closed the connection.
    """
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0] or 0)
    return head + (await reader.readexactly(length) if length else b"")
