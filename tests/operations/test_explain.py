"""An operator reads why a page is as it is."""

from dataclasses import dataclass

import pytest

from bff.domain.commerce import CountryCode, Handle, Pricing, RegionId
from bff.domain.explain import Considered, Outcome
from bff.domain.locale import Locale, Locales, language_for
from bff.domain.merge_policy import Place
from bff.domain.money import CurrencyCode
from bff.domain.storefront import ShopperContext
from bff.errors import UnknownMarket
from bff.operations.explain import Fields, explanation
from bff.ports import Call

CALL = Call(deadline=1.0)
LOCALES = Locales(Locale("en"), (Locale("en"), Locale("es")))
CHAIN = (Place("sanity", Locale("es")), Place("sanity", None), Place("medusa", Locale("en")))
TEE = Handle("tee")


@dataclass
class Explaining:
    """Explains one product, in Germany only."""

    fields: Fields
    contexts: list[ShopperContext]

    async def pricing(self, country: CountryCode, _call: Call) -> Pricing:
        if country != "DE":
            msg = f"country: no market serves {country}"
            raise UnknownMarket(msg)
        return Pricing(RegionId("reg_eu"), country, CurrencyCode("EUR"))

    async def explain(self, handle: Handle, context: ShopperContext, _call: Call) -> Fields | None:
        self.contexts.append(context)
        return self.fields if handle == TEE else None


def explaining(**outcomes: tuple[Outcome, Outcome, Outcome]) -> Explaining:
    fields = {
        name: tuple(Considered(place, outcome) for place, outcome in zip(CHAIN, each, strict=True))
        for name, each in outcomes.items()
    }
    return Explaining(fields, [])


async def explained(catalog: Explaining, handle: Handle = TEE, country: str = "DE") -> str | None:
    language = language_for(Locale("es-MX"), LOCALES)
    return await explanation(catalog, handle, language, CountryCode(country), CALL)


async def test_the_whole_text() -> None:
    """Winners stand beside their fields, losers below with the reason, the context at the end."""
    catalog = explaining(
        title=(Outcome.WON, Outcome.MISSING, Outcome.LATER),
        images=(Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.MISSING),
    )

    assert await explained(catalog) == "\n".join(
        [
            "field   winner",
            "title   sanity es",
            f"          sanity (in no language): {Outcome.MISSING.value}",
            f"          medusa en: {Outcome.LATER.value}",
            "images  nobody",
            f"          sanity es: {Outcome.NO_ANSWER.value}",
            f"          sanity (in no language): {Outcome.NO_ANSWER.value}",
            f"          medusa en: {Outcome.MISSING.value}",
            "",
            "applied",
            "  locale    es",
            "  requested es-MX",
            "  chain     es, en",
            "  country   DE",
            "  region    reg_eu",
            "  currency  EUR",
        ]
    )
    assert [context.language.requested for context in catalog.contexts] == ["es-MX"]


async def test_a_language_that_nobody_tells() -> None:
    """Medusa's translations do not say which language they are in, and neither is it claimed."""
    place = Place("medusa", None, is_known=False)
    catalog = Explaining({"title": (Considered(place, Outcome.WON),)}, [])

    text = await explained(catalog)

    assert text
    assert "title  medusa (in a language that it does not tell)" in text.splitlines()


async def test_no_such_product() -> None:
    """There is nothing to tell about a handle that nobody sells."""
    assert await explained(explaining(), Handle("hat")) is None


async def test_an_unknown_market() -> None:
    """It is an error, never another market's answer."""
    with pytest.raises(UnknownMarket, match="no market serves CA"):
        await explained(explaining(), country="CA")
