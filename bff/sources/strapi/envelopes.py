"""Strapi's two envelopes, made one: version 5 is flat, version 4 wraps every entry.

    5   {id, documentId, title, …}             populated: an object, a list, `null`
    4   {id, attributes: {title, …}}           populated: {data: …}; components are not wrapped

A version 5 that is asked to answer like 4 wraps, too, but keeps `documentId`.
"""

from collections.abc import Mapping
from typing import TypeAlias

from bff.sources.strapi.settings import Version

Row: TypeAlias = Mapping[str, object]
"""One entry in one language, without an envelope."""

_ENVELOPE = frozenset({"id", "documentId", "attributes", "meta"})
_WRAPPER = frozenset({"data", "meta"})


def opened(value: object) -> Row | None:
    """Return an entry, a file or a component without its envelope; `None` for anything else."""
    if not isinstance(value, dict):
        return None
    inside = value.get("attributes")
    if isinstance(inside, dict) and value.keys() <= _ENVELOPE:
        return {**inside, **{name: value[name] for name in ("id", "documentId") if name in value}}
    return value


def unwrapped(value: object) -> object:
    """Return what is populated without the `{data: …}` that version 4 puts around it."""
    if isinstance(value, dict) and "data" in value and value.keys() <= _WRAPPER:
        return value["data"]
    return value


def is_wrapped(value: object) -> bool:
    """Tell whether an entry has version 4's envelope around it."""
    return isinstance(value, dict) and opened(value) is not value


def version_of(value: object) -> Version | None:
    """Return which version an entry comes from; `None` if it does not look like one."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("documentId"), str):
        return 5
    return 4 if is_wrapped(value) else None


def document_id_of(row: Row) -> str | None:
    """Return a document's id: of version 4, which has none, the entry's own."""
    document_id, entry_id = row.get("documentId"), row.get("id")
    if isinstance(document_id, str) and document_id:
        return document_id
    is_id = isinstance(entry_id, int | str) and not isinstance(entry_id, bool)
    return str(entry_id) if is_id and entry_id != "" else None


def siblings(row: Row) -> list[Row]:
    """Return the same document in its other languages, where they were asked for."""
    others = unwrapped(row.get("localizations"))
    found = map(opened, others if isinstance(others, list) else ())
    return [other for other in found if other is not None]


def sibling_key(row: Row) -> str:
    """Return what the languages of a document have in common: its id, or the first one's."""
    if isinstance(row.get("documentId"), str):
        return document_id_of(row) or ""
    ids = (document_id_of(one) or "" for one in (row, *siblings(row)))
    return min(ids, key=lambda one: (len(one), one))
