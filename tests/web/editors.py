"""A shop whose editors write pages, menus and drafts, behind the real application.

Medusa and the content systems are fakes in memory; each call to them can be held back or fail.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from fastapi import FastAPI

from bff.catalog.lifetimes import Lifetimes
from bff.domain.commerce import CountryCode, Handle
from bff.domain.content import (
    ContentFields,
    Film,
    GroupContent,
    MenuContent,
    MenuEntry,
    PageContent,
    PageRef,
    Picture,
    ProductContent,
    ProductRef,
    ProductReferences,
)
from bff.domain.locale import Locale
from bff.domain.marks import Tag, Touched
from bff.domain.richtext import Paragraph, Text
from bff.domain.urls import UrlKind, UrlTemplates
from bff.richtext.render import render
from bff.stores.nothing import NoStore
from bff.web.app import create_app
from bff.web.context import Shop
from bff.web.preview import Preview, PreviewTokens
from bff.web.surface import DEFAULT, Surface
from tests.catalog import fakes
from tests.catalog.fakes import DE, EN, LOCALES, Cms, Storefront, pid, shop_selling
from tests.catalog.writing import APPAREL, SHIRTS, SUMMER, by_id, entry, menu_document, named
from tests.clock import HandClock
from tests.web import storefront

SECRET = "canary operators' secret"
NOON = 1_800_000_000.0
"""The time of day at which a test begins, in seconds since 1970."""
LONGEST = 3_600
"""Seconds that a preview may last."""

WEBSITE = UrlTemplates(
    {
        UrlKind.PRODUCT: {
            None: "https://shop.test/{locale}/p/{handle}",
            DE: "https://shop.test/p/{handle}",
        },
        UrlKind.PAGE: {None: "https://shop.test/{locale}/{slug}"},
        UrlKind.CATEGORY: {None: "/{locale}/c/{handle}"},
    }
)


def text(words: str) -> ContentFields:
    """Return a title and a body that say so."""
    return ContentFields(title=words, description=render([Paragraph((Text(f"Body: {words}"),))]))


def about(words: str = "About us") -> PageContent:
    """Return a page in two languages with products of every fate."""
    picture = Picture("https://cms.test/a.jpg", {EN: "Our shop"}, 800, 600, "hero")
    english = replace(
        text(words),
        seo_title=f"{words} (SEO)",
        images=(picture,),
        attributes={"teamSize": 3, "openOn": ["mo", "tu"]},
    )
    items = ProductReferences({None: tuple(map(by_id, ("tee", "jeans", "ghost")))})
    slugs: dict[Locale | None, str] = {EN: "about", DE: "ueber-uns"}
    return PageContent("page_about", slugs, {EN: english, DE: text("Über uns")}, items)


def tee(words: str = "Soft tee") -> ProductContent:
    """Return a product in two languages, with films and words about its variant."""
    film = Film("https://cms.test/tee.mp4", {EN: "How it is made"}, "video/mp4")
    back = Picture("https://cms.test/back.jpg", {EN: "From behind"}, role="gallery")
    english = replace(text(words), videos=(film,), images=(back,))
    return ProductContent(
        product=ProductRef(pid("tee")),
        document_id="doc_tee",
        fields={EN: english, DE: text("Weiches Hemd")},
        addons=(ProductReferences({None: (by_id("jeans"),)}, {EN: "Goes well"}),),
        variants={"variant_prod_tee": {EN: ContentFields("Really one size", images=(back,))}},
    )


def main_menu(words: str = "Shop") -> MenuContent:
    """Return a menu that leads to everything that a menu can lead to."""
    target = PageRef("page_about", {EN: "about", DE: "ueber-uns"})
    return menu_document(
        entry(
            words,
            entry("Tee", product=by_id("tee")),
            entry("Ghost", product=by_id("ghost")),
            MenuEntry({EN: "Shirts", DE: "Hemden"}, category=Handle("shirts")),
            MenuEntry({EN: "Summer"}, collection=Handle("summer")),
        ),
        MenuEntry({EN: "About"}, page=target),
        MenuEntry({EN: "Help"}, urls={None: "https://help.test/"}),
    )


def cms(words: str = "", name: str = "sanity") -> Cms:
    """Return a content system that has all of it, each thing beginning with `words`."""
    found = named(name, tee(f"{words}Soft tee"), fakes.document("jeans", by=f"{words}Good"))
    found.page_documents = [about(f"{words}About us")]
    found.menu_documents = {"main": main_menu(f"{words}Shop")}
    shirts = replace(text(f"{words}All shirts"), seo_title="Shirts (SEO)")
    found.group_documents = {
        "pcat_shirts": GroupContent("doc_shirts", {EN: shirts}),
        "pcol_summer": GroupContent("doc_summer", {EN: text(f"{words}Hot days")}),
    }
    return found


def medusa() -> fakes.Shop:
    """Return a shop with two products, two categories and a collection."""
    shop = shop_selling("tee", "jeans")
    shop.all_categories = (APPAREL, SHIRTS)
    shop.all_collections = (SUMMER,)
    shop.grouped = {pid("tee"): (SUMMER, (SHIRTS,))}
    return shop


@dataclass(frozen=True)
class Opened:
    """A service over fakes."""

    shop: Shop
    app: FastAPI
    close: Callable[[], Awaitable[None]]


class Editors:
    """The fakes behind an application: the shop, its public content and its drafts.

    `time` is the time of day that previews go by, in seconds since 1970; it moves by hand.
    Finished answers are kept in `answers_bytes`. `surface` is what the service lets in.
    """

    def __init__(
        self,
        *systems: Cms,
        urls: UrlTemplates = WEBSITE,
        preview: bool = True,
        answers_bytes: int = 0,
        browser_seconds: float = 0.0,
        lifetimes: Lifetimes = fakes.LIFETIMES,
        surface: Surface = DEFAULT,
    ) -> None:
        self.surface = surface
        self.answers_bytes = answers_bytes
        self.browser_seconds = browser_seconds
        self.medusa = medusa()
        self.systems = systems or (cms(),)
        self.drafts = cms("Draft: ")
        self.time = NOON
        self.clock = HandClock()
        names = [one.name for one in self.systems]
        self._public = Storefront(
            self.medusa,
            *self.systems,
            clock=self.clock,
            groups=names,
            urls=urls,
            lifetimes=lifetimes,
        )
        self.store = self._public.store
        self._editorial = Storefront(
            self.medusa,
            self.drafts,
            clock=self.clock,
            groups=[self.drafts.name],
            store=NoStore(),
            urls=urls,
        )
        self.tokens = PreviewTokens("canary signing secret", lambda: self.time, LONGEST)
        self.preview = Preview(self._editorial.catalog, self.tokens, SECRET) if preview else None

    def forget(self) -> None:
        """Let an hour pass: nothing that was cached is fresh any more."""
        self.clock.advance(fakes.LIFETIMES.content.fresh)

    async def mark(self, *tags: Tag) -> None:
        """Say that something was edited."""
        self.clock.advance(0.001)
        await self.store.mark([Touched(tag) for tag in tags])

    def upstream_calls(self) -> int:
        """Return how many calls the sources got."""
        return len(self.medusa.calls) + sum(len(one.calls) for one in self.systems)

    def service(self) -> Opened:
        """Return the service over these."""
        shop = Shop(
            catalog=self._public.catalog,
            locales=LOCALES,
            default_country=CountryCode("US"),
            low_stock=5,
            clock=self.clock,
            deadline_seconds=60,
            marks=self._public.store.marks,
            now=self.clock,
            answers_bytes=self.answers_bytes,
            browser_seconds=self.browser_seconds,
            preview=self.preview,
        )

        async def close() -> None:
            await self._public.cache.close()
            await self._editorial.cache.close()

        app = create_app(
            shop, example="{ __typename }", version="1", close=close, surface=self.surface
        )
        return Opened(shop, app, close)


@asynccontextmanager
async def open_shop(editors: Editors) -> AsyncIterator[storefront.Storefront]:
    """Return a client of the editors' shop."""
    async with storefront.Storefront(editors.service()) as client:
        yield client
