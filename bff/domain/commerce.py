"""What Medusa knows: the text of a product and, apart from it, the offer in one market.

They are two values because they live differently: the text depends on (product, language), the
offer on (product, region, country).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NewType

from bff.domain.money import CurrencyCode, Money, PriceRange, price_range
from bff.domain.richtext import RichText

MEDUSA = "medusa"
"""Medusa's name among the sources: in provenance, degraded entries, settings, errors and logs."""

ProductId = NewType("ProductId", str)
"""Medusa's product id, `prod_…`."""
VariantId = NewType("VariantId", str)
"""Medusa's variant id, `variant_…`."""
RegionId = NewType("RegionId", str)
"""Medusa's region id, `reg_…`."""
Handle = NewType("Handle", str)
"""The readable name of a product in URLs; unique per shop, never translated."""
CountryCode = NewType("CountryCode", str)
"""ISO 3166-1 alpha-2, upper case."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country that a market serves."""

    code: CountryCode
    name: str


@dataclass(frozen=True, slots=True)
class Market:
    """A Medusa region: where one currency and one set of prices hold."""

    region_id: RegionId
    name: str
    currency: CurrencyCode
    countries: tuple[Country, ...]


@dataclass(frozen=True, slots=True)
class Pricing:
    """All that a price depends on. A price is never reused under another one of these."""

    region_id: RegionId
    country: CountryCode
    currency: CurrencyCode


def pricing_for(country: CountryCode, markets: Iterable[Market]) -> Pricing | None:
    """Return what to price by in a country; `None` when no market serves it."""
    for market in markets:
        if any(served.code == country for served in market.countries):
            return Pricing(market.region_id, country, market.currency)
    return None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. Width and height are in pixels, `None` where the source does not say."""

    url: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class OptionValue:
    """What a variant chose for one option: Size is Small."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Option:
    """One way in which variants differ, with its values in the order of the variants."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VariantText:
    """What a variant is called; its price and stock are in `VariantOffer`."""

    id: VariantId
    title: str
    sku: str | None
    options: tuple[OptionValue, ...]
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """A Medusa collection."""

    id: str
    handle: str
    title: str


@dataclass(frozen=True, slots=True)
class Category:
    """An active Medusa category. `parent_id` is that of the category above it, if there is one."""

    id: str
    handle: str
    name: str
    description: str | None = None
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class ProductText:
    """A product without its offer. `variants` are in rank order, `categories` by handle."""

    id: ProductId
    handle: Handle
    title: str
    subtitle: str | None
    description: RichText | None
    thumbnail: str | None
    images: tuple[Image, ...]
    variants: tuple[VariantText, ...]
    collection: Collection | None
    categories: tuple[Category, ...]
    tags: tuple[str, ...]
    attributes: Mapping[str, object] = field(default_factory=dict)

    def options(self) -> tuple[Option, ...]:
        """Return the options with their values, both in the order in which variants show them."""
        values: dict[str, dict[str, None]] = {}
        for variant in self.variants:
            for option in variant.options:
                values.setdefault(option.name, {})[option.value] = None
        return tuple(Option(name, tuple(seen)) for name, seen in values.items())


class Availability(Enum):
    """Whether a shopper can have it; the best first."""

    IN_STOCK = "IN_STOCK"
    NOT_TRACKED = "NOT_TRACKED"
    LOW_STOCK = "LOW_STOCK"
    BACKORDER = "BACKORDER"
    UNKNOWN = "UNKNOWN"
    OUT_OF_STOCK = "OUT_OF_STOCK"


class PriceStatus(Enum):
    """Why a price is there or is not."""

    AVAILABLE = "AVAILABLE"
    NO_PRICE_IN_REGION = "NO_PRICE_IN_REGION"
    STALE = "STALE"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class Price:
    """What one variant costs in one market, rounded to the currency's digits.

    `amount` includes tax if `tax_included`; `with_tax` and `without_tax` are there when Medusa
    computed them. `compare_at` is the price before a sale, on the same tax basis as `amount`.
    """

    amount: Money
    tax_included: bool
    with_tax: Money | None = None
    without_tax: Money | None = None
    compare_at: Money | None = None


@dataclass(frozen=True, slots=True)
class VariantOffer:
    """Price and stock of one variant. `price` is `None` when the market has none.

    `quantity` is what can still be sold; `None` when it is not tracked, or could not be told.
    `unpriced` says why it is `None`; a price in another currency than the market's is withheld
    as `UNAVAILABLE`.
    """

    price: Price | None
    manage_inventory: bool
    allow_backorder: bool
    quantity: int | None
    unpriced: PriceStatus = PriceStatus.NO_PRICE_IN_REGION

    def price_status(self) -> PriceStatus:
        """Return why `price` is what it is."""
        return PriceStatus.AVAILABLE if self.price else self.unpriced

    def availability(self, low_stock: int) -> Availability:
        """Return whether it can be bought; at or under `low_stock` pieces counts as low."""
        if not self.manage_inventory:
            return Availability.NOT_TRACKED
        if self.quantity is None:
            return Availability.UNKNOWN
        if self.quantity > 0:
            low = self.quantity <= low_stock
            return Availability.LOW_STOCK if low else Availability.IN_STOCK
        return Availability.BACKORDER if self.allow_backorder else Availability.OUT_OF_STOCK


@dataclass(frozen=True, slots=True)
class ProductOffer:
    """Prices and stock of a product's variants, under the `Pricing` it was asked for."""

    pricing: Pricing
    variants: Mapping[VariantId, VariantOffer]

    def price_range(self) -> PriceRange | None:
        """Return the span over the variants that have a price, on one tax basis.

        Where some prices include tax and others do not, the amounts with tax are compared; if
        Medusa did not compute those for all, there is no honest range.
        """
        prices = [offer.price for offer in self.variants.values() if offer.price]
        if any(price.tax_included for price in prices):
            taxed = [price.amount if price.tax_included else price.with_tax for price in prices]
            comparable = [amount for amount in taxed if amount]
            if len(comparable) < len(prices):
                return None
            return price_range(comparable, tax_included=True)
        return price_range((price.amount for price in prices), tax_included=False)

    def availability(self, low_stock: int) -> Availability:
        """Return the best of the variants'; `UNKNOWN` when there are none."""
        order = list(Availability)
        states = [offer.availability(low_stock) for offer in self.variants.values()]
        return min(states, key=order.index, default=Availability.UNKNOWN)


def withheld_offer(text: ProductText, pricing: Pricing, why: PriceStatus) -> ProductOffer:
    """Return an offer without prices and stock, which could not be had, for all variants.

    `why` is `STALE` if there were some that may not be shown any more, else `UNAVAILABLE`.
    """
    nothing = VariantOffer(
        price=None, manage_inventory=True, allow_backorder=False, quantity=None, unpriced=why
    )
    return ProductOffer(pricing, {variant.id: nothing for variant in text.variants})


@dataclass(frozen=True, slots=True)
class CommerceProduct:
    """A product as Medusa sells it; a half is `None` when it was not asked for."""

    text: ProductText | None
    offer: ProductOffer | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of products: their ids in order, and how many there are in all."""

    ids: Sequence[ProductId]
    total: int
