"""Asking as a background job does: with much time, and once more what failed in passing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import TypeVar

from bff.errors import BffError, UpstreamError, UpstreamUnavailable
from bff.ports import Call, Clock

Pause = Callable[[float], Awaitable[None]]
"""Waits so many seconds (`asyncio.sleep` in production)."""

TIME_LIMIT = 30.0
"""How long a single call may take, in seconds."""

_PAUSE = 1.0  # seconds, where the source does not say when to come again
_LONGEST_PAUSE = 60.0

T = TypeVar("T")


class Patience:
    """Asks with a time limit for each call."""

    def __init__(self, clock: Clock, pause: Pause, time_limit: float = TIME_LIMIT) -> None:
        self._clock = clock
        self._pause = pause
        self._time_limit = time_limit

    async def ask(self, read: Callable[[Call], Awaitable[T]]) -> T:
        """Return what is read; what failed in passing is read once more, after a pause.

        Raises:
            UpstreamError: it failed again, or in a way that asking again does not help.
        """
        try:
            return await read(self._call())
        except UpstreamError as failure:
            if not failure.retryable:
                raise
            wished = failure.retry_after if isinstance(failure, UpstreamUnavailable) else None
            await self._pause(min(_PAUSE if wished is None else wished, _LONGEST_PAUSE))
        return await read(self._call())

    def _call(self) -> Call:
        return Call(self._clock() + self._time_limit, is_awaited=False, is_retried=True)


@asynccontextmanager
async def side_by_side() -> AsyncIterator[asyncio.TaskGroup]:
    """Let reads go on at the same time; the first that fails ends the others.

    Raises:
        BffError: that failure, plain and with its cause, not in an exception group.
    """
    first: Exception | None = None
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except* BffError as failed:
        first = failed.exceptions[0]
    if first is not None:  # raised out here: Python 3.11.2 would wrap it in another group
        raise first from first.__cause__


def parts(keys: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Return the keys in parts of at most so many."""
    rest = iter(keys)
    while part := tuple(islice(rest, size)):
        yield part
