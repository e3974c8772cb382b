"""The cache is filled before shoppers come, and Medusa has time for those who are there."""

import asyncio
from collections.abc import Sequence

import pytest

from bff.domain.commerce import Country, CountryCode, Market, ProductId, RegionId
from bff.domain.locale import Locale, Locales
from bff.domain.money import CurrencyCode
from bff.domain.storefront import ShopperContext
from bff.errors import UnknownMarket, UpstreamUnavailable
from bff.operations.patience import Patience
from bff.operations.warm import AT_ONCE, PAGE, Page, Warmed, Warming
from bff.ports import Call

EUROPE = Market(
    RegionId("reg_eu"),
    "Europe",
    CurrencyCode("eur"),
    (Country(CountryCode("DE"), "Germany"), Country(CountryCode("FR"), "France")),
)
US = Market(
    RegionId("reg_us"), "US", CurrencyCode("usd"), (Country(CountryCode("US"), "United States"),)
)
NOWHERE = Market(RegionId("reg_0"), "Nowhere", CurrencyCode("eur"), ())
SOURCE = "medusa"
LOCALES = Locales(default=Locale("en"), supported=(Locale("en"), Locale("de")))


class Shop:
    """A shop of so many products. Whoever reads a page waits for a turn of the others."""

    def __init__(self, total: int) -> None:
        self.asked: list[tuple[str, str, int, int]] = []
        self.failures = 0
        self.degraded = frozenset[str]()
        self.most_at_once = 0
        self._at_once = 0
        self._total = total

    async def markets(self, call: Call) -> Sequence[Market]:
        assert call.deadline > 0
        return (EUROPE, US, NOWHERE)

    async def newest(self, offset: int, limit: int, context: ShopperContext, call: Call) -> Page:
        assert call.deadline > 0
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        for _ in range(5):
            await asyncio.sleep(0)
        self._at_once -= 1
        if self.failures:
            self.failures -= 1
            raise UpstreamUnavailable(SOURCE, "newest")
        asked = (context.pricing.country, context.language.applied, offset, limit)
        self.asked.append(asked)
        numbers = range(offset, min(offset + limit, self._total))
        products = tuple(ProductId(f"prod_{number}") for number in numbers)
        return Page(products, self._total, self.degraded)


async def at_once(_: float) -> None:
    """Pause for no time at all."""


def warming(shop: Shop) -> Warming:
    return Warming(shop, LOCALES, Patience(lambda: 0.0, at_once))


class Watcher:
    """Somebody at a terminal."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int | None]] = []

    def __call__(self, what: str, done: int, total: int | None) -> None:
        assert what == "products"
        self.seen.append((done, total))


async def test_every_language_and_country() -> None:
    """Each page once for each of them, markets without a country left out."""
    shop, watcher = Shop(total=1000), Watcher()

    warmed = await warming(shop).run(PAGE + 10, watcher)

    assert warmed == Warmed(PAGE + 10, 2, 3, frozenset())
    assert sorted(shop.asked) == sorted(
        (country, locale, offset, limit)
        for country in ("DE", "FR", "US")
        for locale in ("en", "de")
        for offset, limit in ((0, PAGE), (PAGE, 10))
    )
    assert shop.asked[0][2:] == (0, PAGE)
    assert watcher.seen[-1] == (6 * (PAGE + 10), 6 * (PAGE + 10))
    assert [done for done, _ in watcher.seen] == sorted(done for done, _ in watcher.seen)


async def test_only_what_was_chosen() -> None:
    """A language and a market of one's own."""
    shop = Shop(total=3)

    warmed = await warming(shop).run(
        10, Watcher(), locales=[Locale("de")], countries=[CountryCode("US")]
    )

    assert warmed == Warmed(3, 1, 1, frozenset())
    (context, products), *more = warmed.read
    assert (context.language.applied, context.pricing.country) == ("de", "US")
    assert products == ("prod_0", "prod_1", "prod_2")
    assert not more
    assert shop.asked == [("US", "de", 0, 10)]


async def test_medusa_is_not_flooded() -> None:
    """However much there is to read, few pages are on their way."""
    shop = Shop(total=2000)

    await warming(shop).run(2000, Watcher())

    assert shop.most_at_once == AT_ONCE


async def test_a_shop_with_fewer_products() -> None:
    """Nothing is asked for behind the last one."""
    shop = Shop(total=PAGE + 1)

    warmed = await warming(shop).run(1000, Watcher(), countries=[CountryCode("DE")])

    assert warmed.products == PAGE + 1
    assert {offset for _, _, offset, _ in shop.asked} == {0, PAGE}


async def test_an_empty_shop() -> None:
    """There is nothing to wait for."""
    assert await warming(Shop(total=0)).run(10, Watcher()) == Warmed(0, 2, 3, frozenset())


async def test_content_that_failed_is_said() -> None:
    """What is missing is fetched when somebody asks for it; the operator knows."""
    shop = Shop(total=1)
    shop.degraded = frozenset({"sanity"})

    assert (await warming(shop).run(1, Watcher())).degraded == {"sanity"}


async def test_medusa_fails_in_passing_and_for_good() -> None:
    """Once more is tried, and then it is an error with its own words."""
    shop = Shop(total=1)
    shop.failures = 1
    assert (await warming(shop).run(1, Watcher(), countries=[CountryCode("US")])).products == 1

    shop.failures = 1000
    with pytest.raises(UpstreamUnavailable):
        await warming(shop).run(1, Watcher())


async def test_a_country_that_nobody_serves() -> None:
    """It is named, and nothing is read."""
    shop = Shop(total=1)

    with pytest.raises(UnknownMarket, match="GB"):
        await warming(shop).run(1, Watcher(), countries=[CountryCode("GB")])

    assert shop.asked == []
