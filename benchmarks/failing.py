"""Systems that fail at random, and when they did."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

from benchmarks.client import Client
from tests.stores.servers import Server

HTTP_FAULTS: Final = ("500", "503", "429", "0", "cut", "page")
"""What a stub is told; 0 hangs."""

_WELL = (4.0, 14.0)
_FAILING = (2.0, 9.0)
"""Seconds, from and to."""
_AFTERMATH = 35.0
"""Seconds after a fault in which it may still be the reason of an error: who rests, rests on."""

Ways: TypeAlias = (
    "tuple[Callable[[random.Random], Awaitable[str]], Callable[[], Awaitable[object]]]"
)
"""Makes a system fail and says how; makes it well."""


@dataclass
class Outages:
    """When each system failed. An interval without an end goes on."""

    spans: dict[str, list[list[float]]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)

    def explains(self, source: str, since: float, until: float) -> bool:
        """Tell whether a system was failing in a span of time, or had been shortly before."""
        return any(
            start <= until and (not end or end[0] + _AFTERMATH >= since)
            for start, *end in self.spans.get(source, ())
        )

    async def toggle(
        self,
        source: str,
        fail: Callable[[random.Random], Awaitable[str]],
        heal: Callable[[], Awaitable[object]],
    ) -> None:
        """Let a system fail again and again, until cancelled; then it is well."""
        chance = random.Random(source)
        try:
            while True:
                await asyncio.sleep(chance.uniform(*_WELL))
                self.spans.setdefault(source, []).append([time.monotonic()])
                self.kinds[f"{source} {await fail(chance)}"] += 1
                await asyncio.sleep(chance.uniform(*_FAILING))
                await heal()
                self.spans[source][-1].append(time.monotonic())
        finally:
            await heal()
            for span in self.spans.get(source, ()):
                if len(span) == 1:
                    span.append(time.monotonic())


def http_faults(stub: Client) -> Ways:
    """Return how a stub fails, and how it is well again."""

    async def fail(chance: random.Random) -> str:
        fault = chance.choice(HTTP_FAULTS)
        await stub.get(f"/bench/fail/{fault}")
        return fault

    return fail, partial(stub.get, "/bench/fail/200")


def redis_faults(redis: Server) -> Ways:
    """Return the same of a Redis: it is killed, or stopped."""
    state = {"is": "well"}

    async def fail(chance: random.Random) -> str:
        state["is"] = chance.choice(("killed", "paused"))
        await asyncio.to_thread(redis.kill if state["is"] == "killed" else redis.pause)
        return state["is"]

    async def heal() -> None:
        was, state["is"] = state["is"], "well"
        if was != "well":
            await asyncio.to_thread(redis.start if was == "killed" else redis.resume)

    return fail, heal
