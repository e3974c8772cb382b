"""What a shop without Redis has instead: one process that fetches what it needs."""

from bff.ports import Cursors, Leases
from bff.stores.alone import MemoryCursors, NoLeases

LEASES: Leases = NoLeases()


async def test_the_only_process_may_fetch_everything() -> None:
    """Nothing is held back for another process, not even what is being fetched already."""
    assert await LEASES.take(["tee", "hat"], 5.0) == {"tee", "hat"}
    assert await LEASES.take(["tee"], 5.0) == {"tee"}

    await LEASES.give_back(["tee", "hat"])


async def test_nobody_is_waited_for() -> None:
    """Waiting for another process ends at once: a shopper would wait for nothing."""
    await LEASES.wait(["tee"], 3600.0)


async def test_a_cursor_is_remembered() -> None:
    """A change feed goes on where it was, and each has its own place."""
    cursors: Cursors = MemoryCursors()

    await cursors.save("medusa", "2026-01-01")
    await cursors.save("medusa", "2026-01-02")

    assert await cursors.load("medusa") == "2026-01-02"
    assert await cursors.load("sanity") is None
