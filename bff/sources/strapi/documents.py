"""Strapi's entries, one per language, to documents that have all their languages. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bff.domain.document import Document
from bff.domain.locale import Locale
from bff.sources.strapi.entries import Entries, Model
from bff.sources.strapi.envelopes import Row, document_id_of, opened
from bff.sources.strapi.populate import Plan
from bff.sources.strapi.versions import versions_of

Name = TypeVar("Name", bound=str)

_LAST = "~"  # after every instant that ISO 8601 writes


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the documents of one Strapi."""

    model: Model

    def rows(self, data: Iterable[object]) -> tuple[Row, ...]:
        """Return the entries that may be shown, each once."""
        found: dict[tuple[object, object], Row] = {}
        for entry in data:
            row = opened(entry)
            if row is not None and document_id_of(row) and self.model.may_show(row):
                found.setdefault((str(row.get("id")), document_id_of(row)), row)
        return tuple(found.values())

    def document(self, rows: Sequence[Row], kind: str, plan: Plan) -> Document:
        """Return the document that some entries are the languages of; there is at least one.

        Of two entries in one language the older one counts.
        """
        by_age = sorted(rows, key=age)
        by_locale: dict[Locale | None, Row] = {}
        for row in by_age:
            by_locale.setdefault(self.model.locale_of(row), row)
        entries = Entries.of(self.model, by_locale.values(), plan)
        entries.note(versions_of(by_age))
        fields = self.model.joined(
            {locale: entries.fields(row, plan) for locale, row in by_locale.items()}
        )
        return Document(
            id=next(iter(entries.read), ""),
            type=kind,
            fields=fields,
            product=_first(by_age, self.model.product_of),
            handle=_first(by_age, self.model.handle_of),
            made_of=entries.read,
        )


def age(row: Row) -> tuple[bool, str, str, str]:
    """Return what the older of two entries is first by, always in the same way.

    Where drafts are read, one that nobody sees yet comes after what everybody sees.
    """
    created, entry = row.get("createdAt"), row.get("id")
    return (
        not row.get("publishedAt"),
        created if isinstance(created, str) else _LAST,
        document_id_of(row) or _LAST,
        f"{entry:020d}" if isinstance(entry, int) else str(entry),
    )


def grouped(rows: Iterable[Row], key_of: Callable[[Row], str | None]) -> dict[str, list[Row]]:
    """Return rows by what they have in common, the groups with the oldest entries first."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(rows, key=age):
        key = key_of(row)
        if key is not None:
            groups.setdefault(key, []).append(row)
    return groups


def _first(rows: Iterable[Row], read: Callable[[Row], Name | None]) -> Name | None:
    return next(filter(None, map(read, rows)), None)
