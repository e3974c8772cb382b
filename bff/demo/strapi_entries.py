"""What an entry looks like in an answer of the embedded Strapi, of version 5 or 4.

Version 5 is flat. Version 4 wraps entries and whatever is populated, but no components.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bff.demo.catalogue import Entity
from bff.demo.strapi_model import COMPONENTS, LANGUAGES, TYPES, Attribute
from bff.demo.strapi_rows import Row
from bff.demo.strapi_shapes import Shape
from bff.demo.strapi_store import View

_FIVE = 5
_NOT_IN_FOUR = frozenset({"documentId", "focalPoint", "publishedAt"})  # of files


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the entries that one question sees."""

    view: View

    def entry(self, row: Row, shape: Shape) -> Entity:
        """Return an entry in its envelope."""
        shown = {name: self.view.field(row, name) for name in shape.fields}
        for name, below in shape.below.items():
            if name == LANGUAGES:
                others = [self.entry(one, below) for one in self.view.other_languages(row)]
                shown[name] = self._wrapped(others)
            else:
                attribute = TYPES[row.endpoint][name]
                shown[name] = self._value(attribute, row.values.get(name), below, row)
        if self._is_five:
            return {"id": self.view.number(row), "documentId": row.document, **shown}
        return {"id": self.view.number(row), "attributes": shown}

    def file(self, file: Entity, shape: Shape) -> Entity:
        """Return a file as the media library lists it: without an envelope in both versions."""
        shown = {name: file[name] for name in shape.fields}
        if self._is_five:
            return {"id": file["id"], "documentId": file["documentId"], **shown}
        return {"id": file["id"], **{k: v for k, v in shown.items() if k not in _NOT_IN_FOUR}}

    def _value(self, attribute: Attribute, value: object, shape: Shape, row: Row) -> object:
        """Return something that is populated, of a row or of a component within it."""
        match attribute.kind:
            case "media":
                files = [self._medium(one, shape) for one in self.view.files(value)]
                # Version 4 says of no files at all what it says of one that is missing.
                is_none = not files and not self._is_five
                return self._wrapped(None if is_none else _one_or_many(files, attribute))
            case "relation":
                targets = self.view.targets(row, value, attribute.of)
                entries = [self.entry(one, shape) for one in targets]
                return self._wrapped(_one_or_many(entries, attribute))
            case "zone":
                return [*self._zone(value, shape, row)]
            case _:
                components = [
                    self._component(attribute.of, (row, number), one, shape)
                    for number, one in enumerate(objects(value), start=1)
                ]
                return _one_or_many(components, attribute)

    def _medium(self, file: Entity, shape: Shape) -> Entity:
        shown = self.file(file, shape)
        if self._is_five:
            return shown
        return {"id": shown.pop("id"), "attributes": shown}

    def _zone(self, value: object, shape: Shape, row: Row) -> Iterator[Entity]:
        """Yield the components of a zone that are wanted; the others are left out."""
        for number, one in enumerate(objects(value), start=1):
            kind = str(one["__component"])
            if kind in shape.components:
                shown = self._component(kind, (row, number), one, shape.components[kind])
                yield {"__component": kind, **shown}

    def _component(
        self, kind: str, place: tuple[Row, int], values: Mapping[str, object], shape: Shape
    ) -> Entity:
        """Return a component, which is the n-th of its kind in a row."""
        row, number = place
        shown: Entity = {"id": row.number * 100 + number}
        shown |= {name: values.get(name) for name in shape.fields}
        for name, below in shape.below.items():
            shown[name] = self._value(COMPONENTS[kind][name], values.get(name), below, row)
        return shown

    def _wrapped(self, value: object) -> object:
        return value if self._is_five else {"data": value}

    @property
    def _is_five(self) -> bool:
        return self.view.version == _FIVE


def objects(value: object) -> list[Mapping[str, object]]:
    """Return the components of an attribute, of which there may be one, several or none."""
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, dict)]


def _one_or_many(values: list[Entity], attribute: Attribute) -> list[Entity] | Entity | None:
    return values if attribute.is_many else next(iter(values), None)
