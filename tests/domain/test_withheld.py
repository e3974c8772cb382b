"""What a shopper sees of a product whose prices cannot be had."""

import pytest

from bff.domain.addons import addon
from bff.domain.commerce import (
    Availability,
    CountryCode,
    Handle,
    PriceStatus,
    Pricing,
    ProductId,
    ProductText,
    RegionId,
    VariantId,
    VariantText,
    withheld_offer,
)
from bff.domain.content import ProductRef
from bff.domain.freshness import Policy, Verdict, judge
from bff.domain.money import CurrencyCode
from bff.domain.storefront import AddonStatus

DOLLARS = Pricing(RegionId("reg_us"), CountryCode("US"), CurrencyCode("USD"))
TEE = ProductText(
    ProductId("prod_tee"),
    Handle("tee"),
    "Tee",
    None,
    None,
    None,
    (),
    tuple(VariantText(VariantId(f"variant_{size}"), size, None, ()) for size in "SML"),
    None,
    (),
    (),
)


@pytest.mark.parametrize("why", [PriceStatus.STALE, PriceStatus.UNAVAILABLE])
def test_every_variant_says_why_it_has_no_price(why: PriceStatus) -> None:
    """No price, no range, no stock; and nothing claims to be sold out."""
    offer = withheld_offer(TEE, DOLLARS, why)

    assert [*offer.variants] == [variant.id for variant in TEE.variants]
    assert {one.price_status() for one in offer.variants.values()} == {why}
    assert offer.price_range() is None
    assert offer.availability(low_stock=5) is Availability.UNKNOWN


def test_an_addon_that_medusa_kept_quiet_on() -> None:
    """One product that Medusa did not answer for is unavailable, not unpublished."""
    ref = ProductRef(ProductId("prod_tee"))

    assert addon(ref, {"prod_tee": None}, {}).status is AddonStatus.UNAVAILABLE
    assert addon(ref, {}, {"prod_tee": None}).status is AddonStatus.DANGLING
    assert addon(ref, None, {}).status is AddonStatus.UNAVAILABLE


def test_an_old_price_is_remembered_but_dead() -> None:
    """Past its bound a price may not be shown; that there was one is known for a day more."""
    price = Policy("COMMERCE", 60, 30, 300, is_price=True)
    text = Policy("CONTENT", 60, 30, 300)

    assert price.usable == text.usable == text.longest == 360
    assert price.longest == 360 + 86_400
    for policy in (price, text):
        assert judge(policy, 0, 0, is_marked=True, now=360, luck=1) is Verdict.DEAD
        assert judge(policy, 0, 0, is_marked=False, now=359, luck=1) is Verdict.EXPIRED
