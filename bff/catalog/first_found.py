"""One thing that several content systems may have: the first in order that has it is taken."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from bff.catalog.cached_content import Content
from bff.catalog.reads import Read, give_up, tell_late
from bff.domain.storefront import Degraded
from bff.errors import UpstreamError, UpstreamTimeout
from bff.ports import Call, Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FirstFound(Generic[T]):
    """What was found, where, and which content systems would have come first but failed."""

    source: str
    content: T
    degraded: tuple[Degraded, ...]


async def first_found(
    name: str, reads: Sequence[Read[Content]], call: Call, clock: Clock, patience: float
) -> FirstFound[Content] | None:
    """Return the first that is there, in the order of `reads`, which all ask for `name`.

    One that comes earlier in the order is waited for as long as the call allows; once a later
    one has it, no more than `patience` seconds. What is late then is looked for among the old
    copies: also when nobody has it by then, so that there is time for what it leads to, and then
    nobody is waited for again. `None` says that all have answered and none has it.

    Raises:
        UpstreamError: none has it, and one that might have it failed.
    """
    if await _found_by_anyone(name, reads, clock, patience):
        patience = 0.0
    until = min(call.deadline, clock() + patience)
    while (ahead := _ahead(name, reads)) and (left := until - clock()) > 0:
        if not await _one_of(ahead, left):
            break
    await give_up(_ahead(name, reads))
    failures: list[UpstreamError] = []
    for read in reads:
        content = read.by_key.get(name)
        if content:
            for failed in failures:
                if isinstance(failed, UpstreamTimeout):
                    tell_late(failed.source)
            degraded = tuple(Degraded(one.source, one.code, read.source) for one in failures)
            return FirstFound(read.source, content, degraded)
        if read.failure is not None:
            failures.append(read.failure)
    if failures:
        raise failures[0]
    return None


async def _found_by_anyone(
    name: str, reads: Sequence[Read[Content]], clock: Clock, patience: float
) -> bool:
    """Wait until somebody has it, or all have answered; once `patience` is over, look back.

    Return whether it is over.
    """
    until, has_looked_back = clock() + patience, False
    while (ahead := _ahead(name, reads)) and not any(_has(name, read) for read in reads):
        left = None if has_looked_back else max(0.0, until - clock())
        if not await _one_of(ahead, left):
            await asyncio.gather(*(read.look_back() for read in ahead))
            has_looked_back = True
    return has_looked_back


async def _one_of(reads: Sequence[Read[Any]], seconds: float | None) -> bool:
    """Wait for one of several reads; tell if one has ended in time."""
    tasks = [read.task for read in reads]
    done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


def _ahead(name: str, reads: Sequence[Read[Content]]) -> list[Read[Content]]:
    """Return the reads that go on and stand before the first that has brought something."""
    going = []
    for read in reads:
        if _has(name, read):
            break
        if not read.is_done:
            going.append(read)
    return going


def _has(name: str, read: Read[Content]) -> bool:
    return bool(read.by_key.get(name))
