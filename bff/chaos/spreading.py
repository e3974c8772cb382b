"""Many cells at once, on all the processors there are."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from bff.chaos.cells import Cell
from bff.chaos.running import Result, prove

_MOST_PROCESSES = 4
_SHARE = 13
"""Cells that one process takes at a time: enough to make its start worth while."""


def prove_all(cells: Sequence[Cell], tell: Callable[[Result], None]) -> tuple[Result, ...]:
    """Act out cells, and return what became of each, in their order.

    `tell` hears of some at a time, as soon as they are over.
    """
    if len(cells) <= _SHARE:
        return asyncio.run(prove(cells, tell))
    found: dict[Cell, Result] = {}
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=_mute) as pool:
        for share in as_completed([pool.submit(_prove, some) for some in _shares(cells)]):
            for result in share.result():
                found[result.cell] = result
                tell(result)
    return tuple(found[cell] for cell in cells)


def _shares(cells: Sequence[Cell]) -> Iterator[tuple[Cell, ...]]:
    """Deal the cells out, so that each share has some of those that take long."""
    many = -(-len(cells) // _SHARE)
    for turn in range(many):
        yield tuple(cells[turn::many])


def _prove(cells: Sequence[Cell]) -> tuple[Result, ...]:
    return asyncio.run(prove(cells))


def _mute() -> None:
    """Keep log lines out of what is printed: failures are what this is about."""
    logging.getLogger("bff").addHandler(logging.NullHandler())
