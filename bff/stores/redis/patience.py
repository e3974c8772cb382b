"""How long to wait for Redis, told apart from how long we ourselves were busy."""

import asyncio
from collections.abc import Iterator
from typing import Any

_LOOKS = 10
_MISSED = 20
"""So many looks need not count. An exchange takes a few turns of the event loop, however long
those are; with a connection that has to be made 25 were seen, and more time is given for that."""


class Patience:
    """Counts down a limit in short looks, and only those at which an answer would have been seen.

    A look that ended as late again as it was meant to last does not count: meanwhile this process
    did something else, and what Redis has answered may lie here unread, or what it is asked may
    not even have left. Else any burst of work would look like an outage, and cause one.
    """

    def __init__(self, seconds: float) -> None:
        self.look = seconds / _LOOKS
        """How long a look is to last, in seconds."""
        self._left = _LOOKS
        self._may_miss = _MISSED

    @property
    def is_over(self) -> bool:
        """Whether Redis took too long."""
        return self._left <= 0 or self._may_miss <= 0

    def looked(self, took: float) -> None:
        """Take note of a look that brought nothing, and of how many seconds it lasted."""
        if took < 2 * self.look:
            self._left -= 1
        else:
            self._may_miss -= 1


async def is_done(task: "asyncio.Task[Any]", seconds: float) -> bool:
    """Wait for a task for so long as Redis may take; return whether it has ended."""
    for look in _looks(Patience(seconds)):
        done, _ = await asyncio.wait({task}, timeout=look)
        if done:
            return True
    return False


def _looks(patience: Patience) -> Iterator[float]:
    time = asyncio.get_running_loop().time
    while not patience.is_over:
        began = time()
        yield patience.look
        patience.looked(time() - began)
