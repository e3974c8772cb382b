"""Strapi's entries, one per language, to documents that have all their languages. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bff.domain.document import ByLocale, Document, Link, Value
from bff.domain.locale import Locale
from bff.sources.strapi.entries import Entries, Model
from bff.sources.strapi.envelopes import Row, document_id_of, opened
from bff.sources.strapi.populate import Plan

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
        fields = self.model.joined(
            {locale: entries.fields(row, plan) for locale, row in by_locale.items()}
        )
        ids = [document_id_of(row) for row in by_age]
        return Document(
            id=ids[0] or "",
            type=kind,
            fields=fields,
            product=_first(by_age, self.model.product_of),
            handle=_first(by_age, self.model.handle_of),
            made_of=dict.fromkeys(filter(None, (*ids, *_linked(fields)))),
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


def _linked(fields: Mapping[str, Value]) -> Iterator[str]:
    """Return the ids of what some fields refer to, in reading order."""
    waiting: list[Value] = [*fields.values()][::-1]
    while waiting:
        match waiting.pop():
            case Link(document_id, target):
                yield document_id
                if target is not None:
                    yield from target.made_of
                    waiting += [*target.fields.values()][::-1]
            case ByLocale(values):
                waiting += [*values.values()][::-1]
            case list() as items:
                waiting += items[::-1]
            case dict() as members:
                waiting += [*members.values()][::-1]
            case _:
                pass


def _first(rows: Iterable[Row], read: Callable[[Row], Name | None]) -> Name | None:
    return next(filter(None, map(read, rows)), None)
