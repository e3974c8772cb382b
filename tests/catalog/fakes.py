"""A shop and a content system in memory, and a catalog that reads them.

Both upstreams write down every call that reaches them. A call can be held back until an event is
set, fail, or hang for ever.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.lifetimes import Lifetimes
from bff.catalog.product_page import Answer, Catalog, Key, Wants
from bff.catalog.read_through import ReadThrough
from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Country,
    CountryCode,
    Handle,
    Listing,
    Market,
    Price,
    ProductId,
    ProductOffer,
    ProductText,
    RegionId,
    VariantId,
    VariantOffer,
    VariantText,
    pricing_for,
)
from bff.domain.content import (
    ContentFields,
    GroupContent,
    MenuContent,
    PageContent,
    ProductContent,
    ProductRef,
    ProductReferences,
)
from bff.domain.freshness import Policy
from bff.domain.locale import Locale, Locales, language_for
from bff.domain.marks import Tag, Touched, Version
from bff.domain.merge_policy import Field, MergePolicy, SourceRule
from bff.domain.money import CurrencyCode, Money
from bff.domain.storefront import Addon, ShopperContext, StorefrontProduct
from bff.domain.urls import UrlKind, UrlTemplates
from bff.ports import (
    Call,
    GroupKind,
    Leases,
    Listed,
    MatchBy,
    Standings,
    Store,
    Trail,
    Wish,
)
from bff.stores.alone import NoLeases
from bff.stores.memory import MemoryStore
from tests.clock import HandClock

EN, DE = Locale("en"), Locale("de")
LOCALES = Locales(default=EN, supported=(EN, DE))
URLS = UrlTemplates(
    {
        UrlKind.PRODUCT: {None: "/{locale}/p/{handle}"},
        UrlKind.PAGE: {None: "/{locale}/{slug}"},
        UrlKind.CATEGORY: {None: "/{locale}/c/{handle}"},
    }
)
MARKETS = (
    Market(
        RegionId("reg_eu"),
        "Europe",
        CurrencyCode("EUR"),
        (Country(CountryCode("AT"), "Austria"), Country(CountryCode("DE"), "Germany")),
    ),
    Market(
        RegionId("reg_jp"),
        "Japan",
        CurrencyCode("JPY"),
        (Country(CountryCode("JP"), "Japan"),),
    ),
    Market(
        RegionId("reg_us"),
        "United States",
        CurrencyCode("USD"),
        (Country(CountryCode("US"), "United States"),),
    ),
)
AMOUNTS = {"EUR": Decimal("27.50"), "JPY": Decimal(4200), "USD": Decimal("29.99")}
"""What everything costs, by currency."""

LIFETIMES = Lifetimes(
    commerce=Policy("commerce", 60, is_price=True),
    text=Policy("text", 60),
    content=Policy("content", 3600),
    reference=Policy("reference", 3600),
    absent=Policy("absent", 10),
)
RICH = Lifetimes(
    commerce=Policy("commerce", 60, 30, 300, is_price=True),
    text=Policy("text", 60, 30, 86_400),
    content=Policy("content", 3600, 3600, 86_400),
    reference=Policy("reference", 3600, 0, 86_400),
    absent=Policy("absent", 10),
)
"""As in production: old copies are shown for a while."""
ROOM = 50_000_000
"""Bytes of memory, enough for every test."""
A_MOMENT = 0.01
"""A budget that really passes, in seconds."""

BOTH = Wants()
NO_ADDONS = Wants(addons=False)


def pid(name: str) -> ProductId:
    """Return the id of the product that is called `name`."""
    return ProductId(f"prod_{name}")


@dataclass(frozen=True)
class Asked:
    """One call that reached an upstream."""

    operation: str
    keys: tuple[str, ...]
    call: Call
    wish: Wish | None = None


class Traffic:
    """The calls to one upstream, and what is done to them."""

    def __init__(self) -> None:
        self.calls: list[Asked] = []
        self.ended_early = 0
        self._gates: dict[str, asyncio.Event] = {}
        self._failures: dict[str, Exception] = {}
        self._arrivals: list[tuple[int, asyncio.Event]] = []

    def hold(self, key: str = "") -> asyncio.Event:
        """Hold back calls that ask for `key` (all calls if empty) until the event is set."""
        return self._gates.setdefault(key, asyncio.Event())

    def fail(self, failure: Exception, key: str = "") -> None:
        """Let calls that ask for `key` (all calls if empty) fail from now on."""
        self._failures[key] = failure

    def heal(self) -> None:
        """Let everything through again."""
        self._failures.clear()
        for gate in self._gates.values():
            gate.set()

    async def arrived(self, count: int) -> None:
        """Wait until `count` calls have been made in all."""
        if len(self.calls) < count:
            reached = asyncio.Event()
            self._arrivals.append((count, reached))
            await reached.wait()

    async def receive(self, asked: Asked) -> None:
        """Write the call down, and do to it what is to be done."""
        self.calls.append(asked)
        for count, reached in self._arrivals:
            if len(self.calls) >= count:
                reached.set()
        try:
            for key in ("", *asked.keys):
                if key in self._gates:
                    await self._gates[key].wait()
        except asyncio.CancelledError:
            self.ended_early += 1
            raise
        for key in ("", *asked.keys):
            if key in self._failures:
                raise self._failures[key]


@dataclass
class Shop:
    """A `CommerceSource`: sells `handles` (handle to product id), the newest first."""

    handles: dict[Handle, ProductId]
    traffic: Traffic = field(default_factory=Traffic)
    name: str = "medusa"
    edition: str = ""  # appended to titles: what an editor in Medusa has changed
    all_categories: tuple[Category, ...] = ()
    all_collections: tuple[Collection, ...] = ()
    grouped: dict[str, tuple[Collection | None, tuple[Category, ...]]] = field(
        default_factory=dict
    )
    """In which groups a product is, by its id."""
    editions: dict[str, str] = field(default_factory=dict)
    """The same as `edition` for single products, by their ids."""
    dearer: dict[str, Decimal] = field(default_factory=dict)
    """By how much a product costs more than others, by its id."""

    @property
    def calls(self) -> list[Asked]:
        return self.traffic.calls

    def operations(self) -> list[str]:
        return [asked.operation for asked in self.calls]

    def rename(self, old: str, new: str) -> None:
        """Give a product another handle."""
        self.handles[Handle(new)] = self.handles.pop(Handle(old))

    async def products(
        self, ids: Sequence[ProductId], wish: Wish, call: Call
    ) -> Mapping[ProductId, CommerceProduct]:
        await self.traffic.receive(Asked("products", tuple(ids), call, wish))
        return {one: self._sold(one, wish) for one in ids if one in self.handles.values()}

    async def products_by_handle(
        self, handles: Sequence[Handle], wish: Wish, call: Call
    ) -> Mapping[Handle, CommerceProduct]:
        await self.traffic.receive(Asked("by_handle", tuple(handles), call, wish))
        return {
            handle: self._sold(self.handles[handle], wish)
            for handle in handles
            if handle in self.handles
        }

    async def newest(
        self, offset: int, limit: int, wish: Wish, call: Call
    ) -> tuple[Listing, Mapping[ProductId, CommerceProduct]]:
        await self.traffic.receive(Asked("newest", (f"{offset}:{limit}",), call, wish))
        ids = tuple(self.handles.values())
        page = ids[offset : offset + limit]
        return Listing(page, len(ids)), {one: self._sold(one, wish) for one in page}

    async def markets(self, call: Call) -> tuple[Market, ...]:
        await self.traffic.receive(Asked("markets", (), call))
        return MARKETS

    async def categories(self, language: str | None, call: Call) -> tuple[Category, ...]:
        await self.traffic.receive(Asked("categories", (language or "",), call))
        suffix = f" in {language}" if language else ""
        return tuple(replace(one, name=one.name + suffix) for one in self.all_categories)

    async def collections(self, language: str | None, call: Call) -> tuple[Collection, ...]:
        await self.traffic.receive(Asked("collections", (language or "",), call))
        suffix = f" in {language}" if language else ""
        return tuple(replace(one, title=one.title + suffix) for one in self.all_collections)

    def _sold(self, product: ProductId, wish: Wish) -> CommerceProduct:
        handle = next(handle for handle, one in self.handles.items() if one == product)
        variant = VariantId(f"variant_{product}")
        collection, categories = self.grouped.get(product, (None, ()))
        text = ProductText(
            id=product,
            handle=handle,
            title=f"Medusa {product}{self.edition}{self.editions.get(product, '')}"
            + (f" in {wish.language}" if wish.language else ""),
            subtitle=None,
            description=None,
            thumbnail=None,
            images=(),
            variants=(VariantText(variant, "One size", None, ()),),
            collection=collection,
            categories=categories,
            tags=(),
        )
        offer = None
        if wish.pricing:
            cost = AMOUNTS[wish.pricing.currency] + self.dearer.get(product, Decimal(0))
            amount = Money(cost, wish.pricing.currency)
            price = Price(amount, tax_included=True)
            offer = ProductOffer(
                wish.pricing, {variant: VariantOffer(price, True, False, quantity=7)}
            )
        return CommerceProduct(text if wish.text else None, offer)


@dataclass
class Cms:
    """A `ContentSource` with published `documents`."""

    documents: dict[str, ProductContent]
    traffic: Traffic = field(default_factory=Traffic)
    name: str = "sanity"
    matches_by: MatchBy = MatchBy.ID
    group_documents: dict[str, GroupContent] = field(default_factory=dict)
    page_documents: list[PageContent] = field(default_factory=list)
    menu_documents: dict[str, MenuContent] = field(default_factory=dict)

    @property
    def calls(self) -> list[Asked]:
        return self.traffic.calls

    async def contents(
        self, keys: Sequence[str], call: Call
    ) -> Mapping[str, ProductContent | None]:
        await self.traffic.receive(Asked("contents", tuple(keys), call))
        asked = {one: self.documents.get(one) for one in keys}
        named = [
            key
            for found in asked.values()
            if found
            for addon in found.addon_refs((EN, None))
            if (key := self.matches_by.key(addon.id, addon.handle)) is not None
        ]
        return {one: self.documents.get(one) for one in (*asked, *named)}

    async def groups(
        self, kind: GroupKind, keys: Sequence[str], call: Call
    ) -> Mapping[str, GroupContent | None]:
        await self.traffic.receive(Asked(kind.value, tuple(keys), call))
        return {key: self.group_documents.get(key) for key in keys}

    async def pages(self, slugs: Sequence[str], call: Call) -> Mapping[str, Sequence[PageContent]]:
        await self.traffic.receive(Asked("pages", tuple(slugs), call))
        return {
            slug: [one for one in self.page_documents if slug in one.slugs.values()]
            for slug in slugs
        }

    async def menus(self, handles: Sequence[str], call: Call) -> Mapping[str, MenuContent | None]:
        await self.traffic.receive(Asked("menus", tuple(handles), call))
        return {handle: self.menu_documents.get(handle) for handle in handles}

    async def listed(self, after: str, call: Call) -> tuple[Sequence[Listed], str | None]:
        await self.traffic.receive(Asked("listed", (after,), call))
        return [Listed(one.document_id, one.product) for one in self.documents.values()], None


def document(name: str, *, addons: Sequence[str] = (), by: str = "Sanity") -> ProductContent:
    """Return a document with an English and a German title, and one group of addons."""
    refs = tuple(ProductRef(pid(addon)) for addon in addons)
    groups = (ProductReferences({None: refs}, {EN: "Goes well"}),) if addons else ()
    return ProductContent(
        product=ProductRef(pid(name)),
        document_id=f"doc_{name}",
        fields={EN: ContentFields(f"{by} {name}"), DE: ContentFields(f"{by} {name} deutsch")},
        addons=groups,
    )


def shop_selling(*names: str) -> Shop:
    """Return a shop where each product's handle is its name."""
    return Shop({Handle(name): pid(name) for name in names})


def cms_with(*documents: ProductContent) -> Cms:
    """Return a content system with these documents."""
    return Cms({one.product.key: one for one in documents})


def policy_over(*sources: str) -> MergePolicy:
    """Return a policy where these sources come first, then Medusa."""
    rules = (*map(SourceRule, sources), SourceRule("medusa"))
    return MergePolicy(dict.fromkeys(Field, rules), base_language=EN)


def shopper(language: str = "en", country: str = "US") -> ShopperContext:
    """Return whom an answer is for."""
    pricing = pricing_for(CountryCode(country), MARKETS)
    assert pricing is not None
    return ShopperContext(language_for(Locale(language), LOCALES), pricing)


class Storefront:
    """A catalog over a shop and content systems, with a real cache between them."""

    def __init__(
        self,
        shop: Shop,
        *systems: Cms,
        store: Store | None = None,
        clock: HandClock | None = None,
        translations: Mapping[Locale, str] | None = None,
        content_budget: float = 60,
        flight_seconds: float = 60,
        lifetimes: Lifetimes = LIFETIMES,
        policy: MergePolicy | None = None,
        pages: Sequence[str] | None = None,
        menus: Sequence[str] | None = None,
        groups: Sequence[str] = (),
        urls: UrlTemplates = URLS,
        leases: Leases | None = None,
        luck: Callable[[], float] = lambda: 1.0,
        standings: Standings | None = None,
    ) -> None:
        names = [one.name for one in systems]
        self.shop = shop
        self.systems = systems
        self.clock = clock or HandClock()
        self.store = store or MemoryStore(ROOM, self.clock)
        self.cache = ReadThrough(
            self.store,
            leases or NoLeases(),
            self.clock,
            self.clock,
            flight_seconds,
            luck,
            standings,
        )
        self.commerce = CachedCommerce(shop, self.cache, lifetimes)
        self.content = tuple(CachedContent(one, self.cache, lifetimes) for one in systems)
        self.catalog = Catalog(
            self.commerce,
            self.content,
            policy=policy or policy_over(*names),
            translations=translations or {},
            locales=LOCALES,
            urls=urls,
            page_sources=names if pages is None else pages,
            menu_sources=names if menus is None else menus,
            group_sources=dict.fromkeys(GroupKind, groups),
            clock=self.clock,
            content_budget=content_budget,
        )

    def call(self, seconds: float = 60) -> Call:
        """Return a call that may take this long."""
        return Call(deadline=self.clock() + seconds, trail=Trail())

    async def by_handles(
        self,
        *handles: str,
        context: ShopperContext | None = None,
        wants: Wants = BOTH,
        seconds: float = 60,
    ) -> Answer[Handle]:
        """Ask as a shopper from the United States who reads English, unless told otherwise."""
        asked = tuple(map(Handle, handles))
        context = context or shopper()
        return await self.catalog.by_handles(asked, context, wants, self.call(seconds))

    async def by_ids(
        self,
        *names: str,
        context: ShopperContext | None = None,
        wants: Wants = BOTH,
        seconds: float = 60,
    ) -> Answer[ProductId]:
        """Ask by id, see `by_handles`."""
        asked = tuple(map(pid, names))
        context = context or shopper()
        return await self.catalog.by_ids(asked, context, wants, self.call(seconds))

    async def newest(
        self, offset: int, limit: int, context: ShopperContext | None = None
    ) -> tuple[Listing, Answer[ProductId]]:
        """Ask for the newest products, see `by_handles`."""
        context = context or shopper()
        return await self.catalog.newest(offset, limit, context, BOTH, self.call())

    async def remember(self, *handles: str) -> None:
        """Let the handles be known, and forget the products again."""
        await self.by_handles(*handles, wants=Wants(offer=False, content=False, addons=False))
        self.clock.advance(LIFETIMES.commerce.fresh)
        self.shop.calls.clear()

    async def mark(
        self, *tags: Tag, is_gone: bool = False, version: Version | None = None
    ) -> None:
        """Say that something was edited."""
        self.clock.advance(0.001)
        await self.store.mark([Touched(tag, is_gone, version) for tag in tags])

    def upstream_calls(self) -> tuple[int, ...]:
        """Return how many calls the shop got, then each content system."""
        return (len(self.shop.calls), *(len(one.calls) for one in self.systems))


async def turns() -> None:
    """Let everything run that can run without an event or a clock."""
    for _ in range(20):
        await asyncio.sleep(0)


def titles(answer: Answer[Key]) -> Mapping[Key, str]:
    """Return the title of each product of an answer."""
    return {key: product.title.value for key, product in answer.products.items()}


def prices(answer: Answer[Key]) -> Mapping[Key, Money]:
    """Return the price of each product of an answer, and look into no addon."""
    return {key: price_of(product) for key, product in answer.products.items()}


def price_of(product: StorefrontProduct) -> Money:
    """Return the price of a product's only variant."""
    assert product.commerce.offer is not None
    (variant,) = product.commerce.offer.variants.values()
    assert variant.price is not None
    return variant.price.amount


def addons_of(product: StorefrontProduct) -> Sequence[Addon]:
    """Return the addons of a product, over all groups."""
    return [addon for group in product.addons for addon in group.items]
