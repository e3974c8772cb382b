from decimal import Decimal

import pytest

from bff.domain.commerce import (
    Availability,
    Country,
    CountryCode,
    Handle,
    Market,
    Option,
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
    pricing_for,
)
from bff.domain.money import CurrencyCode, Money, PriceRange

EUR = CurrencyCode("EUR")
USD = CurrencyCode("USD")
DE, AT, US = (Country(CountryCode(code), code) for code in ("DE", "AT", "US"))
MARKETS = (
    Market(RegionId("reg_us"), "United States", USD, (US,)),
    Market(RegionId("reg_eu"), "Europe", EUR, (DE, AT)),
)
GERMANY = Pricing(RegionId("reg_eu"), DE.code, EUR)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), EUR)


def gross(amount: str) -> Price:
    return Price(euros(amount), tax_included=True)


def net(amount: str, with_tax: str | None) -> Price:
    taxed = euros(with_tax) if with_tax else None
    return Price(euros(amount), tax_included=False, with_tax=taxed, without_tax=euros(amount))


def stocked(
    quantity: int | None, *, managed: bool = True, backorder: bool = False
) -> VariantOffer:
    return VariantOffer(gross("9"), managed, backorder, quantity)


def offered(*variants: VariantOffer) -> ProductOffer:
    named = {VariantId(f"variant_{number}"): variant for number, variant in enumerate(variants)}
    return ProductOffer(GERMANY, named)


def priced(*prices: Price | None) -> ProductOffer:
    return offered(*(VariantOffer(price, False, False, None) for price in prices))


@pytest.mark.parametrize(
    ("country", "pricing"),
    [
        ("DE", GERMANY),
        ("AT", Pricing(RegionId("reg_eu"), AT.code, EUR)),
        ("US", Pricing(RegionId("reg_us"), US.code, USD)),
        ("JP", None),
    ],
)
def test_the_country_chooses_region_and_currency(country: str, pricing: Pricing | None) -> None:
    """Austria pays the European prices; a country nobody serves gets no silent default."""
    assert pricing_for(CountryCode(country), MARKETS) == pricing


def test_options_keep_the_order_of_the_variants() -> None:
    """Sizes stand as the variants are ranked (M, S, XL), never in the order of the alphabet."""

    def variant(*chosen: tuple[str, str]) -> VariantText:
        options = tuple(OptionValue(name, value) for name, value in chosen)
        return VariantText(VariantId("v"), "", None, options)

    tee = ProductText(
        id=ProductId("prod_tee"),
        handle=Handle("tee"),
        title="Tee",
        subtitle=None,
        description=None,
        thumbnail=None,
        images=(),
        variants=(
            variant(("Size", "M"), ("Color", "White")),
            variant(("Size", "S"), ("Color", "White")),
            variant(("Color", "Black"), ("Size", "M"), ("Cut", "Slim")),
            variant(("Size", "XL")),
        ),
        collection=None,
        categories=(),
        tags=(),
    )

    assert tee.options() == (
        Option("Size", ("M", "S", "XL")),
        Option("Color", ("White", "Black")),
        Option("Cut", ("Slim",)),
    )


@pytest.mark.parametrize(
    ("price", "unpriced", "status"),
    [
        (gross("9"), PriceStatus.NO_PRICE_IN_REGION, PriceStatus.AVAILABLE),
        (gross("0"), PriceStatus.UNAVAILABLE, PriceStatus.AVAILABLE),
        (None, PriceStatus.NO_PRICE_IN_REGION, PriceStatus.NO_PRICE_IN_REGION),
        (None, PriceStatus.STALE, PriceStatus.STALE),
        (None, PriceStatus.UNAVAILABLE, PriceStatus.UNAVAILABLE),
    ],
)
def test_a_price_says_why_it_is_there_or_not(
    price: Price | None, unpriced: PriceStatus, status: PriceStatus
) -> None:
    """Free is a price; one that is not there says whether it is old, withheld or was never set."""
    offer = VariantOffer(price, True, False, 1, unpriced)

    assert offer.price_status() is status


def test_without_further_reason_a_market_has_no_price() -> None:
    """A variant that nobody priced is not called an outage."""
    offer = VariantOffer(None, True, False, 1)

    assert offer.price_status() is PriceStatus.NO_PRICE_IN_REGION


@pytest.mark.parametrize(
    ("offer", "availability"),
    [
        (stocked(6), Availability.IN_STOCK),
        (stocked(5), Availability.LOW_STOCK),
        (stocked(1), Availability.LOW_STOCK),
        (stocked(0), Availability.OUT_OF_STOCK),
        (stocked(-3), Availability.OUT_OF_STOCK),
        (stocked(6, backorder=True), Availability.IN_STOCK),
        (stocked(1, backorder=True), Availability.LOW_STOCK),
        (stocked(0, backorder=True), Availability.BACKORDER),
        (stocked(-3, backorder=True), Availability.BACKORDER),
        (stocked(None), Availability.UNKNOWN),
        (stocked(None, managed=False), Availability.NOT_TRACKED),
        (stocked(0, managed=False), Availability.NOT_TRACKED),
        (stocked(0, managed=False, backorder=True), Availability.NOT_TRACKED),
    ],
)
def test_stock_says_whether_a_variant_can_be_had(
    offer: VariantOffer, availability: Availability
) -> None:
    """A shopper is told what can be bought, what runs low and what nobody counts."""
    assert offer.availability(low_stock=5) is availability


def test_low_stock_is_a_setting() -> None:
    """A shop that sets the mark to zero never calls anything low."""
    assert stocked(1).availability(low_stock=0) is Availability.IN_STOCK
    assert stocked(1).availability(low_stock=1) is Availability.LOW_STOCK


@pytest.mark.parametrize(
    ("variants", "availability"),
    [
        ([], Availability.UNKNOWN),
        ([stocked(0), stocked(9)], Availability.IN_STOCK),
        ([stocked(1), stocked(None, managed=False), stocked(0)], Availability.NOT_TRACKED),
        ([stocked(0, backorder=True), stocked(1)], Availability.LOW_STOCK),
        ([stocked(None), stocked(0, backorder=True)], Availability.BACKORDER),
        ([stocked(0), stocked(None)], Availability.UNKNOWN),
        ([stocked(0), stocked(0)], Availability.OUT_OF_STOCK),
    ],
)
def test_a_product_is_as_available_as_its_best_variant(
    variants: list[VariantOffer], availability: Availability
) -> None:
    """One size in stock is enough to offer the product."""
    assert offered(*variants).availability(low_stock=5) is availability


@pytest.mark.parametrize(
    ("prices", "spanned"),
    [
        ([], None),
        ([None, None], None),
        ([gross("9"), gross("5"), gross("7")], PriceRange(euros("5"), euros("9"), True)),
        ([gross("9"), None], PriceRange(euros("9"), euros("9"), True)),
        ([gross("0"), gross("9")], PriceRange(euros("0"), euros("9"), True)),
        ([net("10", "12"), net("5", "6")], PriceRange(euros("5"), euros("10"), False)),
        ([net("10", None), net("5", "6")], PriceRange(euros("5"), euros("10"), False)),
    ],
)
def test_the_range_spans_the_variants_that_have_a_price(
    prices: list[Price | None], spanned: PriceRange | None
) -> None:
    """A free variant counts, one without a price does not, and the tax basis is said."""
    assert priced(*prices).price_range() == spanned


@pytest.mark.parametrize("computed", [None, "11", "99"])
def test_a_range_over_mixed_bases_compares_prices_with_tax(computed: str | None) -> None:
    """A net price of 10 that costs 12 with tax is dearer than 11 with tax included.

    What includes tax is itself the amount to pay, whatever else Medusa computed or did not.
    """
    with_tax = euros(computed) if computed else None
    included = Price(euros("11"), tax_included=True, with_tax=with_tax)

    for prices in ([net("10", "12"), included], [included, None, net("10", "12")]):
        assert priced(*prices).price_range() == PriceRange(euros("11"), euros("12"), True)


def test_a_free_variant_counts_in_a_range_over_mixed_bases() -> None:
    """Zero with tax is an amount that Medusa computed."""
    assert priced(net("0", "0"), gross("9")).price_range() == PriceRange(
        euros("0"), euros("9"), True
    )


def test_mixed_bases_without_the_prices_with_tax_have_no_range() -> None:
    """Where nobody knows what a net price costs with tax, no range is better than a false one."""
    assert priced(net("10", None), gross("11")).price_range() is None
    assert priced(gross("11"), net("10", None), net("5", "6")).price_range() is None
