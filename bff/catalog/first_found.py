"""One thing that several content systems may have: the first in order that has it is taken."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bff.catalog.tasks import failure_of, has_brought, tell_if_late
from bff.domain.storefront import Degraded
from bff.errors import UpstreamError
from bff.ports import Call, Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was found, where, and which content systems would have come first but failed."""

    source: str
    content: T
    degraded: tuple[Degraded, ...]


async def first_found(
    reads: Sequence[tuple[str, asyncio.Task[T | None]]],
    call: Call,
    clock: Clock,
    patience: float,
) -> Found[T] | None:
    """Return the first that is there, in the order of `reads` (source, task).

    `None` and what is empty say that a content system does not have it.
    One that comes earlier in the order is waited for as long as the call allows; once a later
    one has it, no more than `patience` seconds. `None` says that all have answered and none
    has it.

    Raises:
        UpstreamError: none has it, and one that might have it failed.
    """
    while (ahead := _ahead(reads)) and not any(map(_has, reads)):
        await asyncio.wait(ahead, return_when=asyncio.FIRST_COMPLETED)
    until = min(call.deadline, clock() + patience)
    while (ahead := _ahead(reads)) and (left := until - clock()) > 0:
        done, _ = await asyncio.wait(ahead, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            break
    failures: list[UpstreamError] = []
    for source, task in reads:
        failure = failure_of(source, task)
        if failure is not None:
            failures.append(failure)
            continue
        content = task.result()
        if content:
            for failed in failures:
                tell_if_late(failed)
            degraded = tuple(Degraded(one.source, one.code, served=source) for one in failures)
            return Found(source, content, degraded)
    if failures:
        raise failures[0]
    return None


def _ahead(reads: Sequence[tuple[str, asyncio.Task[Any]]]) -> list[asyncio.Task[Any]]:
    """Return the reads that go on and stand before the first that has brought something."""
    going = []
    for read in reads:
        if _has(read):
            break
        if not read[1].done():
            going.append(read[1])
    return going


def _has(read: tuple[str, asyncio.Task[Any]]) -> bool:
    task = read[1]
    return has_brought(task) and bool(task.result())
