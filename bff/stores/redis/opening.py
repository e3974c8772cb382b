"""Putting the shared cache together."""

from dataclasses import dataclass

from bff.ports import Clock, Cursors, Leases, Store, WallClock
from bff.stores.alone import MemoryCursors, NoLeases
from bff.stores.memory import MemoryStore


@dataclass(frozen=True, slots=True)
class Shared:
    """The cache of one process that others share with it."""

    store: Store
    leases: Leases
    cursors: Cursors

    @property
    def is_up(self) -> bool:
        """Whether the shared part works for this process just now."""
        return False

    async def start(self) -> None:
        """Connect, and go on trying in the background. Never fails: Redis may be down."""

    async def close(self) -> None:
        """Let go of all connections."""


def open_shared(
    url: str,
    memory: MemoryStore,
    *,
    connections: int = 8,
    timeout_seconds: float = 0.1,
    commerce_bound: float = 5.0,
    content_bound: float = 60.0,
    now: WallClock,
    clock: Clock,
    prefix: str = "bff",
) -> Shared:
    """Return the shared cache at a URL, not connected yet."""
    del url, connections, timeout_seconds, commerce_bound, content_bound, now, clock, prefix
    return Shared(memory, NoLeases(), MemoryCursors())
