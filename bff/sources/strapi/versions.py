"""What a change in Strapi is known by, in its answers and its webhooks. Pure.

A document of version 5 has an id that no other has. A row of version 4 is known by its number,
which rows of other types have, too: a change of one of them fetches the other once more, and its
version must not be told along, or the other would seem to be out of date. Each language is a row
of its own there. Files are numbered in both versions.
"""

from collections.abc import Mapping

from bff.domain.instants import milliseconds
from bff.domain.marks import Version


def version_of(row: Mapping[str, object]) -> Version | None:
    """Return when a row was changed last, in milliseconds since 1970."""
    return milliseconds(row.get("updatedAt"))


def told_version_of(row: Mapping[str, object]) -> Version | None:
    """Return the version to tell of a changed row: none of version 4, see above."""
    return version_of(row) if isinstance(row.get("documentId"), str) else None


def file_id(file: Mapping[str, object]) -> str | None:
    """Return what a file of the media library is known by among documents."""
    number = file.get("id")
    if isinstance(number, bool) or not isinstance(number, int):
        return None
    return f"file.{number}"
