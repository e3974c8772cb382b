"""An event loop whose time comes from its timers: it jumps to the next one and never waits.

What would take minutes takes as long as its work, and every instant is exact. For what needs no
socket and no thread.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _NoWaiting(selectors.SelectSelector):
    """Waits for nothing: it notes how long it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.slept = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for something that never comes"
        self.slept += max(0.0, timeout)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """See the module. Its time is that of a `Clock`, too."""

    def __init__(self) -> None:
        self._no_waiting = _NoWaiting()
        super().__init__(self._no_waiting)

    def stall(self, seconds: float) -> None:
        """Let time pass in which nothing runs, as in a process that has too much to do."""
        self._no_waiting.slept += seconds

    def time(self) -> float:
        return self._no_waiting.slept


def run_in_virtual_time(work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns, without waiting for any of its time to pass."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


def virtual_clock() -> float:
    """Return the seconds that have passed on the running loop; without one none have."""
    try:
        return asyncio.get_running_loop().time()
    except RuntimeError:
        return 0.0
