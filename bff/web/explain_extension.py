"""`extensions.explain`: how an answer came about, for developers who ask with `X-Bff-Explain: 1`.

    plan       the languages and markets that were answered in, each with its chain
    calls      the calls to sources that were waited for, whoever began them
    cache      how many values were asked for and fetched, and what the others were like
    products   of each product every field: who won it, who else was looked at, and why not

Names, durations and counts only: no key of the cache, no address, no value.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bff.domain.explain import Considered, Decided, Outcome
from bff.domain.merge_policy import Place
from bff.domain.storefront import ShopperContext
from bff.ports import Exchange, Trail

HEADER: Final = "X-Bff-Explain"
YES: Final = "1"
"""The only value that asks for it."""

_SMALLEST: Final = 4
"""Digits of seconds after the point."""


def explanation(shoppers: Iterable[ShopperContext], trail: Trail) -> dict[str, Any]:
    """Return the extension of an answer that was made for `shoppers`."""
    return {
        "plan": [_plan(one) for one in shoppers],
        "calls": [_call(one) for one in trail.exchanges],
        "cache": _cache(trail),
        "products": [_product(one) for one in trail.decided or ()],
    }


def _plan(shopper: ShopperContext) -> Mapping[str, object]:
    language, pricing = shopper.language, shopper.pricing
    return {
        "requested": language.requested,
        "locale": language.applied,
        "chain": [*language.chain],
        "country": pricing.country,
        "regionId": pricing.region_id,
        "currencyCode": pricing.currency,
    }


def _call(exchange: Exchange) -> Mapping[str, object]:
    return {
        "source": exchange.source,
        "operation": exchange.operation,
        "seconds": round(exchange.seconds, _SMALLEST),
        "outcome": exchange.outcome,
    }


def _cache(trail: Trail) -> Mapping[str, object]:
    found: Counter[tuple[str, str]] = Counter()
    for (level, verdict), count in trail.verdicts.items():
        found[level.value, verdict.value] += count
    return {
        "asked": len(trail.keys),
        "fetched": trail.fetched,
        "found": [
            {"level": level, "verdict": verdict, "count": count}
            for (level, verdict), count in sorted(found.items())
        ],
    }


def _product(decided: Decided) -> Mapping[str, object]:
    context = decided.context
    return {
        "id": decided.product,
        "handle": decided.handle,
        "locale": context.language.applied,
        "country": context.pricing.country,
        "fields": [_field(name, places) for name, places in decided.fields.items()],
    }


def _field(name: str, places: Iterable[Considered]) -> Mapping[str, object]:
    winner: Mapping[str, object] | None = None
    others = []
    for one in places:
        if one.outcome is Outcome.WON:
            winner = _place(one.place)
        else:
            others.append({**_place(one.place), "outcome": one.outcome.name})
    return {"field": name, "winner": winner, "others": others}


def _place(place: Place) -> Mapping[str, object]:
    """Return a place; its locale is `null` for what is in no language, or in one unknown."""
    return {"source": place.source, "locale": place.locale}
