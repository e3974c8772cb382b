"""The report of `coverage` for machines. Keys are added to it, and never removed or renamed."""

from collections.abc import Collection, Mapping

from bff.domain.coverage import FaultyAddon, Kind, Lack, Report, StrayDocument
from bff.domain.storefront import AddonStatus


def as_json(report: Report, failing: Collection[Kind]) -> Mapping[str, object]:
    """Return everything that was found. Products are named by their handles.

    counts          how many findings there are, by kind
    failing         the kinds that made the exit code 1
    content         `lacking`: products without content, and why, by source;
                    `sources`: by source, the products that it has no document or no text for
    missingTexts    by field and language, the products whose text is missing there
    documents       `orphans` and `unsold`: their source, id, what product they name, what became
                    of that and what Medusa's status of it is; `duplicates`
    addons          `dangling` and `unsold`: the product that offers them, the source, the target
    prices          variants without a price, by product, id and SKU, and in which market
    """
    return {
        "products": report.products,
        "sources": list(report.sources),
        "locales": list(report.locales),
        "translatedByMedusa": list(report.translated),
        "markets": [
            {"regionId": one.region_id, "name": one.name, "currencyCode": one.currency}
            for one in report.markets
        ],
        "marketsWithoutCountry": list(report.unasked),
        "tellsGoneFromUnsold": report.tells_gone,
        "counts": {kind.value: count for kind, count in report.counts().items()},
        "failing": [kind.value for kind in Kind if kind in failing],
        "content": {
            "lacking": [
                {
                    "product": gap.handle,
                    "sources": {name: lack.value for name, lack in gap.lacks.items()},
                }
                for gap in report.lacking()
            ],
            "sources": {
                name: {lack.value: list(report.without(name, lack)) for lack in Lack}
                for name in report.sources
            },
        },
        "missingTexts": {
            name.value: {locale: list(handles) for locale, handles in by_locale.items()}
            for name, by_locale in report.missing.items()
        },
        "documents": {
            "orphans": [_document(one) for one in report.orphans()],
            "unsold": [_document(one) for one in report.unsold_documents()],
            "duplicates": [
                {"source": one.source, "product": one.product, "ids": list(one.documents)}
                for one in report.duplicates
            ],
        },
        "addons": {
            "dangling": [_addon(one) for one in report.addons_that_are(AddonStatus.DANGLING)],
            "unsold": [_addon(one) for one in report.addons_that_are(AddonStatus.UNPUBLISHED)],
        },
        "prices": [
            {
                "product": one.handle,
                "variantId": one.variant,
                "sku": one.sku,
                "regionId": one.region_id,
                "status": one.reason.value,
            }
            for one in report.prices
        ],
    }


def _document(one: StrayDocument) -> Mapping[str, str | None]:
    return {
        "source": one.source,
        "id": one.document_id,
        "product": one.product,
        "state": one.state.value,
        "status": one.status,
    }


def _addon(one: FaultyAddon) -> Mapping[str, str | None]:
    target = one.named.target
    return {
        "product": one.named.handle,
        "source": one.named.source,
        "targetId": target.id,
        "targetHandle": target.handle,
        "targetDocumentId": target.document_id or None,
    }
