"""Our own adapters read the demo without knowing that it is one."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import httpx
from pydantic import HttpUrl, SecretStr

from bff.demo import DemoUpstreams, Faults, demo_upstreams
from bff.demo.catalogue import load_catalogue, product_id
from bff.domain.commerce import (
    Availability,
    CountryCode,
    Handle,
    ProductId,
    pricing_for,
)
from bff.domain.locale import Locale
from bff.ports import Call, GroupKind, Wish
from bff.sources import medusa, sanity
from bff.upstream import Upstream

CATALOGUE = load_catalogue()
HANDLES = [Handle(p["handle"]) for p in CATALOGUE["products"]]
SOLD = [Handle(p["handle"]) for p in CATALOGUE["products"] if p.get("sold", True)]


def call() -> Call:
    return Call(time.monotonic() + 5)


@asynccontextmanager
async def medusa_store(demo: DemoUpstreams) -> AsyncIterator[medusa.MedusaStore]:
    settings = medusa.MedusaSettings(
        url=HttpUrl("http://medusa.demo"), publishable_key=SecretStr(demo.publishable_key)
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(demo.medusa),
        base_url=str(settings.url),
        headers=medusa.headers(settings),
    ) as client:
        upstream = Upstream("medusa", client, time.monotonic, medusa.reason_of)
        yield medusa.MedusaStore(upstream, clock=time.monotonic)


@asynccontextmanager
async def sanity_content(demo: DemoUpstreams) -> AsyncIterator[sanity.SanityContent]:
    settings = sanity.SanitySettings(
        project_id=demo.project_id, dataset=demo.dataset, url=HttpUrl("http://sanity.demo")
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(demo.sanity),
        base_url=settings.base_url(),
        headers=settings.headers(),
    ) as client:
        upstream = Upstream("sanity", client, time.monotonic, sanity.reason_of)
        locales = [Locale(tag) for tag in demo.locales]
        yield sanity.SanityContent(upstream, settings, locales, time.monotonic)


async def availabilities(demo: DemoUpstreams, country: str) -> dict[Handle, Availability]:
    async with medusa_store(demo) as store:
        pricing = pricing_for(CountryCode(country), await store.markets(call()))
        assert pricing
        found = await store.products_by_handle(HANDLES, Wish(pricing), call())
    assert list(found) == SOLD
    return {
        handle: product.offer.availability(low_stock=5)
        for handle, product in found.items()
        if product.offer
    }


async def test_medusa_sells_every_kind_of_stock() -> None:
    """Shoppers of the demo see each availability there is."""
    found = await availabilities(demo_upstreams(), "US")

    assert found[Handle("organic-cotton-tshirt")] is Availability.IN_STOCK
    assert found[Handle("wool-beanie")] is Availability.LOW_STOCK
    assert found[Handle("trail-boots")] is Availability.BACKORDER
    assert found[Handle("zip-hoodie")] is Availability.OUT_OF_STOCK
    assert found[Handle("gift-card")] is Availability.NOT_TRACKED


async def test_medusa_prices_the_example_in_euros() -> None:
    """The premium shirt's variants are in order and priced for Germany, tax included."""
    async with medusa_store(demo_upstreams()) as store:
        pricing = pricing_for(CountryCode("DE"), await store.markets(call()))
        assert pricing
        handle = Handle("premium-cotton-t-shirt")
        product = (await store.products_by_handle([handle], Wish(pricing), call()))[handle]

    assert product.text
    assert product.offer
    assert [variant.title for variant in product.text.variants] == ["S", "M", "L", "XL"]
    prices = [product.offer.variants[variant.id].price for variant in product.text.variants]
    assert [price and price.amount.amount for price in prices] == [
        *(Decimal("42.90"), Decimal("42.90"), Decimal("42.90"), Decimal("45.90"))
    ]
    assert {price and price.tax_included for price in prices} == {True}


async def test_the_newest_products_come_in_the_order_of_the_catalogue() -> None:
    """Without a filter the demo opens with the shirts of its README."""
    async with medusa_store(demo_upstreams()) as store:
        listing, _ = await store.newest(0, 2, Wish(None), call())

    assert listing.total == len(SOLD)
    assert listing.ids == tuple(product_id(CATALOGUE, handle) for handle in SOLD[:2])


async def test_sanity_tells_about_all_products_with_one_call() -> None:
    """Every document is read; who has none says so, as does the addon that does not exist."""
    demo = demo_upstreams()
    ids = [ProductId(product_id(CATALOGUE, handle)) for handle in HANDLES]
    async with sanity_content(demo) as source:
        found = await source.contents(ids, call())

    spray = ProductId(product_id(CATALOGUE, "waterproofing-spray"))
    towel = ProductId(product_id(CATALOGUE, "travel-towel"))
    assert [one for one, content in found.items() if content is None] == [towel, spray]
    assert demo.sanity.calls.total() == 1


async def test_sanity_tells_the_example_in_spanish() -> None:
    """Rich text, addons and gaps arrive as the editors left them."""
    shirt = ProductId(product_id(CATALOGUE, "premium-cotton-t-shirt"))
    async with sanity_content(demo_upstreams()) as source:
        content = (await source.contents([shirt], call()))[shirt]

    assert content
    spanish = content.fields[Locale("es")]
    assert spanish.title == "Camiseta de algodón premium"
    assert spanish.description
    assert "guía de tallas</a>" in spanish.description.html
    assert spanish.seo_title is None
    german = content.fields[Locale("de")]
    assert (german.title, german.description) == ("T-Shirt aus Premium-Baumwolle", None)
    assert [dict(group.titles) for group in content.addons] == [{None: "Complete Your Look"}]
    assert len(content.addon_refs((None,))) == 3


async def test_sanity_shows_pictures_and_a_film_of_the_boots() -> None:
    """What they are for is said, and what they show in each language."""
    boots = ProductId(product_id(CATALOGUE, "trail-boots"))
    async with sanity_content(demo_upstreams()) as source:
        content = (await source.contents([boots], call()))[boots]

    assert content
    shown = content.fields[None]
    assert [image.role for image in shown.images] == ["hero", "gallery"]
    assert shown.images[0].alts[Locale("de")] == "Stiefel auf nassem Weg"
    [film] = shown.videos
    assert (film.media_type, film.titles[Locale("en")]) == ("video/mp4", "A walk in the rain")


async def test_sanity_tells_a_page_in_every_language() -> None:
    """Its slug differs by language, and one of the products that it shows is not sold."""
    async with sanity_content(demo_upstreams()) as source:
        found = await source.pages(["about", "sobre-nosotros", "home", "nothing"], call())

    [about], [home] = found["about"], found["home"]
    assert [about] == [*found["sobre-nosotros"]]
    assert about.slugs == {None: "about", "es": "sobre-nosotros", "de": "ueber-uns"}
    assert about.fields[Locale("de")].title == "Über uns"
    cap = ProductId(product_id(CATALOGUE, "corduroy-cap"))
    assert cap in [ref.id for ref in home.items.lists[None]]
    assert [*found["nothing"]] == []


async def test_sanity_tells_the_menu_with_what_it_leads_to() -> None:
    """Pages with their slugs, a product, groups by handle, an address, and a level below."""
    async with sanity_content(demo_upstreams()) as source:
        menu = (await source.menus(["main"], call()))["main"]

    assert menu
    home, clothing, sundays, shirt, about, journal = menu.lists[None]
    assert home.page
    assert home.page.slugs == {None: "home"}
    assert home.labels[Locale("fr")] == "Accueil"
    assert [clothing.category, *(child.category for child in clothing.children)] == [
        *("clothing", "t-shirts", "knitwear")
    ]
    assert sundays.collection == "slow-sundays"
    assert shirt.product
    assert shirt.product.id == product_id(CATALOGUE, "organic-cotton-tshirt")
    assert about.page
    assert about.page.slugs[Locale("es")] == "sobre-nosotros"
    assert journal.urls == {None: "https://example.com/journal"}


async def test_sanity_lists_all_products() -> None:
    """The demo can be checked for gaps."""
    async with sanity_content(demo_upstreams()) as source:
        listed, after = await source.listed("", call())
    assert (len(listed), after) == (31, None)


async def test_nothing_is_written_about_groups() -> None:
    """Medusa's own names do."""
    async with sanity_content(demo_upstreams()) as source:
        found = await source.groups(GroupKind.CATEGORY, ["pcat_1"], call())
    assert found == {"pcat_1": None}


async def test_the_health_check_finds_nothing_to_complain_about() -> None:
    """`bff check` is content with the demo."""
    async with sanity_content(demo_upstreams()) as source:
        assert (await source.health(call())).problem is None


async def test_a_switched_off_upstream_fails_like_a_real_one() -> None:
    """What is off is unavailable; what hangs is late: the adapters raise their usual errors."""
    demo = demo_upstreams()
    failures = []
    for faults in (Faults(status=503), Faults(hang=True)):
        demo.medusa.faults = faults
        async with medusa_store(demo) as store:
            try:
                await store.markets(Call(time.monotonic() + 0.01))
            except Exception as failure:  # noqa: BLE001 - its type is what is tested
                failures.append(type(failure).__name__)

    assert failures == ["UpstreamUnavailable", "UpstreamTimeout"]
