"""What a source's own fields become: attributes in camelCase, plain JSON, no copies of commerce.

The rules are the same for all sources; what only one of them knows of its values (relations,
media, rich text) it says by a predicate.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from bff.domain.text import is_blank, printable

DENIED = frozenset(
    {
        # what the product is to Medusa and to other systems
        *("id", "medusa", "medusaid", "medusaproductid", "productid", "externalid"),
        *("sanityid", "contentfulid", "strapiid"),
        *("handle", "slug", "status", "thumbnail"),
        # prices
        *("price", "prices", "pricing", "pricerange", "calculatedprice", "originalprice"),
        *("saleprice", "compareatprice", "moneyamount", "moneyamounts"),
        *("currency", "currencycode"),
        # variants and stock
        *("variant", "variants", "variantid", "options", "sku", "barcode", "ean", "upc"),
        *("inventory", "inventoryitems", "inventorylevels", "inventoryquantity"),
        *("manageinventory", "allowbackorder", "stock", "stocklevel", "stockquantity"),
        # bookkeeping
        *("lang", "language", "locale"),
    }
)
"""Fields that mirror commerce data or keep books, whatever their spelling: never attributes.

In lower case and without separators: `moneyamount` stands for `money_amount` too.
"""

IsForeign: TypeAlias = Callable[[object], bool]
"""Tells whether a value, an object or list within one included, is no part of an attribute."""

_DENIED_WITHIN = DENIED - {"id"}  # within a value it is of something else, such as a film
_SEPARATORS = re.compile(r"[\W_]+")
_NAMES = 2048  # of a shop's schemas: they are few, and the same in every document
_DEEPEST = 32  # of objects and lists within each other; JSON writers end at some hundreds
_EXACT = 2**53  # the sources write JavaScript's numbers: beyond this an int is a rounded one


@lru_cache(_NAMES)
def camel_case(name: str) -> str:
    """Return the one spelling of a field's name, "" when there is no letter or digit in it."""
    first, *others = [word for word in _SEPARATORS.split(name) if word] or [""]
    start = first.lower() if first.isupper() else first[:1].lower() + first[1:]
    return start + "".join(word[:1].upper() + word[1:] for word in others)


def by_name(fields: Mapping[str, object]) -> dict[str, object]:
    """Return fields under their camelCase names, of two that become one the first.

    A source's own, which begin with an underscore, are left out.
    """
    named: dict[str, object] = {}
    for name, value in fields.items():
        camel = camel_case(name)
        if camel and not name.startswith("_"):
            named.setdefault(camel, value)
    return named


def plain_fields(
    fields: Mapping[str, object], *, is_foreign: IsForeign = lambda _: False
) -> dict[str, object]:
    """Return the fields that may be shown and say something, with their values as plain JSON.

    Left out are names in `DENIED` or with an underscore in front, also deep in a value, and all
    that `is_foreign`. Missing are `None`, blanks, what JSON cannot hold or is nested beyond all
    use, and lists and objects of nothing else. A missing item of a list becomes `None`, so that
    the cells of a table keep their places. Names and texts are printable; of two names that
    become one the first counts.
    """
    return _members(fields, DENIED, is_foreign, 0)


def is_denied(name: str) -> bool:
    """Tell whether a field of this name, however it is spelt, can be no attribute."""
    return name.startswith("_") or _bare(name) in DENIED


def _members(
    fields: Mapping[str, object], denied: frozenset[str], is_foreign: IsForeign, depth: int
) -> dict[str, object]:
    members: dict[str, object] = {}
    for raw, value in fields.items():
        name = printable(raw)
        is_hidden = name.startswith("_") or _bare(name) in denied
        if name and not is_hidden and (plain := _plain(value, is_foreign, depth)) is not None:
            members.setdefault(name, plain)
    return members


@lru_cache(_NAMES)
def _bare(name: str) -> str:
    """Return a name as `DENIED` writes it."""
    return _SEPARATORS.sub("", name).lower()


def _plain(value: object, is_foreign: IsForeign, depth: int) -> object:
    if depth > _DEEPEST or is_foreign(value):
        return None
    match value:
        case list():
            items = [_plain(item, is_foreign, depth + 1) for item in value if not is_foreign(item)]
            return items if any(item is not None for item in items) else None
        case dict():
            return _members(value, _DENIED_WITHIN, is_foreign, depth + 1) or None
        case _:
            return _scalar(value)


def _scalar(value: object) -> object:
    match value:
        case bool():
            return value
        case int() | float() | Decimal():
            is_exact = isinstance(value, int) and abs(value) <= _EXACT
            return value if is_exact else _finite(value)
        case str():
            text = printable(value)
            return None if is_blank(text) else text
        case _:
            return None


def _finite(value: float | Decimal) -> float | None:
    try:
        number = float(value)
    except (OverflowError, ValueError):  # a signalling NaN of Decimal's
        return None
    return number if math.isfinite(number) else None
