"""Processor time of one upstream read, against the same read over httpx as it comes.

Run: python benchmarks/upstream_cpu.py [seconds per measurement]. Prints microseconds of CPU
per call (this process only; the server is another one) and the ratio, which is what counts.
"""

import asyncio
import itertools
import json
import multiprocessing
import sys
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import cast

import httpx
import uvloop
from pydantic import BaseModel

from bff.ports import Call
from bff.upstream import Question, Upstream, open_client

HEADERS = {"x-publishable-api-key": "pk_" + "0" * 64}
PATH = "/store/products"
PARAMS = (
    ("fields", "id,title,handle,variants.id,variants.sku,variants.calculated_price"),
    ("region_id", "reg_01JZABCDEFGHJKMNPQRSTVWXYZ"),
    ("limit", "4"),
    *(("id[]", f"prod_01JZABCDEFGHJKMNPQRSTVWX{number:02}") for number in range(4)),
)
ROUNDS = 5

numbers = itertools.count()

Read = Callable[[], Awaitable[object]]


class Price(BaseModel):
    """What a variant costs."""

    calculated_amount: Decimal
    currency_code: str


class Variant(BaseModel):
    """One of a product's variants."""

    id: str
    sku: str
    calculated_price: Price | None


class Product(BaseModel):
    """A product as Medusa answers it, in the fields that are asked for."""

    id: str
    title: str
    variants: list[Variant]


class Products(BaseModel):
    """The answer: some 5 KB."""

    products: list[Product]
    count: int


def answer() -> bytes:
    """Return a whole HTTP answer with 5 KB of JSON."""
    variant = {
        "id": "variant_01JZABCDEFGHJKMNPQRSTVWXYZ",
        "sku": "TEE-S-WHITE",
        "calculated_price": {"calculated_amount": 29.99, "currency_code": "eur"},
        "inventory_quantity": 12,
        "manage_inventory": True,
    }
    product = {"id": "prod_01JZ", "title": "Organic Cotton T-Shirt", "variants": [variant] * 6}
    body = json.dumps({"products": [product] * 4, "count": 4}).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"vary: Origin\r\nkeep-alive: timeout=5\r\n\r\n" + body


class Server(asyncio.Protocol):
    """Answers every request at once, without looking at it."""

    bytes_sent = answer()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is not a subclass

    def data_received(self, data: bytes) -> None:
        """Answer each request that ends in this piece."""
        for _ in range(data.count(b"\r\n\r\n")):
            self.transport.write(self.bytes_sent)


def serve(parent: Connection) -> None:
    """Listen on a free port and tell it to the parent."""

    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0)
        parent.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(forever())


async def microseconds(read: Read, at_once: int, seconds: float) -> float:
    """Return the processor time of one call."""
    calls = 0

    async def worker(until: float) -> None:
        nonlocal calls
        while time.perf_counter() < until:
            await read()
            calls += 1

    await asyncio.gather(*(read() for _ in range(at_once)))
    started, until = time.process_time(), time.perf_counter() + seconds
    await asyncio.gather(*(worker(until) for _ in range(at_once)))
    return (time.process_time() - started) / calls * 1e6


async def compare(url: str, loop: str, seconds: float) -> None:
    """Print the figures for one event loop; the contestants take turns, the best round counts."""
    plain = httpx.AsyncClient(base_url=url, headers=HEADERS)
    ours = open_client(url, HEADERS, connections=16)
    over_plain = Upstream("medusa", plain, time.monotonic, lambda *_: "")
    upstream = Upstream("medusa", ours, time.monotonic, lambda *_: "")

    def params() -> tuple[tuple[str, str], ...]:
        return (*PARAMS, ("id[]", f"prod_{next(numbers):026}"))  # no address comes twice

    async def as_it_comes() -> Products:
        response = await plain.get(PATH, params=params(), timeout=5)
        return Products.model_validate_json(response.content)

    def through(upstream: Upstream) -> Read:
        return lambda: upstream.read(
            Question("products", PATH, params()), Call(time.monotonic() + 5), Products
        )

    contestants: dict[str, Read] = {
        "httpx as it comes": as_it_comes,
        "read over httpx as it comes": through(over_plain),
        "read over open_client": through(upstream),
    }
    async with plain, ours:
        for at_once in (1, 16):
            best = dict.fromkeys(contestants, float("inf"))
            for _ in range(ROUNDS):
                for name, read in contestants.items():
                    best[name] = min(best[name], await microseconds(read, at_once, seconds))
            base = best["httpx as it comes"]
            for name, cost in best.items():
                print(f"{loop:8}{at_once:3} at once  {name:28}{cost:7.0f} us{cost / base:7.2f}")


def main() -> None:
    """Compare on both event loops."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,))
    server.start()
    try:
        url = f"http://127.0.0.1:{ours.recv()}"
        asyncio.run(compare(url, "asyncio", seconds))
        uvloop.run(compare(url, "uvloop", seconds))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
