"""What kept values are marked by: surrogate keys, as CDNs call them.

Tags are made of ids, never of handles: webhooks carry ids.

product:prod_…      a product of Medusa's, be it sold or not
offer:prod_…        its prices and stock
variant:variant_…   one of its variants
region:reg_…        a market; `markets` is the list of them
collection:…        a collection, category:… a category; `groups` all lists of them
offers, texts       every price, every text of Medusa's: when nobody can tell whose changed
handles             every "nothing has this handle"
listings            every list of products
sanity:prod_…       a document of the content system `sanity`, be it there or not
sanity:*            everything that this content system has told
sanity:?            every answer of it that a new or renamed document could change
"""

import re
from hashlib import blake2b
from typing import Final
from urllib.parse import quote

from bff.domain.commerce import ProductId, RegionId, VariantId
from bff.domain.marks import Tag

HANDLES: Tag = "handles"
LISTINGS: Tag = "listings"
MARKETS: Tag = "markets"
GROUPS: Tag = "groups"
OFFERS: Tag = "offers"
TEXTS: Tag = "texts"


def product_tag(product: ProductId) -> Tag:
    """Return the tag of all that Medusa says of a product."""
    return f"product:{product}"


def offer_tag(product: ProductId) -> Tag:
    """Return the tag of a product's prices and stock."""
    return f"offer:{product}"


def variant_tag(variant: VariantId) -> Tag:
    """Return the tag of one variant."""
    return f"variant:{variant}"


def region_tag(region: RegionId) -> Tag:
    """Return the tag of a market."""
    return f"region:{region}"


def collection_tag(collection: str) -> Tag:
    """Return the tag of a collection."""
    return f"collection:{collection}"


def category_tag(category: str) -> Tag:
    """Return the tag of a category."""
    return f"category:{category}"


def document_tag(source: str, document_id: str) -> Tag:
    """Return the tag of one document of a content system."""
    return f"{source}:{document_id}"


def source_tag(source: str) -> Tag:
    """Return the tag of everything that a content system has told."""
    return f"{source}:*"


def names_tag(source: str) -> Tag:
    """Return the tag of what is found by name there: pages, menus, and every "there is none"."""
    return f"{source}:?"


COARSE: Final = "bff-many"
"""What an answer carries in its headers instead of more tags than headers can hold.

Nobody can tell what such an answer was made of: it goes with every purge.
"""
_LONGEST: Final = 200
_IS_A_KEY: Final = re.compile(rf"[A-Za-z0-9_.~:*?-]{{1,{_LONGEST}}}").fullmatch
"""Tells what is spelled as it is: nearly all, and much faster than looking at each letter."""


def header_key(tag: Tag) -> str:
    """Return a tag as HTTP headers and caches outside spell it: ASCII without space or comma.

    Two tags never share one. What is too long for headers is told by its hash.
    """
    if _IS_A_KEY(tag):
        return tag
    key = quote(tag, safe=":*?", errors="surrogatepass")
    if len(key) <= _LONGEST:
        return key
    return f"hash:{blake2b(key.encode('ascii'), digest_size=20).hexdigest()}"
