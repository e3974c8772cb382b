"""Counts the fields that shoppers would see better, were all translated and all sources there."""

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Final

from bff.domain.merge_policy import Field, MergePlan
from bff.domain.storefront import Degraded, Localized, StorefrontProduct
from bff.telemetry.metrics import DEGRADED_FIELDS, FALLBACKS

_SINGLE: Final = (
    (Field.TITLE, attrgetter("title")),
    (Field.SUBTITLE, attrgetter("subtitle")),
    (Field.DESCRIPTION, attrgetter("description")),
    (Field.SEO_TITLE, attrgetter("seo_title")),
    (Field.SEO_DESCRIPTION, attrgetter("seo_description")),
    (Field.IMAGES, attrgetter("images")),
    (Field.VIDEOS, attrgetter("videos")),
)
"""The fields that have one value."""


def count_fallbacks(product: StorefrontProduct, plan: MergePlan) -> None:
    """Count the fields of a product that are in another language than was asked for."""
    locale: str = plan.context.language.applied
    for field, value_of in _SINGLE:
        won = value_of(product)
        if won is not None and won.is_fallback:
            FALLBACKS.labels(field.value, locale).inc()
    if any(won.is_fallback for won in product.attributes.values()):
        FALLBACKS.labels(Field.ATTRIBUTES.value, locale).inc()


def count_degraded(
    products: Iterable[StorefrontProduct], plan: MergePlan, degraded: Iterable[Degraded]
) -> None:
    """Count the fields for which a source that failed would have spoken first.

    Whether it would have had anything to say nobody knows. A source whose old copy is shown has
    spoken.
    """
    silent = dict.fromkeys(one.source for one in degraded if one.served != "copy")
    if not silent:
        return
    locale: str = plan.context.language.applied
    for product in products:
        for field, won in _winners(product):
            order = list(dict.fromkeys(place.source for place in plan.places[field]))
            ahead = order[: order.index(won)] if won in order else order
            for source in silent:
                if source in ahead:
                    DEGRADED_FIELDS.labels(source, field.value, locale).inc()


def _winners(product: StorefrontProduct) -> Iterator[tuple[Field, str | None]]:
    """Yield each field with the source that has won it, `None` if nobody has."""
    for field, value_of in _SINGLE:
        won: Localized[object] | None = value_of(product)
        yield field, won.source if won is not None else None
