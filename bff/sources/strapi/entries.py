"""What one entry of Strapi's is about, and what its fields say in its language. Pure.

The shape is trusted nowhere: at every level a wrong type counts as missing. Nothing here raises.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import cast

from bff.domain.attributes import by_name, camel_case
from bff.domain.commerce import Handle, ProductId
from bff.domain.document import ByLocale, Document, Link, Prose, Value
from bff.domain.locale import Locale, LocaleTags
from bff.domain.marks import Version
from bff.richtext import from_strapi_blocks
from bff.sources.strapi.envelopes import (
    Row,
    document_id_of,
    is_wrapped,
    opened,
    sibling_key,
    siblings,
    unwrapped,
)
from bff.sources.strapi.media import Media
from bff.sources.strapi.populate import LANGUAGES, WHOLE, Plan
from bff.sources.strapi.versions import file_versions_of, newest, versions_of

_BOOKKEEPING = frozenset(
    {
        *("id", "documentId", "locale", LANGUAGES, "__component"),
        *("createdAt", "updatedAt", "publishedAt", "createdBy", "updatedBy"),
    }
)
_OF_COMPONENTS = frozenset({"id", "__component"})
_BLOCKS = frozenset({"paragraph", "heading", "list", "quote", "code", "image"})


@dataclass(frozen=True, slots=True)
class Model:
    """How one shop's Strapi is to be read.

    `not_localized` are fields that are the same in every language, under camelCase names. Without
    `drafts` nothing unpublished is read.
    """

    id_field: str
    handle_field: str
    not_localized: frozenset[str]
    tags: LocaleTags
    media: Media
    drafts: bool = False

    def may_show(self, row: Row) -> bool:
        """Tell whether an entry is published, or drafts are wanted.

        The question says so, too; this holds even if Strapi understood it otherwise. A type of
        version 4 that has no drafts at all has no `publishedAt`.
        """
        if self.drafts:
            return True
        has_no_drafts = "publishedAt" not in row and "documentId" not in row
        return has_no_drafts or bool(row.get("publishedAt"))

    def locale_of(self, row: Row) -> Locale | None:
        """Return the language of an entry; `None` for none."""
        return self.tags.ours(row.get("locale"))

    def product_of(self, row: Row) -> ProductId | None:
        """Return the product that an entry is about, by Medusa's id."""
        name = row.get(self.id_field)
        return ProductId(name) if isinstance(name, str) and name else None

    def handle_of(self, row: Row) -> Handle | None:
        """Return the product that an entry is about, by its handle."""
        name = row.get(self.handle_field)
        return Handle(name) if isinstance(name, str) and name else None

    def joined(self, read: Mapping[Locale | None, Mapping[str, Value]]) -> dict[str, Value]:
        """Return the fields of all languages; what is not localised belongs to none.

        Strapi writes a field that is not localised into every row: one that differs, whatever the
        settings call it, is in the languages that it is there in.
        """
        joined: dict[str, Value] = {}
        for name in dict.fromkeys(name for fields in read.values() for name in fields):
            values = {locale: fields[name] for locale, fields in read.items() if name in fields}
            one, *others = values.values()
            is_same = len(values) == len(read) and all(other == one for other in others)
            is_shared = values.keys() == {None} or (name in self.not_localized and is_same)
            joined[name] = one if is_shared else ByLocale(values)
        return joined


def not_localized(names: Iterable[str]) -> frozenset[str]:
    """Return fields' names as `Model` has them."""
    return frozenset(map(camel_case, names))


@dataclass(frozen=True, slots=True)
class Entries:
    """Reads the entries of one document.

    `related` are entries that these refer to, in all languages that anything here has of them:
    version 5 leaves out of an entry's languages those that it shows elsewhere in its answer.
    `read` are the entries and files that came along, with their versions, as they are met.
    """

    model: Model
    related: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    read: dict[str, Version | None] = field(default_factory=dict)

    @classmethod
    def of(cls, model: Model, rows: Iterable[Row], plan: Plan) -> "Entries":
        """Return what reads these rows."""
        related: dict[str, list[Row]] = {}
        for row in rows:
            for entry in _multilingual(row, plan):
                related.setdefault(sibling_key(entry), []).extend((entry, *siblings(entry)))
        return cls(model, related)

    def fields(self, row: Row, plan: Plan) -> dict[str, Value]:
        """Return what an entry says, without what says which entry it is.

        Names are in camelCase; what is `null` is left out, like what was not asked for.
        """
        hidden = {*_BOOKKEEPING, self.model.id_field, self.model.handle_field}
        return self._fields(row, plan, hidden)

    def _fields(self, row: Row, plan: Plan, hidden: AbstractSet[str]) -> dict[str, Value]:
        found: dict[str, object] = {}
        for name, raw in row.items():
            if name in hidden:
                continue
            below = plan.below.get(name)
            if below is None and _holds_entries(raw):
                continue  # nobody asked for them: a middleware of the shop's populates by itself
            value = self._plain(raw) if below is None else self._populated(raw, below)
            if value is not None:
                found[name] = value
        return cast("dict[str, Value]", by_name(found))

    def _plain(self, raw: object) -> Value:
        """Return a field of the entry itself: blocks as prose, all else as Strapi has it."""
        if isinstance(raw, list) and any(map(_is_block, raw)):
            return Prose(from_strapi_blocks(raw, image_url=self.model.media.address))
        return cast("Value", raw)  # JSON, which is all that an answer can hold

    def _populated(self, raw: object, plan: Plan) -> Value:
        inside = unwrapped(raw)
        if isinstance(inside, list):
            items = (self._populated(item, plan) for item in inside)
            return [item for item in items if item is not None]
        row = opened(inside)
        if row is None:
            return self._plain(inside)
        if isinstance(row.get("url"), str) and ("mime" in row or "hash" in row):
            self.note(file_versions_of(row))
            return self.model.media.asset(row)
        if isinstance(row.get("documentId"), str) or is_wrapped(inside):
            return self._link(row, plan)
        component = row.get("__component")
        if not isinstance(component, str):
            return self._fields(row, plan, _OF_COMPONENTS)
        fields = self._fields(row, plan.components.get(component, WHOLE), _OF_COMPONENTS)
        return {"component": component, **fields}

    def _link(self, row: Row, plan: Plan) -> Link | None:
        """Return a reference; its target is not shown if it is a draft."""
        document_id, model = document_id_of(row), self.model
        if document_id is None:
            return None
        product, handle = model.product_of(row), model.handle_of(row)
        if "publishedAt" in row and not model.may_show(row):
            self.note({document_id: None})
            return Link(document_id, None, product, handle)
        languages = [row, *filter(model.may_show, self.related.get(sibling_key(row), ()))]
        made_of = versions_of(languages)
        self.note(made_of)
        read: dict[Locale | None, dict[str, Value]] = {}
        for one in languages:
            locale = model.locale_of(one)
            if locale not in read:
                read[locale] = self.fields(one, plan)
        target = Document(document_id, "", model.joined(read), product, handle, made_of)
        return Link(document_id, target, product, handle)

    def note(self, versions: Mapping[str, Version | None]) -> None:
        """Take down what was read, with the newest version of each."""
        for document_id, version in versions.items():
            self.read[document_id] = newest(self.read.get(document_id), version)


def _multilingual(row: Row, plan: Plan) -> Iterator[Row]:
    """Return the entries within an entry whose other languages were asked for, too."""
    for name, below in plan.below.items():
        inside = unwrapped(row.get(name))
        for item in inside if isinstance(inside, list) else (inside,):
            entry = opened(item)
            if entry is None:
                continue
            if LANGUAGES in below.below:
                yield entry
            yield from _multilingual(entry, below)


def _holds_entries(raw: object) -> bool:
    """Tell whether a field holds entries or files, which an editor's own JSON does not look like.

    Source: what both versions answer to `populate=*`; a file that is not picked apart has a hash.
    """
    inside = unwrapped(raw)
    is_four = inside is not raw
    items = inside if isinstance(inside, list) else [inside]
    return any(is_wrapped(item) if is_four else _is_entry(item) for item in items)


def _is_entry(item: object) -> bool:
    """Tell whether a value is an entry or a file as version 5 answers it."""
    if not isinstance(item, dict) or "id" not in item:
        return False
    is_file = isinstance(item.get("hash"), str) and isinstance(item.get("mime"), str)
    return is_file or isinstance(item.get("documentId"), str)


def _is_block(item: object) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("children"), list):
        return False
    kind = item.get("type")
    return isinstance(kind, str) and kind in _BLOCKS
