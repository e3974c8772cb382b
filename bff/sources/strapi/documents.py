"""Strapi's entries, one per language, to documents that have all their languages. Pure.

The shape is trusted nowhere: at every level a wrong type counts as missing. Nothing here raises.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar, cast

from bff.domain.attributes import by_name, camel_case
from bff.domain.commerce import Handle, ProductId
from bff.domain.document import ByLocale, Document, Link, Prose, Value
from bff.domain.locale import Locale, LocaleTags
from bff.richtext.strapi_blocks import from_strapi_blocks
from bff.sources.strapi.envelopes import Row, document_id_of, is_wrapped, opened, unwrapped
from bff.sources.strapi.media import Media
from bff.sources.strapi.populate import WHOLE, Plan

Name = TypeVar("Name", bound=str)

_BOOKKEEPING = frozenset(
    {
        *("id", "documentId", "locale", "localizations", "__component"),
        *("createdAt", "updatedAt", "publishedAt", "createdBy", "updatedBy"),
    }
)
_OF_COMPONENTS = frozenset({"id", "__component"})
_BLOCKS = frozenset({"paragraph", "heading", "list", "quote", "code", "image"})
_LAST = "~"  # after every instant that ISO 8601 writes


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the entries of one Strapi.

    `order` are the shop's languages: of a field that is not localised, but differs all the same,
    the first counts. Without `drafts` nothing unpublished is read.
    """

    id_field: str
    handle_field: str
    not_localized: frozenset[str]
    tags: LocaleTags
    order: Sequence[Locale]
    media: Media
    drafts: bool = False

    def rows(self, data: Iterable[object]) -> tuple[Row, ...]:
        """Return the entries that may be shown, each once."""
        found: dict[object, Row] = {}
        for entry in data:
            row = opened(entry)
            if row is not None and document_id_of(row) is not None and self.may_show(row):
                found.setdefault(str(row.get("id")) + _tag(row), row)
        return tuple(found.values())

    def may_show(self, row: Row) -> bool:
        """Tell whether an entry is published, or drafts are wanted.

        The question says so, too; this holds even if Strapi understood it otherwise. A type of
        version 4 that has no drafts at all has no `publishedAt`.
        """
        if self.drafts:
            return True
        has_no_drafts = "publishedAt" not in row and "documentId" not in row
        return has_no_drafts or bool(row.get("publishedAt"))

    def document(self, rows: Sequence[Row], kind: str, plan: Plan) -> Document:
        """Return the document that some entries are the languages of; there is at least one.

        Of two entries in one language the older one counts.
        """
        by_age = sorted(rows, key=age)
        by_locale: dict[Locale | None, Row] = {}
        for row in by_age:
            by_locale.setdefault(self.tags.ours(row.get("locale")), row)
        read = {
            locale: self._own(by_locale[locale], plan)
            for locale in sorted(by_locale, key=self._rank)
        }
        fields = self._joined(read)
        ids = [document_id_of(row) for row in by_age]
        return Document(
            id=ids[0] or "",
            type=kind,
            fields=fields,
            product=_first(by_age, self.product_of),
            handle=_first(by_age, self.handle_of),
            made_of=tuple(dict.fromkeys(filter(None, (*ids, *_linked(list(fields.values())))))),
        )

    def product_of(self, row: Row) -> ProductId | None:
        """Return the product that an entry is about, by Medusa's id."""
        name = _text(row.get(self.id_field))
        return ProductId(name) if name else None

    def handle_of(self, row: Row) -> Handle | None:
        """Return the product that an entry is about, by its handle."""
        name = _text(row.get(self.handle_field))
        return Handle(name) if name else None

    def _rank(self, locale: Locale | None) -> tuple[int, str]:
        known = locale in self.order
        return (self.order.index(cast("Locale", locale)) if known else len(self.order)), str(
            locale
        )

    def _joined(self, read: Mapping[Locale | None, Mapping[str, Value]]) -> dict[str, Value]:
        shared = {camel_case(name) for name in self.not_localized}
        joined: dict[str, Value] = {}
        for name in dict.fromkeys(name for fields in read.values() for name in fields):
            values = {locale: fields[name] for locale, fields in read.items() if name in fields}
            is_shared = name in shared or values.keys() == {None}
            joined[name] = next(iter(values.values())) if is_shared else ByLocale(values)
        return joined

    def _own(self, row: Row, plan: Plan) -> dict[str, Value]:
        """Return what an entry says, without what says which entry it is."""
        return self._fields(row, plan, {*_BOOKKEEPING, self.id_field, self.handle_field})

    def _fields(self, row: Row, plan: Plan, hidden: AbstractSet[str]) -> dict[str, Value]:
        """Return what is there under camelCase names; `null` is left out."""
        found: dict[str, object] = {}
        for name, raw in row.items():
            if name in hidden:
                continue
            below = plan.below.get(name)
            value = _plain(raw, self.media) if below is None else self._populated(raw, below)
            if value is not None:
                found[name] = value
        return cast("dict[str, Value]", by_name(found))

    def _populated(self, raw: object, plan: Plan) -> Value:
        inside = unwrapped(raw)
        if isinstance(inside, list):
            items = (self._populated(item, plan) for item in inside)
            return [item for item in items if item is not None]
        row = opened(inside)
        if row is None:
            return _plain(inside, self.media)
        if isinstance(row.get("url"), str) and ("mime" in row or "hash" in row):
            return self.media.asset(row)
        if isinstance(row.get("documentId"), str) or is_wrapped(inside):
            return self._link(row, plan)
        component = row.get("__component")
        if not isinstance(component, str):
            return self._fields(row, plan, _OF_COMPONENTS)
        fields = self._fields(row, plan.components.get(component, WHOLE), _OF_COMPONENTS)
        return {"component": component, **fields}

    def _link(self, row: Row, plan: Plan) -> Link | None:
        document_id = document_id_of(row)
        if document_id is None:
            return None
        product, handle = self.product_of(row), self.handle_of(row)
        if not self.may_show(row) and "publishedAt" in row:
            return Link(document_id, None, product, handle)
        fields = self._joined({self.tags.ours(row.get("locale")): self._own(row, plan)})
        target = Document(document_id, "", fields, product, handle, (document_id,))
        return Link(document_id, target, product, handle)


def age(row: Row) -> tuple[str, str, str]:
    """Return what the older of two entries is first by, always in the same way."""
    created = row.get("createdAt")
    entry = row.get("id")
    return (
        created if isinstance(created, str) else _LAST,
        document_id_of(row) or _LAST,
        f"{entry:020d}" if isinstance(entry, int) else str(entry),
    )


def sibling_key(row: Row) -> str:
    """Return what the languages of a document have in common, by its id or its siblings' ids."""
    siblings = unwrapped(row.get("localizations"))
    rows = [row, *filter(None, map(opened, siblings if isinstance(siblings, list) else ()))]
    if isinstance(row.get("documentId"), str):
        return document_id_of(row) or ""
    return min((document_id_of(one) or "" for one in rows), key=lambda one: (len(one), one))


def grouped(rows: Iterable[Row], key_of: Callable[[Row], str | None]) -> dict[str, list[Row]]:
    """Return rows by what they have in common, the groups with the oldest entries first."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(rows, key=age):
        key = key_of(row)
        if key is not None:
            groups.setdefault(key, []).append(row)
    return groups


def _plain(raw: object, media: Media) -> Value:
    """Return a field of the entry itself: blocks as prose, all else as Strapi has it."""
    if isinstance(raw, list) and any(map(_is_block, raw)):
        return Prose(from_strapi_blocks(raw, image_url=media.address))
    return cast("Value", raw)  # JSON, which is all that the answer can hold


def _is_block(item: object) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("children"), list):
        return False
    kind = item.get("type")
    return isinstance(kind, str) and kind in _BLOCKS


def _linked(value: Value) -> Iterator[str]:
    match value:
        case Link():
            yield value.document_id
            if value.target is not None:
                yield from _linked(list(value.target.fields.values()))
        case ByLocale():
            yield from _linked(list(value.values.values()))
        case list():
            for item in value:
                yield from _linked(item)
        case dict():
            yield from _linked(list(value.values()))
        case _:
            return


def _first(rows: Iterable[Row], read: Callable[[Row], Name | None]) -> Name | None:
    return next(filter(None, map(read, rows)), None)


def _tag(row: Row) -> str:
    return f" {row.get('locale')}"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
