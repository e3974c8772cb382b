"""Which documents are one thing in several languages, and what documents refer to. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from bff.sources.sanity.documents import Raw
from bff.sources.sanity.values import reference

_MAX_DEPTH = 24  # Sanity stores 20


def families_of(
    documents: Mapping[str, Raw], families: Sequence[object] | None
) -> list[dict[str, Raw]]:
    """Return the documents grouped as `families`, lists of ids, have it; others stand alone.

    A document that two lists claim belongs to the first.
    """
    place: dict[str, int] = {}
    for number, family in enumerate(families or ()):
        for document_id in family if isinstance(family, list) else ():
            if isinstance(document_id, str):
                place.setdefault(document_id, number)
    grouped: dict[object, dict[str, Raw]] = {}
    for document_id, raw in documents.items():
        grouped.setdefault(place.get(document_id, document_id), {})[document_id] = raw
    return list(grouped.values())


def references_in(documents: Iterable[Raw]) -> list[str]:
    """Return the ids of all documents that some refer to, pictures and files aside."""
    found: dict[str, None] = {}
    waiting: list[tuple[object, int]] = [(document, 0) for document in documents]
    while waiting:
        value, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            continue
        if isinstance(value, dict):
            target = reference(value)
            if target:
                found[target] = None
            inside = [each for name, each in value.items() if name != "asset"]
            waiting.extend((each, depth + 1) for each in reversed(inside))
        elif isinstance(value, list):
            waiting.extend((each, depth + 1) for each in reversed(value))
    return list(found)
