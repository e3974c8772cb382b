"""Ending tasks that talk to Redis."""

import asyncio
from typing import Any

_AGAIN = 1.5
"""Seconds: longer than any of them takes to close its connection."""


async def end(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel tasks, and return when all have ended.

    They are told again until they have heard it: redis-py sends with `asyncio.wait_for`, which up
    to Python 3.11 loses a cancellation that comes just as the work is done
    (python/cpython#86296). Whoever told them once would wait for ever.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # seen by us, if by nobody else
