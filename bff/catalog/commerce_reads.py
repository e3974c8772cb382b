"""Medusa's answers read through the cache, key by key.

Texts, offers, handles, lists and markets have keys of their own. One flight fetches whatever is
missing of what is read together.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

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
from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Handle,
    Listing,
    Market,
    ProductId,
    ProductText,
)
from bff.domain.freshness import SERVED
from bff.ports import Call, CommerceSource, Entry, Wish

_OF_MARKETS = Leeway(remaining_markets)
_OF_CATEGORIES = Leeway(remaining_categories)
_OF_COLLECTIONS = Leeway(remaining_collections)


class CommerceReads:
    """Reads keys, around a `CommerceSource`.

    The text of a product is kept per language, its offer per region, country and currency.
    `at_hand` is what one flight brought besides, for a reading that follows.
    """

    def __init__(self, source: CommerceSource, cache: ReadThrough, lifetimes: Lifetimes) -> None:
        self._name = source.name
        self._source = source
        self._cache = cache
        self._entries = CommerceEntries(lifetimes)

    async def halves(
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
            self._name,
            "products",
            tuple(wanted),
            fetch,
            call,
            Leeway(remaining_text, at_hand),
        )

    async def handles(
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
        return await self._cache.read(self._name, "look-up", tuple(wanted), fetch, call, leeway)

    async def remembered_handles(
        self, handles: Sequence[Handle], call: Call
    ) -> Mapping[Handle, Entry]:
        """Return the entries of handles, however old; nobody is asked.

        That nothing has a handle is told only as long as it is sure.
        """
        keys = {handle_key(handle): handle for handle in handles}
        entries = {}
        for key, (entry, verdict) in (await self._cache.peek(tuple(keys))).items():
            if entry.value is None:
                if verdict not in SERVED:
                    continue
                if call.trail is not None:
                    call.trail.note(entry)
            entries[keys[key]] = entry
        return entries

    async def remembered_listing(self, offset: int, limit: int) -> Listing | None:
        """Return the page of the newest products if one is there, however old."""
        key = listing_key(offset, limit)
        looked = (await self._cache.peek((key,))).get(key)
        value = looked[0].value if looked else None
        return value if isinstance(value, Listing) else None

    async def listing(
        self, offset: int, limit: int, wish: Wish, call: Call, at_hand: dict[str, Entry]
    ) -> Listing:
        """Read a page of the newest products; what is fetched for it brings them along.

        Raises:
            UpstreamError: there is none, not even an old one.
        """
        key = listing_key(offset, limit)

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            listing, found = await self._source.newest(offset, limit, wish, flight)
            kept = self._entries.products(found, found, wish)
            return {**kept, key: self._entries.listing(listing)}

        leeway = Leeway(at_hand=at_hand)
        found = await self._cache.read(self._name, "newest", (key,), fetch, call, leeway)
        return cast("Listing", found.one(key))

    async def markets(self, call: Call) -> tuple[Market, ...]:
        """See `CommerceSource.markets`."""

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            return {MARKETS: self._entries.markets(await self._source.markets(flight))}

        found = await self._cache.read(self._name, "markets", (MARKETS,), fetch, call, _OF_MARKETS)
        return cast("tuple[Market, ...]", found.one(MARKETS))

    async def categories(self, language: str | None, call: Call) -> tuple[Category, ...]:
        """See `CommerceSource.categories`; kept per language."""
        key = categories_key(language)

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            return {key: self._entries.categories(await self._source.categories(language, flight))}

        found = await self._cache.read(
            self._name, "categories", (key,), fetch, call, _OF_CATEGORIES
        )
        return cast("tuple[Category, ...]", found.one(key))

    async def collections(self, language: str | None, call: Call) -> tuple[Collection, ...]:
        """See `CommerceSource.collections`; kept per language."""
        key = collections_key(language)

        async def fetch(_: tuple[str, ...], flight: Call) -> Mapping[str, Fetched]:
            found = await self._source.collections(language, flight)
            return {key: self._entries.collections(found)}

        found = await self._cache.read(
            self._name, "collections", (key,), fetch, call, _OF_COLLECTIONS
        )
        return cast("tuple[Collection, ...]", found.one(key))


def _text_of(product: CommerceProduct) -> ProductText:
    """Return the text that was asked for.

    Raises:
        ValueError: there is none: an adapter's fault.
    """
    if product.text is None:
        msg = "a product cannot be shown without its text"
        raise ValueError(msg)
    return product.text
