"""The demo's shop: one JSON file that both embedded upstreams answer from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, NotRequired, TypeAlias, TypedDict

Entity: TypeAlias = dict[str, Any]
"""A JSON object as an upstream answers it."""

OPENED = datetime(2026, 3, 1, 9, tzinfo=UTC)
"""When the shop was opened, and everything but its products was made."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class CountryEntry(TypedDict):
    """A country and its tax rate in per cent. The codes are those of ISO 3166-1, lower case."""

    code: str
    iso3: str
    number: str
    name: str
    tax: str


class MarketEntry(TypedDict):
    """A Medusa region. `currency` is ISO 4217, lower case."""

    name: str
    currency: str
    taxIncluded: bool
    countries: list[CountryEntry]


class CategoryEntry(TypedDict):
    """A category; `parent` is a handle."""

    handle: str
    name: str
    parent: NotRequired[str]
    active: NotRequired[bool]


class CollectionEntry(TypedDict):
    """A collection of products."""

    handle: str
    title: str


class VariantEntry(TypedDict):
    """A variant: a value per option, and pieces in stock. `prices` replace the product's."""

    values: NotRequired[list[str]]
    stock: NotRequired[int]
    prices: NotRequired[dict[str, str]]


class Span(TypedDict):
    """A run of text with its decoration and, with `href`, a link."""

    text: str
    strong: NotRequired[bool]
    em: NotRequired[bool]
    href: NotRequired[str]


Block: TypeAlias = dict[str, str | list[str | Span]]
"""A paragraph, heading, quote or bullet: see `bff.demo.portable_text`."""


class SpecEntry(TypedDict):
    """The editors' text in one language; `content` is a plain string or rich text.

    Only pages have a slug of their own in a language.
    """

    lang: str
    slug: NotRequired[str]
    title: NotRequired[str]
    subtitle: NotRequired[str]
    content: NotRequired[str | list[Block] | None]
    careInstructions: NotRequired[str]
    seo: NotRequired[dict[str, str]]


class AddonsEntry(TypedDict):
    """A group of addons; `products` are handles, also of products that do not exist."""

    title: str
    products: list[str]


class PictureEntry(TypedDict):
    """A picture that the editors chose. Width and height are in pixels.

    `alt` is one text, or one by language.
    """

    alt: str | dict[str, str]
    width: int
    height: int


class VideoEntry(TypedDict):
    """A film that the editors chose: a file's name, and its title by language."""

    file: str
    title: dict[str, str]


class ContentEntry(TypedDict):
    """The Sanity document of a product."""

    fabricWeight: NotRequired[int]
    certifications: NotRequired[list[str]]
    hero: NotRequired[PictureEntry]
    images: NotRequired[list[PictureEntry]]
    videos: NotRequired[list[VideoEntry]]
    specs: list[SpecEntry]
    addons: NotRequired[AddonsEntry]


class ProductEntry(TypedDict):
    """A product: Medusa's half, and under `content` the one in Sanity.

    `prices` and `sale` are decimal strings in major units by currency. Products are sold and
    their stock is tracked unless the entry says otherwise. `collection` and `categories` are
    handles.
    """

    handle: str
    title: str
    subtitle: NotRequired[str]
    description: str
    type: str
    collection: NotRequired[str]
    categories: NotRequired[list[str]]
    tags: NotRequired[list[str]]
    material: NotRequired[str]
    images: NotRequired[int]
    options: NotRequired[list[str]]
    prices: dict[str, str]
    sale: NotRequired[dict[str, str]]
    variants: list[VariantEntry]
    sold: NotRequired[bool]
    tracked: NotRequired[bool]
    backorder: NotRequired[bool]
    giftCard: NotRequired[bool]
    content: ContentEntry | None


class PageEntry(TypedDict):
    """A page. Its `slug` holds where a language has none; `products` are handles."""

    slug: str
    specs: list[SpecEntry]
    products: NotRequired[list[str]]


class MenuItemEntry(TypedDict):
    """A line of a menu, by language. It leads to a page's slug, a handle or an address."""

    labels: dict[str, str]
    page: NotRequired[str]
    product: NotRequired[str]
    category: NotRequired[str]
    collection: NotRequired[str]
    url: NotRequired[str]
    children: NotRequired[list["MenuItemEntry"]]


class Catalogue(TypedDict):
    """The whole file. `locales` are names by tag, the default first; products newest first.

    `menus` are by their handles.
    """

    locales: Mapping[str, str]
    markets: Sequence[MarketEntry]
    categories: Sequence[CategoryEntry]
    collections: Sequence[CollectionEntry]
    pages: Sequence[PageEntry]
    menus: Mapping[str, Sequence[MenuItemEntry]]
    products: Sequence[ProductEntry]


def load_catalogue() -> Catalogue:
    """Return the catalogue that the package carries."""
    text = resources.files("bff.demo").joinpath("catalogue.json").read_text(encoding="utf-8")
    catalogue: Catalogue = json.loads(text)
    return catalogue


@cache  # of what the one file names: a thousand
def entity_id(kind: str, name: str, made: datetime = OPENED) -> str:
    """Return an id that looks like Medusa's (`prod_` and a ULID), the same on every machine.

    A ULID begins with its time, so ids sort by age; the rest follows from the name, as handles
    keep the file readable.
    """
    digest = int.from_bytes(hashlib.sha256(f"{kind}:{name}".encode()).digest()[:10])
    number = int(made.timestamp() * 1000) << 80 | digest
    return f"{kind}_" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -5, -5))


def made_at(catalogue: Catalogue, handle: str) -> datetime:
    """Return when a product was made: an hour before the one above it in the file."""
    handles = [product["handle"] for product in catalogue["products"]]
    return OPENED - timedelta(hours=handles.index(handle) if handle in handles else len(handles))


def product_id(catalogue: Catalogue, handle: str) -> str:
    """Return the Medusa id of a product, also of one that does not exist: then it dangles."""
    return entity_id("prod", handle, made_at(catalogue, handle))


def variant_id(product: ProductEntry, rank: int) -> str:
    """Return the Medusa id of a product's variant."""
    return entity_id("variant", f"{product['handle']}-{rank}")


def sold_products(catalogue: Catalogue) -> list[ProductEntry]:
    """Return the products that Medusa sells; of the others only Sanity knows."""
    return [product for product in catalogue["products"] if product.get("sold", True)]
