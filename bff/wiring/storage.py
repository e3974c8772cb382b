"""Where values are kept: in this process, and in the Redis that replicas share."""

from dataclasses import dataclass

from bff.ports import Clock, Cursors, Foresight, Leases, Store, WallClock
from bff.settings import Settings
from bff.stores.alone import MemoryCursors, NoLeases
from bff.stores.memory import MemoryStore
from bff.stores.redis import Shared, open_shared
from bff.stores.redis.channels import CHANNELS
from bff.stores.redis.log import Limits
from bff.stores.redis.probe import RedisProbe
from bff.wiring.catalog import lifetimes_of
from bff.wiring.terms import terms_of

_MEGABYTE = 1_000_000
_SPARE = 1.1
_PATIENCE = 5.0  # seconds for `bff check`: what is merely slow is told by figures


@dataclass(frozen=True, slots=True)
class Storage:
    """What the cache of one process is made of. Without a Redis there is nothing `shared`."""

    store: Store
    leases: Leases
    cursors: Cursors
    shared: Shared | None

    @property
    def foresight(self) -> Foresight | None:
        """What knows beforehand which values an answer needs; in memory all are near."""
        return self.shared.foresight if self.shared is not None else None

    async def start(self) -> None:
        """Connect, and go on trying in the background; nothing fails without Redis."""
        if self.shared is not None:
            await self.shared.start()

    async def close(self) -> None:
        """Let go of all connections."""
        if self.shared is not None:
            await self.shared.close()


def storage_of(settings: Settings, now: WallClock, clock: Clock) -> Storage:
    """Return what these settings describe, not connected yet."""
    memory = MemoryStore(megabytes(settings.cache.memory_megabytes), now)
    if settings.redis_url is None:
        return Storage(memory, NoLeases(), MemoryCursors(), None)
    redis = settings.redis
    shared = open_shared(
        settings.redis_url.get_secret_value(),
        memory,
        connections=redis.connections,
        timeout_seconds=redis.timeout_seconds,
        commerce_bound=redis.commerce_bound_seconds,
        content_bound=redis.content_bound_seconds,
        now=now,
        clock=clock,
        prefix=redis.prefix,
        # A mark that was forgotten before what it condemns would condemn everything.
        limits=Limits(seconds=_SPARE * lifetimes_of(settings.cache).longest),
        terms=terms_of(settings),
    )
    return Storage(shared.store, shared.leases, shared.cursors, shared)


def redis_probe(settings: Settings) -> RedisProbe | None:
    """Return what looks at Redis for `bff check`; `None` where there is none."""
    if settings.redis_url is None:
        return None
    return RedisProbe(
        settings.redis_url.get_secret_value(),
        prefix=settings.redis.prefix,
        timeout_seconds=_PATIENCE,
        channels=tuple(CHANNELS) if settings.redis.channels else (),
    )


def megabytes(number: float) -> int:
    """Return a size in bytes."""
    return int(number * _MEGABYTE)
