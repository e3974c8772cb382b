"""Reads the newest products into the cache, so that no shopper is the first to ask for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from bff.domain.commerce import CountryCode, Market, Pricing, ProductId, pricing_for
from bff.domain.locale import Locale, Locales, language_for
from bff.domain.storefront import ShopperContext
from bff.errors import UnknownMarket
from bff.operations.patience import Patience, side_by_side
from bff.operations.survey import Progress
from bff.ports import Call

PAGE = 50
"""How many products are asked for at once."""
AT_ONCE = 2
"""How many pages are on their way at the same moment: Medusa has shoppers to answer, too."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of products that were read.

    `total` is how many products there are; `degraded` names the sources that failed.
    """

    products: tuple[ProductId, ...]
    total: int
    degraded: frozenset[str] = frozenset()


class Reader(Protocol):
    """Reads as shoppers do, through the cache."""

    async def markets(self, call: Call) -> Sequence[Market]:
        """Return all markets.

        Raises:
            UpstreamError: Medusa could not answer.
        """
        ...

    async def newest(self, offset: int, limit: int, context: ShopperContext, call: Call) -> Page:
        """Read a page of the newest products, with all that a product page shows.

        Raises:
            UpstreamError: Medusa could not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Warmed:
    """What was read: so many products, each for so many languages and countries.

    `degraded` names the sources that failed for some of them, `read` the products that each
    shopper would find. Whether others find them in the cache is another question.
    """

    products: int
    languages: int
    countries: int
    degraded: frozenset[str]
    read: tuple[tuple[ShopperContext, tuple[ProductId, ...]], ...] = field(
        default=(), compare=False
    )


class Warming:
    """One warm-up."""

    def __init__(self, reader: Reader, locales: Locales, patience: Patience) -> None:
        self._reader = reader
        self._locales = locales
        self._patience = patience

    async def run(
        self,
        top: int,
        progress: Progress,
        *,
        locales: Sequence[Locale] = (),
        countries: Sequence[CountryCode] = (),
    ) -> Warmed:
        """Read the newest `top` products for these languages and countries; without, for all.

        The first page of a country and language brings what others have in common.

        Raises:
            UnknownMarket: no region serves one of these countries.
            UpstreamError: Medusa failed, and again after a pause.
        """
        markets = await self._patience.ask(self._reader.markets)
        pricings = pricings_in(countries, markets)
        contexts = [
            ShopperContext(language_for(locale, self._locales), pricing)
            for pricing in pricings
            for locale in locales or self._locales.supported
        ]
        if not contexts or not top:
            return Warmed(0, 0, 0, frozenset())
        first = await self._page(0, min(top, PAGE), contexts[0])
        most = min(top, first.total)
        total = most * len(contexts)
        done, degraded = len(first.products), {*first.degraded}
        found = [(contexts[0], first.products)]
        progress("products", done, total)
        pages = _pages(most, contexts)

        async def read() -> None:
            nonlocal done
            for offset, limit, context in pages:
                page = await self._page(offset, limit, context)
                done += len(page.products)
                found.append((context, page.products))
                degraded.update(page.degraded)
                progress("products", done, total)

        async with side_by_side() as group:
            for _ in range(AT_ONCE):
                group.create_task(read())
        spoken = {context.language.requested for context in contexts}
        return Warmed(most, len(spoken), len(pricings), frozenset(degraded), tuple(found))

    async def _page(self, offset: int, limit: int, context: ShopperContext) -> Page:
        return await self._patience.ask(partial(self._reader.newest, offset, limit, context))


def pricings_in(chosen: Sequence[CountryCode], markets: Sequence[Market]) -> list[Pricing]:
    """Return what prices depend on: in the chosen countries; without, in all that are served.

    Raises:
        UnknownMarket: no region serves one of them.
    """
    countries = chosen or [one.code for market in markets for one in market.countries]
    pricings = []
    for country in dict.fromkeys(countries):
        pricing = pricing_for(country, markets)
        if pricing is None:
            msg = f"country: no market serves {country}"
            raise UnknownMarket(msg)
        pricings.append(pricing)
    return pricings


def _pages(
    most: int, contexts: Sequence[ShopperContext]
) -> Iterator[tuple[int, int, ShopperContext]]:
    """Return all pages, as offset, limit and for whom, but the very first."""
    for number, context in enumerate(contexts):
        for offset in range(0, most, PAGE):
            if number or offset:
                yield offset, min(PAGE, most - offset), context
