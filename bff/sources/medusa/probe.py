"""What an operator should know about the Medusa shop before shoppers find out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median

from bff.domain.commerce import (
    CommerceProduct,
    CountryCode,
    Market,
    Pricing,
    VariantOffer,
    pricing_for,
)
from bff.errors import UpstreamError, UpstreamRejected
from bff.operations.check import failure_words, shown_address
from bff.ports import Call, CommerceSource, Wish
from bff.sources.medusa.refusals import Refusal
from bff.sources.medusa.settings import MedusaSettings

_SAMPLE = 50
_TINY = 10
_KEYS = "Medusa's admin, Settings, Publishable API Keys"
_REFUSED: Mapping[str, str] = {
    Refusal.KEY_MISSING: "no publishable key arrived; does a proxy drop the header?",
    Refusal.KEY_INVALID: "the publishable key is unknown or revoked; set "
    f"BFF_MEDUSA__PUBLISHABLE_KEY to a valid one ({_KEYS})",
    Refusal.KEY_WITHOUT_CHANNEL: "the publishable key has no sales channel, so nothing may be "
    f"read with it; add one to the key ({_KEYS})",
    Refusal.CHANNEL_NOT_OF_KEY: "the sales channel is none of the key's; set "
    f"BFF_MEDUSA__SALES_CHANNEL_ID to one of them, or leave it out ({_KEYS})",
}


class MedusaProbe:
    """Asks for the markets and the newest products, as the service will."""

    def __init__(
        self, store: CommerceSource, settings: MedusaSettings, default_country: CountryCode
    ) -> None:
        self.name = store.name
        self._store = store
        self._settings = settings
        self._country = default_country

    async def problems(self, call: Call) -> Sequence[str]:
        """See `Probe.problems`."""
        found: list[str] = []
        try:
            markets = await self._store.markets(call)
            pricing = pricing_for(self._country, markets)
            if pricing is None:
                found.append(self._no_market(markets))
            wish = Wish(pricing or _any_pricing(markets))
            listing, products = await self._store.newest(0, _SAMPLE, wish, call)
            if not listing.total:
                found.append(
                    "the publishable key sells no products; publish some in its sales channel "
                    f"({_KEYS})"
                )
            found.extend(self._of_offers(_offers(products.values()), pricing))
        except UpstreamError as failure:
            found.append(self._failed(failure))
        return found

    def _failed(self, failure: UpstreamError) -> str:
        address = shown_address(str(self._settings.url))
        reason = failure.reason if isinstance(failure, UpstreamRejected) else ""
        if reason == Refusal.NOT_A_STORE:
            return (
                f"something answers at {address}, but it is no Medusa 2; BFF_MEDUSA__URL must be "
                "Medusa's own address, without /store"
            )
        remedy = "check BFF_MEDUSA__URL, and that Medusa runs there"
        return _REFUSED.get(reason) or failure_words(failure, address, remedy)

    def _no_market(self, markets: Sequence[Market]) -> str:
        served = sorted(country.code for market in markets for country in market.countries)
        what = f"there are {', '.join(served)}" if served else "there are none at all"
        return (
            f"no region serves {self._country}, the default country; {what}; set "
            "BFF_DEFAULT_COUNTRY to one of them, or add the country to a region in Medusa"
        )

    def _of_offers(self, offers: Sequence[VariantOffer], pricing: Pricing | None) -> Iterator[str]:
        tracked = [offer for offer in offers if offer.manage_inventory]
        if tracked and all(offer.quantity is None for offer in tracked):
            yield (
                "stock is unknown, since the publishable key has several sales channels; set "
                "BFF_MEDUSA__SALES_CHANNEL_ID to the one to show, or use a key that has only one"
            )
        amounts = [offer.price.amount.amount for offer in offers if offer.price]
        if pricing and offers and not amounts:
            yield (
                f"none of the newest products has a price in {pricing.currency}, the currency of "
                f"{pricing.country}; add prices in Medusa"
            )
        if self._settings.amounts == "minor" and _are_tiny(amounts):
            yield (
                "most prices are below 1; if Medusa writes 29.99 and not 2999, set "
                "BFF_MEDUSA__AMOUNTS to major"
            )


def _are_tiny(amounts: Sequence[Decimal]) -> bool:
    """Tell whether the prices look as if somebody had divided 29.99 by a hundred."""
    return any(amounts) and median(amounts) < 1 and max(amounts) < _TINY


def _any_pricing(markets: Sequence[Market]) -> Pricing | None:
    """Return some market's: stock can be asked for with prices only."""
    for market in markets:
        for country in market.countries:
            return Pricing(market.region_id, country.code, market.currency)
    return None


def _offers(products: Iterable[CommerceProduct]) -> list[VariantOffer]:
    halves = (product.offer for product in products)
    return [offer for half in halves if half for offer in half.variants.values()]
