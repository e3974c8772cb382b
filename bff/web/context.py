"""One request: for whom it is, how long it may take, and what went less than well."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bff.catalog.product_page import Answer as Found
from bff.catalog.product_page import Catalog, Wants
from bff.domain.commerce import CountryCode, Handle, ProductId
from bff.domain.locale import Locale, Locales, language_for
from bff.domain.storefront import Degraded, ShopperContext
from bff.ports import Call, Clock, Foresight, MarkLog, WallClock
from bff.web.dimensions import DRAFTS, Dimension, Dimensions
from bff.web.loaders import ProductLoader
from bff.web.preview import Preview


@dataclass(frozen=True, slots=True)
class Shop:
    """What the web side knows of the shop; built once, in `wiring`.

    `deadline_seconds` bounds a whole request; `low_stock` is the number of pieces at or under
    which stock is called low. `marks` is what the cache below `catalog` knows of changes,
    `foresight` what it will be asked for, and `now` the clock that its entries go by. Finished
    answers are kept in at most `answers_bytes` (0 keeps none); browsers may keep theirs for
    `browser_seconds`. Without `preview` there is none: drafts cannot be read.
    """

    catalog: Catalog
    locales: Locales
    default_country: CountryCode
    low_stock: int
    clock: Clock
    deadline_seconds: float
    marks: MarkLog
    now: WallClock
    foresight: Foresight | None = None
    answers_bytes: int = 0
    browser_seconds: float = 0.0
    preview: Preview | None = None


class RequestContext:
    """What the resolvers of one request share.

    Products asked for at the same moment are fetched together, whatever asked for them. What the
    request itself brings along is in `dimensions` and nowhere else here: an answer is kept under
    what was read of them. `applied` are the languages that something was answered in. `operation`
    is the name of what is executed, and `codes` are those of the errors that it ended with.
    `shoppers` are those that it was answered for, where that is to be told (`explains`).
    """

    def __init__(self, shop: Shop, call: Call, dimensions: Dimensions) -> None:
        self.dimensions = dimensions
        self.locales = shop.locales
        self.low_stock = shop.low_stock
        self.call = call
        self.applied: dict[Locale, None] = {}
        self.operation: str | None = None
        self.codes: dict[str, None] = {}
        self._shop = shop
        self.shoppers: dict[ShopperContext, None] = {}
        self._degraded: dict[Degraded, None] = {}
        self.by_handle = ProductLoader(self._by_handles, call, self.note)
        self.by_id = ProductLoader(self._by_ids, call, self.note)

    @property
    def catalog(self) -> Catalog:
        """The only catalog that the request can reach: the public one, or that of drafts."""
        preview = self._shop.preview
        if self.dimensions.read(Dimension.PREVIEW) == DRAFTS and preview is not None:
            return preview.catalog
        return self._shop.catalog

    @property
    def degraded(self) -> Collection[Degraded]:
        """What a healthy system would have answered better, each thing once."""
        trail = self.call.trail
        return {**self._degraded, **(trail.degraded if trail else {})}.keys()

    @property
    def explains(self) -> bool:
        """Whether it is to be told how the answer came about."""
        trail = self.call.trail
        return trail is not None and trail.decided is not None

    async def shopper(self, locale: Locale | None, country: CountryCode | None) -> ShopperContext:
        """Return the language and the market to answer in. Explicit arguments win.

        Raises:
            UnknownMarket: no region serves the country.
            UpstreamError: the markets could not be read.
        """
        language = language_for(self.requested(locale), self.locales)
        pricing = await self.catalog.pricing(country or self._shop.default_country, self.call)
        self.applied[language.applied] = None
        shopper = ShopperContext(language, pricing)
        if self.explains:
            self.shoppers[shopper] = None
        return shopper

    def requested(self, locale: Locale | None) -> Locale | None:
        """Return the locale that is wished for: the argument, else the header's best range."""
        if locale is not None:
            return locale
        negotiated = self.dimensions.read(Dimension.LANGUAGE)
        return None if negotiated is None else Locale(negotiated)

    def note(self, degraded: Sequence[Degraded]) -> None:
        """Remember what is to be said about this answer, each thing once."""
        self._degraded.update(dict.fromkeys(degraded))

    async def _by_handles(
        self, handles: Sequence[Handle], shopper: ShopperContext, wants: Wants, call: Call
    ) -> Found[Handle]:
        return await self.catalog.by_handles(handles, shopper, wants, call)

    async def _by_ids(
        self, ids: Sequence[ProductId], shopper: ShopperContext, wants: Wants, call: Call
    ) -> Found[ProductId]:
        return await self.catalog.by_ids(ids, shopper, wants, call)
