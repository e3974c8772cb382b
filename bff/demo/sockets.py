"""A server on a real socket of this machine that does whatever a script says.

    async with SocketServer(script) as server:
        ... server.url, server.asked, server.connections

Each new connection plays the next script, the last one for all that follow. A script talks to
its `Peer`; when it returns, the connection is closed. What the ASGI transport cannot show is
shown here: refused connections, resets, answers that end too early or never.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_HOST = "127.0.0.1"
_PIECE = 65_536
_AT_ONCE = struct.pack("ii", 1, 0)
_BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came over the wire; header names in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value, `None` without it."""
        return dict(self.headers).get(name)


class Peer:
    """The server's end of one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: list[Asked]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._asked = asked

    async def request(self) -> Asked:
        """Read one whole HTTP request.

        Raises:
            EOFError: the client has closed the connection.
        """
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ")
        pairs = (line.partition(": ") for line in lines)
        headers = tuple((name.lower(), value) for name, _, value in pairs)
        size = int(dict(headers).get("content-length", "0"))
        asked = Asked(method, target, headers, await self._reader.readexactly(size))
        self._asked.append(asked)
        return asked

    async def read(self) -> bytes:
        """Return what comes next, empty when the client has closed the connection."""
        return await self._reader.read(_PIECE)

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        """End the connection in order (FIN)."""
        self._writer.close()

    def reset(self) -> None:
        """End the connection at once (RST); what was sent may be lost."""
        plug = self._writer.get_extra_info("socket")
        if plug is not None and plug.fileno() >= 0:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self._writer.transport.abort()

    async def left(self) -> None:
        """Wait until the client has closed the connection."""
        while await self.read():
            pass


Script = Callable[[Peer], Awaitable[None]]
"""What is done with one connection."""


class SocketServer:
    """A TCP server on a free port of this machine.

    While it is `shut` its port stays its own and every connection is refused.
    """

    def __init__(self, *scripts: Script) -> None:
        self._scripts = scripts
        self._tasks: set[asyncio.Task[None]] = set()
        self._peers: set[Peer] = set()
        self._listening: asyncio.Server | None = None
        self._place: socket.socket | None = None
        self._port = 0
        self.asked: list[Asked] = []
        self.connections = 0
        self.failures: list[Exception] = []
        """What went wrong in the scripts themselves; raised when the server is closed."""

    async def __aenter__(self) -> Self:
        self._place = _bound(0)  # never listens: it only keeps the port
        self._port = self._place.getsockname()[1]
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_listening()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._place is not None:
            self._place.close()
        if self.failures and exc is None:
            message = "a script has failed"
            raise ExceptionGroup(message, self.failures)

    @property
    def port(self) -> int:
        """The port that it is on."""
        return self._port

    @property
    def url(self) -> str:
        """The address to ask over HTTP."""
        return f"http://{_HOST}:{self._port}"

    async def open(self) -> None:
        """Accept connections."""
        if self._listening is None:
            self._listening = await asyncio.start_server(
                self._serve, sock=_bound(self._port), backlog=_BACKLOG
            )

    def shut(self) -> None:
        """Refuse new connections, and reset those that there are."""
        self._stop_listening()
        self.drop()

    def drop(self) -> None:
        """Reset all connections."""
        for peer in tuple(self._peers):
            peer.reset()

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        peer = Peer(reader, writer, self.asked)
        self._peers.add(peer)
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
        try:
            await script(peer)
        except (EOFError, ConnectionError, asyncio.CancelledError):
            pass  # the client, or whoever closes the server, has had enough
        except Exception as exc:  # noqa: BLE001 - asyncio would only log it
            self.failures.append(exc)
        finally:
            if task is not None:
                self._tasks.discard(task)
            self._peers.discard(peer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


def _bound(port: int) -> socket.socket:
    """Return a socket on a port that others of this process may have, too; 0 is any."""
    plug = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    plug.bind((_HOST, port))
    plug.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return plug


def reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole HTTP answer: its length is given, all else is what `headers` say."""
    return head(len(body), *headers, status=status) + body


def head(length: int, *headers: str, status: str = "200 OK") -> bytes:
    """Return what comes before a body of so many bytes."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {length}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()
