"""Changes to marks, and what follows a mark: refetching what is read often, telling others."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bff.domain.changes import Change, touched
from bff.domain.marks import Tag, Touched
from bff.ports import Clock, Store, Target, WallClock

Refetch = Callable[[Sequence[str]], Awaitable[None]]
"""Reads keys again; it fails on nobody, and ends by itself."""


class Invalidator:
    """Marks what has changed, for all replicas, and sees to what follows."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        now: WallClock,
        refetch: Refetch,
        targets: Sequence[Target] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._clock = clock
        self._now = now
        self._refetch = refetch
        self._targets = targets
        self._sleep = sleep

    async def accept(self, changes: Iterable[Change], by: str) -> None:
        """Return once the marks are stored; what follows goes on in the background.

        `by` names who told: a source, `reconciler`, `operator`.

        Raises:
            StoreUnavailable: not all replicas could be told. This process knows.
        """
        del by
        await self._store.mark(touched(changes))

    async def purge(self, tags: Iterable[Tag], by: str = "operator") -> None:
        """Mark tags as an operator names them; see `accept`.

        Raises:
            StoreUnavailable: not all replicas could be told.
        """
        del by
        await self._store.mark([Touched(tag) for tag in tags])

    async def close(self) -> None:
        """Let what goes on in the background end, within bounds."""
