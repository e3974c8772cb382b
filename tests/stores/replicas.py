"""Processes that share a cache, as tests see them: all in one."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bff.domain.freshness import Policy
from bff.domain.marks import Position
from bff.ports import Entry, WallClock
from bff.stores.memory import MemoryStore
from bff.stores.redis import Shared, open_shared
from bff.stores.redis.log import Limits
from bff.telemetry.metrics import REGISTRY

PRICE = Policy("commerce", 60, 30, 300, is_price=True)
TEXT = Policy("content", 3600, 3600, 86400)
ROOM = 4 << 20
NEVER = 3600.0
SOON = 0.1


@asynccontextmanager
async def replica(
    url: str,
    now: WallClock = time.time,
    *,
    beat_seconds: float = NEVER,
    timeout_seconds: float = 1.0,
    connections: int = 4,
    limits: Limits | None = None,
    prefix: str = "bff",
    lease_seconds: float = 1.0,
) -> AsyncIterator[Shared]:
    """Run a process with memory of its own. Its heart beats only where the test wants it."""
    shared = open_shared(
        url,
        MemoryStore(ROOM, now),
        now=now,
        clock=time.monotonic,
        beat_seconds=beat_seconds,
        timeout_seconds=timeout_seconds,
        connections=connections,
        limits=limits,
        prefix=prefix,
        lease_seconds=lease_seconds,
    )
    await shared.start()
    try:
        yield shared
    finally:
        await shared.close()


def entry(
    value: object,
    stamp: Position,
    *tags: str,
    policy: Policy = TEXT,
    started_at: float | None = None,
) -> Entry:
    """Return an entry whose fetch began just now."""
    at = time.time() if started_at is None else started_at
    return Entry(value, policy, at, 0.01, stamp, frozenset(tags))


async def until(is_so: Callable[[], bool], seconds: float = 5.0) -> float:
    """Wait until something has happened, and return how long that took."""
    began = time.monotonic()
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - a real server has no events
            await asyncio.sleep(0.001)
    return time.monotonic() - began


def faults(operation: str) -> float:
    """Return how often one kind of exchange with Redis has failed so far."""
    told = REGISTRY.get_sample_value("bff_shared_cache_faults_total", {"operation": operation})
    return told or 0.0


async def value(shared: Shared, key: str) -> object:
    """Return what a process would show of a key as fresh; `None` if it has to be fetched."""
    kept = (await shared.store.read([key])).kept.get(key)
    if kept is None or kept.mark is not None:
        return None
    return kept.entry.value
