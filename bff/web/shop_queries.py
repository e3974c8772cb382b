"""The root fields that show the shop itself: its groups, its markets, its languages."""

import strawberry

from bff.web.arguments import CountryArgument, Info, LocaleArgument
from bff.web.fields import field
from bff.web.group_types import CategoryType, CollectionType
from bff.web.shop_types import MarketType, SupportedLocaleType


@strawberry.type
class ShopQueries:
    """A part of the root type."""

    @field(
        "The active categories that have none above them, in the shop's order, each with those "
        "below it; null only with an error."
    )
    async def categories(
        self, info: Info, locale: LocaleArgument = None, country: CountryArgument = None
    ) -> list[CategoryType] | None:
        """Resolve `categories`."""
        context = info.context
        shopper = await context.shopper(locale, country)
        roots, degraded = await context.catalog.categories(shopper, context.call)
        context.note(degraded)
        return [CategoryType.from_domain(root) for root in roots]

    @field("The collections by handle; null only with an error.")
    async def collections(
        self, info: Info, locale: LocaleArgument = None, country: CountryArgument = None
    ) -> list[CollectionType] | None:
        """Resolve `collections`."""
        context = info.context
        shopper = await context.shopper(locale, country)
        collections, degraded = await context.catalog.collections(shopper, context.call)
        context.note(degraded)
        return [CollectionType.from_domain(collection) for collection in collections]

    @field("The regions of the shop with their currencies and countries; null only with an error.")
    async def markets(self, info: Info) -> list[MarketType] | None:
        """Resolve `markets`."""
        markets = await info.context.catalog.markets(info.context.call)
        return [MarketType.from_domain(market) for market in markets]

    @field("The languages of the shop, its own first.")
    def locales(self, info: Info) -> list[SupportedLocaleType]:
        """Resolve `locales`."""
        return SupportedLocaleType.all_of(info.context.locales)
