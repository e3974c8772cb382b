"""Reading kept values again by their keys, so that no shopper has to wait for what was edited."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from itertools import zip_longest
from typing import TypeAlias, TypeVar

from bff.catalog import commerce_entries as entries
from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.domain.commerce import Handle
from bff.errors import UpstreamError
from bff.ports import Call, Wish

Item = TypeVar("Item")

_Read: TypeAlias = Callable[[], Awaitable[object]]

_AT_ONCE = 25
"""How many things are asked for with one question.

An answer is read, translated and kept in one go, in which nobody else gets a turn: half a
millisecond for each product. Whoever has sent a webhook is to be answered within 50.
"""


class Refetching:
    """Reads what was marked through the normal path: one question to a source serves many keys.

    Keys that nobody knows, such as those of an earlier release, are left alone.
    """

    def __init__(self, commerce: CachedCommerce, content: Sequence[CachedContent]) -> None:
        self._commerce = commerce
        self._content = tuple(content)

    async def refetch(self, keys: Sequence[str], call: Call) -> None:
        """Read these keys; all sources at once, each one question after the other."""
        reads = [self._of_commerce(keys, call)]
        reads.extend(self._of_content(source, keys, call) for source in self._content)
        await asyncio.gather(*(_one_by_one(own) for own in reads))

    def _of_commerce(self, keys: Sequence[str], call: Call) -> Iterator[_Read]:
        read, reads = entries.parsed(keys), self._commerce.reads
        languages = list(read.texts.items())
        markets = list(read.offers.items())
        # A language and a market that have nothing to do with each other share a question.
        for of_language, of_market in zip_longest(languages, markets):
            language, texts = of_language or (None, [])
            pricing, offers = of_market or (None, [])
            wish = Wish(pricing, text=bool(texts), language=language)
            together = list(dict.fromkeys((*texts, *offers)))
            for some in _chunks(together):
                chosen = set(some)
                yield partial(
                    reads.halves,
                    [product for product in texts if product in chosen],
                    [product for product in offers if product in chosen],
                    wish,
                    call,
                )
        for handles in _chunks(read.handles):
            yield partial(self._handles, handles, call)
        for offset, limit in read.listings:
            yield partial(self._commerce.newest, offset, limit, Wish(None), call)
        if read.markets:
            yield partial(reads.markets, call)
        for tag in read.categories:
            yield partial(reads.categories, tag, call)
        for tag in read.collections:
            yield partial(reads.collections, tag, call)

    async def _handles(self, handles: Sequence[Handle], call: Call) -> None:
        """Read handles that nothing had; the others are found out with their products."""
        known = await self._commerce.known_ids(handles, call)
        unknown = [handle for handle in handles if handle not in known.ids]
        if unknown:
            await self._commerce.reads.handles(unknown, Wish(None), call)

    def _of_content(
        self, source: CachedContent, keys: Sequence[str], call: Call
    ) -> Iterator[_Read]:
        for prefix, read in source.reads().items():
            own = [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
            for some in _chunks(own):
                yield partial(read, some, call)


async def _one_by_one(reads: Iterator[_Read]) -> None:
    for read in reads:
        try:
            await read()
        except UpstreamError:  # logged where it was met; whoever asks next tries again
            continue


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
