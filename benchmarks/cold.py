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
from benchmarks.questions import SOURCES, Asking, Question
from benchmarks.service import plain_client, serve_service
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
            shop = _Shop(service, medusa, sanity, ports)
            await shop.learn_handles()
            crowd = [await connect(port) for _ in range(_CROWD)]
            return [
                await _without_addons(shop),
                await _with_addons(shop, stack),
                await _stampede(shop, crowd),
            ]


class _Shop:
    """The service and its two upstreams, each over a connection of ours."""

    def __init__(
        self, service: Client, medusa: Client, sanity: Client, ports: Sequence[int]
    ) -> None:
        self.service = service
        self.medusa = medusa
        self._stubs = tuple(zip(SOURCES, ports, (medusa, sanity), strict=True))

    async def learn_handles(self) -> None:
        for handle in (*WITHOUT_ADDONS, WITH_ADDONS):
            await self.service.send(product_page(handle))

    async def cold_page(self, handle: str) -> float:
        """Return the milliseconds of one page."""
        await self.service.get("/bench/forget")
        return await _milliseconds(lambda: self.service.send(product_page(handle)))

    async def asked(self) -> list[Question]:
        """Return what Medusa, then Sanity were asked since the last look."""
        return [
            Question(source, port, text)
            for source, port, stub in self._stubs
            for text in await stub.get("/bench/asked")
        ]


async def _milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    started_at = time.perf_counter()
    await work()
    return (time.perf_counter() - started_at) * 1000


async def _without_addons(shop: _Shop) -> Section:
    await shop.asked()
    await shop.cold_page(WITHOUT_ADDONS[0])
    question, _ = await shop.asked()
    same = question.text.encode()
    pages, slower = [], []
    for handle in islice(cycle(WITHOUT_ADDONS), _PAGES):
        pages.append(await shop.cold_page(handle))
        slower.append(await _milliseconds(lambda: shop.medusa.send(same)))
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


async def _with_addons(shop: _Shop, stack: AsyncExitStack) -> Section:
    await shop.asked()
    await shop.cold_page(WITH_ADDONS)
    questions = await shop.asked()
    product, addons, content = questions
    asking = await Asking.over(plain_client, questions, stack)

    async def product_then_addons() -> None:
        found = await asyncio.gather(asking.ask(product), asking.ask(content))
        for answer in (*found, await asking.ask(addons)):
            answer.json()

    pages, sequences = [], []
    for _ in range(_PAGES_WITH_ADDONS):
        pages.append(await shop.cold_page(WITH_ADDONS))
        sequences.append(await _milliseconds(product_then_addons))
    page, sequence = statistics.median(pages), statistics.median(sequences)
    least = 1000 * (max(_DELAYS) + _DELAYS[0])
    return Section(
        "Cold ProductPage with addons, against product and content, then addons",
        f"{_PAGES_WITH_ADDONS} of each, in turns. The sequence sends the service's own three "
        "requests over shared clients of plain httpx\nand reads their JSON: it merges nothing, "
        "checks nothing and is not behind an API. The delays alone allow 0.80 at best.",
        (
            Figure("sequence, p50", sequence, "ms"),
            Figure("page, p50", page, "ms"),
            Figure("page / sequence", page / sequence, "", 0.85),
            Figure("page / the delays of the sequence", page / least, ""),
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
        calls.append(len(await shop.asked()))
    return Section(
        f"{_CROWD} at once for one cold product with addons",
        f"{_CROWDS} crowds over {_CROWD} connections; calls are the worst crowd's.",
        (
            Figure("upstream calls", max(calls), "", 3),
            Figure("until the last has its answer, median", statistics.median(times), "ms"),
        ),
    )
