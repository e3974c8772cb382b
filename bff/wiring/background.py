"""What runs beside requests, for as long as the service does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bff.telemetry import log


class StandingWork:
    """Starts what goes on as long as the service, and ends it.

    A task that ends by itself has done its work. One that fails is a fault of ours: it is in the
    log, and shoppers go on being served.
    """

    def __init__(self) -> None:
        self._runs: dict[str, Callable[[], Awaitable[None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Take in what is to run; `name` is what the log calls it."""
        self._runs[name] = run

    async def start(self) -> None:
        """Start everything, and wait for nothing."""
        for name, run in self._runs.items():
            task = asyncio.create_task(_run(name, run), name=f"bff-{name}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End what still runs."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(name: str, run: Callable[[], Awaitable[None]]) -> None:
    try:
        await run()
    except Exception as fault:  # noqa: BLE001 - nobody waits for the task who could be told
        log("background_crashed", level=logging.ERROR, task=name, kind=type(fault).__name__)
