"""How long a shopper waits when nothing is cached but which id a handle has."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from itertools import cycle, islice

from benchmarks.client import Client, connected
from benchmarks.figures import Figure, Section, p95
from benchmarks.processes import started
from benchmarks.service import serve_service
from benchmarks.shopping import WITH_ADDONS, WITHOUT_ADDONS, product_page
from benchmarks.stub_upstreams import serve_stubs

_DELAYS = (0.1, 0.06)
_PAGES = 80
_PAGES_WITH_ADDONS = 40
_CROWD = 200
_CROWDS = 3


async def measure() -> Sequence[Section]:
    """Return what cold pages take."""
    with started(serve_stubs, _DELAYS) as ports, started(serve_service, ports) as port:
        async with AsyncExitStack() as stack:

            async def connect(to: int) -> Client:
                return await stack.enter_async_context(connected(to))

            service = await connect(port)
            medusa, sanity = await connect(ports[0]), await connect(ports[1])
            shop = _Shop(service, medusa, sanity)
            await shop.learn_handles()
            crowd = [await connect(port) for _ in range(_CROWD)]
            return [
                await _without_addons(shop),
                await _with_addons(shop),
                await _stampede(shop, crowd),
            ]


class _Shop:
    """The service and its two upstreams, each over a connection of ours."""

    def __init__(self, service: Client, medusa: Client, sanity: Client) -> None:
        self.service = service
        self.medusa = medusa
        self.sanity = sanity

    async def learn_handles(self) -> None:
        for handle in (*WITHOUT_ADDONS, WITH_ADDONS):
            await self.service.send(product_page(handle))

    async def cold_page(self, handle: str) -> float:
        """Return the milliseconds of one page."""
        await self.service.get("/bench/forget")
        return await _milliseconds(lambda: self.service.send(product_page(handle)))

    async def asked(self) -> tuple[list[bytes], list[bytes]]:
        """Return what Medusa and Sanity were asked since the last look, word for word."""
        looks = await self.medusa.get("/bench/asked"), await self.sanity.get("/bench/asked")
        medusa, sanity = ([question.encode() for question in look] for look in looks)
        return medusa, sanity


async def _milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    started_at = time.perf_counter()
    await work()
    return (time.perf_counter() - started_at) * 1000


async def _without_addons(shop: _Shop) -> Section:
    await shop.asked()
    await shop.cold_page(WITHOUT_ADDONS[0])
    (question,), _ = await shop.asked()
    pages, slower = [], []
    for handle in islice(cycle(WITHOUT_ADDONS), _PAGES):
        pages.append(await shop.cold_page(handle))
        slower.append(await _milliseconds(lambda: shop.medusa.send(question)))
    upstream = statistics.median(slower)
    return Section(
        "Cold ProductPage of a known handle, no addons: time over the slower upstream",
        f"{_PAGES} pages of {len(WITHOUT_ADDONS)} products, one at a time, everything but handles "
        "and markets forgotten before each;\nthe slower upstream is Medusa, asked the same "
        "question in between over a connection of our own.",
        (
            Figure("Medusa alone, p50", upstream, "ms"),
            Figure("page, p50, over Medusa's p50", statistics.median(pages) - upstream, "ms", 5),
            Figure("page, p95, over Medusa's p50", p95(pages) - upstream, "ms", 15),
        ),
    )


async def _with_addons(shop: _Shop) -> Section:
    await shop.asked()
    await shop.cold_page(WITH_ADDONS)
    (product, addons), (content,) = await shop.asked()

    async def product_then_addons() -> None:
        await asyncio.gather(shop.medusa.send(product), shop.sanity.send(content))
        await shop.medusa.send(addons)

    pages, sequences = [], []
    for _ in range(_PAGES_WITH_ADDONS):
        pages.append(await shop.cold_page(WITH_ADDONS))
        sequences.append(await _milliseconds(product_then_addons))
    page, sequence = statistics.median(pages), statistics.median(sequences)
    return Section(
        "Cold ProductPage with addons, against product and content, then addons",
        f"{_PAGES_WITH_ADDONS} of each, in turns. The sequence sends the very requests of the "
        "service over connections of our own and looks at nothing:\nno parsing, no merge, no "
        "GraphQL. So 0.80 is what the delays allow at best.",
        (
            Figure("sequence, p50", sequence, "ms"),
            Figure("page, p50", page, "ms"),
            Figure("page / sequence", page / sequence, "", 0.85),
        ),
    )


async def _stampede(shop: _Shop, crowd: Sequence[Client]) -> Section:
    request = product_page(WITH_ADDONS)
    calls, times = [], []
    for _ in range(_CROWDS):
        await shop.service.get("/bench/forget")
        await shop.asked()
        times.append(
            await _milliseconds(lambda: asyncio.gather(*(one.send(request) for one in crowd)))
        )
        calls.append(sum(len(questions) for questions in await shop.asked()))
    return Section(
        f"{_CROWD} at once for one cold product with addons",
        f"{_CROWDS} crowds over {_CROWD} connections; calls are the worst crowd's.",
        (
            Figure("upstream calls", max(calls), "", 3),
            Figure("until the last has its answer, median", statistics.median(times), "ms"),
        ),
    )
