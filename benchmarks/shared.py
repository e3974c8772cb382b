"""Some replicas over one real Redis and two stub upstreams, and shoppers who ask them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from benchmarks.client import Client, connected
from benchmarks.processes import started
from benchmarks.replicas import ReplicaSettings, price_webhook, serve_replica
from benchmarks.shopping import product_page
from benchmarks.stub_upstreams import serve_stubs
from tests.stores.servers import Server, server

_BATCH = 100
_MOST_TIMES = 50
DELAYS = (0.1, 0.06)
"""How long Medusa and Sanity take."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer: when it was asked for and when it came, and what the page showed.

    `euros` is the lowest price, `None` where there is none; `failure` says why there is no page.
    Instants are of the monotonic clock, which all processes of a machine share.
    """

    replica: int
    asked_at: float
    came_at: float
    euros: float | None = None
    is_whole: bool = False
    failure: str = ""


class Replicas:
    """What a benchmark has at hand."""

    def __init__(
        self, ports: Sequence[int], redis: Server | None, stubs: Sequence[Client]
    ) -> None:
        self.ports = ports
        self.redis = redis
        self.medusa, self.sanity = stubs

    async def calls(self) -> list[int]:
        """Return how many questions Medusa and Sanity were asked since the last look."""
        return [len(await stub.get("/bench/asked")) for stub in (self.medusa, self.sanity)]

    async def quiet_calls(self) -> list[int]:
        """Return the same once nothing more is asked: refreshes go on behind answers.

        After ten seconds at the latest, should they never end.
        """
        total = [0, 0]
        for _ in range(20):
            await asyncio.sleep(0.5)
            new = await self.calls()
            total = [before + more for before, more in zip(total, new, strict=True)]
            if not any(new):
                break
        return total


@asynccontextmanager
async def replicas(
    count: int,
    *,
    with_redis: bool = True,
    delays: Sequence[float] = DELAYS,
    more: Mapping[str, object] | None = None,
) -> AsyncIterator[Replicas]:
    """Run so many replicas; `more` are further settings of theirs."""
    async with AsyncExitStack() as stack:
        redis = stack.enter_context(server()) if with_redis else None
        ports = stack.enter_context(started(serve_stubs, delays))
        chosen = ReplicaSettings(ports, redis.url if redis else None, more)
        served = [stack.enter_context(started(serve_replica, chosen)) for _ in range(count)]
        stubs = [await stack.enter_async_context(connected(port)) for port in ports]
        yield Replicas(served, redis, stubs)


async def told_price(port: int, handle: str) -> int:
    """Send the webhook of a new price; return how often once it was taken.

    As senders do, it is sent again where it could not be stored.
    """
    times = 0
    while True:
        times += 1
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(price_webhook(handle))
        head = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        if head.startswith(b"HTTP/1.1 2"):
            return times
        if not head.startswith(b"HTTP/1.1 503") or times == _MOST_TIMES:
            msg = f"the webhook was answered {head!r}"
            raise RuntimeError(msg)
        await asyncio.sleep(0.1)


@dataclass
class Crowd:
    """Shoppers with a connection each, spread evenly over the replicas."""

    shoppers: list[tuple[int, Client]]

    async def ask(self, handle: str) -> list[Shown]:
        """Return what all of them are shown who ask for a page at the same moment."""
        request = product_page(handle)
        return await asyncio.gather(
            *(shown(replica, client, request) for replica, client in self.shoppers)
        )


@asynccontextmanager
async def crowd(shop: Replicas, count: int) -> AsyncIterator[Crowd]:
    """Connect so many shoppers; not all at the same moment."""
    shoppers: list[tuple[int, Client]] = []
    writers: list[asyncio.StreamWriter] = []
    try:
        while len(shoppers) < count:
            turns = range(len(shoppers), min(len(shoppers) + _BATCH, count))
            numbers = [turn % len(shop.ports) for turn in turns]
            opened = await asyncio.gather(
                *(asyncio.open_connection("127.0.0.1", shop.ports[one]) for one in numbers)
            )
            writers += [writer for _, writer in opened]
            shoppers += zip(numbers, (Client(*both) for both in opened), strict=True)
        yield Crowd(shoppers)
    finally:
        for writer in writers:
            writer.close()


async def shown(replica: int, client: Client, request: bytes) -> Shown:
    """Ask for a page; return what it shows."""
    asked_at = time.monotonic()
    try:
        body = await client.send(request)
    except (RuntimeError, OSError, EOFError) as failure:
        return Shown(replica, asked_at, time.monotonic(), failure=str(failure) or "lost")
    came_at = time.monotonic()
    page = json.loads(body)
    product = (page.get("data") or {}).get("product")
    if product is None or "errors" in page:
        return Shown(replica, asked_at, came_at, failure=str(page.get("errors")))
    price = (product["priceRange"] or {}).get("min")
    is_whole = not page.get("extensions", {}).get("degraded")
    return Shown(replica, asked_at, came_at, price and float(price["amount"]), is_whole)


@dataclass
class Load:
    """Shoppers who ask one after the other for as long as the load lasts."""

    answers: list[Shown] = field(default_factory=list)

    def failures(self) -> list[Shown]:
        """Return the requests that brought no page."""
        return [one for one in self.answers if one.failure]


@asynccontextmanager
async def load(
    shop: Replicas, shoppers: int, pause: float, request: Callable[[int], bytes]
) -> AsyncIterator[Load]:
    """Keep that many shoppers busy; each asks again `pause` seconds after its last question.

    `request` is told how many have been sent, so that they may ask for one page or for several.
    """
    seen = Load()
    async with crowd(shop, shoppers) as asking:

        async def keep_asking(place: int, replica: int, client: Client) -> None:
            turn = place
            await asyncio.sleep(pause * place / shoppers)
            while True:
                due = time.monotonic() + pause
                seen.answers.append(await shown(replica, client, request(turn)))
                turn += shoppers
                await asyncio.sleep(max(0.0, due - time.monotonic()))

        tasks = [
            asyncio.create_task(keep_asking(place, replica, client))
            for place, (replica, client) in enumerate(asking.shoppers)
        ]
        try:
            yield seen
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks)
