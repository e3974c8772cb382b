"""What shoppers notice of a CMS that takes few calls, and of sources that hang, under load."""

import asyncio
import random
import statistics
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from benchmarks.client import Client, connected, graphql_request
from benchmarks.figures import Figure, Section
from benchmarks.many_products import handle_of, serve_many
from benchmarks.processes import started
from benchmarks.replicas import ReplicaSettings, serve_replica
from benchmarks.shared import Shown, shown
from benchmarks.shopping import VIEW, product_page
from bff.demo import demo_upstreams

_DELAYS = (0.1, 0.06)
_PROCESSES = 2
_LIMIT = 7
_RATE = 500.0
_SECONDS = 20.0
_PRODUCTS = 2_000
_CONNECTIONS = 600
_CALM_CONNECTIONS = 120
_SOFT_DEADLINE = 0.3
_KNOWN = 300
"""Products of which there are copies when Medusa begins to hang."""
_CALM_RATE = 40.0
_OUTAGE = 30.0
_ROUNDS = 1
_PRICE = """query ($handle: String!, $locale: Locale, $country: CountryCode) {
  product(handle: $handle, locale: $locale, country: $country) {
    handle priceRange { min { amount } }
  }
}"""
_SHORT_PAGE = """query ($handle: String!, $locale: Locale, $country: CountryCode) {
  product(handle: $handle, locale: $locale, country: $country) {
    title description { text } priceRange { min { amount } }
  }
}"""
_SHORT_LIVED = {
    "commerce_seconds": 2,
    "commerce_refresh_seconds": 0,
    "content_seconds": 3,
    "content_refresh_seconds": 0.5,
}


@dataclass(frozen=True, slots=True)
class _Shop:
    """Processes of the service, its stubs, and shoppers' connections."""

    medusa: Client
    sanity: Client
    shoppers: asyncio.Queue[Client]

    async def ask(
        self,
        handle: Callable[[], str],
        rate: float,
        seconds: float,
        page: Callable[[str], bytes] = product_page,
    ) -> list[Shown]:
        """Let so many shoppers come per second, whatever becomes of them; return what they saw."""
        came: list[asyncio.Task[Shown]] = []
        began = time.monotonic()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            came.append(asyncio.create_task(self._one(page(handle()))))
        return await asyncio.gather(*came)

    async def _one(self, request: bytes) -> Shown:
        asked_at = time.monotonic()
        client = await self.shoppers.get()
        try:
            page = await shown(0, client, request)
        finally:
            self.shoppers.put_nowait(client)
        return Shown(0, asked_at, page.came_at, page.euros, page.is_whole, page.failure)


@asynccontextmanager
async def _shop(
    *,
    processes: int = 1,
    connections: int = _CALM_CONNECTIONS,
    delays: Sequence[float] = _DELAYS,
    sanity: Mapping[str, object] | None = None,
    more: Mapping[str, object] | None = None,
) -> AsyncIterator[_Shop]:
    """Run so many processes of the service; `sanity` and `more` are further settings."""
    async with AsyncExitStack() as stack:
        ports = stack.enter_context(started(serve_many, delays))
        demo = demo_upstreams()
        source = {
            "kind": "sanity",
            "url": f"http://127.0.0.1:{ports[1]}",
            "project_id": demo.project_id,
            "dataset": demo.dataset,
            **(sanity or {}),
        }
        limits = {"requests_per_second": None}
        chosen = ReplicaSettings(
            ports, None, {"content": (source,), "limits": limits, **(more or {})}
        )
        served = [stack.enter_context(started(serve_replica, chosen)) for _ in range(processes)]
        medusa, cms = [await stack.enter_async_context(connected(one)) for one in ports]
        shoppers: asyncio.Queue[Client] = asyncio.Queue()
        for turn in range(connections):
            port = served[turn % processes]
            shoppers.put_nowait(await stack.enter_async_context(connected(port)))
        await asyncio.sleep(1.0)  # the markets are read by then
        yield _Shop(medusa, cms, shoppers)


def _price_of(handle: str) -> bytes:
    """Return the request for what Medusa alone knows."""
    return graphql_request(_PRICE, {"handle": handle, **VIEW})


def _short_page(handle: str) -> bytes:
    """Return the request for a page that costs the processor little."""
    return graphql_request(_SHORT_PAGE, {"handle": handle, **VIEW})


def _anybody(products: int, seed: int) -> Callable[[], str]:
    """Return what names a product at random, each as often as any other."""
    luck = random.Random(seed)
    return lambda: handle_of(luck.randrange(products))


async def measure() -> Sequence[Section]:
    """Return what limits and outages cost."""
    return [await _limited(), await _cms_hangs(), await _medusa_hangs()]


async def _limited() -> Section:
    """Medusa's half of all products is read before: it is not what is to be limited."""
    async with _shop(
        processes=_PROCESSES,
        connections=_CONNECTIONS,
        delays=(0.005, 0.06),
        sanity={"requests_per_second": _LIMIT / _PROCESSES},
        more={"cache": {"commerce_seconds": 600, "content_seconds": 3600}},
    ) as shop:
        for turn in range(_PROCESSES * _PRODUCTS):  # connections lead to one after the other
            number = turn // _PROCESSES
            await shop.ask(partial(handle_of, number), 1000.0, 0.001, _price_of)
        await shop.sanity.get("/bench/arrivals")
        answers = await shop.ask(_anybody(_PRODUCTS, 1), _RATE, _SECONDS, _short_page)
        arrivals = sorted(await shop.sanity.get("/bench/arrivals"))
    first = min(one.asked_at for one in answers)
    last = max(one.came_at for one in answers)
    busiest = max(bisect_left(arrivals, at + 1.0) - place for place, at in enumerate(arrivals))
    return Section(
        f"A CMS that takes {_LIMIT} calls a second, {_RATE:.0f} shoppers a second",
        f"{_PROCESSES} processes with {_LIMIT / _PROCESSES:g} each, {len(answers)} pages of "
        f"{_PRODUCTS} products in {last - first:.0f} s, whose text nobody had before.",
        (
            Figure("errors that shoppers saw", sum(bool(one.failure) for one in answers), "", 0),
            Figure("most calls that the CMS saw within any second", busiest, "", at_most=_LIMIT),
            Figure("calls that the CMS saw, each second", len(arrivals) / (last - first), "/s"),
            Figure("pages with the CMS's text", _share(one.is_whole for one in answers), "%"),
            Figure("p50 of the pages", _percentile(answers, 50), "ms"),
            Figure("p95 of the pages", _percentile(answers, 95), "ms"),
        ),
    )


async def _cms_hangs() -> Section:
    """Each round asks for other products, so that each page needs Medusa and the CMS."""
    healthy, hanging = [], []
    for number in range(_ROUNDS):
        async with _shop() as shop:
            healthy.append(await shop.ask(_anybody(10**6, number), _CALM_RATE, _OUTAGE))
            await shop.sanity.get("/bench/fail/0")
            hanging.append(await shop.ask(_anybody(10**6, 9 + number), _CALM_RATE, _OUTAGE))
    return _compared(
        "The CMS hangs",
        f"{_CALM_RATE:.0f} pages a second that nobody has asked for before, {_OUTAGE:.0f} s with "
        "and without.",
        healthy,
        hanging,
    )


async def _medusa_hangs() -> Section:
    """Copies are good for two seconds, so that most pages need Medusa, but for some old ones."""
    healthy, hanging = [], []
    for number in range(_ROUNDS):
        async with _shop(more={"cache": _SHORT_LIVED}) as shop:
            for known in range(_KNOWN):
                await shop.ask(partial(handle_of, known), 1000.0, 0.001)
            healthy.append(await shop.ask(_anybody(_KNOWN, number), _CALM_RATE, _OUTAGE))
            await shop.medusa.get("/bench/fail/0")
            hanging.append(await shop.ask(_anybody(_KNOWN, 9 + number), _CALM_RATE, _OUTAGE))
    return _compared(
        "Medusa hangs",
        f"{_CALM_RATE:.0f} pages a second of {_KNOWN} products whose copies are good for "
        f"{_SHORT_LIVED['commerce_seconds']} s, {_OUTAGE:.0f} s with and without.",
        healthy,
        hanging,
    )


def _compared(
    title: str, how: str, healthy: Sequence[Sequence[Shown]], hanging: Sequence[Sequence[Shown]]
) -> Section:
    before, during = (
        min(_percentile(answers, 95) for answers in rounds) for rounds in (healthy, hanging)
    )
    return Section(
        title,
        f"{how} The bound is 1.3 times the healthy p95 and the soft deadline.",
        (
            Figure("p50 healthy", min(_percentile(one, 50) for one in healthy), "ms"),
            Figure("p95 healthy", before, "ms"),
            Figure("p50 while it hangs", min(_percentile(one, 50) for one in hanging), "ms"),
            Figure(
                "p95 while it hangs", during, "ms", at_most=1.3 * before + 1000 * _SOFT_DEADLINE
            ),
            Figure(
                "errors that shoppers saw",
                sum(bool(one.failure) for answers in (*healthy, *hanging) for one in answers),
                "",
                0 if title.startswith("The CMS") else None,
            ),
        ),
    )


def _percentile(answers: Sequence[Shown], percent: int) -> float:
    times = [1000 * (one.came_at - one.asked_at) for one in answers]
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def _share(flags: Iterable[bool]) -> float:
    found = list(flags)
    return 100 * sum(found) / len(found)
