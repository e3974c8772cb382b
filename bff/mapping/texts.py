"""The texts, pictures and attributes of a thing, in every language that its document has."""

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from bff.domain.attributes import camel_case, is_denied, plain_fields
from bff.domain.content import ContentFields, Film, Picture, Texts
from bff.domain.document import Value
from bff.domain.locale import Locale
from bff.domain.richtext_html import safe_url
from bff.mapping import values
from bff.mapping.paths import Steps, in_each, languages_of, read_in, steps_of, values_at
from bff.mapping.settings import Paths, TextMapping
from bff.richtext import AddressOf

Leaf = TypeVar("Leaf")
Leaf_co = TypeVar("Leaf_co", covariant=True)

_NOTHING = ContentFields()


def to_texts(
    fields: Mapping[str, Value],
    mapping: TextMapping,
    taken: set[str],
    image_url: AddressOf = safe_url,
) -> Texts:
    """Return the texts by language; fields named in `taken` are no attributes.

    `image_url` makes the addresses of pictures in Markdown absolute, or refuses them.
    """
    markdown = dict.fromkeys(map(steps_of, mapping.markdown), image_url)
    titles = _first(fields, mapping.title, markdown, values.line)
    subtitles = _first(fields, mapping.subtitle, markdown, values.line)
    descriptions = _first(fields, mapping.description, markdown, values.rich_text)
    seo_titles = _first(fields, mapping.seo_title, markdown, values.line)
    seo_descriptions = _first(fields, mapping.seo_description, markdown, values.line)
    images, videos = _pictures(fields, mapping), _films(fields, mapping)
    attributes = _attributes(fields, mapping, taken | _taken(fields, mapping))
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


def _taken(fields: Mapping[str, Value], mapping: TextMapping) -> set[str]:
    """Return the fields of a document that a mapping reads, whole or in part.

    A field for pictures in which something else is, such as a table of sizes, is not read.
    """
    texts = (
        *(mapping.title, mapping.subtitle, mapping.description),
        *(mapping.seo_title, mapping.seo_description),
    )
    files = (mapping.videos, *mapping.images.values())
    read = {path for paths in texts for path in paths}
    read |= {path for paths in files for path in paths if "." in path or _is_file(fields, path)}
    return set(map(head, read))


def _is_file(fields: Mapping[str, Value], path: str) -> bool:
    return any(
        any(values.pictures(value, "")) or any(values.films(value))
        for value in values_at(fields, path).values()
    )


def head(path: str) -> str:
    """Return the field of a document that a path begins with; "" of an empty path."""
    return steps_of(path)[0]


class _Reader(Protocol[Leaf_co]):
    def __call__(self, value: Value, *, markdown: AddressOf | None) -> Leaf_co | None: ...


def _first(
    fields: Mapping[str, Value],
    paths: Paths,
    markdown: Mapping[Steps, AddressOf],
    read: _Reader[Leaf],
) -> dict[Locale | None, Leaf]:
    found: dict[Locale | None, Leaf] = {}
    for path in paths:
        address = markdown.get(steps_of(path))
        for locale, value in values_at(fields, path).items():
            if locale not in found:
                leaf = read(value, markdown=address)
                if leaf is not None:
                    found[locale] = leaf
    return found


def _pictures(
    fields: Mapping[str, Value], mapping: TextMapping
) -> dict[Locale | None, tuple[Picture, ...]]:
    sets = [
        (role, values_at(fields, path)) for role, paths in mapping.images.items() for path in paths
    ]
    shown = {
        locale: _each_once(
            picture
            for role, found in sets
            for picture in values.pictures(read_in(found, locale), role)
        )
        for locale in languages_of([found for _, found in sets])
    }
    return {locale: pictures for locale, pictures in shown.items() if pictures}


def _films(
    fields: Mapping[str, Value], mapping: TextMapping
) -> dict[Locale | None, tuple[Film, ...]]:
    found = in_each([values_at(fields, path) for path in mapping.videos])
    shown = {locale: _each_once(values.films(value)) for locale, value in found.items()}
    return {locale: films for locale, films in shown.items() if films}


_File = TypeVar("_File", Picture, Film)


def _each_once(files: Iterable[_File]) -> tuple[_File, ...]:
    by_url: dict[str, _File] = {}
    for file in files:
        by_url.setdefault(file.url, file)
    return tuple(by_url.values())


def _attributes(
    fields: Mapping[str, Value], mapping: TextMapping, taken: set[str]
) -> dict[Locale | None, Mapping[str, object]]:
    allowed = None if mapping.attributes is None else set(map(camel_case, mapping.attributes))
    refused = taken | set(map(camel_case, mapping.not_attributes))
    by_locale: dict[Locale | None, dict[str, object]] = {}
    for name, value in fields.items():
        if name in refused or is_denied(name) or (allowed is not None and name not in allowed):
            continue
        for locale in values.languages_within(value):
            by_locale.setdefault(locale, {})[name] = values.in_language(value, locale)
    plain = {
        locale: plain_fields(found, is_foreign=values.is_foreign)
        for locale, found in by_locale.items()
    }
    return {locale: found for locale, found in plain.items() if found}
