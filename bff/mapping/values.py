"""What stands at a path, read as what it is wanted for; of another type it counts as missing."""

from collections.abc import Iterator, Mapping

from bff.domain.content import Film, Picture, ProductRef
from bff.domain.document import Asset, ByLocale, Link, Prose, Value
from bff.domain.locale import Locale
from bff.domain.richtext import RichText, to_text
from bff.domain.text import is_blank, printable
from bff.mapping.paths import items_of
from bff.richtext import plain, render

_FILM = "video/"
_PICTURE = "image/"


def line(value: Value) -> str | None:
    """Return one line of plain text; `None` for blanks and for what is no text."""
    if isinstance(value, Prose):
        value = to_text(value.blocks)
    if not isinstance(value, str):
        return None
    text = printable(value).strip()
    if "\n" in text:
        lines = (part.strip() for part in text.split("\n"))
        text = " ".join(part for part in lines if part)
    return None if is_blank(text) else text


def rich_text(value: Value) -> RichText | None:
    """Return a document that shows something, of prose or of plain text."""
    if isinstance(value, Prose):
        text = render(value.blocks)
    elif isinstance(value, str):
        text = plain(value)
    else:
        return None
    return None if text.is_blank else text


def pictures(value: Value, role: str) -> Iterator[Picture]:
    """Return the pictures among some assets; a file that nobody calls anything else is one."""
    for item in items_of(value):
        if isinstance(item, Asset) and (item.media_type or _PICTURE).startswith(_PICTURE):
            yield Picture(item.url, item.alts, item.width, item.height, role)


def films(value: Value) -> Iterator[Film]:
    """Return the videos among some assets, and addresses of videos as an editor wrote them."""
    for item in items_of(value):
        if isinstance(item, Asset) and (item.media_type or _FILM).startswith(_FILM):
            yield Film(item.url, item.alts, item.media_type)
        elif isinstance(item, str) and item.startswith("https://"):
            yield Film(item)


def product_refs(value: Value) -> tuple[ProductRef, ...]:
    """Return the products that some references mean."""
    return tuple(_ref(item) for item in items_of(value) if isinstance(item, Link))


def _ref(link: Link) -> ProductRef:
    target = link.target
    if target is None:
        return ProductRef(link.product, link.handle, link.document_id)
    return ProductRef(
        link.product or target.product, link.handle or target.handle, link.document_id
    )


def lines(found: Mapping[Locale | None, Value]) -> dict[Locale | None, str]:
    """Return the languages that have a line of text."""
    return {locale: text for locale, value in found.items() if (text := line(value))}


def locales_in(value: Value) -> Iterator[Locale | None]:
    """Return the languages that something within a value is in."""
    match value:
        case ByLocale():
            for locale, inside in value.values.items():
                yield locale
                yield from locales_in(inside)
        case list():
            for item in value:
                yield from locales_in(item)
        case dict():
            for item in value.values():
                yield from locales_in(item)
        case _:
            return


def in_language(value: Value, locale: Locale | None) -> Value:
    """Return a value as it reads in one language; what belongs to none stays."""
    match value:
        case ByLocale():
            return in_language(value.values.get(locale), locale)
        case list():
            return [in_language(item, locale) for item in value]
        case dict():
            return {name: in_language(item, locale) for name, item in value.items()}
        case _:
            return value
