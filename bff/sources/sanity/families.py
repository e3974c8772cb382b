"""Which documents are one thing in several languages. Pure."""

from collections.abc import Mapping, Sequence

from bff.sources.sanity.documents import Raw


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
