"""What a shopper was shown, told from the answer alone."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from bff.chaos.cells import Source
from bff.chaos.expected import STATUSES, UNAVAILABLE, Outcome, Shown
from bff.chaos.shopper import Json, Page

Oddity: TypeAlias = str
"""What is wrong with an answer that is none of the outcomes there are, in words."""

_OFFER = frozenset(
    {
        *("price", "priceWithTax", "priceWithoutTax", "compareAtPrice", "taxIncluded"),
        *("priceRange", "priceStatus", "availability", "quantity"),
    }
)
_OK = 200


def whole(page: Page, content: Source) -> Oddity | None:
    """Return what an answer lacks for which nothing is wrong; `None` if it is whole.

    `content` is the content system whose texts are to be there.
    """
    if page.product is None:
        return f"no product, {' '.join(page.errors) or 'and no error'}"
    return next(_lacking(page, page.product, content), None)


def _lacking(page: Page, product: Json, content: Source) -> Iterator[Oddity]:
    if page.errors or page.degraded:
        yield f"not whole: {_said(page)}"
    if page.status != _OK or not page.is_kept:
        yield f"status {page.status}, or kept by nobody"
    if content not in {entry["source"] for entry in product["provenance"]}:
        yield f"no text of {content}"
    if _fates(product) != {"AVAILABLE"}:
        yield "addons are missing"
    if any(variant["price"] is None for variant in product["variants"]):
        yield "prices are missing"


def seen(
    page: Page, healthy: Json, failing: Source, age: float, *, is_resting: bool = False
) -> Outcome | Oddity:
    """Return what a shopper was shown while a source failed.

    `healthy` is the product as it is when nothing fails, asked for in the same way; `age` is how
    old, in seconds, a copy has to be at least. A source that failed too often and `is_resting` is
    not asked any more, which is a reason of its own beside the first one.
    """
    product = page.product
    if product is None:
        return _refusal(page)
    oddity = next(_odd(page, failing, {UNAVAILABLE} if is_resting else set()), None)
    if oddity is not None:
        return oddity
    if not page.degraded:
        return Outcome(Shown.FRESH) if product == healthy else _unsaid(product, healthy)
    shown = _shown(page, product, healthy, age)
    return Outcome(shown, _reason(page)) if isinstance(shown, Shown) else shown


def _reason(page: Page) -> str:
    """Return the first of the reasons: that the source rests comes after what it rests for."""
    reasons: list[str] = [entry["reason"] for entry in page.degraded]
    return next((reason for reason in reasons if reason != UNAVAILABLE), UNAVAILABLE)


def _odd(page: Page, failing: Source, beside: set[str]) -> Iterator[Oddity]:
    """Find what no answer with a product may be like; reasons `beside` one are none."""
    if page.errors:
        yield f"a product beside {' '.join(page.errors)}"
    if page.status != _OK:
        yield f"a product with status {page.status}"
    if not {entry["source"] for entry in page.degraded} <= {failing}:
        yield f"somebody else is named: {_said(page)}"
    if len({entry["reason"] for entry in page.degraded} - beside) > 1:
        yield f"several reasons: {_said(page)}"
    if page.degraded and page.is_kept:
        yield "degraded, and may be kept"


def _refusal(page: Page) -> Outcome | Oddity:
    """Return what an answer without the product means."""
    if len(page.errors) != 1:
        return "no product, and no error" if not page.errors else "several errors for one thing"
    (code,) = page.errors
    status = _OK if page.way == "GraphQL" else STATUSES.get(code)
    if page.status != status:
        return f"{code} with status {page.status}"
    if page.is_kept:
        return f"{code}, and may be kept"
    return Outcome(Shown.ERROR, code)


def _shown(page: Page, product: Json, healthy: Json, age: float) -> Shown | Oddity:
    served = {entry["served"] for entry in page.degraded}
    ages = [entry["ageSeconds"] for entry in page.degraded if entry["served"] == "copy"]
    is_old_copy = bool(ages) and all(told is not None and told >= age for told in ages)
    if product == healthy:
        return Shown.COPY if served == {"copy"} and is_old_copy else f"wrong words: {_said(page)}"
    if served == {"medusa"} and _is_without_content(product, healthy):
        return Shown.MEDUSA_TEXT
    if served == {"copy", "nothing"} and is_old_copy and _is_without_prices(product, healthy):
        return Shown.NO_PRICE
    return f"{_unsaid(product, healthy)}; {_said(page)}"


def _is_without_content(product: Json, healthy: Json) -> bool:
    """Tell whether all that Medusa sells is there, and nothing else."""
    sources = {entry["source"] for entry in product["provenance"]}
    return (
        sources <= {"medusa", None}
        and product["title"] != ""
        and product["addons"] == []
        and _offer(product) == _offer(healthy)
        and [variant["id"] for variant in product["variants"]]
        == [variant["id"] for variant in healthy["variants"]]
    )


def _is_without_prices(product: Json, healthy: Json) -> bool:
    """Tell whether all texts are there, and each price is missing for the reason of its age."""
    return (
        {variant["priceStatus"] for variant in product["variants"]} == {"STALE"}
        and all(variant["price"] is None for variant in product["variants"])
        and product["priceRange"] is None
        and _fates(product) == {"UNAVAILABLE"}
        and _texts(product) == _texts(healthy)
    )


def _offer(product: Json) -> Json:
    """Return what a product costs and how much there is of it, and the same of its variants."""
    own = {name: value for name, value in product.items() if name in _OFFER}
    variants = [
        {name: value for name, value in variant.items() if name in _OFFER}
        for variant in product["variants"]
    ]
    return {**own, "variants": variants}


def _texts(product: Json) -> Json:
    """Return all of a product but its offer and its addons."""
    own: Mapping[str, Any] = {
        name: value for name, value in product.items() if name not in {*_OFFER, "addons"}
    }
    variants = [
        {name: value for name, value in variant.items() if name not in _OFFER}
        for variant in product["variants"]
    ]
    return {**own, "variants": variants}


def _fates(product: Json) -> set[str]:
    """Return the statuses of the addons."""
    return {item["status"] for group in product["addons"] for item in group["items"]}


def _unsaid(product: Json, healthy: Json) -> Oddity:
    """Name the fields that are not as they should be."""
    return f"not as it should be: {', '.join(_differing(product, healthy)) or 'nothing'}"


def _differing(product: Json, healthy: Json) -> Iterator[str]:
    for name in sorted({*product, *healthy}):
        if product.get(name) != healthy.get(name):
            yield name


def _said(page: Page) -> str:
    """Return what an answer says of itself."""
    return "; ".join((*page.errors, *_entries(page.degraded)))


def _entries(degraded: Iterable[Json]) -> Iterator[str]:
    for entry in degraded:
        yield " ".join(str(entry[name]) for name in ("source", "reason", "served", "ageSeconds"))
