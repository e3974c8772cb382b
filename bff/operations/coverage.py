"""Looks through the whole catalogue for what is missing: nothing is kept but what was found."""

import asyncio
from collections.abc import Sequence

from bff.domain.commerce import Market, Pricing
from bff.domain.coverage import Kind, Report
from bff.domain.locale import Locale
from bff.errors import UnknownMarket
from bff.operations.coverage_documents import DocumentWalk, addon_faults
from bff.operations.coverage_products import ProductWalk
from bff.operations.patience import Patience, Pause
from bff.operations.survey import Progress, Sold, Survey

USUALLY_FAILING = frozenset(Kind) - {Kind.UNSOLD_DOCUMENTS, Kind.UNSOLD_ADDONS}
"""The kinds that are faults: that something is not sold here may well be meant."""


async def coverage(
    survey: Survey,
    locales: Sequence[Locale],
    progress: Progress,
    pause: Pause = asyncio.sleep,
) -> Report:
    """Return what is missing; texts are looked for in `locales`, which are some of the shop's.

    A call that fails in passing is made once more, after a `pause`.

    Raises:
        UnknownMarket: Medusa has no market with a country.
        UpstreamError: a source failed. There is no half report.
    """
    patience = Patience(survey.clock, pause)
    markets = await patience.ask(survey.commerce.markets)
    priced = tuple(market for market in markets if market.countries)
    if not priced:
        message = "no market serves any country; add one to a region in Medusa"
        raise UnknownMarket(message)
    pricings = [_pricing(market) for market in priced]
    sold = Sold(survey.commerce, patience, pricings[0])
    products = ProductWalk(survey, patience, sold, pricings, locales)
    await products.run(progress)
    documents = DocumentWalk(survey, patience, sold)
    await documents.run(progress)
    addons = await addon_faults(products.addons, survey, patience, sold)
    return Report(
        products=len(sold),
        sources=tuple(source.name for source in survey.content),
        locales=tuple(locales),
        markets=priced,
        unasked=tuple(market.name for market in markets if not market.countries),
        translated=tuple(one for one in locales if one in survey.translated),
        tells_gone=survey.whole_shop is not None,
        gaps=tuple(sorted(products.gaps, key=lambda gap: gap.handle)),
        missing={
            name: {locale: tuple(sorted(handles)) for locale, handles in by_locale.items()}
            for name, by_locale in products.missing.items()
        },
        strays=tuple(sorted(documents.strays, key=lambda one: (one.source, one.document_id))),
        duplicates=tuple(sorted(documents.duplicates, key=lambda one: (one.source, one.product))),
        addons=tuple(
            sorted(
                addons,
                key=lambda one: (one.named.handle, one.named.source, one.named.target.key),
            )
        ),
        prices=tuple(
            sorted(products.prices, key=lambda one: (one.handle, one.region_id, one.variant))
        ),
    )


def found(report: Report) -> frozenset[Kind]:
    """Return the kinds of which there are findings."""
    return frozenset(kind for kind, count in report.counts().items() if count)


def _pricing(market: Market) -> Pricing:
    """Return the prices of a market by one of its countries: they are the same in all of them."""
    return Pricing(market.region_id, market.countries[0].code, market.currency)
