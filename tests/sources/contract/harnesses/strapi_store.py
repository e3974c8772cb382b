"""What a Strapi has stored, and what an entry looks like in an answer of version 5 or 4."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Any
Tree = Mapping[str, Any]
"""Parameters with brackets, as they are nested."""


class Component(dict[str, Json]):
    """A component: a part of an entry, which is there only where it is asked for."""


class Zone(list[Component]):
    """A dynamic zone; each component says in `__component` what it is."""


@dataclass(frozen=True)
class File:
    """A file of the media library."""

    fields: Mapping[str, Json]


@dataclass(frozen=True)
class Relation:
    """References to documents of a collection type, or to one."""

    endpoint: str
    documents: Sequence[str]
    is_many: bool = True


@dataclass(frozen=True)
class Row:
    """One document in one language, as a draft or published."""

    id: int
    endpoint: str
    document: str
    locale: str
    created: str
    is_draft: bool
    fields: Mapping[str, Json]

    def value(self, name: str) -> Json:
        """Return an attribute, those that every entry has included."""
        own = {
            "id": self.id,
            "documentId": self.document,
            "locale": self.locale,
            "createdAt": self.created,
            "updatedAt": self.created,
            "publishedAt": None if self.is_draft else self.created,
        }
        return own[name] if name in own else self.fields.get(name)


class InvalidKeyError(Exception):
    """A name that the model does not have, of a parameter."""

    def __init__(self, key: str, param: str, path: str = "") -> None:
        super().__init__(key)
        self.key, self.param, self.path = key, param, path


OF_EVERY_ENTRY = ("id", "documentId", "locale", "createdAt", "updatedAt", "publishedAt")


@dataclass
class Store:
    """All rows of one Strapi of one version; `names` are the attributes of collection types."""

    version: int
    names: Mapping[str, frozenset[str]]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    _of_document: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Keep a row, in front of all others: nobody promises an order that is not asked for."""
        self.rows.setdefault(row.endpoint, []).insert(0, row)
        self._of_document.setdefault((row.endpoint, row.document), []).append(row)

    def seen(self, endpoint: str, *, drafts: bool) -> list[Row]:
        """Return the rows that a question for drafts, or for what is published, is about.

        Version 5 has a draft of every document; version 4 shows what is published, too.
        """
        return self._visible(self.rows.get(endpoint, []), drafts=drafts)

    def languages(self, endpoint: str, document: str, *, drafts: bool) -> list[Row]:
        """Return the rows of one document among those."""
        return self._visible(self._of_document.get((endpoint, document), []), drafts=drafts)

    def _visible(self, rows: list[Row], *, drafts: bool) -> list[Row]:
        if self.version == 4 and drafts:
            return rows
        return [row for row in rows if row.is_draft is drafts]

    def entry(self, row: Row, tree: Tree, *, drafts: bool) -> Json:
        """Return an entry with the fields, and all that is populated."""
        wanted = [*tree.get("fields", {}).values()]
        plain = [*(OF_EVERY_ENTRY[2:]), *(n for n, v in row.fields.items() if _is_plain(v))]
        for name in wanted:
            if name not in (*OF_EVERY_ENTRY, *self.names[row.endpoint]):
                raise InvalidKeyError(name, "fields")
        shown = {name: row.value(name) for name in plain if not wanted or name in wanted}
        for name, how in _named(tree.get("populate")):
            if name == "localizations":
                others = [
                    self.entry(one, how, drafts=drafts)
                    for one in self.languages(row.endpoint, row.document, drafts=drafts)
                    if one.locale != row.locale
                ]
                shown[name] = self._wrapped(others)
            elif name not in self.names[row.endpoint]:
                self._unknown(name, name)
            elif name in row.fields and not _is_plain(row.fields[name]):
                shown[name] = self._populated(row.fields[name], how, row, drafts, name)
        return self._enveloped({"id": row.id, "documentId": row.document}, shown)

    def _populated(  # noqa: PLR0911 - an arm for each kind of attribute
        self, value: Json, how: Tree, row: Row, drafts: bool, path: str
    ) -> Json:
        match value:
            case Zone():
                chosen = how.get("on", {})
                return [
                    self._component(one, chosen[one["__component"]], row, drafts, path)
                    for one in value
                    if one["__component"] in chosen
                ]
            case Component():
                return self._component(value, how, row, drafts, path)
            case File():
                return self._wrapped(self._enveloped({"id": 1}, value.fields))
            case Relation():
                targets = [
                    self.entry(one, how, drafts=drafts)
                    for document in dict.fromkeys(value.documents)
                    for one in self.languages(value.endpoint, document, drafts=drafts)
                    if one.locale == row.locale
                ]
                return self._wrapped(targets if value.is_many else next(iter(targets), None))
            case list() if any(isinstance(one, File) for one in value):
                files = [self._enveloped({"id": n}, one.fields) for n, one in enumerate(value)]
                return self._wrapped(files)
            case list():
                return [self._populated(one, how, row, drafts, path) for one in value]
            case _:
                return value

    def _component(self, value: Component, how: Tree, row: Row, drafts: bool, path: str) -> Json:
        shown = {"id": 1} | {name: one for name, one in value.items() if _is_plain(one)}
        for name, below in _named(how.get("populate")):
            if name not in value:
                self._unknown(name, f"{path}.{name}")
            elif not _is_plain(value[name]):
                shown[name] = self._populated(value[name], below, row, drafts, path)
        return shown

    def _unknown(self, name: str, path: str) -> None:
        if self.version == 5:  # version 4 does not mind
            raise InvalidKeyError(name, "populate", path)

    def _wrapped(self, value: Json) -> Json:
        return {"data": value} if self.version == 4 else value

    def _enveloped(self, ids: Mapping[str, Json], fields: Mapping[str, Json]) -> Json:
        if self.version == 5:
            return {**ids, **fields}
        return {"id": ids["id"], "attributes": dict(fields)}


def _named(populate: Json) -> list[tuple[str, Tree]]:
    if not isinstance(populate, dict):
        return []
    return [(name, how if isinstance(how, dict) else {}) for name, how in populate.items()]


def _is_plain(value: Json) -> bool:
    """Tell whether a value is there without being asked for."""
    if isinstance(value, list) and not isinstance(value, Zone):
        return all(not isinstance(one, Component | File) for one in value)
    return not isinstance(value, Component | Zone | File | Relation)
