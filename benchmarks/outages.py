"""What shoppers and upstreams notice when a content system, or the shared cache, is gone."""

import asyncio
import math
import statistics
import time
from collections.abc import Sequence

from benchmarks.client import Client, connected
from benchmarks.figures import Figure, Section
from benchmarks.shared import Replicas, Shown, load, replicas, shown, told_price
from benchmarks.shopping import MANY_WITH_ADDONS, WITHOUT_ADDONS, product_page

_PAGES = (*WITHOUT_ADDONS, *MANY_WITH_ADDONS)
_REPLICAS = 2
_SHOPPERS = 24
_PAUSE = 0.02
_OUTAGES = (1.0, 3.0, 5.3, 8.0)
"""Seconds. A call that hangs is given up after five, and another one is tried."""
_WAYS = (
    ("answers 503", 503, WITHOUT_ADDONS[1:]),
    ("hangs", 0, ("merino-sweater", "rain-jacket", "canvas-backpack", "wool-blanket")),
)
"""How it is gone, what its stub is told, and pages that none of the others shows as an addon."""
_REDIS_OUTAGE = 12.0
_COMMERCE_BOUND = 5.0
_EUROS = 5000
_LONGEST_HEALING = 6.0


async def measure() -> Sequence[Section]:
    """Return what outages cost."""
    return [await _content_heals(), await _redis_dies()]


async def _content_heals() -> Section:
    figures = []
    async with replicas(1) as shop, connected(shop.ports[0]) as client:
        for words, status, handles in _WAYS:
            since_fetch, since_healed, whole = [], [], 0
            for handle, seconds in zip(handles, _OUTAGES, strict=True):
                request = product_page(handle)
                await shop.sanity.get(f"/bench/fail/{status}")
                whole += await _whole_during(client, request, seconds)
                healed_at = time.monotonic()
                await shop.sanity.get("/bench/fail/200")
                first = await _first_whole(client, request)
                fetched_at = await shop.sanity.get("/bench/healed")
                since_healed.append(first.came_at - healed_at)
                since_fetch.append(first.came_at - (fetched_at or math.inf))
            figures += [
                Figure(f"{words}: whole answers during the outage", whole, "", 0),
                Figure(f"{words}: from the next successful fetch", max(since_fetch), "s", 1),
                Figure(f"{words}: from the end of the outage", max(since_healed), "s", 6),
            ]
    return Section(
        f"Until full answers are back after Sanity was gone for {_OUTAGES[0]:g} to "
        f"{_OUTAGES[-1]:g} s",
        f"The longest of {len(_OUTAGES)} pages that were first asked for in the outage, by one "
        "shopper, every 50 ms.",
        figures,
    )


async def _whole_during(client: Client, request: bytes, seconds: float) -> int:
    """Ask for a page for a while; return how many answers lacked nothing."""
    whole, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        whole += (await shown(0, client, request)).is_whole
        await asyncio.sleep(0.05)
    return whole


async def _first_whole(client: Client, request: bytes) -> Shown:
    patience = time.monotonic() + 4 * _LONGEST_HEALING
    while True:
        page = await shown(0, client, request)
        if page.is_whole or time.monotonic() > patience:
            return page
        await asyncio.sleep(0.05)


async def _redis_dies() -> Section:
    async with (
        replicas(_REPLICAS) as shop,
        load(shop, _SHOPPERS, _PAUSE, _page) as seen,
    ):
        redis = shop.redis
        if redis is None:
            raise AssertionError
        await asyncio.sleep(4)
        await shop.quiet_calls()
        seen.answers.clear()
        await asyncio.sleep(4)
        before = list(seen.answers)
        seen.answers.clear()

        redis.kill()
        killed_at = time.monotonic()
        await asyncio.sleep(_REDIS_OUTAGE)
        medusa, sanity = await shop.calls()
        during = list(seen.answers)
        seen.answers.clear()

        redis.start()
        started_at = time.monotonic()
        up_after = await _all_up(shop) - started_at
        visible_after = await _edit_is_everywhere(shop) - started_at
        after_medusa, after_sanity = await shop.quiet_calls()
        gone_for = started_at - killed_at
        after = list(seen.answers)
    # Each replica may ask again for what it shows whenever its copy is older than the bound.
    rounds = math.ceil(gone_for / _COMMERCE_BOUND)
    return Section(
        f"Redis killed under load, started again {gone_for:.0f} s later",
        f"{_SHOPPERS} shoppers ask {_REPLICAS} replicas for {len(_PAGES)} pages, "
        f"{len(before) / 4:.0f} answers/s before it. At most one call for each page, replica and "
        f"{_COMMERCE_BOUND:g} s;\nin one process addons are asked for with other calls.",
        (
            Figure("answers during the outage", len(during), ""),
            Figure(
                "requests that failed or lacked something",
                sum(bool(one.failure) or not one.is_whole for one in (*during, *after)),
                "",
                0,
            ),
            Figure(
                "calls to Medusa during the outage",
                medusa,
                "",
                at_most=2 * _REPLICAS * len(_PAGES) * rounds,
            ),
            Figure(
                "calls to Sanity during the outage", sanity, "", at_most=_REPLICAS * len(_PAGES)
            ),
            Figure("p99 before", _p99(before), "ms"),
            Figure("p99 during the outage", _p99(during), "ms"),
            Figure("p99 after it", _p99(after), "ms"),
            Figure("until all replicas use it again", up_after, "s", 5),
            Figure("until an edit told to one of them is shown by all", visible_after, "s", 6),
            Figure("calls to Medusa after it", after_medusa, ""),
            Figure("calls to Sanity after it", after_sanity, ""),
        ),
    )


def _page(turn: int) -> bytes:
    return _REQUESTS[turn % len(_REQUESTS)]


_REQUESTS = [product_page(handle) for handle in _PAGES]


async def _all_up(shop: Replicas) -> float:
    """Return when all replicas said that Redis works for them."""
    patience = time.monotonic() + 30
    waiting = list(shop.ports)
    while waiting and time.monotonic() < patience:
        async with connected(waiting[0]) as client:
            figures = await client.send(b"GET /metrics HTTP/1.1\r\nhost: bench\r\n\r\n")
        if b"\nbff_shared_cache_up 1.0" in figures:
            waiting.pop(0)
        else:
            await asyncio.sleep(0.02)
    return math.inf if waiting else time.monotonic()


async def _edit_is_everywhere(shop: Replicas) -> float:
    """Edit a price, tell the first replica; return when the last shows it."""
    await shop.medusa.get(f"/bench/price/{_PAGES[0]}/{_EUROS}")
    await told_price(shop.ports[0], _PAGES[0])
    return max(await asyncio.gather(*(_shows_edit(port) for port in shop.ports)))


async def _shows_edit(port: int) -> float:
    patience = time.monotonic() + 30
    async with connected(port) as client:
        while time.monotonic() < patience:
            page = await shown(0, client, _REQUESTS[0])
            if page.euros == _EUROS:
                return page.came_at
            await asyncio.sleep(0.02)
    return math.inf


def _p99(answers: Sequence[Shown]) -> float:
    times = [1000 * (one.came_at - one.asked_at) for one in answers]
    return statistics.quantiles(times, n=100, method="inclusive")[98]
