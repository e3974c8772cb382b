"""An operator asks who won a field, and why."""

import pytest

from bff.domain.commerce import Handle
from bff.domain.explain import Considered, Outcome
from bff.domain.merge_policy import Place
from bff.errors import UpstreamUnavailable
from tests.catalog.fakes import DE, EN, Storefront, cms_with, document, shop_selling, shopper


async def test_who_won_the_title() -> None:
    """Every place is listed in order with what became of it."""
    front = Storefront(shop_selling("tee"), cms_with(document("tee")))

    report = await front.catalog.explain(Handle("tee"), shopper("de"), front.call())

    assert report is not None
    assert report["title"] == (
        Considered(Place("sanity", DE), Outcome.WON),
        Considered(Place("sanity", None), Outcome.MISSING),
        Considered(Place("sanity", EN), Outcome.LATER),
        Considered(Place("medusa", EN), Outcome.LATER),
    )


async def test_where_medusa_translates() -> None:
    """A shop with translations is explained with them: nobody knows Medusa's language."""
    front = Storefront(shop_selling("tee"), cms_with(), translations={DE: "de-DE"})

    german = await front.catalog.explain(Handle("tee"), shopper("de"), front.call())
    english = await front.catalog.explain(Handle("tee"), shopper("en"), front.call())

    assert german is not None
    assert english is not None
    unknown = Place("medusa", None, is_known=False)
    assert german["title"][-1] == Considered(unknown, Outcome.WON)
    assert english["title"][-1] == Considered(Place("medusa", EN), Outcome.WON)


@pytest.mark.parametrize("language", ["de", "en", "it"])
async def test_what_is_explained_is_what_is_shown(language: str) -> None:
    """The report is about the page that a shopper in the same place is given."""
    front = Storefront(shop_selling("tee"), cms_with(document("tee")))
    answer = await front.by_handles("tee", context=shopper(language))

    report = await front.catalog.explain(Handle("tee"), shopper(language), front.call())

    assert report is not None
    page = answer.products[Handle("tee")].provenance()
    assert set(report) == {*page, "addons"}
    for path, shown in page.items():
        won = [one.place for one in report[path] if one.outcome is Outcome.WON]
        assert won == ([Place(shown.source, shown.locale)] if shown else [])


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
    assert missing["title"][0].outcome is Outcome.NO_DOCUMENT
    assert failed["title"][0].outcome is Outcome.NO_ANSWER


async def test_medusa_is_down() -> None:
    """Without Medusa nothing can be explained."""
    front = Storefront(shop_selling("tee"), cms_with())
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "products"))

    with pytest.raises(UpstreamUnavailable):
        await front.catalog.explain(Handle("tee"), shopper(), front.call())
