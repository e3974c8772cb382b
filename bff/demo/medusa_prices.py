"""What a variant costs, as Medusa's `calculated_price`."""

from decimal import Decimal

from bff.demo.catalogue import (
    Catalogue,
    Entity,
    MarketEntry,
    entity_id,
    sold_products,
    variant_id,
)


class PriceBook:
    """The prices of all variants that are sold, in every currency."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._variants = {
            variant_id(product, rank): (product, variant)
            for product in sold_products(catalogue)
            for rank, variant in enumerate(product["variants"])
        }
        self._rates = {
            country["code"]: Decimal(country["tax"]) / 100
            for market in catalogue["markets"]
            for country in market["countries"]
        }

    def price(self, variant: str, market: MarketEntry, country: str | None) -> Entity | None:
        """Return a variant's price; `None` when it has none in the market's currency.

        Taxes are computed when a `country` (ISO 3166-1 alpha-2, any case) is given. As on the
        real server it is not checked against the market, and no known rate means no tax.
        """
        product, entry = self._variants[variant]
        currency = market["currency"]
        text = entry.get("prices", product["prices"]).get(currency)
        if text is None:
            return None
        original = Decimal(text)
        sale = product.get("sale", {}).get(currency)
        amount = original if sale is None else Decimal(sale)
        price: Entity = {
            "id": entity_id("pset", variant),
            **_amount("calculated", amount, market, on_list=sale is not None),
            **_amount("original", original, market, on_list=False),
            "currency_code": currency,
            "calculated_price": _origin(variant, currency, on_list=sale is not None),
            "original_price": _origin(variant, currency, on_list=False),
        }
        if country is None:
            return price
        factor = 1 + self._rates.get(country.lower(), Decimal(0))
        return {
            **price,
            **_taxed("calculated", amount, factor, market),
            **_taxed("original", original, factor, market),
        }


def _amount(word: str, amount: Decimal, market: MarketEntry, *, on_list: bool) -> Entity:
    number = _number(amount)
    return {
        f"is_{word}_price_price_list": on_list,
        f"is_{word}_price_tax_inclusive": market["taxIncluded"],
        f"{word}_amount": number,
        f"raw_{word}_amount": {"value": str(number), "precision": 20},
    }


def _taxed(word: str, amount: Decimal, factor: Decimal, market: MarketEntry) -> Entity:
    included = market["taxIncluded"]
    return {
        f"{word}_amount_with_tax": _number(amount if included else amount * factor),
        f"{word}_amount_without_tax": _number(amount / factor if included else amount),
    }


def _origin(variant: str, currency: str, *, on_list: bool) -> Entity:
    kind = "sale" if on_list else None
    return {
        "id": entity_id("price", f"{variant}-{currency}-{kind}"),
        "price_list_id": entity_id("plist", "sale") if on_list else None,
        "price_list_type": kind,
        "min_quantity": None,
        "max_quantity": None,
    }


def _number(amount: Decimal) -> int | float:
    """Return an amount as JavaScript writes it: 35, not 35.0, and binary fractions for taxes."""
    return int(amount) if amount == int(amount) else float(amount)
