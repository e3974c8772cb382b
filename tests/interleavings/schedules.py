"""All orders in which the steps of several actors can happen."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def interleavings(*steps: int) -> Iterator[tuple[int, ...]]:
    """Yield every order: the n-th actor has so many steps, and takes them one after the other."""
    if not any(steps):
        yield ()
        return
    for actor, left in enumerate(steps):
        if left:
            rest = (*steps[:actor], left - 1, *steps[actor + 1 :])
            for order in interleavings(*rest):
                yield (actor, *order)


def some_interleavings(many: int, *steps: int) -> Iterator[tuple[int, ...]]:
    """Yield some orders, always the same ones: where there are too many to try all."""
    luck = Random(1)
    order = [actor for actor, left in enumerate(steps) for _ in range(left)]
    for _ in range(many):
        luck.shuffle(order)
        yield tuple(order)


async def side_by_side(
    worlds: Sequence[T],
    orders: Iterable[Sequence[int]],
    search: Callable[[T, Iterable[Sequence[int]]], Awaitable[Sequence[str]]],
) -> Sequence[str]:
    """Share orders out among worlds, search all of them, and return what was found."""
    many = tuple(orders)
    shares = [many[number :: len(worlds)] for number in range(len(worlds))]
    found = await asyncio.gather(*map(search, worlds, shares))
    return [each for one in found for each in one]
