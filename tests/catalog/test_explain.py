"""An operator asks who won a field, and why."""

import pytest

from bff.domain.commerce import Handle
from bff.domain.explain import Outcome
from bff.domain.merge_policy import Field
from bff.errors import UpstreamUnavailable
from tests.catalog.fakes import Storefront, cms_with, document, shop_selling, shopper


async def test_who_won_the_title() -> None:
    """Every place is listed in order with what became of it."""
    front = Storefront(shop_selling("tee"), cms_with(document("tee")))

    report = await front.catalog.explain(Handle("tee"), shopper("de"), front.call())

    assert report is not None
    considered = [
        (one.place.source, one.place.locale, one.outcome) for one in report[Field.TITLE.value]
    ]
    assert considered[0] == ("sanity", "de", Outcome.WON)
    assert considered[-1] == ("medusa", "en", Outcome.LATER)


async def test_no_such_product() -> None:
    """There is nothing to explain about a handle that nothing has."""
    front = Storefront(shop_selling(), cms_with(document("tee")))

    assert await front.catalog.explain(Handle("tee"), shopper(), front.call()) is None


async def test_a_content_system_that_is_down() -> None:
    """A content system that failed is told apart from one that has no document."""
    front = Storefront(shop_selling("tee", "hat"), cms_with())
    missing = await front.catalog.explain(Handle("tee"), shopper(), front.call())
    front.systems[0].traffic.fail(UpstreamUnavailable("sanity", "contents"))
    failed = await front.catalog.explain(Handle("hat"), shopper(), front.call())

    assert missing is not None
    assert failed is not None
    assert missing[Field.TITLE.value][0].outcome is Outcome.NO_DOCUMENT
    assert failed[Field.TITLE.value][0].outcome is Outcome.NO_ANSWER


async def test_medusa_is_down() -> None:
    """Without Medusa nothing can be explained."""
    front = Storefront(shop_selling("tee"), cms_with())
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))

    with pytest.raises(UpstreamUnavailable):
        await front.catalog.explain(Handle("tee"), shopper(), front.call())
