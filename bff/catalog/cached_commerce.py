"""Medusa's products through the cache: put together from their halves, by id or by handle."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from bff.catalog.commerce_entries import handle_key, offer_key, text_key
from bff.catalog.commerce_reads import CommerceReads
from bff.catalog.lifetimes import Lifetimes
from bff.catalog.read_through import ReadThrough
from bff.catalog.reading import Found
from bff.catalog.sold import KnownIds, Sold
from bff.domain.commerce import (
    CommerceProduct,
    Handle,
    Listing,
    PriceStatus,
    Pricing,
    ProductId,
    ProductOffer,
    ProductText,
    withheld_offer,
)
from bff.domain.storefront import Degraded
from bff.errors import UpstreamError
from bff.ports import Call, CommerceSource, Entry, Wish
from bff.telemetry.metrics import WITHHELD

Value = TypeVar("Value")
# There from the start: of a series that begins with 1 Prometheus sees no increase.
_STALE, _UNAVAILABLE = (
    WITHHELD.labels(why.value) for why in (PriceStatus.STALE, PriceStatus.UNAVAILABLE)
)


class CachedCommerce:
    """What Medusa says, around a `CommerceSource`; `reads` reads single keys of it.

    A price that cannot be had, or is too old, costs no more than itself: see `withheld_offer`.
    """

    def __init__(self, source: CommerceSource, cache: ReadThrough, lifetimes: Lifetimes) -> None:
        self.name = source.name
        self.reads = CommerceReads(source, cache, lifetimes)

    async def products(self, ids: Sequence[ProductId], wish: Wish, call: Call) -> Sold[ProductId]:
        """Return what is sold of `ids`; see `CommerceSource.products`."""
        return await self._products(ids, wish, call, None)

    async def known_ids(self, handles: Sequence[Handle], call: Call) -> KnownIds:
        """Return the remembered ids; handles never seen, or forgotten, are absent.

        They may be out of date: `products_by_handle` finds that out and corrects it. That nothing
        has a handle is told only as long as it is sure.
        """
        remembered = await self.reads.remembered_handles(handles, call)
        ids = {handle: cast("ProductId | None", one.value) for handle, one in remembered.items()}
        return KnownIds(ids, {handle_key(handle): one for handle, one in remembered.items()})

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

    async def newest(
        self, offset: int, limit: int, wish: Wish, call: Call
    ) -> tuple[Listing, Sold[ProductId]]:
        """Return a page of all products, the newest first; see `CommerceSource.newest`.

        Raises:
            UpstreamError: there is none, not even an old one.
        """
        at_hand: dict[str, Entry] = {}
        listing = await self.reads.listing(offset, limit, wish, call, at_hand)
        return listing, await self._products(listing.ids, wish, call, at_hand)

    async def _look_up(
        self, handles: Sequence[Handle], wish: Wish, call: Call, refused: Mapping[str, Entry]
    ) -> Sold[Handle]:
        """Ask Medusa who has these handles, whatever was remembered."""
        at_hand: dict[str, Entry] = {}
        found = await self.reads.handles(handles, wish, call, at_hand=at_hand, refused=refused)
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
        found = await self.reads.halves(
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
            _STALE.inc(len(text.variants))
            return withheld_offer(text, pricing, PriceStatus.STALE)
        failure = found.failures[key]
        if call.trail is not None:
            call.trail.tell(Degraded(failure.source, failure.code, served="nothing"))
        _UNAVAILABLE.inc(len(text.variants))
        return withheld_offer(text, pricing, PriceStatus.UNAVAILABLE)


def _has_handle(product: CommerceProduct, handle: Handle) -> bool:
    return product.text is not None and product.text.handle == handle


def _kept(kind: type[Value], value: object) -> Value | None:
    """Return what the cache has of this kind; it keeps `None` for what does not exist."""
    return value if isinstance(value, kind) else None
