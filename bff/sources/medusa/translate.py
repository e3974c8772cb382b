"""From Medusa's answers to our values; pure.

Nothing is guessed: a price that cannot be trusted is withheld, a quantity that was not told is
unknown.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, TypeAlias

from bff.domain.attributes import by_name, camel_case, plain_fields
from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Country,
    CountryCode,
    Handle,
    Image,
    Market,
    OptionValue,
    Price,
    PriceStatus,
    Pricing,
    ProductId,
    ProductOffer,
    ProductText,
    RegionId,
    VariantId,
    VariantOffer,
    VariantText,
)
from bff.domain.money import CurrencyCode, Money, from_minor_units
from bff.domain.text import is_blank
from bff.ports import Wish
from bff.richtext import plain
from bff.sources.medusa.order import option_ids, ranked_images, ranked_variants
from bff.sources.medusa.wire import (
    CalculatedPrice,
    OfferProduct,
    OfferVariant,
    RawAmount,
    TextProduct,
    WireCategory,
    WireCollection,
    WireImage,
    WireProduct,
    WireRegion,
)

Amounts: TypeAlias = Literal["major", "minor"]
"""How the shop writes 29.99: as 29.99, or in the smallest coin as 2999."""


def to_product(wire: WireProduct, wish: Wish, amounts: Amounts) -> CommerceProduct:
    """Return the halves of a product that the wish asked for."""
    return CommerceProduct(
        text=to_text(wire) if isinstance(wire, TextProduct) else None,
        offer=to_offer(wire, wish.pricing, amounts)
        if isinstance(wire, OfferProduct) and wish.pricing
        else None,
    )


def to_text(wire: TextProduct) -> ProductText:
    """Return a product's text; its lists have a defined order, hidden categories are left out.

    A variant's images are only named where they differ from those of its product.
    """
    images = _images(wire.images)
    names = {option.id: option.title for option in wire.options}
    ranked = ranked_variants(wire)
    order = option_ids(wire, ranked)
    variants: list[VariantText] = []
    for variant in ranked:
        chosen = {value.option.id: value.value for value in variant.options if value.option}
        own = _images(variant.images)
        variants.append(
            VariantText(
                id=VariantId(variant.id),
                title=variant.title,
                sku=_written(variant.sku),
                options=tuple(
                    OptionValue(names[option], chosen[option])
                    for option in order
                    if option in chosen
                ),
                images=() if own == images else own,
            )
        )
    description = _written(wire.description)
    return ProductText(
        id=ProductId(wire.id),
        handle=Handle(wire.handle),
        title=wire.title,
        subtitle=_written(wire.subtitle),
        description=plain(description) if description else None,
        thumbnail=_written(wire.thumbnail),
        images=images,
        variants=tuple(variants),
        collection=to_collection(wire.collection) if wire.collection else None,
        categories=tuple(
            to_category(category)
            for category in sorted(wire.categories, key=lambda category: category.handle)
            if category.is_active and not category.is_internal
        ),
        tags=tuple(sorted({tag.value for tag in wire.tags if not is_blank(tag.value)})),
        attributes=to_attributes(wire.metadata or {}),
    )


def to_collection(wire: WireCollection) -> Collection:
    """Return a collection."""
    return Collection(wire.id, wire.handle, wire.title)


def to_category(wire: WireCategory) -> Category:
    """Return a category."""
    return Category(
        id=wire.id,
        handle=wire.handle,
        name=wire.name,
        description=_written(wire.description),
        parent_id=wire.parent_category_id,
    )


def to_attributes(metadata: Mapping[str, object]) -> Mapping[str, object]:
    """Return the metadata as attributes, in the order of their names.

    Of two keys that become one, the one that is already spelt so is taken.
    """
    keys = sorted(metadata, key=lambda key: (camel_case(key) != key, key))
    attributes = by_name(plain_fields({key: metadata[key] for key in keys}))
    return dict(sorted(attributes.items()))


def to_offer(wire: OfferProduct, pricing: Pricing, amounts: Amounts) -> ProductOffer:
    """Return prices and stock of a product's variants."""
    return ProductOffer(
        pricing,
        {
            VariantId(variant.id): _to_variant_offer(variant, pricing.currency, amounts)
            for variant in wire.variants
        },
    )


def _to_variant_offer(
    wire: OfferVariant, currency: CurrencyCode, amounts: Amounts
) -> VariantOffer:
    quantity = wire.inventory_quantity if wire.manage_inventory else None
    wire_price = wire.calculated_price
    price = _to_price(wire_price, currency, amounts) if wire_price else None
    trusted = wire_price is None or (wire_price.currency_code or "").upper() == currency
    return VariantOffer(
        price=price if trusted else None,
        manage_inventory=wire.manage_inventory,
        allow_backorder=wire.allow_backorder,
        quantity=None if quantity is None else math.floor(quantity),
        unpriced=(
            PriceStatus.NO_PRICE_IN_REGION if price is None or trusted else PriceStatus.UNAVAILABLE
        ),
    )


def _to_price(wire: CalculatedPrice, currency: CurrencyCode, amounts: Amounts) -> Price | None:
    def money(value: Decimal | None) -> Money | None:
        if value is None:
            return None
        exact = from_minor_units(value, currency) if amounts == "minor" else Money(value, currency)
        return exact.rounded()

    amount = money(_exact(wire.raw_calculated_amount, wire.calculated_amount))
    before = money(_original(wire))
    if amount is None:
        return None
    return Price(
        amount=amount,
        tax_included=wire.is_calculated_price_tax_inclusive,
        with_tax=money(wire.calculated_amount_with_tax),
        without_tax=money(wire.calculated_amount_without_tax),
        compare_at=before if before and before.amount > amount.amount else None,
    )


def _original(wire: CalculatedPrice) -> Decimal | None:
    """Return the amount before a sale, on the calculated amount's tax basis; else `None`.

    Override lists replace a price for good: what it was before is nobody's business.
    """
    if wire.calculated_price is None or wire.calculated_price.price_list_type != "sale":
        return None
    if wire.is_original_price_tax_inclusive == wire.is_calculated_price_tax_inclusive:
        return _exact(wire.raw_original_amount, wire.original_amount)
    if wire.is_calculated_price_tax_inclusive:
        return wire.original_amount_with_tax
    return wire.original_amount_without_tax


def to_market(wire: WireRegion) -> Market:
    """Return a region as a market; codes in upper case, countries by code."""
    return Market(
        region_id=RegionId(wire.id),
        name=wire.name,
        currency=CurrencyCode(wire.currency_code.upper()),
        countries=tuple(
            Country(CountryCode(country.iso_2.upper()), country.display_name)
            for country in sorted(wire.countries, key=lambda country: country.iso_2)
        ),
    )


def _exact(raw: RawAmount | None, amount: Decimal | None) -> Decimal | None:
    return amount if raw is None or amount is None else raw.value


def _images(wires: tuple[WireImage, ...]) -> tuple[Image, ...]:
    return tuple(Image(image.url) for image in ranked_images(wires))


def _written(text: str | None) -> str | None:
    return None if text is None or is_blank(text) else text
