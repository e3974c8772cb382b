"""A port of this process behind the guard of `bff serve`, and a client that sends raw bytes."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.commands.connection import guarded
from bff.commands.door import ConnectionLimits

PATIENCE = 10.0  # seconds; what is waited for is there at once, or in a limit's time
LIMITS = ConnectionLimits(
    head_bytes=2048,
    address_bytes=512,
    receive_seconds=0.4,
    idle_seconds=0.8,
    taking_seconds=0.8,
    connections=8,
    pipelined=4,
    lingering_bytes=1_000_000,
)


@dataclass(slots=True)
class Shop:
    """Reads a body of at most `most` bytes and says how long it was, once it is `open`."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    answer: bytes = b""
    most: int = 1000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.asked.append(scope["path"])
        try:
            status, length = await self._read(receive)
        except ClientDisconnect:
            return
        await self.open.wait()
        self.headers = scope["headers"]
        body = self.answer or b"%s %d" % (scope["path"].encode(), length)
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def was_asked(self) -> None:
        """Wait until it has a request, be it here as a whole or not."""
        async with asyncio.timeout(PATIENCE):
            while not self.asked:  # noqa: ASYNC110 - bounded above
                await asyncio.sleep(0.001)

    async def _read(self, receive: Receive) -> tuple[int, int]:
        length, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            length += len(message["body"])
            more = message["more_body"]
            if length > self.most:
                return 413, length
        return 200, length


@dataclass(frozen=True, slots=True)
class Port:
    number: int
    server: uvicorn.Server
    protocol: type

    async def connect(self) -> "Client":
        return Client(*await asyncio.open_connection("127.0.0.1", self.number, limit=2**20))

    async def tell(self, *pieces: bytes) -> bytes:
        """Send pieces on a connection of their own; return all that is said until its end."""
        client = await self.connect()
        for piece in pieces:
            await client.send(piece)
        return await client.rest()


@dataclass(frozen=True, slots=True)
class Client:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        async with asyncio.timeout(PATIENCE):
            await self.writer.drain()

    async def answer(self) -> tuple[int, bytes, bytes]:
        """Return status, head and body of one answer."""
        async with asyncio.timeout(PATIENCE):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            return int(head[9:12]), head, await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        """Return all that is said until the other side ends; the client then leaves, too."""
        async with asyncio.timeout(PATIENCE):
            said = await self.reader.read(-1)
        self.writer.close()
        return said


@asynccontextmanager
async def port(app: ASGIApp, limits: ConnectionLimits = LIMITS) -> AsyncIterator[Port]:
    """Serve an app on a free port."""
    protocol = guarded(limits)
    config = uvicorn.Config(
        app,
        http=protocol,
        lifespan="off",
        access_log=False,
        server_header=False,
        log_level="error",
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment] # of pytest's own
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield Port(listening.getsockname()[1], server, protocol)
        finally:
            server.should_exit = True
            await serving
