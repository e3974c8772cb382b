"""Under which keys Medusa's answers are kept, how long, and what they are marked by."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from bff.catalog.landing import Fetched
from bff.catalog.lifetimes import Lifetimes
from bff.catalog.old_copies import Remaining
from bff.domain import tags
from bff.domain.commerce import (
    Category,
    CommerceProduct,
    CountryCode,
    Handle,
    Listing,
    Market,
    Pricing,
    ProductId,
    ProductOffer,
    ProductText,
    RegionId,
)
from bff.domain.commerce import Collection as ProductCollection
from bff.domain.marks import Tag
from bff.domain.money import CurrencyCode
from bff.ports import Wish

MARKETS = "markets"

One = TypeVar("One", Market, Category, ProductCollection)


def text_key(product: ProductId, language: str | None) -> str:
    """Return the key of a product's text in one of Medusa's languages."""
    return f"text:{language or ''}:{product}"


def offer_key(product: ProductId, pricing: Pricing) -> str:
    """Return the key of a product's prices and stock."""
    return f"offer:{pricing.region_id}:{pricing.country}:{pricing.currency}:{product}"


def handle_key(handle: Handle) -> str:
    """Return the key of which product has a handle."""
    return f"handle:{handle}"


def listing_key(offset: int, limit: int) -> str:
    """Return the key of a page of the newest products."""
    return f"newest:{offset}:{limit}"


def categories_key(language: str | None) -> str:
    """Return the key of all categories in one of Medusa's languages."""
    return f"categories:{language or ''}"


def collections_key(language: str | None) -> str:
    """Return the key of all collections in one of Medusa's languages."""
    return f"collections:{language or ''}"


@dataclass(slots=True)
class ParsedKeys:
    """Keys taken apart: texts by Medusa's language, offers by market, and the rest."""

    texts: dict[str | None, list[ProductId]] = field(default_factory=dict)
    offers: dict[Pricing, list[ProductId]] = field(default_factory=dict)
    handles: list[Handle] = field(default_factory=list)
    listings: list[tuple[int, int]] = field(default_factory=list)
    categories: list[str | None] = field(default_factory=list)
    collections: list[str | None] = field(default_factory=list)
    markets: bool = False


def parsed(keys: Iterable[str]) -> ParsedKeys:
    """Return what keys stand for; those of others are left out."""
    read = ParsedKeys()
    for key in keys:
        match key.split(":"):
            case ["text", language, product]:
                read.texts.setdefault(language or None, []).append(ProductId(product))
            case ["offer", region, country, currency, product]:
                pricing = Pricing(RegionId(region), CountryCode(country), CurrencyCode(currency))
                read.offers.setdefault(pricing, []).append(ProductId(product))
            case ["handle", *handle]:
                read.handles.append(Handle(":".join(handle)))
            case ["newest", offset, limit] if offset.isdecimal() and limit.isdecimal():
                read.listings.append((int(offset), int(limit)))
            case ["categories", language]:
                read.categories.append(language or None)
            case ["collections", language]:
                read.collections.append(language or None)
            case ["markets"]:
                read.markets = True
            case _:
                pass
    return read


def _market_tag(market: Market) -> Tag:
    return tags.region_tag(market.region_id)


def _category_tag(category: Category) -> Tag:
    return tags.category_tag(category.id)


def _collection_tag(collection: ProductCollection) -> Tag:
    return tags.collection_tag(collection.id)


class CommerceEntries:
    """Makes what is kept of Medusa's answers."""

    def __init__(self, lifetimes: Lifetimes) -> None:
        self._lifetimes = lifetimes

    def products(
        self, asked: Iterable[ProductId], found: Mapping[ProductId, CommerceProduct], wish: Wish
    ) -> dict[str, Fetched]:
        """Return the halves of products, those that are not sold included, and their handles."""
        fetched: dict[str, Fetched] = {}
        for product_id in asked:
            product = found.get(product_id)
            if wish.text:
                text = product.text if product else None
                fetched[text_key(product_id, wish.language)] = self._text(product_id, text)
                if text is not None:
                    fetched[handle_key(text.handle)] = self.handle(text)
            if wish.pricing:
                offer = product.offer if product else None
                key = offer_key(product_id, wish.pricing)
                fetched[key] = self._offer(product_id, offer, wish.pricing)
        return fetched

    def handle(self, text: ProductText) -> Fetched:
        """Return which product has a handle."""
        own = frozenset({tags.product_tag(text.id)})
        return Fetched(text.id, self._lifetimes.reference, own)

    def no_handle(self) -> Fetched:
        """Return that no product has a handle."""
        return Fetched(None, self._lifetimes.absent, frozenset({tags.HANDLES}))

    def listing(self, listing: Listing) -> Fetched:
        """Return a page of a list of products."""
        return Fetched(listing, self._lifetimes.listing, frozenset({tags.LISTINGS}))

    def markets(self, markets: tuple[Market, ...]) -> Fetched:
        """Return all markets."""
        own = map(_market_tag, markets)
        return Fetched(markets, self._lifetimes.reference, frozenset({tags.MARKETS, *own}))

    def categories(self, categories: tuple[Category, ...]) -> Fetched:
        """Return all categories."""
        own = map(_category_tag, categories)
        return Fetched(categories, self._lifetimes.reference, frozenset({tags.GROUPS, *own}))

    def collections(self, collections: tuple[ProductCollection, ...]) -> Fetched:
        """Return all collections."""
        own = map(_collection_tag, collections)
        return Fetched(collections, self._lifetimes.reference, frozenset({tags.GROUPS, *own}))

    def _text(self, product: ProductId, text: ProductText | None) -> Fetched:
        marked_by: set[Tag] = {tags.product_tag(product), tags.TEXTS}
        if text is None:
            return Fetched(None, self._lifetimes.absent, frozenset(marked_by))
        marked_by.update(tags.variant_tag(variant.id) for variant in text.variants)
        marked_by.update(tags.category_tag(category.id) for category in text.categories)
        if text.collection is not None:
            marked_by.add(tags.collection_tag(text.collection.id))
        return Fetched(text, self._lifetimes.text, frozenset(marked_by))

    def _offer(self, product: ProductId, offer: ProductOffer | None, pricing: Pricing) -> Fetched:
        marked_by: set[Tag] = {
            tags.product_tag(product),
            tags.offer_tag(product),
            tags.region_tag(pricing.region_id),
            tags.OFFERS,
        }
        if offer is None:
            return Fetched(None, self._lifetimes.absent, frozenset(marked_by))
        marked_by.update(map(tags.variant_tag, offer.variants))
        return Fetched(offer, self._lifetimes.commerce, frozenset(marked_by))


def remaining_text(value: object, gone: Collection[Tag]) -> object:
    """Return the text of a product that is still there; see `Remaining`."""
    if isinstance(value, ProductText) and tags.product_tag(value.id) in gone:
        return None
    return value


def _remaining_list(tag_of: Callable[[One], Tag]) -> Remaining:
    """Return what leaves out of a tuple what is gone."""

    def remaining(value: object, gone: Collection[Tag]) -> object:
        return tuple(one for one in cast("tuple[One, ...]", value) if tag_of(one) not in gone)

    return remaining


remaining_markets = _remaining_list(_market_tag)
remaining_categories = _remaining_list(_category_tag)
remaining_collections = _remaining_list(_collection_tag)
