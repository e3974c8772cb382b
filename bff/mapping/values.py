"""What stands at a path, read as what it is wanted for; of another type it counts as missing."""

from collections.abc import Iterator, Mapping

from bff.domain.content import Film, Picture, ProductRef
from bff.domain.document import Asset, ByLocale, Link, Prose, Value
from bff.domain.locale import Locale
from bff.domain.richtext import Block, RichText, from_plain, to_text
from bff.domain.richtext_html import safe_url
from bff.domain.text import is_blank, printable
from bff.mapping.paths import Found, items_of, languages_of, read_in, values_in
from bff.richtext import AddressOf, from_markdown, plain, render

_DEEPEST = 32  # of objects within objects; JSON that is shown cannot be much deeper
_FILM = "video/"
_PICTURE = "image/"


def line(value: Value, *, markdown: AddressOf | None = None) -> str | None:
    """Return one line of plain text; `None` for blanks and for what is no text.

    With `markdown` the text is Markdown, of which that makes the addresses of pictures absolute.
    """
    if isinstance(value, Prose):
        value = to_text(value.blocks)
    if not isinstance(value, str):
        return None
    text = (_unmarked(value, markdown) if markdown else printable(value)).strip()
    if "\n" in text:
        lines = (part.strip() for part in text.split("\n"))
        text = " ".join(part for part in lines if part)
    return None if is_blank(text) else text


def _unmarked(text: str, image_url: AddressOf) -> str:
    return to_text(from_markdown(text, image_url=image_url))


def rich_text(value: Value, *, markdown: AddressOf | None = None) -> RichText | None:
    """Return a document that shows something, of prose or of text; of a list, one of all in it.

    `markdown` is as for `line`.
    """
    if isinstance(value, str) and not markdown:
        text = plain(value)  # the quick way
    else:
        text = render([block for item in items_of(value) for block in _blocks(item, markdown)])
    return None if text.is_blank else text


def _blocks(value: Value, markdown: AddressOf | None) -> tuple[Block, ...]:
    match value:
        case Prose():
            return value.blocks
        case str():
            return from_markdown(value, image_url=markdown) if markdown else from_plain(value)
        case _:
            return ()


def pictures(value: Value, role: str) -> Iterator[Picture]:
    """Return the pictures among some files, and addresses of pictures as an editor wrote them.

    A file of which nobody says what it is counts as a picture.
    """
    for item in items_of(value):
        if isinstance(item, Asset):
            if (item.media_type or _PICTURE).startswith(_PICTURE):
                yield Picture(item.url, item.alts, item.width, item.height, role)
        elif url := _address(item):
            yield Picture(url, role=role)


def films(value: Value) -> Iterator[Film]:
    """Return the videos among some files, and addresses of videos as an editor wrote them.

    An address stands alone or as `url` in an object, with a `title` beside it.
    """
    for item in items_of(value):
        if isinstance(item, Asset):
            if (item.media_type or _FILM).startswith(_FILM):
                yield Film(item.url, item.alts, item.media_type)
        elif url := _address(item):
            yield Film(url)
        elif isinstance(item, dict):
            urls = (url for one in values_in(item, "url").values() if (url := _address(one)))
            for url in urls:
                yield Film(url, lines(values_in(item, "title")))


def _address(value: Value) -> str | None:
    url = safe_url(value) if isinstance(value, str) else None
    return url if url and url.startswith("https://") else None


def product_refs(value: Value) -> tuple[ProductRef, ...]:
    """Return the products that some references mean."""
    return tuple(product_ref(item) for item in items_of(value) if isinstance(item, Link))


def product_ref(link: Link) -> ProductRef:
    """Return the product that a reference means."""
    target = link.target
    if target is None:
        return ProductRef(link.product, link.handle, link.document_id)
    return ProductRef(
        link.product or target.product, link.handle or target.handle, link.document_id
    )


def lines(found: Found) -> dict[Locale | None, str]:
    """Return the languages that have a line of text."""
    return {locale: text for locale, value in found.items() if (text := line(value))}


def key(value: Value) -> str | None:
    """Return what an editor typed to name something: a text or a whole number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else line(value)


def languages_within(value: Value) -> list[Locale | None]:
    """Return the languages that something within a value is in, `None` if nothing is in any."""
    parts: list[Found] = [{None: None}]
    waiting = [value]
    while waiting:
        item = waiting.pop()
        match item:
            case ByLocale():
                parts.append(item.values)
                waiting.extend(item.values.values())
            case list():
                waiting.extend(item)
            case dict():
                waiting.extend(item.values())
            case _:
                pass
    return languages_of(parts)


def in_language(value: Value, locale: Locale | None, depth: int = 0) -> Value:
    """Return a value as it reads in one language; what belongs to none stays.

    What is nested beyond all use is left out.
    """
    if depth > _DEEPEST:
        return None
    match value:
        case ByLocale():
            return in_language(read_in(value.values, locale), locale, depth + 1)
        case list():
            return [in_language(item, locale, depth + 1) for item in value]
        case dict():
            return {name: in_language(item, locale, depth + 1) for name, item in value.items()}
        case _:
            return value


def is_foreign(value: object) -> bool:
    """Tell what comes through a mapping or not at all: files, references and rich text.

    An object around one of them goes with it; of a list, its items are asked. `value` is no
    deeper than `in_language` leaves it.
    """
    if isinstance(value, dict):
        return any(map(_holds_foreign, value.values()))
    return isinstance(value, Asset | Link | Prose)


def _holds_foreign(value: object) -> bool:
    return any(map(_holds_foreign, value)) if isinstance(value, list) else is_foreign(value)


def fields_of(value: Value) -> Mapping[str, Value] | None:
    """Return the fields of an object, be it there itself or referred to."""
    if isinstance(value, Link):
        return value.target.fields if value.target else None
    return value if isinstance(value, dict) else None
