"""Several reads at the same time: for what does not fit into one question."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TypeVar

from bff.errors import UpstreamError

Part = TypeVar("Part")


async def together(reads: Sequence[Callable[[], Coroutine[None, None, Part]]]) -> list[Part]:
    """Return what the reads bring, in their order; the first that fails ends the others.

    Raises:
        UpstreamError: the first failure, plain and with its cause, not in an exception group.
    """
    if len(reads) == 1:  # nearly always
        return [await reads[0]()]
    first: Exception | None = None
    tasks: list[asyncio.Task[Part]] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read()) for read in reads]
    except* UpstreamError as failed:
        first = failed.exceptions[0]
    if first is not None:  # raised out here: Python 3.11.2 would wrap it in another group
        raise first from first.__cause__
    return [task.result() for task in tasks]
