"""Medusa and Sanity on local ports: the demo's answers, at exactly the latency that is wanted.

An answer is made once by the demo's embedded upstream and kept, so that a stub costs nothing
when time is taken; it leaves `delay` seconds after its question came.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import cast

import httpx

from bff.demo import EmbeddedUpstream, demo_upstreams

_END = b"\r\n\r\n"


@dataclass
class Stub:
    """One upstream. `asked` are the questions since the last look at `/bench/asked`."""

    upstream: EmbeddedUpstream
    delay: float
    asked: list[str] = field(default_factory=list)
    kept: dict[bytes, bytes] = field(default_factory=dict)

    async def answer(self, request: bytes) -> bytes:
        """Return the whole answer to a whole request without a body."""
        if request.startswith(b"GET /bench/asked "):
            asked, self.asked = self.asked, []
            return _whole_answer(json.dumps(asked).encode())
        self.asked.append(request.decode())
        came_at = asyncio.get_running_loop().time()
        if request not in self.kept:
            self.kept[request] = await self._made(request)
        await asyncio.sleep(came_at + self.delay - asyncio.get_running_loop().time())
        return self.kept[request]

    async def _made(self, request: bytes) -> bytes:
        line, *lines = request.decode().removesuffix("\r\n\r\n").split("\r\n")
        headers = [
            (name, value.strip()) for name, _, value in (one.partition(":") for one in lines)
        ]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.upstream)) as client:
            url = "http://stub" + line.split()[1]
            return _whole_answer((await client.get(url, headers=headers)).content)


class _Server(asyncio.Protocol):
    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._received = b""
        self._answers: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._received.endswith(_END):  # one request at a time, and none has a body
            request, self._received = self._received, b""
            answering = asyncio.create_task(self._answer(request))
            self._answers.add(answering)
            answering.add_done_callback(self._answers.discard)

    async def _answer(self, request: bytes) -> None:
        self._transport.write(await self._stub.answer(request))


def _whole_answer(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + _END + body


def serve_stubs(parent: Connection, delays: Sequence[float]) -> None:
    """Serve Medusa and Sanity, each with its delay in seconds; tell the parent their ports."""

    async def forever() -> None:
        upstreams = demo_upstreams()
        loop = asyncio.get_running_loop()
        ports = []
        for upstream, delay in zip((upstreams.medusa, upstreams.sanity), delays, strict=True):
            stub = Stub(upstream, delay)
            server = await loop.create_server(partial(_Server, stub), "127.0.0.1", 0, backlog=512)
            ports.append(server.sockets[0].getsockname()[1])
        parent.send(ports)
        await asyncio.Event().wait()

    asyncio.run(forever())
