"""Finding values in a document's tree by path, in every language that they are there in."""

from collections.abc import Iterator, Mapping

from bff.domain.attributes import camel_case
from bff.domain.document import ByLocale, Link, Value
from bff.domain.locale import Locale

Found = Mapping[Locale | None, Value]
"""A value by language; `None` holds what belongs to none."""


def values_at(fields: Mapping[str, Value], path: str) -> Found:
    """Return what stands at a path, by language.

    The path leads through languages, lists (whose values are gathered) and references. Where
    languages are nested the innermost counts. Missing values are absent.
    """
    return _at(dict(fields), tuple(camel_case(step) for step in path.split(".")))


def items_of(value: Value) -> Iterator[Value]:
    """Return the items of a list, however deep it is nested; anything else is its own item."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif item is not None:
            yield item


def _at(value: Value, steps: tuple[str, ...]) -> dict[Locale | None, Value]:
    if isinstance(value, ByLocale):
        return _in_languages(value, steps)
    if isinstance(value, list) and (steps or any(isinstance(one, ByLocale) for one in value)):
        return _gathered(value, steps)
    if not steps:
        return {} if value is None else {None: value}
    return _at(_member(value, steps[0]), steps[1:])


def _member(value: Value, name: str) -> Value:
    if isinstance(value, Link) and value.target is not None:
        return value.target.fields.get(name)
    return value.get(name) if isinstance(value, dict) else None


def _in_languages(value: ByLocale, steps: tuple[str, ...]) -> dict[Locale | None, Value]:
    found: dict[Locale | None, Value] = {}
    for outer, inside in value.values.items():
        for inner, leaf in _at(inside, steps).items():
            found.setdefault(inner or outer, leaf)
    return found


def _gathered(items: list[Value], steps: tuple[str, ...]) -> dict[Locale | None, Value]:
    gathered: dict[Locale | None, list[Value]] = {}
    for item in items:
        for locale, leaf in _at(item, steps).items():
            gathered.setdefault(locale, []).append(leaf)
    return {locale: list(leaves) for locale, leaves in gathered.items()}
