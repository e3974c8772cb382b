"""Medusa and Sanity with as many products as anybody may ask for: `any-0000001` and so on.

All are one of the demo's with another handle and another id, as long as its own: questions are
turned into those about it, and the answers back.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection

from benchmarks.stub_upstreams import Stub, StubServer, whole_answer
from bff.demo import demo_upstreams
from bff.demo.catalogue import load_catalogue, product_id

_HANDLE = b"linen-shirt"
_DIGITS = 7


def handle_of(number: int) -> str:
    """Return the handle of one of the products."""
    return f"any-{number:0{_DIGITS}}"


class ManyProducts:
    """A stub of a shop with very many products; it notes when it was asked.

    /bench/arrivals tells when since the last look, on the monotonic clock; see `Stub`.
    """

    def __init__(self, stub: Stub, own_id: str) -> None:
        self._stub = stub
        self._id = own_id.encode()
        prefix = self._id[:-_DIGITS]
        self._asked = re.compile(b"(?:any-|%s)([0-9]{%d})(?![0-9A-Z])" % (prefix, _DIGITS))
        self._prefix = prefix
        self._arrivals: list[float] = []

    async def answer(self, request: bytes) -> bytes:
        """Return the whole answer to a whole request without a body."""
        if request.startswith(b"GET /bench/arrivals"):
            arrivals, self._arrivals = self._arrivals, []
            return whole_answer(repr(arrivals).encode())
        if not request.startswith(b"GET /bench/"):
            self._arrivals.append(time.monotonic())
        asked = self._asked.search(request)
        if asked is None:
            return await self._stub.answer(request)
        digits = asked[1]
        both = ((b"any-" + digits, _HANDLE), (self._prefix + digits, self._id))
        for theirs, ours in both:
            request = request.replace(theirs, ours)
        answer = await self._stub.answer(request)
        for theirs, ours in both:
            answer = answer.replace(ours, theirs)
        return answer


def serve_many(parent: Connection, delays: Sequence[float]) -> None:
    """Serve Medusa and Sanity, each with its delay in seconds; tell the parent their ports."""

    async def forever() -> None:
        demo = demo_upstreams()
        own_id = product_id(load_catalogue(), _HANDLE.decode())
        loop = asyncio.get_running_loop()
        ports = []
        for upstream, delay in zip((demo.medusa, demo.sanity), delays, strict=True):
            stub = ManyProducts(Stub(upstream, delay, lambda _handle, _euros: None), own_id)
            server = await loop.create_server(
                partial(StubServer, stub), "127.0.0.1", 0, backlog=512
            )
            ports.append(server.sockets[0].getsockname()[1])
        parent.send(ports)
        await asyncio.Event().wait()

    asyncio.run(forever())
