"""What editors typed, read without trusting its type: lines of text, attributes."""

from collections.abc import Mapping

from bff.domain.attributes import plain_fields
from bff.domain.text import is_blank, printable

_MEDIA_TYPES = frozenset({"image", "file", "reference", "slug"})


def line(value: object) -> str | None:
    """Return one line of plain text; `None` for blanks and for what is no text."""
    if not isinstance(value, str):
        return None
    text = printable(value).strip()
    if "\n" in text:
        lines = (part.strip() for part in text.split("\n"))
        text = " ".join(part for part in lines if part)
    return None if is_blank(text) else text


def attributes(fields: Mapping[str, object], mapped: frozenset[str]) -> dict[str, object]:
    """Return the fields (as `by_name` gives them) that nothing else reads, as plain JSON.

    References, media, slugs and rich text are left out, and so is the object around them.
    """
    others = {name: value for name, value in fields.items() if name not in mapped}
    return plain_fields(others, is_foreign=_is_foreign)


def _is_foreign(value: object) -> bool:
    """Tell what comes through a mapping or not at all; of a list, its items are asked."""
    return _is_rich_text(value) or (isinstance(value, dict) and _is_relation(value))


def _is_rich_text(value: object) -> bool:
    """Tell whether a value is Portable Text: a block, or a list with one in it."""
    blocks = value if isinstance(value, list) else [value]
    return any(isinstance(block, dict) and block.get("_type") == "block" for block in blocks)


def _is_relation(value: object) -> bool:
    """Tell whether a value is, or holds, a reference or a medium."""
    if isinstance(value, list):
        return not _is_rich_text(value) and any(_is_relation(item) for item in value)
    if not isinstance(value, dict):
        return False
    if "_ref" in value or isinstance(value.get("asset"), dict):
        return True
    kind = value.get("_type")
    if isinstance(kind, str) and kind in _MEDIA_TYPES:
        return True
    return any(_is_relation(member) for member in value.values())
