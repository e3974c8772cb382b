"""What editors typed, read without trusting its type: lines of text, names, plain JSON."""

import math
import re
from collections.abc import Mapping

from bff.domain.text import is_blank, printable

DENIED = frozenset(
    {
        # what the product is to Medusa
        *("medusa", "medusaid", "medusaproductid", "productid", "externalid", "handle", "slug"),
        *("status", "thumbnail"),
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

_SEPARATORS = re.compile(r"[\W_]+")
_MEDIA_TYPES = frozenset({"image", "file", "reference", "slug"})
_EXACT = 2**53  # JSON from Sanity holds JavaScript numbers: beyond this an int is a rounded one


def line(value: object) -> str | None:
    """Return one line of plain text; `None` for blanks and for what is no text."""
    if not isinstance(value, str):
        return None
    lines = (part.strip() for part in printable(value).split("\n"))
    text = " ".join(part for part in lines if part)
    return None if is_blank(text) else text


def by_name(document: Mapping[str, object]) -> dict[str, object]:
    """Return an editor's fields under camelCase names, without Sanity's own (`_key`)."""
    fields: dict[str, object] = {}
    for name, value in document.items():
        camel = _camel_case(name)
        if camel and not name.startswith("_"):
            fields.setdefault(camel, value)
    return fields


def plain_json(value: object) -> object:
    """Return a value as plain JSON; `None` when it says nothing or is none of a storefront's.

    Missing are blanks, empty lists and empty objects. References, media, slugs and rich text are
    left out, and so is the object around them; so are denied fields, however deep. A blank in a
    list becomes `None`, so that the cells of a table keep their places.
    """
    if isinstance(value, list):
        if is_rich_text(value):
            return None
        items = [plain_json(item) for item in value if not _is_relation(item)]
        return items if any(item is not None for item in items) else None
    if isinstance(value, dict):
        return None if is_rich_text(value) or _is_relation(value) else _members(value) or None
    return _scalar(value)


def attributes(fields: Mapping[str, object], mapped: frozenset[str]) -> dict[str, object]:
    """Return the fields (as `by_name` gives them) that nothing else reads, as plain JSON."""
    return _members({name: value for name, value in fields.items() if name not in mapped})


def is_rich_text(value: object) -> bool:
    """Tell whether a value is Portable Text: a block, or a list with one in it."""
    blocks = value if isinstance(value, list) else [value]
    return any(isinstance(block, dict) and block.get("_type") == "block" for block in blocks)


def _members(fields: Mapping[str, object]) -> dict[str, object]:
    members = {}
    for name, value in fields.items():
        is_hidden = name.startswith("_") or _SEPARATORS.sub("", name).lower() in DENIED
        if name and not is_hidden and (plain := plain_json(value)) is not None:
            members[printable(name)] = plain
    return members


def _scalar(value: object) -> object:
    match value:
        case bool():
            return value
        case int() | float():
            is_exact = isinstance(value, int) and abs(value) <= _EXACT
            return value if is_exact else _finite(value)
        case str():
            text = printable(value)
            return None if is_blank(text) else text
        case _:
            return None


def _is_relation(value: object) -> bool:
    """Tell whether a value is, or holds, a reference or a medium."""
    if isinstance(value, list):
        return not is_rich_text(value) and any(_is_relation(item) for item in value)
    if not isinstance(value, dict):
        return False
    if "_ref" in value or isinstance(value.get("asset"), dict):
        return True
    kind = value.get("_type")
    if isinstance(kind, str) and kind in _MEDIA_TYPES:
        return True
    return any(_is_relation(member) for member in value.values())


def _camel_case(name: str) -> str:
    first, *others = [word for word in _SEPARATORS.split(name) if word] or [""]
    start = first.lower() if first.isupper() else first[:1].lower() + first[1:]
    return start + "".join(word[:1].upper() + word[1:] for word in others)


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
