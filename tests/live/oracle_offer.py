"""What a variant should cost and whether it can be had, from Medusa's own words."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Json = Any
# open: the contract names the states and not which of them is the best.
_BEST_FIRST = ("IN_STOCK", "NOT_TRACKED", "LOW_STOCK", "BACKORDER", "UNKNOWN", "OUT_OF_STOCK")


def price(wire: Json, currency: str, digits: int) -> dict[str, Json]:
    """Return the price fields of a variant for its `calculated_price`."""

    def money(amount: Decimal | None) -> Json:
        if amount is None:
            return None
        rounded = Decimal(amount).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        return {"amount": str(rounded), "currencyCode": currency}

    if wire is None or wire["calculated_amount"] is None:
        names = ("price", "priceWithTax", "priceWithoutTax", "compareAtPrice", "taxIncluded")
        return {**dict.fromkeys(names), "priceStatus": "NO_PRICE_IN_REGION"}
    amount = Decimal(wire["raw_calculated_amount"]["value"])
    original = Decimal(wire["raw_original_amount"]["value"])
    on_sale = wire["calculated_price"]["price_list_type"] == "sale" and original > amount
    return {
        "price": money(amount),
        "priceWithTax": money(wire["calculated_amount_with_tax"]),
        "priceWithoutTax": money(wire["calculated_amount_without_tax"]),
        "compareAtPrice": money(original) if on_sale else None,
        "taxIncluded": wire["is_calculated_price_tax_inclusive"],
        "priceStatus": "AVAILABLE",
    }


def stock(wire: Json, low_stock: int) -> dict[str, Json]:
    """Return the stock fields of a variant; what Medusa does not manage is always there."""
    if not wire["manage_inventory"]:
        return {"availability": "NOT_TRACKED", "quantity": None}
    quantity = wire["inventory_quantity"]
    if quantity > 0:
        state = "LOW_STOCK" if quantity <= low_stock else "IN_STOCK"
    else:
        state = "BACKORDER" if wire["allow_backorder"] else "OUT_OF_STOCK"
    return {"availability": state, "quantity": quantity}


def summary(variants: Sequence[Json]) -> dict[str, Json]:
    """Return what a product shows of its variants: the best state and the span of prices."""
    states = [variant["availability"] for variant in variants]
    return {
        "availability": min(states, key=_BEST_FIRST.index, default="UNKNOWN"),
        "priceRange": _price_range([variant for variant in variants if variant["price"]]),
    }


def _price_range(priced: Sequence[Json]) -> Json:
    if not priced:
        return None
    bases = {variant["taxIncluded"] for variant in priced}
    # open: what is shown where the bases differ; with tax all can be compared.
    name = "price" if len(bases) == 1 else "priceWithTax"
    prices = sorted((each[name] for each in priced), key=lambda each: Decimal(each["amount"]))
    included = bases.pop() if len(bases) == 1 else True
    return {"min": prices[0], "max": prices[-1], "taxIncluded": included}
