"""Tells how much of what was read into the shared cache is there for other processes."""

from collections.abc import Collection, Iterable, Mapping

from bff.domain.commerce import ProductId
from bff.operations.patience import Pause, parts
from bff.ports import Store

_AT_ONCE = 100  # keys: about what a page of products takes
_PAUSE = 1.0  # seconds: a Redis that was busy for a moment has kept what it had


async def kept_products(
    keys: Mapping[ProductId, Collection[str]], store: Store, pause: Pause
) -> int:
    """Return of how many products a store has all that lies under their `keys`.

    It is that of a process which has read nothing yet: what only the memory of the one that read
    it has does not count. What is not found is looked for once more, after a pause.
    """
    every = {key for these in keys.values() for key in these}
    lacking = await _lacking(every, store)
    if lacking:
        await pause(_PAUSE)
        lacking = await _lacking(lacking, store)
    return sum(lacking.isdisjoint(these) for these in keys.values())


async def _lacking(keys: Iterable[str], store: Store) -> set[str]:
    lacking: set[str] = set()
    for some in parts(sorted(keys), _AT_ONCE):
        lacking.update(set(some) - (await store.read(some)).kept.keys())
    return lacking
