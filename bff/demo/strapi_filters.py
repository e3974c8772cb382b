"""Which rows of the embedded Strapi a filter means.

Every name is looked up before a row is looked at: version 5 refuses what its model does not have,
even of a type without rows.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bff.demo.strapi_entries import objects
from bff.demo.strapi_model import LANGUAGES, TYPES, Attribute, Attributes, of_every_entry
from bff.demo.strapi_parameters import Tree
from bff.demo.strapi_refusals import broken, invalid, misplaced, unknown_key
from bff.demo.strapi_rows import Row
from bff.demo.strapi_store import View, attributes_of

Values: TypeAlias = Mapping[str, object]
Test: TypeAlias = Callable[[Row, Values], bool]
"""Tells whether a row is meant; the values are its own, or those of a component within it."""

_FIVE = 5
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?)?", re.ASCII)
_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_NUMBERS = frozenset({"id", "fabric_weight"})
_INSTANTS = frozenset({"createdAt", "updatedAt", "publishedAt"})
_COMPARED: Mapping[str, Callable[[object, object], bool]] = {
    "$eq": lambda own, given: own == given,
    "$gt": lambda own, given: own > given,  # type: ignore[operator] # both were read alike
    "$gte": lambda own, given: own >= given,  # type: ignore[operator] # as above
}


@dataclass(frozen=True, slots=True)
class Filters:
    """Reads the filters of one question."""

    view: View

    def test(self, endpoint: str, filters: Tree) -> Callable[[Row], bool]:
        """Return what tells which rows of a type are meant.

        Raises:
            Refusal: a name or a value makes no sense.
        """
        test = self._all(endpoint, filters, "")
        return lambda row: test(row, row.values)

    def _all(self, kind: str, filters: Tree, path: str) -> Test:
        tests = [self._one(kind, name, inside, path) for name, inside in filters.items()]
        return lambda row, values: all(test(row, values) for test in tests)

    def _one(self, kind: str, name: str, inside: str | Tree, path: str) -> Test:
        below = {"$eq": inside} if isinstance(inside, str) else inside
        if name == "$or":
            several = [
                self._all(kind, one, path) for one in below.values() if not isinstance(one, str)
            ]
            return lambda row, values: any(test(row, values) for test in several)
        attributes = attributes_of(kind)
        inner = f"{path}.{name}" if path else name
        if kind in TYPES and name == LANGUAGES:
            return self._in_other_languages(kind, below, inner)
        if name in self._fields(kind, attributes):
            return self._compared(name, below, inner)
        attribute = attributes.get(name)
        if attribute is not None and attribute.kind == "relation":
            return self._related(name, attribute, below, inner)
        if attribute is not None and attribute.kind == "component":
            return self._within(name, attribute, below, inner)
        raise unknown_key(self.view.version, "filters", name, path)

    def _fields(self, kind: str, attributes: Attributes) -> set[str]:
        own = {name for name, one in attributes.items() if one.kind == "field"}
        return own | {*(of_every_entry(self.view.version) if kind in TYPES else ())}

    def _in_other_languages(self, kind: str, filters: Tree, path: str) -> Test:
        test = self._all(kind, filters, path)
        return lambda row, _: any(
            test(other, other.values) for other in self.view.other_languages(row)
        )

    def _related(self, name: str, attribute: Attribute, filters: Tree, path: str) -> Test:
        test = self._all(attribute.of, filters, path)

        def leads(row: Row, values: Values) -> bool:
            targets = self.view.targets(row, values.get(name), attribute.of)
            return any(test(target, target.values) for target in targets)

        return leads

    def _within(self, name: str, attribute: Attribute, filters: Tree, path: str) -> Test:
        test = self._all(attribute.of, filters, path)

        def holds(row: Row, values: Values) -> bool:
            return any(test(row, one) for one in objects(values.get(name)))

        return holds

    def _compared(self, name: str, operators: Tree, path: str) -> Test:
        tests = []
        for operator, given in operators.items():
            texts = [given] if isinstance(given, str) else [*given.values()]
            values = [self._read(name, text) for text in texts if isinstance(text, str)]
            if operator == "$in":
                tests.append(_one_of(values))
            elif operator in _COMPARED and values:
                tests.append(_compares(operator, values[0]))
            elif self.view.version == _FIVE:
                raise misplaced(self.view.version, operator, path)
            # Version 4 ignores what it does not know, and finds everything.

        def holds(row: Row, values: Values) -> bool:
            own = values[name] if name in values else self.view.field(row, name)
            return all(test(own) for test in tests)

        return holds

    def _read(self, name: str, text: str) -> object:
        if name in _NUMBERS:
            if not _INTEGER.fullmatch(text):
                raise broken()
            return int(text)
        if name in _INSTANTS and not _INSTANT.fullmatch(text):
            message = "Invalid format, expected a timestamp or an ISO date"
            raise invalid(message)
        return text


def _one_of(values: list[object]) -> Callable[[object], bool]:
    return lambda own: own in values


def _compares(operator: str, value: object) -> Callable[[object], bool]:
    compare = _COMPARED[operator]
    return lambda own: own is not None and compare(own, value)
