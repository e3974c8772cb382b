"""All orders in which the steps of several actors can happen."""

from collections.abc import Iterator
from random import Random


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
