"""The GraphQL types of the shop itself: where it sells and what it speaks."""

import strawberry

from bff.domain.commerce import CountryCode, Market
from bff.domain.locale import Locale, Locales
from bff.domain.money import CurrencyCode


@strawberry.type(name="Country", description="A country that a market serves.")
class CountryType:
    """`Country` in the schema."""

    code: CountryCode = strawberry.field(description="Its ISO 3166-1 alpha-2 code.")
    name: str = strawberry.field(description="Its English name.")


@strawberry.type(name="Market", description="A Medusa region: one currency, one set of prices.")
class MarketType:
    """`Market` in the schema."""

    region_id: strawberry.ID = strawberry.field(description="Medusa's region id.")
    name: str = strawberry.field(description="What the shop calls it.")
    currency_code: CurrencyCode = strawberry.field(description="The currency of its prices.")
    countries: list[CountryType] = strawberry.field(description="The countries it serves.")

    @classmethod
    def from_domain(cls, market: Market) -> "MarketType":
        """Show a market."""
        return cls(
            region_id=strawberry.ID(market.region_id),
            name=market.name,
            currency_code=market.currency,
            countries=[
                CountryType(code=country.code, name=country.name) for country in market.countries
            ],
        )


@strawberry.type(name="SupportedLocale", description="A language that the shop speaks.")
class SupportedLocaleType:
    """`SupportedLocale` in the schema."""

    code: Locale = strawberry.field(description="Its BCP 47 tag.")
    name: str = strawberry.field(description="Its name, for a language switcher.")
    is_default: bool = strawberry.field(description="Whether it is the shop's own language.")

    @classmethod
    def all_of(cls, locales: Locales) -> "list[SupportedLocaleType]":
        """Show the languages; one without a name is shown by its tag."""
        return [
            cls(
                code=code,
                name=locales.names.get(code, code),
                is_default=code == locales.default,
            )
            for code in locales.supported
        ]
