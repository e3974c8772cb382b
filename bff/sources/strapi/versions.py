"""What a change in Strapi is known by, in its answers and its webhooks. Pure.

A document of version 5 has an id that no other has. A row of version 4 is known by its number,
which rows of other types have, too: a change of one of them fetches the other once more, and its
version must not be told along, or the other would seem to be out of date. Each language is a row
of its own there. Files are numbered in both versions.
"""

from collections.abc import Iterable, Mapping

from bff.domain.instants import milliseconds
from bff.domain.marks import Version
from bff.sources.strapi.envelopes import Row, document_id_of


def version_of(row: Mapping[str, object]) -> Version | None:
    """Return when a row was changed last, in milliseconds since 1970."""
    return milliseconds(row.get("updatedAt"))


def told_version_of(row: Mapping[str, object]) -> Version | None:
    """Return the version to tell of a changed row: none of version 4, see above."""
    return version_of(row) if isinstance(row.get("documentId"), str) else None


def newest(*versions: Version | None) -> Version | None:
    """Return the newest version that is known."""
    return max((version for version in versions if version is not None), default=None)


def versions_of(rows: Iterable[Row]) -> dict[str, Version | None]:
    """Return the documents that some rows belong to, each with its newest version."""
    found: dict[str, Version | None] = {}
    for row in rows:
        document_id = document_id_of(row)
        if document_id is not None:
            found[document_id] = newest(found.get(document_id), version_of(row))
    return found


def file_id(file: Mapping[str, object]) -> str | None:
    """Return what a file of the media library is known by among documents."""
    number = file.get("id")
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    return f"file.{number}"


def file_versions_of(file: Row) -> dict[str, Version | None]:
    """Return what a file is known by, with its version."""
    name = file_id(file)
    return {} if name is None else {name: version_of(file)}
