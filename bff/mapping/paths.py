"""Finding values in a document's tree by path, in every language that they are there in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from bff.domain.attributes import camel_case
from bff.domain.document import ByLocale, Link, Value
from bff.domain.locale import Locale

Found = Mapping[Locale | None, Value]
"""A value by language; `None` holds what belongs to none."""

Steps: TypeAlias = tuple[str, ...]
"""The names that a path leads along, in the one spelling that they have."""

_DEEPEST = 32  # languages within languages, which nobody means
_PATHS = 1024  # of a shop's mappings
_NESTS = (ByLocale, list)  # in which a value may be in languages of its own


def values_at(fields: Mapping[str, Value], path: str) -> Found:
    """Return what stands at a path within a document's fields, by language.

    The path leads through languages, lists (whose values are gathered) and references. Where
    languages are nested the innermost counts. Missing values are absent, and there is nothing at
    an empty path.
    """
    steps = steps_of(path)
    value = fields.get(steps[0])
    return {} if value is None else _at(value, steps[1:], 0)


def values_in(value: Value, path: str) -> Found:
    """Return what stands at a path within a value, such as an item of a list; see `values_at`."""
    return _at(value, steps_of(path), 0) if path else {}


@lru_cache(_PATHS)
def steps_of(path: str) -> Steps:
    """Return the names that a path leads along."""
    return tuple(camel_case(step) for step in path.split("."))


def items_of(value: Value) -> Iterator[Value]:
    """Return the items of a list, however deep it is nested; anything else is its own item."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif item is not None:
            yield item


def by_place(found: Found) -> Iterator[Value]:
    """Return the items of lists per language, of which the n-th of each are one.

    Editors who keep a list per language translate it item by item.
    """
    if len(found) == 1:
        for locale, value in found.items():
            for item in items_of(value):
                yield item if locale is None else ByLocale({locale: item})
        return
    places: list[dict[Locale | None, Value]] = []
    for locale, value in found.items():
        for place, item in enumerate(items_of(value)):
            if place == len(places):
                places.append({})
            places[place][locale] = item
    yield from map(ByLocale, places)


def languages_of(sets: Iterable[Found]) -> list[Locale | None]:
    """Return the languages that a whole is in, of which each set is a part.

    Where any part has a language, what has none is to be read in each of them: alone, half of a
    list would win over another language's whole. Only a part that is there both in languages
    and for the rest makes a whole for the rest.
    """
    found = [part for part in sets if part]
    locales = dict.fromkeys(locale for part in found for locale in part if locale is not None)
    has_rest = not locales or any(None in part and len(part) > 1 for part in found)
    return [*locales, *([None] if found and has_rest else [])]


def in_each(sets: Sequence[Found]) -> dict[Locale | None, list[Value]]:
    """Return by language what several places hold, one after the other; see `languages_of`."""
    return {
        locale: [value for found in sets if (value := read_in(found, locale)) is not None]
        for locale in languages_of(sets)
    }


def read_in(found: Found, locale: Locale | None) -> Value:
    """Return what is there in a language, or else what belongs to none."""
    return found.get(locale, found.get(None))


def _at(value: Value, steps: Steps, depth: int) -> Found:
    if value is None or depth > _DEEPEST:
        return {}
    if isinstance(value, ByLocale):
        return _in_languages(value, steps, depth + 1)
    if isinstance(value, list) and (steps or any(isinstance(one, ByLocale) for one in value)):
        return in_each([_at(item, steps, depth + 1) for item in items_of(value)])
    if steps:
        return _at(_member(value, steps[0]), steps[1:], depth)
    return {None: value}


def _member(value: Value, name: str) -> Value:
    if isinstance(value, Link):
        return value.target.fields.get(name) if value.target else None
    if not isinstance(value, dict):
        return None
    if name in value:
        return value[name]
    # Within a field names are as the editor wrote them.
    return next((inside for own, inside in value.items() if camel_case(own) == name), None)


def _in_languages(value: ByLocale, steps: Steps, depth: int) -> Found:
    """Return what stands below each language.

    A language that has a value of its own here reads only that: if it refers to another document
    than the rest do, their words in this language are about something else.
    """
    if not steps and not any(isinstance(one, _NESTS) for one in value.values.values()):
        return {outer: leaf for outer, leaf in value.values.items() if leaf is not None}
    below = {outer: _at(inside, steps, depth) for outer, inside in value.values.items()}
    found: dict[Locale | None, Value] = {}
    for outer, leaves in below.items():
        for inner in (outer, None):
            if inner in leaves:
                found.setdefault(outer, leaves[inner])
    for leaves in below.values():
        for inner, leaf in leaves.items():
            if inner not in below and inner is not None:
                found.setdefault(inner, leaf)
    return found
