"""The texts, pictures and attributes of a thing, in every language that its document has."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from bff.domain.attributes import camel_case, plain_fields
from bff.domain.content import ContentFields, Film, Picture, Texts
from bff.domain.document import Asset, ByLocale, Link, Prose, Value
from bff.domain.locale import Locale
from bff.mapping import values
from bff.mapping.paths import Found, values_at
from bff.mapping.settings import Paths, TextMapping

Leaf = TypeVar("Leaf")

_NOTHING = ContentFields()


def to_texts(fields: Mapping[str, Value], mapping: TextMapping, taken: set[str]) -> Texts:
    """Return the texts by language; fields named in `taken` are no attributes."""
    titles = _first(fields, mapping.title, values.line)
    subtitles = _first(fields, mapping.subtitle, values.line)
    descriptions = _first(fields, mapping.description, values.rich_text)
    seo_titles = _first(fields, mapping.seo_title, values.line)
    seo_descriptions = _first(fields, mapping.seo_description, values.line)
    images, videos = _pictures(fields, mapping), _films(fields, mapping)
    mapped = heads(mapping) - _tables(fields, mapping)
    attributes = _attributes(fields, mapping, taken | mapped)
    parts: tuple[Mapping[Locale | None, object], ...] = (
        *(titles, subtitles, descriptions, seo_titles, seo_descriptions),
        *(images, videos, attributes),
    )
    texts = {
        locale: ContentFields(
            title=titles.get(locale),
            subtitle=subtitles.get(locale),
            description=descriptions.get(locale),
            seo_title=seo_titles.get(locale),
            seo_description=seo_descriptions.get(locale),
            images=images.get(locale, ()),
            videos=videos.get(locale, ()),
            attributes=attributes.get(locale, {}),
        )
        for locale in dict.fromkeys(locale for part in parts for locale in part)
    }
    return {locale: found for locale, found in texts.items() if found != _NOTHING}


def heads(mapping: TextMapping) -> set[str]:
    """Return the fields of a document that a mapping reads, whole or in part."""
    paths = (
        *(mapping.title, mapping.subtitle, mapping.description),
        *(mapping.seo_title, mapping.seo_description, mapping.videos),
        *mapping.images.values(),
    )
    return {head(path) for several in paths for path in several}


def _tables(fields: Mapping[str, Value], mapping: TextMapping) -> set[str]:
    """Return fields that pictures are read from and that hold none but data: a size chart's."""
    names = {head(path) for paths in mapping.images.values() for path in paths}
    data = {name for name in names if isinstance(fields.get(name), dict | list | ByLocale)}
    return {name for name in data if not _holds_foreign(_unlocalised(fields[name]))}


def _unlocalised(value: Value) -> object:
    return list(value.values.values()) if isinstance(value, ByLocale) else value


def head(path: str) -> str:
    """Return the field of a document that a path begins with."""
    return camel_case(path.partition(".")[0])


def _first(
    fields: Mapping[str, Value], paths: Paths, read: Callable[[Value], Leaf | None]
) -> dict[Locale | None, Leaf]:
    found: dict[Locale | None, Leaf] = {}
    for path in paths:
        for locale, value in values_at(fields, path).items():
            if locale not in found and (leaf := read(value)) is not None:
                found[locale] = leaf
    return found


def _pictures(
    fields: Mapping[str, Value], mapping: TextMapping
) -> dict[Locale | None, tuple[Picture, ...]]:
    sets = [
        (role, values_at(fields, path)) for role, paths in mapping.images.items() for path in paths
    ]
    shown: dict[Locale | None, tuple[Picture, ...]] = {}
    for locale in _languages(found for _, found in sets):
        by_url: dict[str, Picture] = {}
        for role, found in sets:
            for picture in values.pictures(found.get(locale, found.get(None)), role):
                by_url.setdefault(picture.url, picture)
        shown[locale] = tuple(by_url.values())
    return {locale: pictures for locale, pictures in shown.items() if pictures}


def _films(
    fields: Mapping[str, Value], mapping: TextMapping
) -> dict[Locale | None, tuple[Film, ...]]:
    sets = [values_at(fields, path) for path in mapping.videos]
    shown: dict[Locale | None, tuple[Film, ...]] = {}
    for locale in _languages(sets):
        by_url: dict[str, Film] = {}
        for found in sets:
            for film in values.films(found.get(locale, found.get(None))):
                by_url.setdefault(film.url, film)
        shown[locale] = tuple(by_url.values())
    return {locale: films for locale, films in shown.items() if films}


def _languages(sets: "Iterator[Found] | list[Found]") -> list[Locale | None]:
    """Return the languages that a gallery is in: where any part of it has one, only these.

    A picture for all languages belongs into each of them then, or it would stand alone.
    """
    locales = dict.fromkeys(locale for found in sets for locale in found)
    return [locale for locale in locales if locale is not None] or list(locales)


def _attributes(
    fields: Mapping[str, Value], mapping: TextMapping, taken: set[str]
) -> dict[Locale | None, Mapping[str, object]]:
    allowed = None if mapping.attributes is None else set(map(camel_case, mapping.attributes))
    refused = taken | set(map(camel_case, mapping.not_attributes))
    by_locale: dict[Locale | None, dict[str, object]] = {}
    for name, value in fields.items():
        if name in refused or (allowed is not None and name not in allowed):
            continue
        locales = list(dict.fromkeys(values.locales_in(value))) or [None]
        for locale in locales:
            by_locale.setdefault(locale, {})[name] = values.in_language(value, locale)
    plain = {
        locale: plain_fields(found, is_foreign=_is_foreign) for locale, found in by_locale.items()
    }
    return {locale: found for locale, found in plain.items() if found}


def _is_foreign(value: object) -> bool:
    """Tell what comes through a mapping or not at all: files, references and rich text.

    An object around one of them goes with it; of a list, its items are asked.
    """
    if isinstance(value, Asset | Link | Prose | ByLocale):
        return True
    return isinstance(value, dict) and any(map(_holds_foreign, value.values()))


def _holds_foreign(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_holds_foreign, value))
    return _is_foreign(value)
