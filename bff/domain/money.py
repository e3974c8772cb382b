"""Amounts of money in major units: 29.99 is twenty-nine dollars and ninety-nine cents."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

CurrencyCode = NewType("CurrencyCode", str)
"""ISO 4217, upper case."""

# ISO 4217 active currencies whose minor unit is not two digits (list one, column "Mnr unt").
_ZERO = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"),
    *("VUV", "XAF", "XOF", "XPF"),
)
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DIGITS = {
    **dict.fromkeys(_ZERO, 0),
    **dict.fromkeys(_THREE, 3),
    "CLF": 4,
    "UYW": 4,
}


def minor_unit_digits(currency: CurrencyCode) -> int:
    """Return how many decimal digits the currency's own coins have: USD 2, JPY 0, KWD 3."""
    return _DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in major units. Zero is an amount: a free gift has a price."""

    amount: Decimal
    currency: CurrencyCode

    def rounded(self) -> "Money":
        """Return the amount rounded half up to the currency's own digits (9.995 EUR is 10.00)."""
        quantum = Decimal(1).scaleb(-minor_unit_digits(self.currency))
        return Money(self.amount.quantize(quantum, rounding=ROUND_HALF_UP), self.currency)

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            msg = f"cannot add {other.currency} to {self.currency}"
            raise ValueError(msg)
        return Money(self.amount + other.amount, self.currency)


def from_minor_units(amount: Decimal, currency: CurrencyCode) -> Money:
    """Return the money for an amount counted in the smallest coin (2999 USD is 29.99)."""
    return Money(amount.scaleb(-minor_unit_digits(currency)), currency)


@dataclass(frozen=True, slots=True)
class PriceRange:
    """The lowest and the highest of several prices, which all include tax or all do not."""

    lowest: Money
    highest: Money
    tax_included: bool


def price_range(prices: Iterable[Money], *, tax_included: bool) -> PriceRange | None:
    """Return the span of prices of one currency and one tax basis; `None` when there are none."""
    ordered = sorted(prices, key=lambda money: money.amount)
    if not ordered:
        return None
    if len({money.currency for money in ordered}) > 1:
        msg = "a price range spans one currency"
        raise ValueError(msg)
    return PriceRange(ordered[0], ordered[-1], tax_included)
