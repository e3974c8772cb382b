"""One request: for whom it is, how long it may take, and what went less than well."""

from collections.abc import Sequence
from dataclasses import dataclass

from bff.catalog.product_page import Catalog
from bff.domain.commerce import CountryCode
from bff.domain.locale import Locale, Locales, language_for, negotiate
from bff.domain.storefront import Degraded, ShopperContext
from bff.ports import Call, Clock, MarkLog, WallClock
from bff.web.loaders import ProductLoader
from bff.web.preview import Preview


@dataclass(frozen=True, slots=True)
class Shop:
    """What the web side knows of the shop; built once, in `wiring`.

    `deadline_seconds` bounds a whole request; `low_stock` is the number of pieces at or under
    which stock is called low. `marks` is what the cache below `catalog` knows of changes, and
    `now` the clock that its entries go by. Finished answers are kept in at most `answers_bytes`
    (0 keeps none); browsers may keep theirs for `browser_seconds`. Without `preview` there is
    none: drafts cannot be read.
    """

    catalog: Catalog
    locales: Locales
    default_country: CountryCode
    low_stock: int
    clock: Clock
    deadline_seconds: float
    marks: MarkLog
    now: WallClock
    answers_bytes: int = 0
    browser_seconds: float = 0.0
    preview: Preview | None = None


class RequestContext:
    """What the resolvers of one request share.

    Products asked for at the same moment are fetched together, whatever asked for them.
    `catalog` is the only one that a request can reach: the public one, or with `is_preview` the
    one that reads drafts. `degraded` collects what a healthy system would have answered better;
    `header_resolved` says that the answer depends on `Accept-Language`; `applied` are the
    languages that something was answered in.
    """

    def __init__(
        self,
        shop: Shop,
        request_id: str,
        call: Call,
        accept_language: str,
        preview: Preview | None = None,
    ) -> None:
        self.catalog = preview.catalog if preview else shop.catalog
        self.is_preview = preview is not None
        self.locales = shop.locales
        self.low_stock = shop.low_stock
        self.request_id = request_id
        self.call = call
        self.degraded: dict[Degraded, None] = {}
        self.header_resolved = False
        self.applied: dict[Locale, None] = {}
        self._default_country = shop.default_country
        self._accept_language = accept_language
        self.by_handle = ProductLoader(self.catalog.by_handles, call, self.note)
        self.by_id = ProductLoader(self.catalog.by_ids, call, self.note)

    async def shopper(self, locale: Locale | None, country: CountryCode | None) -> ShopperContext:
        """Return the language and the market to answer in. Explicit arguments win.

        Raises:
            UnknownMarket: no region serves the country.
            UpstreamError: the markets could not be read.
        """
        language = language_for(self.requested(locale), self.locales)
        pricing = await self.catalog.pricing(country or self._default_country, self.call)
        self.applied[language.applied] = None
        return ShopperContext(language, pricing)

    def requested(self, locale: Locale | None) -> Locale | None:
        """Return the locale that is wished for: the argument, else the header's best range."""
        if locale is not None:
            return locale
        self.header_resolved = True
        return negotiate(self._accept_language, self.locales)

    def note(self, degraded: Sequence[Degraded]) -> None:
        """Remember what is to be said about this answer, each thing once."""
        self.degraded.update(dict.fromkeys(degraded))
