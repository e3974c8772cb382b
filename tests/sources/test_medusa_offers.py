"""What a shopper pays and can have, from recorded Medusa answers."""

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bff.domain.commerce import (
    Availability,
    CountryCode,
    Price,
    PriceStatus,
    Pricing,
    RegionId,
    VariantOffer,
)
from bff.domain.money import CurrencyCode, Money
from bff.sources.medusa.translate import to_offer
from bff.sources.medusa.wire import CalculatedPrice, OfferPage, OfferProduct

GOLDEN = Path(__file__).parents[1] / "golden" / "medusa" / "2.21"


def pricing(currency: str) -> Pricing:
    return Pricing(RegionId("reg_1"), CountryCode("DE"), CurrencyCode(currency))


def money(amount: str, currency: str) -> Money:
    return Money(Decimal(amount), CurrencyCode(currency))


def offers(recording: str, currency: str, handle: str | None = None) -> list[VariantOffer]:
    page = OfferPage.model_validate_json((GOLDEN / f"{recording}.json").read_bytes())
    product = next(p for p in page.products if handle in {None, p.handle})
    return list(to_offer(product, pricing(currency), "major").variants.values())


def offer_of(
    price: dict[str, Any] | None,
    currency: str = "EUR",
    amounts: Literal["major", "minor"] = "major",
    **variant: object,
) -> VariantOffer:
    """The offer of a product with one variant that is in stock."""
    fields = {"manage_inventory": True, "allow_backorder": False, "inventory_quantity": 7}
    wire = OfferProduct.model_validate(
        {
            "id": "prod_1",
            "handle": "tee",
            "variants": [{"id": "variant_1", "calculated_price": price, **fields, **variant}],
        }
    )
    (offer,) = to_offer(wire, pricing(currency), amounts).variants.values()
    return offer


def test_each_variant_has_its_price_tax_and_stock() -> None:
    """The shirt costs 29.99 before American tax, the black one 32.99 and is sold out."""
    white = Price(
        money("29.99", "USD"),
        tax_included=False,
        with_tax=money("32.39", "USD"),  # 32.3892
        without_tax=money("29.99", "USD"),
    )
    black = Price(
        money("32.99", "USD"),
        tax_included=False,
        with_tax=money("35.63", "USD"),
        without_tax=money("32.99", "USD"),
    )

    assert offers("lean_offer_us", "USD", "organic-cotton-tshirt") == [
        VariantOffer(white, manage_inventory=True, allow_backorder=False, quantity=15),
        VariantOffer(white, manage_inventory=True, allow_backorder=False, quantity=3),
        VariantOffer(black, manage_inventory=True, allow_backorder=False, quantity=0),
    ]


def test_our_short_field_list_gives_the_same_offers_as_all_fields() -> None:
    """Asking Medusa for less does not change what a shopper pays."""
    assert offers("product_by_handle_us_country", "USD") == offers(
        "lean_offer_us", "USD", "organic-cotton-tshirt"
    )


def test_a_sale_shows_the_price_before() -> None:
    """Sandals were 46.50 and are 32.50, tax included."""
    assert [offer.price for offer in offers("special_sale_sandals_eu_de", "EUR")] == 3 * [
        Price(
            money("32.50", "EUR"),
            tax_included=True,
            with_tax=money("32.50", "EUR"),
            without_tax=money("27.31", "EUR"),
            compare_at=money("46.50", "EUR"),
        )
    ]


@pytest.mark.parametrize(
    ("recording", "currency", "expected"),
    [
        (
            "special_sale_sandals",
            "USD",
            Price(money("35.00", "USD"), False, compare_at=money("50.00", "USD")),
        ),
        ("special_classic_belt", "USD", Price(money("11.11", "USD"), False)),
        ("special_classic_mug", "USD", Price(money("93.51", "USD"), False)),
        (
            "special_zero_decimal_poster_jp",
            "JPY",
            Price(money("1500", "JPY"), False, money("1650", "JPY"), money("1500", "JPY")),
        ),
        (
            "special_zero_decimal_poster_eu_de",
            "EUR",
            Price(money("10.00", "EUR"), True, money("10.00", "EUR"), money("8.40", "EUR")),
        ),
    ],
    ids=["sale-without-country", "override", "sale-in-the-future", "jpy", "unrounded-9.995"],
)
def test_price_lists_currencies_and_rounding(
    recording: str, currency: str, expected: Price
) -> None:
    """Only a running sale has a price before; amounts are rounded half up to the coin."""
    assert offers(recording, currency)[0].price == expected


@pytest.mark.parametrize(
    ("recording", "currency"),
    [("special_no_price_at_all", "USD"), ("special_no_euro_mug_eu_de", "EUR")],
)
def test_no_price_in_the_market_is_said_so(recording: str, currency: str) -> None:
    """A mug that has no price in euros is shown, without a price."""
    (offer,) = offers(recording, currency)

    assert offer.price is None
    assert offer.price_status() is PriceStatus.NO_PRICE_IN_REGION


def test_a_price_without_an_amount_is_no_price() -> None:
    """An empty price object means the same as none."""
    offer = offer_of({"calculated_amount": None, "currency_code": None})

    assert offer.price is None
    assert offer.price_status() is PriceStatus.NO_PRICE_IN_REGION


@pytest.mark.parametrize(
    ("recording", "currency"), [("lean_offer_us", "USD"), ("lean_offer_jp", "JPY")]
)
def test_zero_is_a_price(recording: str, currency: str) -> None:
    """The free sample costs nothing, which is not the same as having no price."""
    (offer,) = offers(recording, currency, "free-sample")

    assert offer.price is not None
    assert offer.price.amount.amount == 0
    assert offer.price_status() is PriceStatus.AVAILABLE


@pytest.mark.parametrize(
    ("recording", "availability", "quantity"),
    [
        ("special_backorder_boots", Availability.BACKORDER, 0),
        ("special_digital_gift_voucher", Availability.NOT_TRACKED, None),
        ("special_no_level_beanie", Availability.OUT_OF_STOCK, 0),
        ("special_sold_out_hoodie", Availability.OUT_OF_STOCK, 0),
        ("special_classic_belt", Availability.IN_STOCK, 147),
        ("key_two_channels_pick_one", Availability.IN_STOCK, 15),
    ],
)
def test_stock(recording: str, availability: Availability, quantity: int | None) -> None:
    """What is not tracked has no quantity; what has no stock level has none left."""
    offer = offers(recording, "USD")[0]

    assert offer.availability(low_stock=5) is availability
    assert offer.quantity == quantity


def test_a_quantity_that_was_not_told_is_unknown() -> None:
    """Neither sold out nor in stock: the shop's key may not count it."""
    offer = offer_of(None, inventory_quantity=None)

    assert offer.availability(low_stock=5) is Availability.UNKNOWN


def test_what_is_not_tracked_has_no_quantity() -> None:
    """A number that Medusa happens to have for it means nothing."""
    offer = offer_of(None, manage_inventory=False, inventory_quantity=3)

    assert offer.quantity is None
    assert offer.availability(low_stock=5) is Availability.NOT_TRACKED


@pytest.mark.parametrize(("told", "sellable"), [(2.9, 2), (-1, -1), (5.0, 5)])
def test_quantities_are_whole_pieces(told: float, sellable: int) -> None:
    """Nobody can order 2.9 shirts."""
    assert offer_of(None, inventory_quantity=told).quantity == sellable


def test_a_price_in_another_currency_is_withheld() -> None:
    """A German is never shown dollars as if they were euros."""
    offer = offer_of({"calculated_amount": 29.99, "currency_code": "usd"})

    assert offer.price is None
    assert offer.price_status() is PriceStatus.UNAVAILABLE


def test_the_exact_amount_wins_over_the_rounded_number() -> None:
    """JSON's 64-bit number is not trusted where Medusa also writes the digits."""
    offer = offer_of(
        {
            "calculated_amount": 12345678901234567.0,
            "raw_calculated_amount": {"value": "12345678901234567.89", "precision": 20},
            "currency_code": "eur",
        }
    )

    assert offer.price == Price(money("12345678901234567.89", "EUR"), tax_included=False)


@pytest.mark.parametrize(
    ("currency", "told", "amount"),
    [("EUR", 2999, "29.99"), ("JPY", 4499, "4499"), ("KWD", 1234, "1.234"), ("EUR", 0, "0.00")],
)
def test_shops_that_answer_in_the_smallest_coin(currency: str, told: int, amount: str) -> None:
    """2999 is 29.99 euros, but 4499 yen stay 4499."""
    offer = offer_of(
        {"calculated_amount": told, "currency_code": currency.lower()}, currency, "minor"
    )

    assert offer.price == Price(money(amount, currency), tax_included=False)


SALE = {"price_list_type": "sale"}


@pytest.mark.parametrize(
    ("price", "before"),
    [
        ({"calculated_amount": 35, "original_amount": 50, "calculated_price": SALE}, "50.00"),
        ({"calculated_amount": 50, "original_amount": 50, "calculated_price": SALE}, None),
        ({"calculated_amount": 60, "original_amount": 50, "calculated_price": SALE}, None),
        ({"calculated_amount": 9.996, "original_amount": 10, "calculated_price": SALE}, None),
        ({"calculated_amount": 35, "original_amount": None, "calculated_price": SALE}, None),
        ({"calculated_amount": 35, "original_amount": 50, "calculated_price": None}, None),
        (
            {
                "calculated_amount": 35,
                "original_amount": 50,
                "calculated_price": {"price_list_type": "override"},
            },
            None,
        ),
    ],
    ids=["lower", "same", "dearer", "same-when-rounded", "unknown", "no-list", "override"],
)
def test_the_price_before_is_only_shown_on_a_real_sale(
    price: dict[str, Any], before: str | None
) -> None:
    """No "was 10.00, now 10.00", and an override is no sale."""
    shown = offer_of({**price, "currency_code": "eur"}).price

    assert shown is not None
    assert shown.compare_at == (before and money(before, "EUR"))


@pytest.mark.parametrize(
    ("inclusive", "taxed", "before"),
    [
        (True, {"original_amount_with_tax": 59.5, "original_amount_without_tax": 50}, "59.50"),
        (False, {"original_amount_with_tax": 50, "original_amount_without_tax": 42.02}, "42.02"),
        (True, {}, None),
        (False, {}, None),
    ],
)
def test_the_price_before_has_the_tax_basis_of_the_price(
    inclusive: bool, taxed: dict[str, float], before: str | None
) -> None:
    """A sale price with tax is not compared with a price without: that would be a false saving."""
    shown = offer_of(
        {
            "calculated_amount": 35,
            "original_amount": 50,
            "is_calculated_price_tax_inclusive": inclusive,
            "is_original_price_tax_inclusive": not inclusive,
            "currency_code": "eur",
            "calculated_price": SALE,
            **taxed,
        }
    ).price

    assert shown is not None
    assert shown.compare_at == (before and money(before, "EUR"))


@given(
    st.decimals(min_value=0, max_value=10**9, places=4),
    st.decimals(min_value=0, max_value=10**9, places=4),
    st.sampled_from(["sale", "override", None]),
)
def test_a_price_before_is_always_higher(
    now: Decimal, original: Decimal, kind: str | None
) -> None:
    """Whatever Medusa answers, a shopper never sees a sale that saves nothing."""
    shown = offer_of(
        {
            "calculated_amount": str(now),
            "original_amount": str(original),
            "currency_code": "eur",
            "calculated_price": {"price_list_type": kind},
        }
    ).price

    assert shown is not None
    assert shown.compare_at is None or (
        kind == "sale" and shown.compare_at.amount > shown.amount.amount
    )


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e21", "-1e21", "much"])
def test_no_amount_that_is_no_amount(amount: str) -> None:
    """Nonsense instead of a price is found where it comes in."""
    with pytest.raises(ValidationError):
        CalculatedPrice.model_validate({"calculated_amount": amount, "currency_code": "eur"})


def test_no_quantity_beyond_all_measure() -> None:
    """A broken number of pieces is found where it comes in."""
    with pytest.raises(ValidationError):
        offer_of(None, inventory_quantity="1e999999999")


def test_an_offer_without_the_price_key_is_malformed() -> None:
    """A missing key is not "no price in this market": that would be a lie about the shop."""
    with pytest.raises(ValidationError):
        OfferProduct.model_validate(
            {
                "id": "prod_1",
                "handle": "tee",
                "variants": [{"id": "v", "manage_inventory": True, "allow_backorder": False}],
            }
        )
