from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.money import (
    CurrencyCode,
    Money,
    PriceRange,
    from_minor_units,
    minor_unit_digits,
    price_range,
)

EUR, USD, JPY, KWD, CLF = map(CurrencyCode, ("EUR", "USD", "JPY", "KWD", "CLF"))
CURRENCIES = st.sampled_from((EUR, USD, JPY, KWD, CLF))
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=6)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), EUR)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        *(("EUR", 2), ("USD", 2), ("XYZ", 2)),
        *(("JPY", 0), ("KRW", 0), ("XPF", 0)),
        *(("KWD", 3), ("TND", 3), ("CLF", 4), ("UYW", 4)),
    ],
)
def test_every_currency_has_the_digits_of_its_own_coins(currency: str, digits: int) -> None:
    """A shopper sees cents in euros, none in yen and fils in dinars."""
    assert minor_unit_digits(CurrencyCode(currency)) == digits


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("9.995", EUR, "10.00"),
        ("9.994", EUR, "9.99"),
        ("9.985", EUR, "9.99"),  # half to even would give 9.98
        ("2.665", USD, "2.67"),
        ("0.005", USD, "0.01"),
        ("0.004", USD, "0.00"),
        ("-9.995", EUR, "-10.00"),  # half up in magnitude
        ("5", USD, "5.00"),
        ("1E+2", USD, "100.00"),
        ("100.5", JPY, "101"),  # half to even would give 100
        ("99.4999", JPY, "99"),
        ("1.2345", KWD, "1.235"),
        ("1.2344", KWD, "1.234"),
        ("1.00005", CLF, "1.0001"),
        ("0", EUR, "0.00"),
    ],
)
def test_amounts_are_rounded_half_up(amount: str, currency: CurrencyCode, shown: str) -> None:
    """A price has exactly its currency's digits, and half a cent counts as one."""
    money = Money(Decimal(amount), currency).rounded()

    assert (str(money.amount), money.currency) == (shown, currency)


@given(AMOUNTS, CURRENCIES)
def test_rounding_moves_an_amount_by_half_a_coin_at_most(
    amount: Decimal, currency: CurrencyCode
) -> None:
    """No shopper pays more than half the smallest coin beside the exact price."""
    rounded = Money(amount, currency).rounded()

    assert abs(rounded.amount - amount) * 2 <= Decimal(1).scaleb(-minor_unit_digits(currency))
    assert rounded.rounded() == rounded


def test_amounts_of_one_currency_are_added() -> None:
    """A sum is exact: ten cents and twenty cents are thirty cents."""
    assert euros("0.10") + euros("0.20") == euros("0.30")


def test_amounts_of_two_currencies_are_never_added() -> None:
    """Euros and dollars make no sum, not even when one of them is zero."""
    with pytest.raises(ValueError, match="cannot add USD to EUR"):
        euros("1") + Money(Decimal(0), USD)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [("2999", USD, "29.99"), ("2999", JPY, "2999"), ("2999", KWD, "2.999"), ("0", EUR, "0.00")],
)
def test_minor_units_become_major_units(amount: str, currency: CurrencyCode, shown: str) -> None:
    """A shop that still answers 2999 for 29.99 shows 29.99."""
    money = from_minor_units(Decimal(amount), currency)

    assert (str(money.amount), money.currency) == (shown, currency)


@given(st.integers(min_value=-(10**12), max_value=10**12), CURRENCIES)
def test_whole_coins_need_no_rounding(coins: int, currency: CurrencyCode) -> None:
    """What is counted in whole coins is the same amount before and after rounding."""
    money = from_minor_units(Decimal(coins), currency)

    assert money.rounded() == money
    assert money.amount.scaleb(minor_unit_digits(currency)) == coins


def test_a_range_spans_from_the_lowest_to_the_highest_price() -> None:
    """A product in three sizes shows its cheapest and its dearest."""
    prices = [euros("9"), euros("29.99"), euros("10")]

    assert price_range(prices, tax_included=True) == PriceRange(euros("9"), euros("29.99"), True)


@pytest.mark.parametrize("tax_included", [True, False])
def test_a_range_says_its_tax_basis(tax_included: bool) -> None:
    """A range of net prices is not passed off as one of gross prices."""
    spanned = price_range([euros("9")], tax_included=tax_included)

    assert spanned == PriceRange(euros("9"), euros("9"), tax_included)


def test_zero_is_a_price() -> None:
    """A free gift is the lower end of its range."""
    spanned = price_range([euros("10"), euros("0")], tax_included=True)

    assert spanned == PriceRange(euros("0"), euros("10"), True)


def test_no_prices_have_no_range() -> None:
    """Without a single price there is no range, rather than one of zero."""
    assert price_range([], tax_included=True) is None


@pytest.mark.parametrize("dollars", ["0", "5", "10"])
def test_a_range_never_mixes_currencies(dollars: str) -> None:
    """One dollar price among euro prices is refused, be it lowest, highest or in between."""
    prices = [euros("1"), Money(Decimal(dollars), USD), euros("9")]

    with pytest.raises(ValueError, match="one currency"):
        price_range(prices, tax_included=True)


@given(st.lists(AMOUNTS, min_size=1))
def test_no_price_lies_outside_its_range(amounts: list[Decimal]) -> None:
    """Both ends of a range are prices of the product, and no price is beyond them."""
    spanned = price_range([Money(amount, EUR) for amount in amounts], tax_included=False)

    assert spanned is not None
    assert (spanned.lowest.amount, spanned.highest.amount) == (min(amounts), max(amounts))
