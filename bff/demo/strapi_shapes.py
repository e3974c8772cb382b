"""What a question to the embedded Strapi wants to see of entries, checked against the model.

Every name is looked up before an entry is looked at: version 5 refuses what its model does not
have, even where nothing is found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bff.demo.strapi_model import (
    BOOKKEEPING,
    COMPONENTS,
    FILE_FIELDS,
    LANGUAGES,
    TYPES,
    Attribute,
    of_every_entry,
)
from bff.demo.strapi_parameters import Tree, branch, listed
from bff.demo.strapi_refusals import unknown_key

_FIVE = 5
_IDS = frozenset({"id", "documentId"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What to show of an entry, a component or a file: these fields, and what is below it.

    Ids are always shown. Of a dynamic zone there is a shape for each component that is wanted.
    """

    fields: tuple[str, ...] = ()
    below: "Mapping[str, Shape]" = field(default_factory=dict)
    components: "Mapping[str, Shape]" = field(default_factory=dict)


def shape_of(version: int, endpoint: str, how: Tree) -> Shape:
    """Return what is wanted of the entries of a type.

    Raises:
        Refusal: the model has no such names.
    """
    return _Reader(version).entry(endpoint, how, "")


def file_shape(version: int, how: Tree) -> Shape:
    """Return what is wanted of files.

    Raises:
        Refusal: files have no such fields.
    """
    return _Reader(version).file(how, "")


@dataclass(frozen=True, slots=True)
class _Reader:
    version: int

    def entry(self, endpoint: str, how: Tree, path: str) -> Shape:
        attributes = TYPES[endpoint]
        languages = Attribute("relation", endpoint, is_many=True)
        own = [name for name, one in attributes.items() if one.kind == "field"]
        return Shape(
            self._fields((*own, *BOOKKEEPING), of_every_entry(self.version), how, path),
            dict(self._below({**attributes, LANGUAGES: languages}, how, path)),
        )

    def file(self, how: Tree, path: str) -> Shape:
        return Shape(self._fields(FILE_FIELDS, ("id", "documentId"), how, path))

    def _component(self, kind: str, how: Tree, path: str) -> Shape:
        attributes = COMPONENTS[kind]
        own = tuple(name for name, one in attributes.items() if one.kind == "field")
        below = dict(self._below(attributes, how, path))
        return Shape(self._fields(own, ("id",), how, path), below)

    def _fields(
        self, own: tuple[str, ...], more: tuple[str, ...], how: Tree, path: str
    ) -> tuple[str, ...]:
        """Return the fields to show: those that are asked for, or all."""
        asked = listed(how, "fields")
        for name in asked:
            if name not in {*own, *more}:
                raise unknown_key(self.version, "fields", name, path)
        return tuple(name for name in asked if name not in _IDS) if asked else own

    def _below(
        self, attributes: Mapping[str, Attribute], how: Tree, path: str
    ) -> Iterator[tuple[str, Shape]]:
        populate = how.get("populate", {})
        if isinstance(populate, str):  # such as everything at once, which nobody of ours wants
            raise unknown_key(self.version, "populate", populate, path)
        for name, below in populate.items():
            attribute = attributes.get(name)
            if attribute is not None and attribute.kind != "field":
                inner = f"{path}.{name}" if path else name
                yield name, self._value(attribute, {} if isinstance(below, str) else below, inner)
            elif self.version == _FIVE:  # version 4 does not mind
                raise unknown_key(self.version, "populate", name, path)

    def _value(self, attribute: Attribute, how: Tree, path: str) -> Shape:
        match attribute.kind:
            case "media":
                return self.file(how, path)
            case "relation":
                return self.entry(attribute.of, how, path)
            case "zone":
                return Shape(components=dict(self._zone(branch(how, "on"), path)))
            case _:
                return self._component(attribute.of, how, path)

    def _zone(self, on: Tree, path: str) -> Iterator[tuple[str, Shape]]:
        for kind in on:
            if kind not in COMPONENTS:
                raise unknown_key(self.version, "populate", kind, path)
            yield kind, self._component(kind, branch(on, kind), path)
