"""Filling the cache before shoppers come."""

import asyncio
import logging
import time
from collections.abc import Sequence

from bff.catalog.commerce_entries import offer_key, text_key
from bff.catalog.product_page import Catalog
from bff.catalog.wants import Wants
from bff.domain.commerce import Market, ProductId
from bff.domain.storefront import ShopperContext
from bff.errors import BffError
from bff.operations.cache_kept import kept_products
from bff.operations.patience import Patience
from bff.operations.warm import Page, Warmed, Warming
from bff.ports import Call
from bff.settings import Settings
from bff.telemetry import log
from bff.web.context import Shop
from bff.wiring.storage import storage_of


class CatalogReader:
    """Reads what a product page shows, through the cache that answers shoppers."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def markets(self, call: Call) -> Sequence[Market]:
        """See `Reader.markets`."""
        return await self._catalog.markets(call)

    async def newest(self, offset: int, limit: int, context: ShopperContext, call: Call) -> Page:
        """See `Reader.newest`."""
        listing, answer = await self._catalog.newest(offset, limit, context, Wants(), call)
        sources = frozenset(one.source for one in answer.degraded)
        return Page(tuple(listing.ids), listing.total, sources)


def warming_of(shop: Shop) -> Warming:
    """Return a warm-up of this shop's cache."""
    return Warming(CatalogReader(shop.catalog), shop.locales, Patience(shop.clock, asyncio.sleep))


async def kept_by_redis(settings: Settings, warmed: Warmed) -> int:
    """Return of how many products of a warm-up Redis has the texts and prices, for all.

    It is looked for with the eyes of another process: the one that has read it finds it in its
    own memory. All that it writes must be written by now.
    """
    languages = settings.medusa.languages
    keys: dict[ProductId, set[str]] = {}
    for context, products in warmed.read:
        language = languages.get(context.language.applied)
        for product in products:
            own = keys.setdefault(product, set())
            own.update((text_key(product, language), offer_key(product, context.pricing)))
    storage = storage_of(settings, time.time, time.monotonic)
    try:
        await storage.start()
        return await kept_products(keys, storage.store, asyncio.sleep)
    finally:
        await storage.close()


class FirstMarkets:
    """The markets, read at the start of a service: every page needs them to know its prices.

    Nobody waits for it, and it is tried once for `seconds`. Without it the first shopper asks for
    them, as he does when Medusa is away now. What a replica has read already costs no call.
    """

    def __init__(self, shop: Shop, seconds: float) -> None:
        self._shop = shop
        self._seconds = seconds

    async def run(self) -> None:
        """Read them."""
        call = Call(self._shop.clock() + self._seconds)
        try:
            await self._shop.catalog.markets(call)
        except BffError as failure:  # the flight has counted it
            log("markets_not_read", level=logging.WARNING, code=failure.code)


class WarmStart:
    """The warm-up at the start of a service, which is not ready before it has ended.

    A source that fails ends it as well: a cold cache is slow, a service that never starts is
    worse.
    """

    def __init__(self, shop: Shop, top: int) -> None:
        self._shop = shop
        self._top = top
        self._has_ended = False

    def lacking(self) -> str | None:
        """Say what is not there yet."""
        return None if self._has_ended else f"reading the newest {self._top} products"

    async def run(self) -> None:
        """Read them."""
        try:
            warmed = await warming_of(self._shop).run(self._top, _nobody_watches)
        except BffError as failure:
            log("warm_up_ended_early", level=logging.WARNING, code=failure.code)
        else:
            log("cache_warmed", products=warmed.products, countries=warmed.countries)
        finally:
            self._has_ended = True


def _nobody_watches(what: str, done: int, total: int | None) -> None:
    pass
