"""The GraphQL types of what is sold: money and variants."""

from decimal import Decimal

import strawberry

from bff.domain.commerce import (
    Availability,
    Option,
    OptionValue,
    PriceStatus,
    VariantOffer,
    VariantText,
)
from bff.domain.money import CurrencyCode, Money, PriceRange
from bff.domain.storefront import StorefrontVariant
from bff.web.content_types import ImageType
from bff.web.fields import enum

enum(
    Availability,
    "Whether a shopper can have it. A product's is the best of its variants'.",
    {
        Availability.IN_STOCK: "It is there.",
        Availability.NOT_TRACKED: "Its stock is not counted: it can always be bought.",
        Availability.LOW_STOCK: "Few pieces are left.",
        Availability.BACKORDER: "No piece is left; it can be ordered and comes later.",
        Availability.UNKNOWN: "Medusa did not tell its stock.",
        Availability.OUT_OF_STOCK: "No piece is left, and none can be ordered.",
    },
)
enum(
    PriceStatus,
    "Why a price is there or is null.",
    {
        PriceStatus.AVAILABLE: "There is a price.",
        PriceStatus.NO_PRICE_IN_REGION: "The shop has no price for it in this market.",
        PriceStatus.STALE: (
            "There was a price, but it is too old to be shown, or was changed since, and Medusa "
            "does not tell the new one."
        ),
        PriceStatus.UNAVAILABLE: (
            "Medusa did not answer, or with a price in a currency that is not the market's."
        ),
    },
)


@strawberry.type(name="Money", description="An exact amount of money in major units.")
class MoneyType:
    """`Money` in the schema."""

    amount: Decimal = strawberry.field(
        description="In major units with the currency's own digits, as text: `29.99`, `4499` yen."
    )
    currency_code: CurrencyCode = strawberry.field(description="The currency of the amount.")

    @classmethod
    def from_domain(cls, amount: Money) -> "MoneyType":
        """Show an amount that is rounded already."""
        return cls(amount=amount.amount, currency_code=amount.currency)

    @classmethod
    def from_optional(cls, amount: Money | None) -> "MoneyType | None":
        """Show an amount if there is one."""
        return cls.from_domain(amount) if amount else None


@strawberry.type(name="PriceRange", description="The span of a product's variant prices.")
class PriceRangeType:
    """`PriceRange` in the schema."""

    min: MoneyType = strawberry.field(description="The lowest price.")
    max: MoneyType = strawberry.field(description="The highest price.")
    tax_included: bool = strawberry.field(
        description="Whether both ends include tax. The two never mix."
    )

    @classmethod
    def from_domain(cls, span: PriceRange) -> "PriceRangeType":
        """Show a span."""
        return cls(
            min=MoneyType.from_domain(span.lowest),
            max=MoneyType.from_domain(span.highest),
            tax_included=span.tax_included,
        )


@strawberry.type(name="ProductOption", description="One way in which the variants differ.")
class ProductOptionType:
    """`ProductOption` in the schema."""

    name: str = strawberry.field(description="`Size`, for example.")
    values: list[str] = strawberry.field(description="In the order of the variants.")

    @classmethod
    def from_domain(cls, option: Option) -> "ProductOptionType":
        """Show an option."""
        return cls(name=option.name, values=list(option.values))


@strawberry.type(name="OptionValue", description="What a variant is for one option.")
class OptionValueType:
    """`OptionValue` in the schema."""

    name: str = strawberry.field(description="The option: `Size`.")
    value: str = strawberry.field(description="The variant's value: `Large`.")

    @classmethod
    def from_domain(cls, option: OptionValue) -> "OptionValueType":
        """Show a choice."""
        return cls(name=option.name, value=option.value)


_MOST = 2**31 - 1  # GraphQL's Int has 32 bits; shops write 9999999999 for "plenty"


def _countable(quantity: int | None) -> int | None:
    return None if quantity is None else max(-_MOST - 1, min(quantity, _MOST))


@strawberry.type(name="Variant", description="Something that can be put into a cart.")
class VariantType:
    """`Variant` in the schema."""

    id: strawberry.ID = strawberry.field(description="Medusa's variant id.")
    sku: str | None = strawberry.field(description="The shop's stock keeping unit.")
    title: str = strawberry.field(
        description="What it is called: in the CMS's words if it has any, else in Medusa's."
    )
    options: list[OptionValueType] = strawberry.field(description="What it is for each option.")
    images: list[ImageType] = strawberry.field(
        description="Pictures of this very variant: the CMS's if it has any, else Medusa's."
    )
    price: MoneyType | None = strawberry.field(
        description="What it costs; `priceStatus` says why when it is null."
    )
    price_with_tax: MoneyType | None = strawberry.field(
        description="The price with tax, where Medusa computed it."
    )
    price_without_tax: MoneyType | None = strawberry.field(
        description="The price without tax, where Medusa computed it."
    )
    compare_at_price: MoneyType | None = strawberry.field(
        description="The price before a sale, on the same tax basis as `price`; null without one."
    )
    price_status: PriceStatus = strawberry.field(description="Why `price` is what it is.")
    tax_included: bool | None = strawberry.field(
        description="Whether `price` includes tax; null without a price."
    )
    availability: Availability | None = strawberry.field(description="Whether it can be bought.")
    quantity: int | None = strawberry.field(
        description="How many can still be sold; null when that is not tracked or not known."
    )

    @classmethod
    def from_domain(
        cls,
        variant: VariantText,
        offer: VariantOffer | None,
        low_stock: int,
        merged: StorefrontVariant | None = None,
    ) -> "VariantType":
        """Show a variant; without an offer its price and stock could not be told.

        `merged` is there where a content system speaks of the product's variants.
        """
        price = offer.price if offer else None
        return cls(
            id=strawberry.ID(variant.id),
            sku=variant.sku,
            title=merged.title.value if merged else variant.title,
            options=[OptionValueType.from_domain(option) for option in variant.options],
            images=(
                ImageType.all_of(merged.images)
                if merged
                else [ImageType.from_domain(image) for image in variant.images]
            ),
            price=MoneyType.from_domain(price.amount) if price else None,
            price_with_tax=MoneyType.from_optional(price.with_tax if price else None),
            price_without_tax=MoneyType.from_optional(price.without_tax if price else None),
            compare_at_price=MoneyType.from_optional(price.compare_at if price else None),
            price_status=offer.price_status() if offer else PriceStatus.UNAVAILABLE,
            tax_included=price.tax_included if price else None,
            availability=offer.availability(low_stock) if offer else Availability.UNKNOWN,
            quantity=_countable(offer.quantity) if offer else None,
        )
