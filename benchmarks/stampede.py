"""Crowds that ask for one page at the same moment, over several processes that share Redis."""

import asyncio
import statistics
from collections.abc import Sequence
from contextlib import AsyncExitStack

from benchmarks.client import connected
from benchmarks.figures import Figure, Section
from benchmarks.shared import Replicas, Shown, crowd, replicas, told_price
from benchmarks.shopping import WITHOUT_ADDONS, product_page

_CROWD = 2_000
_PROCESSES = 4
_SMALL_CROWD = 200
_APART = ("wool-blanket", "rain-jacket", "denim-jacket")
_FRESH_SECONDS = 4.0
_KNOWN_SECONDS = 0.05
"""After so long all replicas have heard of a change."""
_PATIENCE: dict[str, object] = {
    "deadline_seconds": 10.0,
    "content_budget_seconds": 5.0,
}
"""Crowd, upstreams, Redis and service share the processors here, and nobody is to give up."""
_SHORT_LIVED: dict[str, object] = {
    **_PATIENCE,
    "cache": {
        "commerce_seconds": _FRESH_SECONDS,
        "commerce_refresh_seconds": 30,
        "content_seconds": _FRESH_SECONDS + 0.001,
        "content_refresh_seconds": 31,
    },
}


async def measure() -> Sequence[Section]:
    """Return what crowds cost the upstreams."""
    return [await _cold(), await _expired(), await _purged(), await _with_addons()]


async def _cold() -> Section:
    async with replicas(_PROCESSES, more=_PATIENCE) as shop:
        await _learn_markets(shop)
        calls, answers = [], []
        for handle in WITHOUT_ADDONS[1:]:
            async with crowd(shop, _CROWD) as asking:
                answers.append(await asking.ask(handle))
                calls.append(await shop.quiet_calls())
    return _section("cold: a page that nobody has asked for yet", calls, answers)


async def _expired() -> Section:
    async with replicas(_PROCESSES, more=_SHORT_LIVED) as shop:
        calls, answers = [], []
        await _learn_markets(shop)
        for _ in range(4):
            async with crowd(shop, _CROWD) as asking:
                await asyncio.sleep(_FRESH_SECONDS + 0.2)
                await shop.calls()
                answers.append(await asking.ask(WITHOUT_ADDONS[0]))
                calls.append(await shop.quiet_calls())
    return _section("at expiry: shown the old one while a new one is fetched", calls, answers)


async def _purged() -> Section:
    handle = WITHOUT_ADDONS[0]
    async with replicas(_PROCESSES, more=_PATIENCE) as shop:
        calls, answers, old = [], [], 0
        await _learn_markets(shop)
        for euros in range(1001, 1005):
            async with crowd(shop, _CROWD) as asking:
                await shop.quiet_calls()
                await shop.medusa.get(f"/bench/price/{handle}/{euros}")
                await told_price(shop.ports[0], handle)
                await asyncio.sleep(_KNOWN_SECONDS)
                answers.append(await asking.ask(handle))
                old += sum(one.euros != euros for one in answers[-1])
                calls.append(await shop.quiet_calls())
    # Only the price was purged: Sanity has nothing to say.
    more = (Figure("answers with an old price", old, "", 0),)
    return _section("just purged: all wait for the new price", calls, answers, (1, 0), more)


async def _with_addons() -> Section:
    rounds = []
    for count, with_redis in ((1, False), (1, True), (2, True)):
        calls, failures, times = [], 0, []
        async with replicas(count, with_redis=with_redis, more=_PATIENCE) as shop:
            await _learn_markets(shop)
            for handle in _APART:
                async with crowd(shop, _SMALL_CROWD) as asking:
                    answers = await asking.ask(handle)
                    calls.append(sum(await shop.quiet_calls()))
                failures += _failures(answers)
                times.append(_seconds(answers))
        rounds.append((count, with_redis, max(calls), failures, statistics.median(times)))
    figures = []
    for count, with_redis, most, failures, seconds in rounds:
        where = f"{count} process{'es' * (count > 1)}{', Redis' * with_redis}"
        figures += [
            Figure(f"{where}: upstream calls", most, "", 3),
            Figure(f"{where}: requests that failed or lacked something", failures, "", 0),
            Figure(f"{where}: until the last has its answer", 1000 * seconds, "ms"),
        ]
    return Section(
        f"{_SMALL_CROWD} at once for one uncached product with addons",
        f"{len(_APART)} products that share no addon, each asked for once; calls are the worst "
        "crowd's.",
        figures,
    )


async def _learn_markets(shop: Replicas) -> None:
    """Ask every process for another page: which markets there are is known from then on."""
    async with AsyncExitStack() as stack:
        for port in shop.ports:
            client = await stack.enter_async_context(connected(port))
            await client.send(product_page(WITHOUT_ADDONS[0]))
    await shop.quiet_calls()


def _failures(answers: Sequence[Shown]) -> int:
    return sum(bool(one.failure) or not one.is_whole for one in answers)


def _seconds(answers: Sequence[Shown]) -> float:
    return max(one.came_at for one in answers) - min(one.asked_at for one in answers)


def _section(
    how: str,
    calls: Sequence[Sequence[int]],
    shown: Sequence[Sequence[Shown]],
    most: tuple[int, int] = (1, 1),
    more: Sequence[Figure] = (),
) -> Section:
    medusa, sanity = (max(each) for each in zip(*calls, strict=True))
    failures = sum(_failures(answers) for answers in shown)
    return Section(
        f"{_CROWD} at once for one page, {how}",
        f"{len(shown)} crowds over {_CROWD} connections to {_PROCESSES} processes with one Redis; "
        "calls are the worst crowd's.",
        (
            Figure("calls to Medusa", medusa, "", most[0]),
            Figure("calls to Sanity", sanity, "", most[1]),
            Figure("requests that failed or lacked something", failures, "", 0),
            *more,
            Figure(
                "until the last has its answer, median",
                1000 * statistics.median(_seconds(answers) for answers in shown),
                "ms",
            ),
        ),
    )
