"""What takes the place of the shared cache where there is no Redis: one process, by itself."""

from collections.abc import Collection, Sequence


class NoLeases:
    """The `Leases` of a shop with one process: nobody else fetches, so everything may be."""

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:  # noqa: ARG002 - the port's
        """See `Leases.take`; all of them."""
        return frozenset(keys)

    async def give_back(self, keys: Collection[str]) -> None:
        """See `Leases.give_back`; nobody waits."""

    async def wait(self, keys: Collection[str], seconds: float) -> None:
        """See `Leases.wait`; there is nobody to wait for."""


class MemoryCursors:
    """Remembers how far change feeds were read until this process ends."""

    def __init__(self) -> None:
        self._cursors: dict[str, str] = {}

    async def load(self, name: str) -> str | None:
        """See `Cursors.load`."""
        return self._cursors.get(name)

    async def save(self, name: str, cursor: str) -> None:
        """See `Cursors.save`."""
        self._cursors[name] = cursor
