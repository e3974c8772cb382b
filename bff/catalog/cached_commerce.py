"""Medusa through the cache: texts, offers, handles, lists and markets, each with its own key."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from bff.catalog.read_through import Fetched, Lifetimes, ReadThrough
from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Handle,
    Listing,
    Market,
    Pricing,
    ProductId,
    ProductOffer,
    ProductText,
)
from bff.ports import Call, CommerceSource, Wish

Value = TypeVar("Value")


def _text_key(product: ProductId, wish: Wish) -> str:
    return f"text:{wish.language or ''}:{product}"


def _offer_key(product: ProductId, pricing: Pricing) -> str:
    return f"offer:{pricing.region_id}:{pricing.country}:{pricing.currency}:{product}"


def _handle_key(handle: Handle) -> str:
    return f"handle:{handle}"


def _listing_key(offset: int, limit: int) -> str:
    return f"newest:{offset}:{limit}"


class CachedCommerce:
    """A `CommerceSource` around another one.

    The text of a product is kept per language, its offer per region, country and currency. One
    flight fetches whatever is missing of both for all products that are asked for together.
    """

    def __init__(self, source: CommerceSource, cache: ReadThrough, lifetimes: Lifetimes) -> None:
        self.name = source.name
        self._source = source
        self._cache = cache
        self._lifetimes = lifetimes

    async def products(
        self, ids: Sequence[ProductId], wish: Wish, call: Call
    ) -> Mapping[ProductId, CommerceProduct]:
        """See `CommerceSource.products`."""
        texts = {_text_key(product, wish): product for product in ids} if wish.text else {}
        pricing = wish.pricing
        offers = {_offer_key(product, pricing): product for product in ids} if pricing else {}
        wanted = {**texts, **offers}

        async def fetch(keys: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            asked = tuple(dict.fromkeys(wanted[key] for key in keys))
            lean = Wish(
                pricing=wish.pricing if any(key in offers for key in keys) else None,
                text=any(key in texts for key in keys),
                language=wish.language,
            )
            found = await self._source.products(asked, lean, flight)
            return self._fetched(asked, found, lean)

        values = await self._cache.read(self.name, "products", tuple(wanted), fetch, call)
        return _joined(ids, values, wish)

    async def known_ids(self, handles: Sequence[Handle]) -> Mapping[Handle, ProductId | None]:
        """Return the remembered ids; `None` where it is known that nothing has the handle.

        Handles never seen, or forgotten, are absent. A remembered id may be out of date:
        `products_by_handle` finds that out and corrects it.
        """
        keys = {_handle_key(handle): handle for handle in handles}
        values = await self._cache.cached(tuple(keys))
        return {keys[key]: cast("ProductId | None", value) for key, value in values.items()}

    async def products_by_handle(
        self, handles: Sequence[Handle], wish: Wish, call: Call
    ) -> Mapping[Handle, CommerceProduct]:
        """See `CommerceSource.products_by_handle`."""
        known = await self.known_ids(handles)
        remembered = {handle: product for handle, product in known.items() if product is not None}
        unknown = [handle for handle in handles if handle not in known]
        by_id, looked_up = await asyncio.gather(
            self.products(list(remembered.values()), wish, call),
            self._look_up(unknown, wish, call),
        )
        found = dict(looked_up)
        outdated = []
        for handle, product_id in remembered.items():
            product = by_id.get(product_id)
            if product is not None and _has_handle(product, handle):
                found[handle] = product
            else:
                outdated.append(handle)
        found.update(await self._look_up(outdated, wish, call))
        return found

    async def _look_up(
        self, handles: Sequence[Handle], wish: Wish, call: Call
    ) -> Mapping[Handle, CommerceProduct]:
        """Ask Medusa who has these handles, whatever is remembered."""
        if not handles:
            return {}
        prefix = f"look-up:{wish.language or ''}:{wish.pricing}:"
        wanted = {prefix + handle: handle for handle in handles}

        async def fetch(keys: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            asked = tuple(wanted[key] for key in keys)
            found = await self._source.products_by_handle(asked, wish, flight)
            by_id = {
                product.text.id: product for product in found.values() if product.text is not None
            }
            fetched = dict(self._fetched(tuple(by_id), by_id, wish))
            for key in keys:
                product = found.get(wanted[key])
                if product is None:
                    fetched[_handle_key(wanted[key])] = Fetched(None, self._lifetimes.absent)
                fetched[key] = Fetched(product, None)  # what is kept of it are its parts
            return fetched

        values = await self._cache.read(self.name, "look-up", tuple(wanted), fetch, call)
        return {
            handle: product
            for key, handle in wanted.items()
            if isinstance(product := values.get(key), CommerceProduct)
        }

    async def known_listing(self, offset: int, limit: int) -> Listing | None:
        """Return the page of the newest products if it is remembered."""
        key = _listing_key(offset, limit)
        return _kept(Listing, (await self._cache.cached((key,))).get(key))

    async def newest(
        self, offset: int, limit: int, wish: Wish, call: Call
    ) -> tuple[Listing, Mapping[ProductId, CommerceProduct]]:
        """See `CommerceSource.newest`."""
        key = _listing_key(offset, limit)

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            listing, found = await self._source.newest(offset, limit, wish, flight)
            kept = self._fetched(tuple(found), found, wish)
            return {**kept, key: Fetched(listing, self._lifetimes.commerce)}

        values = await self._cache.read(self.name, "newest", (key,), fetch, call)
        listing = cast("Listing", values[key])
        return listing, await self.products(listing.ids, wish, call)

    async def markets(self, call: Call) -> tuple[Market, ...]:
        """See `CommerceSource.markets`."""

        async def fetch(keys: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            markets = await self._source.markets(flight)
            return dict.fromkeys(keys, Fetched(markets, self._lifetimes.reference))

        values = await self._cache.read(self.name, "markets", ("markets",), fetch, call)
        return cast("tuple[Market, ...]", values["markets"])

    async def categories(self, language: str | None, call: Call) -> tuple[Category, ...]:
        """See `CommerceSource.categories`; kept per language."""
        key = f"categories:{language or ''}"

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            found = await self._source.categories(language, flight)
            return {key: Fetched(found, self._lifetimes.reference)}

        values = await self._cache.read(self.name, "categories", (key,), fetch, call)
        return cast("tuple[Category, ...]", values[key])

    async def collections(self, language: str | None, call: Call) -> tuple[Collection, ...]:
        """See `CommerceSource.collections`; kept per language."""
        key = f"collections:{language or ''}"

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            found = await self._source.collections(language, flight)
            return {key: Fetched(found, self._lifetimes.reference)}

        values = await self._cache.read(self.name, "collections", (key,), fetch, call)
        return cast("tuple[Collection, ...]", values[key])

    def _fetched(
        self, asked: Sequence[ProductId], found: Mapping[ProductId, CommerceProduct], wish: Wish
    ) -> Mapping[str, Fetched]:
        fetched: dict[str, Fetched] = {}
        for product_id in asked:
            product = found.get(product_id)
            policy = self._lifetimes.commerce if product else self._lifetimes.absent
            if wish.text:
                text = product.text if product else None
                fetched[_text_key(product_id, wish)] = Fetched(text, policy)
                if text:
                    identity = Fetched(product_id, self._lifetimes.reference)
                    fetched[_handle_key(text.handle)] = identity
            if wish.pricing:
                offer = product.offer if product else None
                fetched[_offer_key(product_id, wish.pricing)] = Fetched(offer, policy)
        return fetched


def _has_handle(product: CommerceProduct, handle: Handle) -> bool:
    return product.text is not None and product.text.handle == handle


def _joined(
    ids: Sequence[ProductId], values: Mapping[str, object], wish: Wish
) -> Mapping[ProductId, CommerceProduct]:
    """Put text and offer together; a product that lacks a wished half is not sold."""
    products = {}
    for product_id in ids:
        text = offer = None
        if wish.text:
            text = _kept(ProductText, values.get(_text_key(product_id, wish)))
        if wish.pricing:
            offer = _kept(ProductOffer, values.get(_offer_key(product_id, wish.pricing)))
        if (wish.text and text is None) or (wish.pricing and offer is None):
            continue
        products[product_id] = CommerceProduct(text, offer)
    return products


def _kept(kind: type[Value], value: object) -> Value | None:
    """Return what the cache has of this kind; it keeps `None` for what does not exist."""
    return value if isinstance(value, kind) else None
