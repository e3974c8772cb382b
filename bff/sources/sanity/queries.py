"""The questions, in GROQ, as the operator's settings shape them.

Values are parameters; only names of fields, which the operator wrote, are part of a query.
"""

import json
import re
from collections.abc import Sequence

from bff.domain.attributes import camel_case
from bff.domain.locale import Locale, LocaleTags
from bff.mapping import ReferencesMapping
from bff.sources.sanity.settings import SanitySettings

PAGE = 1000
"""How many documents are listed at once."""

COUNTS = '{"products": count(*[_type == $type]), "documents": count(*)}'
BY_ID = "*[_id in $ids]"

_PUBLISHED_IDS = '{"id": string::split(_ref, ".")[-1]}.id'  # also of a draft's or release's id
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def contents(settings: SanitySettings) -> str:
    """Return the query for products and the addons that they name.

    Stage by stage: the documents asked for; the ids that their addons point at, in each of the
    shapes that addons have; those of them that are not there yet, each once. Where a document's
    id is not the product's, what the addons' own references mean comes along.
    """
    asked = f'{{"asked": *[_type == $type && {key_of(settings)} in $ids]}}'
    named = _named(settings.product.addons, "asked")
    if settings.knows_products_by_document:
        return (
            f"{asked}"
            f'{{asked, "named": [{named}]{_PUBLISHED_IDS}}}'
            '{asked, "linked": *[_type == $type && !(_id in $ids) && _id in ^.named]}'
        )
    key = key_of(settings)
    further = f"{named}, {_named(settings.product.addons, 'linked')}"
    return (
        f"{asked}"
        f'{{asked, "named": [{named}]{_PUBLISHED_IDS}}}'
        f'{{asked, "keys": *[_type == $type && _id in ^.named]{{"key": {key}}}.key}}'
        f'{{asked, "linked": *[_type == $type && !({key} in $ids) && {key} in ^.keys]}}'
        f'{{asked, linked, "named": [{further}]{_PUBLISHED_IDS}}}'
        '{asked, linked, "targets": *[_type == $type && _id in ^.named]'
        f"{_identity(settings)}}}"
    )


def groups(settings: SanitySettings) -> str:
    """Return the query for what is written about collections or categories."""
    return f"*[_type == $type && {key_of(settings)} in $ids]"


def menus(settings: SanitySettings) -> str:
    """Return the query for menus by their handles."""
    return f"*[_type == $type && {_text(settings.navigation.handle)} in $keys]"


def listed(settings: SanitySettings) -> str:
    """Return the query for a part of all products."""
    found = f"*[_type == $type && _id > $after] | order(_id) [0...{PAGE}]"
    more = (settings.language_field,) if settings.model == "document" else ()
    return f"{found}{_identity(settings, *more)}"


def pages(settings: SanitySettings, tags: LocaleTags, locales: Sequence[Locale]) -> str:
    """Return the query for pages with one of some slugs, in whatever language it is theirs.

    Where each language has a document of its own, those of the other languages come along, as
    @sanity/document-internationalization links them.
    """
    found = f"*[_type == $type && ({' || '.join(_slug_tests(settings, tags, locales))})]"
    if settings.model != "document":
        return f'{{"asked": {found}}}'
    return (
        f'{{"asked": {found}}}'
        '{asked, "families": *[_type == "translation.metadata" && references(^.asked[]._id)]'
        ".translations[].value._ref}"
        '{asked, "linked": *[_type == $type && _id in ^.families && !(_id in ^.asked[]._id)], '
        '"families": *[_type == "translation.metadata" && references(^.asked[]._id)]'
        '{"ids": translations[].value._ref}.ids}'
    )


def key_of(settings: SanitySettings) -> str:
    """Return the expression for what a document is known by."""
    return "_id" if settings.knows_products_by_document else _text(settings.key_field)


def _slug_tests(
    settings: SanitySettings, tags: LocaleTags, locales: Sequence[Locale]
) -> list[str]:
    slug = attribute(settings.page.slug)
    tests = [f"{_text(settings.page.slug)} in $slugs"]
    if settings.model in {"specs", "internationalized-array"}:
        tests.append(f"count({slug}[coalesce(value.current, value) in $slugs]) > 0")
    if settings.model == "specs":
        specs = attribute(settings.specs_field)
        tests.append(f"count({specs}[{_text(settings.page.slug)} in $slugs]) > 0")
    if settings.model == "locale-object":
        names = [name for locale in locales for name in _spellings(tags.theirs(locale))]
        members = (f"{slug}[{json.dumps(name)}]" for name in dict.fromkeys(names))
        tests += [f"coalesce({one}.current, {one}) in $slugs" for one in members]
    return tests


def _spellings(tag: str) -> tuple[str, ...]:
    """Return the ways to write a tag as a field's name, which cannot have a hyphen."""
    return tuple(dict.fromkeys((tag, tag.replace("-", "_"))))


def _named(mappings: Sequence[ReferencesMapping], documents: str) -> str:
    """Return the references that documents name by each of the mappings."""
    found: dict[str, None] = {}
    for mapping in mappings:
        for products in _written(mapping.products):
            if not mapping.groups:
                found[f"...{documents}[].{products}[]"] = None
            for group in _written(mapping.groups) if mapping.groups else ():
                found[f"...{documents}[].{group}.{products}[]"] = None
                found[f"...{documents}[].{group}[].{products}[]"] = None
    return ", ".join(found)


def _written(path: str) -> tuple[str, ...]:
    """Return the ways in which a path may be written in documents."""
    camel = ".".join(map(camel_case, path.split(".")))
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", camel).lower()
    return tuple(dict.fromkeys(map(attribute, (path, camel, snake))))


def _text(path: str) -> str:
    """Return the expression for a text or a slug."""
    name = attribute(path)
    return f"coalesce({name}.current, {name})"


def _identity(settings: SanitySettings, *more: str) -> str:
    names = ["_id", "_type", "_originalId", "_updatedAt", *more]
    if not settings.knows_products_by_document:
        names.append(settings.key_field.partition(".")[0])
    return "{" + ", ".join(names) + "}"


def attribute(path: str) -> str:
    """Return a path as GROQ writes it; names that are no identifiers are quoted."""
    first, *others = path.split(".")
    start = first if _PLAIN.fullmatch(first) else f"@[{json.dumps(first)}]"
    return start + "".join(
        f".{name}" if _PLAIN.fullmatch(name) else f"[{json.dumps(name)}]" for name in others
    )
