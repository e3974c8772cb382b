"""Medusa and Sanity on local ports: the demo's answers, at exactly the latency that is wanted.

An answer is made once by the demo's embedded upstream and kept, so that a stub costs nothing
when time is taken. It is as of the instant when its question came, and leaves `delay` seconds
later: as old as an answer can be.

A stub is told what to do at `/bench/...`: see `Stub`.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Protocol, cast

import httpx

from bff.demo import EmbeddedUpstream, demo_upstreams
from bff.demo.catalogue import load_catalogue
from bff.demo.medusa import medusa_app

_END = b"\r\n\r\n"


@dataclass
class Stub:
    """One upstream.

    /bench/asked          the questions since the last look
    /bench/price/tee/12   sells a product at another price, in euros
    /bench/fail/503       answers that from now on; 0 never answers, 200 is well again; `cut` stops
                          in the middle of an answer, `page` is a web page
    /bench/healed         when the first answer left since it is well again; null before
    """

    upstream: EmbeddedUpstream
    delay: float
    price: Callable[[str, str], None]
    asked: list[str] = field(default_factory=list)
    kept: dict[tuple[int, bytes], bytes] = field(default_factory=dict)
    edits: int = 0
    status: int = 200
    garbage: bytes = b""
    healed_at: float | None = None

    async def answer(self, request: bytes) -> bytes:
        """Return the whole answer to a whole request without a body."""
        if request.startswith(b"GET /bench/"):
            words = request.split(maxsplit=2)[1].decode().split("/")[2:]
            return whole_answer(json.dumps(self._told(*words)).encode())
        self.asked.append(request.decode())
        came_at, as_of, status = time.monotonic(), self.edits, self.status
        if status == 0:
            await asyncio.Event().wait()
        if (as_of, request) not in self.kept:
            self.kept[as_of, request] = await self._made(request)
        await asyncio.sleep(came_at + self.delay - time.monotonic())
        if self.garbage:
            return self.garbage
        if status != 200:
            return whole_answer(b"{}", f"{status} Failed")
        if self.healed_at is None:
            self.healed_at = time.monotonic()
        return self.kept[as_of, request]

    def _told(self, what: str, *words: str) -> object:
        if what == "asked":
            asked, self.asked = self.asked, []
            return asked
        if what == "price":
            self.price(*words)
            self.edits += 1
        if what == "fail":
            self.garbage = _GARBAGE.get(words[0], b"")
            self.status, self.healed_at = 200 if self.garbage else int(words[0]), None
        return self.healed_at

    async def _made(self, request: bytes) -> bytes:
        line, *lines = request.decode().removesuffix("\r\n\r\n").split("\r\n")
        headers = [
            (name, value.strip()) for name, _, value in (one.partition(":") for one in lines)
        ]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.upstream)) as client:
            url = "http://stub" + line.split()[1]
            return whole_answer((await client.get(url, headers=headers)).content)


class Answers(Protocol):
    """Answers whole requests."""

    async def answer(self, request: bytes) -> bytes:
        """Return the whole answer."""
        ...


class StubServer(asyncio.Protocol):
    """One connection to what answers."""

    def __init__(self, stub: Answers) -> None:
        self._stub = stub
        self._received = b""
        self._answers: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer once a request is whole."""
        self._received += data
        if self._received.endswith(_END):  # one request at a time, and none has a body
            request, self._received = self._received, b""
            answering = asyncio.create_task(self._answer(request))
            self._answers.add(answering)
            answering.add_done_callback(self._answers.discard)

    def connection_lost(self, _: Exception | None) -> None:
        """End what nobody waits for any more."""
        for answering in self._answers:
            answering.cancel()

    async def _answer(self, request: bytes) -> None:
        answer = await self._stub.answer(request)
        self._transport.write(answer)
        if answer is _GARBAGE["cut"]:
            self._transport.close()


def whole_answer(body: bytes, status: str = "200 OK") -> bytes:
    """Return a JSON answer as it goes over the wire."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + _END + body


_GARBAGE = {
    "cut": b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"a',
    "page": b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 9\r\n\r\n<p>No</p>",
}


def serve_stubs(parent: Connection, delays: Sequence[float]) -> None:
    """Serve Medusa and Sanity, each with its delay in seconds; tell the parent their ports."""
    catalogue = load_catalogue()
    products = {product["handle"]: product for product in catalogue["products"]}

    def price(handle: str, euros: str) -> None:
        products[handle]["prices"]["eur"] = euros
        for variant in products[handle]["variants"]:
            variant.pop("prices", None)

    async def forever() -> None:
        demo = demo_upstreams()
        medusa = EmbeddedUpstream(medusa_app(catalogue, demo.publishable_key))
        loop = asyncio.get_running_loop()
        ports = []
        for upstream, delay in zip((medusa, demo.sanity), delays, strict=True):
            stub = Stub(upstream, delay, price)
            server = await loop.create_server(
                partial(StubServer, stub), "127.0.0.1", 0, backlog=512
            )
            ports.append(server.sockets[0].getsockname()[1])
        parent.send(ports)
        await asyncio.Event().wait()

    asyncio.run(forever())
