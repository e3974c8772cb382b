"""What to ask the Store API; pure.

The `fields` are measured, not guessed (Medusa 2.21): the server drops unknown paths without a
word, and its time grows with what it has to load.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeVar
from urllib.parse import urlencode

from bff.ports import Wish
from bff.sources.medusa.wire import OfferPage, ProductPage, TextPage, WholePage
from bff.upstream import Question

Key = TypeVar("Key", bound=str)

Params = tuple[tuple[str, str], ...]

# Node refuses 16 KB of request line and headers together, proxies often 8 KB of request line.
_LONGEST_URL = 7_500
_PRODUCTS = "/store/products"
_REGIONS = "/store/regions"
_CATEGORIES = "/store/product-categories"
_COLLECTIONS = "/store/collections"
_PER_PAGE = 1_000

_IDENTITY = ("id", "handle")
_TEXT = (
    *("title", "subtitle", "description", "thumbnail", "metadata"),
    "*variants",  # `variants.variant_rank` is not to be had alone
    "*variants.images",
    # Medusa translates only what comes with its id: without `options.id` and `tags.id` their
    # texts stay in the shop's own language.
    *("variants.options.id", "variants.options.value", "variants.options.option"),
    *("options.id", "options.title"),
    *("images.id", "images.url", "images.rank"),
    *("collection.id", "collection.handle", "collection.title"),
    *("tags.id", "tags.value"),
    "*categories",  # `categories.handle` would give nothing at all
)
_OFFER = (
    "type_id",  # Medusa finds the tax rates of a product type by it
    *("variants.id", "variants.manage_inventory", "variants.allow_backorder"),
    "variants.calculated_price",
)
_STOCK = ("variants.inventory_quantity",)


def page_model(wish: Wish) -> type[ProductPage]:
    """Return the model of the answer to a wish."""
    if wish.pricing is None:
        return TextPage if wish.text else ProductPage
    return WholePage if wish.text else OfferPage


def chunks(name: str, keys: Sequence[Key], params: Params) -> Iterator[tuple[Key, ...]]:
    """Return the keys to ask for, each once, in parts that fit into one URL.

    Keys that no product can have, and such as fill a URL alone, are not asked.
    """
    room = _room(params)
    chunk: list[Key] = []
    left = room
    for key in filter(_can_name_a_product, dict.fromkeys(keys)):
        length = _length((f"{name}[]", key))
        if length > room:
            continue
        if length > left:
            yield tuple(chunk)
            chunk, left = [], room
        chunk.append(key)
        left -= length
    if chunk:
        yield tuple(chunk)


def by_keys(operation: str, name: str, keys: Sequence[str], params: Params) -> Question:
    """Return the question for some products by id or handle.

    `limit` goes along, as Medusa's default of 50 also cuts lists of ids.
    """
    filters = tuple((f"{name}[]", key) for key in keys)
    return Question(operation, _PRODUCTS, (*filters, ("limit", str(len(keys))), *params))


def newest(offset: int, limit: int, params: Params) -> Question:
    """Return the question for a page of all products, the newest first.

    Ids begin with their time and are unique. Ordered by `created_at`, products of one import
    share a value and are lost or repeated between pages; Medusa takes no second order.
    """
    page = (("order", "-id"), ("offset", str(offset)), ("limit", str(limit)))
    return Question("newest", _PRODUCTS, (*page, *params))


def regions(offset: int) -> Question:
    """Return the question for a page of all regions."""
    fields = "id,name,currency_code,countries.iso_2,countries.display_name"
    return Question("markets", _REGIONS, _all_from(offset, fields, None))


def categories(offset: int, language: str | None) -> Question:
    """Return the question for a page of all categories; Medusa leaves out the hidden ones."""
    fields = "id,handle,name,description,parent_category_id,rank"
    return Question("categories", _CATEGORIES, _all_from(offset, fields, language))


def collections(offset: int, language: str | None) -> Question:
    """Return the question for a page of all collections."""
    return Question("collections", _COLLECTIONS, _all_from(offset, "id,handle,title", language))


def _all_from(offset: int, fields: str, language: str | None) -> Params:
    """Return the parameters for a page of a list that is read whole."""
    page = (("order", "id"), ("offset", str(offset)), ("limit", str(_PER_PAGE)))
    locale = (("locale", language),) if language else ()
    return (("fields", fields), *page, *locale)


@lru_cache
def product_params(wish: Wish, sales_channel_id: str | None, *, stock: bool) -> Params:
    """Return the parameters that say what to tell about each product."""
    offer = (*_OFFER, *(_STOCK if stock else ())) if wish.pricing else ()
    fields = dict.fromkeys(chain(_IDENTITY, _TEXT if wish.text else (), offer))
    params = [("fields", ",".join(fields))]
    if wish.pricing:
        params.append(("region_id", wish.pricing.region_id))
        params.append(("country_code", wish.pricing.country.lower()))
    if wish.text and wish.language:
        params.append(("locale", wish.language))
    if sales_channel_id:
        params.append(("sales_channel_id", sales_channel_id))
    return tuple(params)


def _can_name_a_product(key: str) -> bool:
    """Return whether a product may be called so; Medusa stumbles over what may not.

    PostgreSQL holds no NUL (Medusa answers 500), ids and handles no comma (Medusa splits at it).
    """
    try:
        key.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can smuggle in
        return False
    return bool(key) and "\0" not in key and "," not in key


@lru_cache
def _room(params: Params) -> int:
    """Return how many characters of the URL are left for keys."""
    return _LONGEST_URL - len(_PRODUCTS) - _length(("limit", "1000"), *params)


def _length(*params: tuple[str, str]) -> int:
    return len(urlencode(params)) + 1
