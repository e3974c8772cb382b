"""No test of the catalog may hang, or leave an error behind that nobody has looked at."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest

TOO_LONG = 30
"""Seconds after which a test waits for something that will not happen."""


@pytest.fixture(autouse=True)
async def _nothing_hangs() -> AsyncIterator[None]:
    """Cancel what a test waits for when it takes too long, so that it fails."""

    def cancel_all() -> None:
        for task in asyncio.all_tasks():
            task.cancel("the test took too long")

    watchdog = asyncio.get_running_loop().call_later(TOO_LONG, cancel_all)
    yield
    watchdog.cancel()


@pytest.fixture(autouse=True)
async def _nothing_is_lost() -> AsyncIterator[None]:
    """Fail the test when the loop reports something, such as an exception never retrieved."""
    lost: list[str] = []

    def report(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        lost.append(f"{context['message']}: {context.get('exception')!r}")

    asyncio.get_running_loop().set_exception_handler(report)
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    del left
    gc.collect()  # a task tells of an exception that nobody asked for when it is thrown away
    assert not lost
