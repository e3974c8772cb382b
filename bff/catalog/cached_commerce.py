"""Medusa through the cache: texts, offers, handles, lists and markets, each with its own key."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar, cast

from bff.catalog.commerce_entries import (
    MARKETS,
    CommerceEntries,
    categories_key,
    collections_key,
    handle_key,
    listing_key,
    offer_key,
    remaining_categories,
    remaining_collections,
    remaining_markets,
    remaining_text,
    text_key,
)
from bff.catalog.landing import Fetched
from bff.catalog.lifetimes import Lifetimes
from bff.catalog.read_through import ReadThrough
from bff.catalog.reading import Found, Leeway
from bff.catalog.sold import KnownIds, Sold
from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Handle,
    Listing,
    Market,
    PriceStatus,
    Pricing,
    ProductId,
    ProductOffer,
    ProductText,
    withheld_offer,
)
from bff.domain.freshness import SERVED
from bff.domain.storefront import Degraded
from bff.errors import UpstreamError
from bff.ports import Call, CommerceSource, Entry, Wish

Value = TypeVar("Value")


class CachedCommerce:
    """What Medusa says, around a `CommerceSource`.

    The text of a product is kept per language, its offer per region, country and currency. One
    flight fetches whatever is missing of both for all products that are asked for together.

    A price that cannot be had, or is too old, costs no more than itself: see `withheld_offer`.
    """

    def __init__(self, source: CommerceSource, cache: ReadThrough, lifetimes: Lifetimes) -> None:
        self.name = source.name
        self._source = source
        self._cache = cache
        self._entries = CommerceEntries(lifetimes)

    async def products(self, ids: Sequence[ProductId], wish: Wish, call: Call) -> Sold[ProductId]:
        """Return what is sold of `ids`; see `CommerceSource.products`."""
        return await self._products(ids, wish, call, None)

    async def known_ids(self, handles: Sequence[Handle], call: Call) -> KnownIds:
        """Return the remembered ids; handles never seen, or forgotten, are absent.

        They may be out of date: `products_by_handle` finds that out and corrects it. That nothing
        has a handle is told only as long as it is sure.
        """
        keys = {handle_key(handle): handle for handle in handles}
        ids: dict[Handle, ProductId | None] = {}
        entries = {}
        for key, (entry, verdict) in (await self._cache.peek(tuple(keys))).items():
            if entry.value is None:
                if verdict not in SERVED:
                    continue
                if call.trail is not None:
                    call.trail.note(entry)
            ids[keys[key]] = cast("ProductId | None", entry.value)
            entries[key] = entry
        return KnownIds(ids, entries)

    async def products_by_handle(
        self,
        handles: Sequence[Handle],
        wish: Wish,
        call: Call,
        known: KnownIds | None = None,
    ) -> Sold[Handle]:
        """Return what is sold under `handles`; see `CommerceSource.products_by_handle`.

        `wish` has to include the text: only that tells whether a remembered id is still right.
        """
        if known is None:
            known = await self.known_ids(handles, call)
        remembered = known.named(handles)
        unknown = [handle for handle in handles if handle not in known.ids]
        ids = list(remembered.values())
        by_id: Sold[ProductId] = Sold({})
        looked_up: Sold[Handle] = Sold({})
        if not unknown:
            by_id = await self.products(ids, wish, call)
        elif not ids:
            looked_up = await self._look_up(unknown, wish, call, {})
        else:
            by_id, looked_up = await asyncio.gather(
                self.products(ids, wish, call), self._look_up(unknown, wish, call, {})
            )
        found, failures = dict(looked_up.products), dict(looked_up.failures)
        outdated = []
        for handle, product_id in remembered.items():
            product = by_id.products.get(product_id)
            if product is not None and _has_handle(product, handle):
                found[handle] = product
            elif product is None and product_id in by_id.failures:
                failures[handle] = by_id.failures[product_id]
            else:
                outdated.append(handle)
        if outdated:
            corrected = await self._look_up(outdated, wish, call, known.entries)
            found.update(corrected.products)
            failures.update(corrected.failures)
        return Sold(found, failures)

    async def known_listing(self, offset: int, limit: int) -> Listing | None:
        """Return the page of the newest products if one is remembered, however old."""
        key = listing_key(offset, limit)
        looked = (await self._cache.peek((key,))).get(key)
        return _kept(Listing, looked[0].value) if looked else None

    async def newest(
        self, offset: int, limit: int, wish: Wish, call: Call
    ) -> tuple[Listing, Sold[ProductId]]:
        """Return a page of all products, the newest first; see `CommerceSource.newest`.

        Raises:
            UpstreamError: there is none, not even an old one.
        """
        key = listing_key(offset, limit)

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            listing, found = await self._source.newest(offset, limit, wish, flight)
            kept = self._entries.products(found, found, wish)
            return {**kept, key: self._entries.listing(listing)}

        at_hand: dict[str, Entry] = {}
        leeway = Leeway(at_hand=at_hand)
        found = await self._cache.read(self.name, "newest", (key,), fetch, call, leeway)
        listing = cast("Listing", found.one(key))
        return listing, await self._products(listing.ids, wish, call, at_hand)

    async def markets(self, call: Call) -> tuple[Market, ...]:
        """See `CommerceSource.markets`."""

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            return {MARKETS: self._entries.markets(await self._source.markets(flight))}

        found = await self._cache.read(self.name, "markets", (MARKETS,), fetch, call, _OF_MARKETS)
        return cast("tuple[Market, ...]", found.one(MARKETS))

    async def categories(self, language: str | None, call: Call) -> tuple[Category, ...]:
        """See `CommerceSource.categories`; kept per language."""
        key = categories_key(language)

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            return {key: self._entries.categories(await self._source.categories(language, flight))}

        found = await self._cache.read(
            self.name, "categories", (key,), fetch, call, _OF_CATEGORIES
        )
        return cast("tuple[Category, ...]", found.one(key))

    async def collections(self, language: str | None, call: Call) -> tuple[Collection, ...]:
        """See `CommerceSource.collections`; kept per language."""
        key = collections_key(language)

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            found = await self._source.collections(language, flight)
            return {key: self._entries.collections(found)}

        found = await self._cache.read(
            self.name, "collections", (key,), fetch, call, _OF_COLLECTIONS
        )
        return cast("tuple[Collection, ...]", found.one(key))

    async def read_halves(
        self,
        texts: Iterable[ProductId],
        offers: Iterable[ProductId],
        wish: Wish,
        call: Call,
        at_hand: dict[str, Entry] | None = None,
    ) -> Found:
        """Read the texts of some products and the offers of some; one call fetches what lacks."""
        of_text = {text_key(product, wish.language): product for product in texts}
        pricing = wish.pricing
        of_offer = {offer_key(product, pricing): product for product in offers} if pricing else {}
        wanted = {**of_text, **of_offer}

        async def fetch(keys: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            asked = tuple(dict.fromkeys(wanted[key] for key in keys))
            lean = Wish(
                pricing=pricing if any(key in of_offer for key in keys) else None,
                text=any(key in of_text for key in keys),
                language=wish.language,
            )
            found = await self._source.products(asked, lean, flight)
            return self._entries.products(asked, found, lean)

        return await self._cache.read(
            self.name,
            "products",
            tuple(wanted),
            fetch,
            call,
            Leeway(remaining_text, at_hand),
        )

    async def read_handles(
        self,
        handles: Sequence[Handle],
        wish: Wish,
        call: Call,
        *,
        at_hand: dict[str, Entry] | None = None,
        refused: Mapping[str, Entry] | None = None,
    ) -> Found:
        """Read who has these handles; what is fetched for it brings the products along."""
        wanted = {handle_key(handle): handle for handle in handles}

        async def fetch(keys: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            asked = tuple(wanted[key] for key in keys)
            found = await self._source.products_by_handle(asked, wish, flight)
            by_id = {_text_of(product).id: product for product in found.values()}
            fetched = self._entries.products(by_id, by_id, wish)
            for key in keys:
                product = found.get(wanted[key])
                # Under what it was asked by, which need not be how Medusa spells it.
                fetched[key] = (
                    self._entries.handle(_text_of(product))
                    if product is not None
                    else self._entries.no_handle()
                )
            return fetched

        leeway = Leeway(at_hand=at_hand, refused=refused or {})
        return await self._cache.read(self.name, "look-up", tuple(wanted), fetch, call, leeway)

    async def _look_up(
        self, handles: Sequence[Handle], wish: Wish, call: Call, refused: Mapping[str, Entry]
    ) -> Sold[Handle]:
        """Ask Medusa who has these handles, whatever was remembered."""
        at_hand: dict[str, Entry] = {}
        found = await self.read_handles(handles, wish, call, at_hand=at_hand, refused=refused)
        ids: dict[Handle, ProductId] = {}
        failures: dict[Handle, UpstreamError] = {}
        for handle in handles:
            key = handle_key(handle)
            product_id = found.values.get(key)
            if product_id is not None:
                ids[handle] = cast("ProductId", product_id)
            elif key in found.failures:
                failures[handle] = found.failures[key]
        sold = await self._products(list(ids.values()), wish, call, at_hand)
        products = {}
        for handle, product_id in ids.items():
            if product_id in sold.products:
                products[handle] = sold.products[product_id]
            elif product_id in sold.failures:
                failures[handle] = sold.failures[product_id]
        return Sold(products, failures)

    async def _products(
        self,
        ids: Sequence[ProductId],
        wish: Wish,
        call: Call,
        at_hand: dict[str, Entry] | None,
    ) -> Sold[ProductId]:
        if not ids:
            return Sold({})
        found = await self.read_halves(
            ids if wish.text else (), ids if wish.pricing else (), wish, call, at_hand
        )
        products: dict[ProductId, CommerceProduct] = {}
        failures: dict[ProductId, UpstreamError] = {}
        for product_id in ids:
            text = offer = None
            if wish.text:
                key = text_key(product_id, wish.language)
                text = _kept(ProductText, found.values.get(key))
                if text is None:  # not sold, or nobody knows
                    if key in found.failures:
                        failures[product_id] = found.failures[key]
                    continue
            if wish.pricing:
                key = offer_key(product_id, wish.pricing)
                offer = _kept(ProductOffer, found.values.get(key))
                if offer is None:
                    failure = found.withheld.get(key) or found.failures.get(key)
                    if failure is None:
                        continue
                    if text is None:
                        failures[product_id] = failure
                        continue
                    offer = self._withheld(text, wish.pricing, key, found, call)
            products[product_id] = CommerceProduct(text, offer)
        return Sold(products, failures)

    def _withheld(
        self, text: ProductText, pricing: Pricing, key: str, found: Found, call: Call
    ) -> ProductOffer:
        """Return the offer of a product whose prices cannot be had."""
        if key in found.withheld:
            return withheld_offer(text, pricing, PriceStatus.STALE)
        failure = found.failures[key]
        if call.trail is not None:
            call.trail.tell(Degraded(failure.source, failure.code, served="nothing"))
        return withheld_offer(text, pricing, PriceStatus.UNAVAILABLE)


_OF_MARKETS = Leeway(remaining_markets)
_OF_CATEGORIES = Leeway(remaining_categories)
_OF_COLLECTIONS = Leeway(remaining_collections)


def _has_handle(product: CommerceProduct, handle: Handle) -> bool:
    return product.text is not None and product.text.handle == handle


def _text_of(product: CommerceProduct) -> ProductText:
    """Return the text that was asked for.

    Raises:
        ValueError: there is none: an adapter's fault.
    """
    if product.text is None:
        msg = "a product cannot be shown without its text"
        raise ValueError(msg)
    return product.text


def _kept(kind: type[Value], value: object) -> Value | None:
    """Return what the cache has of this kind; it keeps `None` for what does not exist."""
    return value if isinstance(value, kind) else None
