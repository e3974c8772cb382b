"""The proof of the matrix: each cell acted out, with a shop of its own."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bff.chaos.cells import Cell, Source, State
from bff.chaos.expected import AGES, UNAVAILABLE, Outcome, expected
from bff.chaos.redis_server import NoRedis, redis_program, redis_server
from bff.chaos.seen import Oddity, seen, whole
from bff.chaos.shopper import Json, Page
from bff.chaos.shops import Shop, shop_for
from bff.demo import DemoUpstreams, demo_upstreams

_AT_ONCE = 6
_LONGEST_REST = 120.0
"""Seconds after which everybody asks a source again that has failed, or has asked for a rest."""
_PATIENCE = 20.0
"""Seconds within which all is as it should be when nothing fails, on a slow machine."""
_LOOK_AGAIN = 0.05
_LONGEST_CELL = 90.0
NOT_RUN = "not run: no redis-server"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one cell. `seen` is what shoppers got, in words where it was not expected."""

    cell: Cell
    expected: Outcome
    seen: str
    holds: bool
    seconds: float
    was_run: bool = True


class NotAsItShould(Exception):
    """A cell does not hold; the message says why."""


async def prove(
    cells: Sequence[Cell], tell: Callable[[Result], None] = lambda _: None
) -> tuple[Result, ...]:
    """Act out some cells, several at a time; return what became of each, in their order.

    `tell` hears of each as soon as it is over.
    """
    upstreams = demo_upstreams()
    turns = asyncio.Semaphore(_AT_ONCE)
    async with AsyncExitStack() as open_ones:
        socket: Path | None = None
        program = redis_program()
        if program is not None and any(cell.source is Source.REDIS for cell in cells):
            try:
                socket = await open_ones.enter_async_context(redis_server(program))
            except (NoRedis, OSError, TimeoutError):
                socket = None

        async def one(cell: Cell) -> Result:
            async with turns:
                result = await _result(cell, upstreams, socket)
            tell(result)
            return result

        return tuple(await asyncio.gather(*map(one, cells)))


async def _result(cell: Cell, upstreams: DemoUpstreams, socket: Path | None) -> Result:
    outcome = expected(cell)
    if cell.source is Source.REDIS and socket is None:
        return Result(cell, outcome, NOT_RUN, holds=False, seconds=0.0, was_run=False)
    began = time.monotonic()
    try:
        async with asyncio.timeout(_LONGEST_CELL), shop_for(cell, upstreams, socket) as shop:
            words = await _act(shop, outcome)
    except NotAsItShould as wrong:
        words, holds = str(wrong), False
    except Exception as fault:  # noqa: BLE001 - whatever it is, this cell does not hold
        words, holds = f"failed by itself: {type(fault).__name__}", False
    else:
        holds = True
    return Result(cell, outcome, words, holds, time.monotonic() - began)


async def _act(shop: Shop, outcome: Outcome) -> str:
    """Play a cell: all is well, the source fails, all is well again. Return what was seen.

    Raises:
        NotAsItShould: it was not what had to be seen.
    """
    cell = shop.cell
    if cell.state is State.COLD:
        shop.fail()  # before it starts: a service also starts with a source that is down
        async with shop.service.app.router.lifespan_context(shop.service.app):
            pages, is_resting = await _while_it_fails(shop)
            healthy = await _recovered(shop)
        age = 0.0
    else:
        age = AGES[cell.source][cell.state]
        async with shop.service.app.router.lifespan_context(shop.service.app):
            healthy = await _healthy(shop, "before the fault")
            shop.time.leap(age)
            shop.fail()
            pages, is_resting = await _while_it_fails(shop)
            after = await _recovered(shop)
        if after != healthy:
            message = "after the fault the answer is another one than before"
            raise NotAsItShould(message)
    return _judged(shop, pages, healthy, outcome, age, is_resting=is_resting)


async def _while_it_fails(shop: Shop) -> tuple[Sequence[Page], bool]:
    """Return what is shown, and whether the source is not asked any more by then.

    Raises:
        NotAsItShould: nothing has failed.
    """
    pages = await shop.shopper.pages()
    if not shop.was_met:
        message = "nothing failed"
        raise NotAsItShould(message)
    return pages, f"source:{shop.cell.source}" in await shop.shopper.troubles()


async def _recovered(shop: Shop) -> tuple[Json, ...]:
    """Let the fault end, and every rest that was taken because of it; return what is seen then.

    Raises:
        NotAsItShould: nothing whole is.
    """
    await shop.heal()
    shop.time.leap(_LONGEST_REST)
    return await _healthy(shop, "after the fault")


async def _healthy(shop: Shop, when: str) -> tuple[Json, ...]:
    """Return the product as each storefront shows it, as soon as both show all of it.

    Raises:
        NotAsItShould: they never do.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        pages = await shop.shopper.pages()
        lacking = [what for page in pages if (what := whole(page, shop.content)) is not None]
        if not lacking and shop.is_cache_back:
            return tuple(page.product for page in pages if page.product is not None)
        if time.monotonic() > until:
            message = f"{when}: {'; '.join(lacking) or 'the shared cache is not back'}"
            raise NotAsItShould(message)
        await asyncio.sleep(_LOOK_AGAIN)


def _judged(
    shop: Shop,
    pages: Sequence[Page],
    healthy: Sequence[Json],
    outcome: Outcome,
    age: float,
    *,
    is_resting: bool,
) -> str:
    """Return what all storefronts have shown.

    Raises:
        NotAsItShould: it was not `outcome`, or it came too late.
    """
    wrong = []
    right = {outcome}
    for page, product in zip(pages, healthy, strict=True):
        found: Outcome | Oddity = seen(page, product, shop.cell.source, age, is_resting=is_resting)
        if found not in right:
            wrong.append(f"{page.way}: {found}")
        elif page.seconds > shop.longest:
            wrong.append(f"{page.way}: {found}, after {page.seconds:.1f} s")
        if is_resting:  # by the next one it is known that nobody need be asked
            right.add(Outcome(outcome.shown, UNAVAILABLE))
    if wrong:
        raise NotAsItShould("; ".join(wrong))
    return str(outcome)
