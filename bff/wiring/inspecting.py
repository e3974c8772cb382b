"""Under which keys the cache keeps what shoppers see of a product."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bff.catalog.cached_content import content_key
from bff.catalog.commerce_entries import handle_key, offer_key, text_key
from bff.domain.commerce import CountryCode, Handle, ProductId, ProductText
from bff.domain.locale import Locale
from bff.operations.warm import pricings_in
from bff.ports import Call, Store
from bff.settings import Settings
from bff.web.context import Shop

_ID = "prod_"


@dataclass(frozen=True, slots=True)
class Sought:
    """A product by what is known of it, and the keys to look under."""

    product: ProductId
    handle: Handle | None
    keys: tuple[str, ...]


async def keys_of(
    name: str,
    settings: Settings,
    shop: Shop,
    store: Store,
    *,
    locales: Sequence[Locale],
    countries: Sequence[CountryCode],
    call: Call,
) -> Sought | None:
    """Return what to look for, for a product's id or handle.

    `None` if the cache does not know which product has the handle. Without languages or
    countries it is all of them.

    Raises:
        UpstreamError: nobody knows the markets.
        UnknownMarket: no region serves one of these countries.
    """
    markets = await shop.catalog.markets(call)
    pricings = pricings_in(countries, markets)
    tags = settings.medusa.languages
    languages = dict.fromkeys(tags.get(locale) for locale in locales or shop.locales.supported)
    if name.startswith(_ID):
        product = ProductId(name)
        texts = [text_key(product, language) for language in languages]
        handle = await _handle_in(texts, store)
    else:
        handle = Handle(name)
        known = await _value(handle_key(handle), store)
        if not isinstance(known, str):
            return None
        product = ProductId(known)
        texts = [text_key(product, language) for language in languages]
    keys = [
        *([handle_key(handle)] if handle else ()),
        *texts,
        *(offer_key(product, pricing) for pricing in pricings),
        *_content_keys(settings, product, handle),
    ]
    return Sought(product, handle, tuple(keys))


async def _handle_in(texts: Sequence[str], store: Store) -> Handle | None:
    for text in texts:
        value = await _value(text, store)
        if isinstance(value, ProductText):
            return value.handle
    return None


async def _value(key: str, store: Store) -> object:
    kept = (await store.read([key])).kept.get(key)
    return kept.entry.value if kept else None


def _content_keys(settings: Settings, product: ProductId, handle: Handle | None) -> Iterator[str]:
    for source in settings.content_for("products"):
        key = source.matches_by.key(product, handle)
        if key is not None:
            yield content_key(source.source_name, key)
