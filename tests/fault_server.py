"""An upstream on a real socket that fails on purpose, the way a script says.

    async with FaultServer(answers(reply(b"{}"))) as server:
        ... server.url, server.asked, server.connections

Each new connection plays the next script, the last one for all that follow. Scripts talk to
their `Peer`; nothing sleeps: a script that must wait, waits for the client or for an event.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self


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
        """Read one whole request.

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

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        """End the connection in order (FIN)."""
        self._writer.close()

    def reset(self) -> None:
        """End the connection at once (RST)."""
        plug = self._writer.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def left(self) -> None:
        """Wait until the client has closed the connection."""
        while await self._reader.read(65536):
            pass


Script = Callable[[Peer], Awaitable[None]]


class FaultServer:
    """A TCP server on a free port of this machine."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = scripts
        self._tasks: set[asyncio.Task[None]] = set()
        self.asked: list[Asked] = []
        self.connections = 0
        self.failures: list[BaseException] = []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        assert self.failures == []

    @property
    def url(self) -> str:
        """The address to ask."""
        return f"http://127.0.0.1:{self._port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await script(Peer(reader, writer, self.asked))
        except (EOFError, ConnectionError, asyncio.CancelledError):
            pass  # the client, or the test, has had enough
        except Exception as exc:  # noqa: BLE001 - asyncio would only log it
            self.failures.append(exc)
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


def reply(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole answer: JSON unless a header says otherwise, its length given."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answers(*replies: bytes) -> Script:
    """Answer request after request, the last reply again and again."""

    async def script(peer: Peer) -> None:
        turn = 0
        while True:
            await peer.request()
            await peer.send(replies[min(turn, len(replies) - 1)])
            turn += 1

    return script


def says_at_once(data: bytes) -> Script:
    """Send bytes without waiting for a request, then listen until the client leaves."""

    async def script(peer: Peer) -> None:
        await peer.send(data)
        await peer.left()

    return script


def says_and_closes(data: bytes) -> Script:
    """Read a request, send bytes as they are, close."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(data)

    return script


def says_and_resets(data: bytes) -> Script:
    """Read a request, send bytes as they are, reset the connection."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(data)
        peer.reset()

    return script


def says_and_hangs(data: bytes) -> Script:
    """Read a request, send bytes as they are, and nothing more until the client leaves."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(data)
        await peer.left()

    return script


async def never_reads(_peer: Peer) -> None:
    """Accept the connection and look at nothing."""
    await asyncio.Event().wait()


def nobody_there() -> str:
    """Return an address at which every connection is refused."""
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{plug.getsockname()[1]}"
