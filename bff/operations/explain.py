"""Tells who won each field of a product, who lost and why, as a text to read."""

from collections.abc import Iterator, Mapping
from typing import Protocol, TypeAlias

from bff.domain.commerce import CountryCode, Handle, Pricing
from bff.domain.explain import Considered, Outcome
from bff.domain.locale import Language
from bff.domain.merge_policy import Place
from bff.domain.storefront import ShopperContext
from bff.ports import Call

Fields: TypeAlias = Mapping[str, tuple[Considered, ...]]
"""By field, every place that was looked at, in order."""

_NOBODY = "nobody"


class Explainer(Protocol):
    """What knows how products are merged."""

    async def pricing(self, country: CountryCode, call: Call) -> Pricing:
        """Return what prices depend on in a country."""
        ...

    async def explain(self, handle: Handle, context: ShopperContext, call: Call) -> Fields | None:
        """Return who won each field; `None` if there is no such product."""
        ...


async def explanation(
    catalog: Explainer, handle: Handle, language: Language, country: CountryCode, call: Call
) -> str | None:
    """Return the text, several lines; `None` if there is no such product.

    Raises:
        UnknownMarket: no region serves the country.
        UpstreamError: Medusa could not answer in time. Content that fails is told in the text.
    """
    context = ShopperContext(language, await catalog.pricing(country, call))
    fields = await catalog.explain(handle, context, call)
    if fields is None:
        return None
    return "\n".join([*_table(fields), "", *_applied(context)])


def _table(fields: Fields) -> Iterator[str]:
    width = max(len(name) for name in ("field", *fields))
    yield f"{'field':{width}}  winner"
    for name, places in fields.items():
        won = [one for one in places if one.outcome is Outcome.WON]
        yield f"{name:{width}}  {_where(won[0].place) if won else _NOBODY}"
        for one in places:
            if one.outcome is not Outcome.WON:
                yield f"{'':{width}}    {_where(one.place)}: {one.outcome.value}"


def _where(place: Place) -> str:
    if place.locale is not None:
        return f"{place.source} {place.locale}"
    kind = "in no language" if place.is_known else "in a language that it does not tell"
    return f"{place.source} ({kind})"


def _applied(context: ShopperContext) -> Iterator[str]:
    language, pricing = context.language, context.pricing
    yield "applied"
    yield f"  locale    {language.applied}"
    if language.applied != language.requested:
        yield f"  requested {language.requested}"
    yield f"  chain     {', '.join(language.chain)}"
    yield f"  country   {pricing.country}"
    yield f"  region    {pricing.region_id}"
    yield f"  currency  {pricing.currency}"
