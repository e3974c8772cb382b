"""A rolling restart: two replicas behind a balancer, each restarted while shoppers keep coming.

A replica is told to stop (SIGTERM), a new one takes its place once it is ready, then it is the
other one's turn. The last round is done without a drain, to see that the measure can fail.
"""

import asyncio
import random
import re
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks.balancer import Balancer
from benchmarks.client import graphql_request
from benchmarks.command import Command, served
from benchmarks.figures import Figure, Section
from benchmarks.processes import on_core, started
from benchmarks.shared import DELAYS
from benchmarks.shopping import MANY_WITH_ADDONS, PRODUCT_PAGE
from benchmarks.soak import variables_of
from benchmarks.steady import Asked, Came, Seen, Steady
from benchmarks.stub_upstreams import serve_stubs
from tests.stores.servers import server

_RATE: Final = 60.0
"""Requests a second; the balancer, in Python, manages a few times as many."""
_CONNECTIONS: Final = 32
_ROUNDS: Final = 2
_PATIENCE: Final = 60.0
_SLOW: Final = 0.3
"""Of the requests so many ask what nobody has cached: they are under way for a while."""
_VIEW: Final = {"locale": "en", "country": "US"}
_OK: Final = 200
_FOREVER: Final = 3600.0
_AFTER: Final = 3.0  # seconds of load after the last restart


@dataclass
class _Stopped:
    """One replica that was told to stop: how long it took, and its exit code."""

    seconds: float
    code: int


async def measure() -> Sequence[Section]:
    """Return what came of it, with the drain and without."""
    with server() as redis, on_core(1), started(serve_stubs, DELAYS) as ports:
        # How slow a busy machine is, is not what is looked at.
        variables = variables_of(ports, redis) | {"BFF_DEADLINE_SECONDS": "10"}
        return [
            await _rolled(variables, "with the drain of 2 s", _ROUNDS, at_most=0),
            await _rolled(
                {**variables, "BFF_DRAIN_SECONDS": "0"}, "without a drain, for comparison", 1
            ),
        ]


async def _rolled(
    variables: Mapping[str, str], how: str, rounds: int, at_most: float | None = None
) -> Section:
    seen, stops = Seen(_failed), list[_Stopped]()
    async with Balancer.open() as balancer, _Replicas.open(variables, balancer) as replicas:
        steady = Steady(balancer.port, _CONNECTIONS)
        pick = partial(_pick, numbers=random.Random())
        load = asyncio.create_task(steady.run(pick, _RATE, _FOREVER, seen))
        try:
            await asyncio.sleep(1)
            for _ in range(rounds):
                for number in range(2):
                    stops.append(await replicas.restart(number))
            await asyncio.sleep(_AFTER)
        finally:
            load.cancel()
            await asyncio.gather(load, return_exceptions=True)
            # Before what is under way is given up.
            count, failed = sum(seen.answers.values()), [*seen.kept]
            steady.close()
    reasons = {*balancer.failures, *map(_reason, failed)}
    why = ", ".join(sorted(reasons)) or "nothing"
    return Section(
        f"Rolling restart of two replicas under load, {how}",
        f"{_RATE:g} requests/s over {_CONNECTIONS} connections to a balancer that asks /readyz "
        f"every 0.5 s and repeats nothing;\n{len(stops)} restarts; what failed: {why}",
        (
            Figure("requests", count, ""),
            Figure("failed requests", len(failed), "", at_most=at_most),
            Figure("p99 of all", seen.quantile(0.99) * 1e3, "ms"),
            Figure("longest stop", max(stop.seconds for stop in stops), "s"),
            Figure("stops that were not in order", sum(stop.code != 0 for stop in stops), "", 0),
        ),
    )


class _Replicas:
    """Two processes of the service, each in its place."""

    def __init__(self, variables: Mapping[str, str], balancer: Balancer) -> None:
        self._variables = variables
        self._balancer = balancer
        self._places = [ExitStack(), ExitStack()]
        self._running: list[Command] = []

    @classmethod
    @asynccontextmanager
    async def open(
        cls, variables: Mapping[str, str], balancer: Balancer
    ) -> AsyncIterator["_Replicas"]:
        """Start both, and wait until both are ready."""
        replicas = cls(variables, balancer)
        async with AsyncExitStack() as stack:
            for place in replicas._places:
                stack.callback(place.close)
            for number in range(2):
                replicas._running.append(await replicas._start(number))
            await balancer.has(2)
            yield replicas

    async def restart(self, number: int) -> _Stopped:
        """Stop one, start another one in its place, and wait until that is ready."""
        old = self._running[number]
        port, began = await asyncio.to_thread(lambda: old.port), time.monotonic()
        old.process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(old.process.wait, _PATIENCE)
        stopped = _Stopped(time.monotonic() - began, code)
        self._balancer.forget(port)
        self._places[number].close()
        self._running[number] = await self._start(number)
        await self._balancer.has(2)
        return stopped

    async def _start(self, number: int) -> Command:
        command = self._places[number].enter_context(served(self._variables, core=number))
        self._balancer.add(await asyncio.to_thread(lambda: command.port))
        return command


def _pick(chance: random.Random, *, numbers: random.Random) -> Asked:
    if numbers.random() < _SLOW:
        handle = f"no-such-{numbers.randrange(10**9)}"
        return Asked("slow", graphql_request(PRODUCT_PAGE, {"handle": handle, **_VIEW}))
    handle = chance.choice(MANY_WITH_ADDONS)
    return Asked("page", graphql_request(PRODUCT_PAGE, {"handle": handle, **_VIEW}))


def _reason(came: Came) -> str:
    codes = sorted({*re.findall(r'"code":"([A-Z_]+)"', came.body.decode(errors="replace"))})
    return " ".join([str(came.status or "lost"), *codes])


def _failed(came: Came) -> bool:
    return came.status != _OK or b'"errors"' in came.body
