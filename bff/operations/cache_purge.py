"""Marks what an operator names as changed, everywhere: here, in replicas, in caches outside."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bff.domain import tags
from bff.domain.marks import EVERYTHING, Tag, Touched
from bff.errors import UpstreamError
from bff.operations.patience import Patience
from bff.ports import Message, Store, Target

_WHOLE = frozenset(
    (tags.HANDLES, tags.LISTINGS, tags.MARKETS, tags.GROUPS, tags.OFFERS, tags.TEXTS, EVERYTHING)
)
_OF_MEDUSA = frozenset(("product", "offer", "variant", "region", "collection", "category"))
_ID = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Purged:
    """Who knows of it: all replicas, and of the targets those in `told`, by name."""

    told: tuple[str, ...]
    failed: tuple[str, ...]


def wrong_tags(chosen: Collection[Tag], sources: Collection[str]) -> Iterator[str]:
    """Say of each tag that nothing could carry what is wrong with it.

    `sources` are the names of the content systems. A misspelled tag marks nothing, and nobody
    would notice.
    """
    kinds = sorted({*_OF_MEDUSA, *sources})
    for tag in chosen:
        kind, colon, of = tag.partition(":")
        is_known = tag in _WHOLE or (bool(colon) and kind in kinds and bool(_ID.fullmatch(of)))
        if not is_known:
            whole = ", ".join(sorted(_WHOLE - {EVERYTHING}))
            yield f"{tag!r} is no tag: they are {whole}, or one of {', '.join(kinds)} and :id"


async def purge(
    chosen: Sequence[Tag],
    store: Store,
    targets: Sequence[Target],
    patience: Patience,
) -> Purged:
    """Mark the tags, then tell the targets one after the other, each once more if it fails.

    Raises:
        StoreUnavailable: replicas cannot be told; nobody else was, then.
    """
    known = tuple(dict.fromkeys(chosen))
    await store.mark([Touched(tag) for tag in known])
    message = Message(known)
    told, failed = [], []
    for target in targets:
        try:
            await patience.ask(partial(target.tell, message))
        except UpstreamError:
            failed.append(target.name)
        else:
            told.append(target.name)
    return Purged(tuple(told), tuple(failed))
