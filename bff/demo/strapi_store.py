"""What a question to the embedded Strapi can see: rows as published, or as drafts.

Version 5 has a draft of every document beside what is published; version 4 has one row for both.
Nothing is ever edited here, so that a draft says what is published.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bff.demo.catalogue import Entity
from bff.demo.strapi_model import COMPONENTS, TYPES, Attributes
from bff.demo.strapi_rows import Row, Stored

_FIVE = 5


@dataclass(frozen=True, slots=True)
class View:
    """One Strapi as one question sees it."""

    stored: Stored
    version: int
    drafts: bool = False

    def rows(self, endpoint: str) -> Sequence[Row]:
        """Return all rows of a type."""
        return self.stored.rows.get(endpoint, ())

    def number(self, row: Row) -> int:
        """Return a row's own number. In version 5 a draft and what is published are two."""
        if self.version != _FIVE:
            return row.number
        return 2 * row.number - self.drafts

    def field(self, row: Row, name: str) -> object:
        """Return a field of a row, of those that every entry has too."""
        match name:
            case "id":
                return self.number(row)
            case "documentId":
                return row.document
            case "locale":
                return row.locale
            case "createdAt" | "updatedAt":
                return row.made
            case "publishedAt":
                return None if self.drafts and self.version == _FIVE else row.made
            case _:
                return row.values.get(name)

    def other_languages(self, row: Row) -> list[Row]:
        """Return the same document in its other languages."""
        languages = self.stored.languages(row.endpoint, row.document)
        return [other for other in languages if other is not row]

    def targets(self, row: Row, value: object, endpoint: str) -> list[Row]:
        """Return the rows that a relation of a row leads to: those in the row's own language."""
        documents = value if isinstance(value, list) else []
        return [
            other
            for document in documents
            for other in self.stored.languages(endpoint, document)
            if other.locale == row.locale
        ]

    def files(self, value: object) -> list[Entity]:
        """Return the files of a medium."""
        numbers = value if isinstance(value, list) else []
        return [self.stored.files[number] for number in numbers]


def attributes_of(kind: str) -> Attributes:
    """Return the attributes of a type or a component."""
    return TYPES.get(kind) or COMPONENTS[kind]
