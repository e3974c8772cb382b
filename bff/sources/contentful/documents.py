"""Entries to neutral documents: references resolved, languages told apart. Pure.

The shape is trusted nowhere: at every level a wrong type counts as missing. Nothing here raises.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bff.domain.attributes import camel_case
from bff.domain.commerce import Handle, ProductId
from bff.domain.document import Asset, ByLocale, Document, Link, Prose, Value
from bff.domain.locale import Locale
from bff.richtext import from_contentful
from bff.sources.contentful.assets import Assets
from bff.sources.contentful.languages import Languages
from bff.sources.contentful.wire import ASSET, ENTRY, Pool, Resource, is_link, link_id, linked

_DEEPEST = 32  # of objects in objects; an editor's JSON field may be anything


@dataclass(frozen=True, slots=True)
class Naming:
    """What products are called: their content type, and the fields with Medusa's id and handle."""

    product_type: str
    id_field: str
    handle_field: str


@dataclass(slots=True)
class Documents:
    """Reads the entries of one pool. Each is read once, however many refer to it."""

    pool: Pool
    languages: Languages
    naming: Naming
    leaves: frozenset[str] = frozenset()
    """Content types whose own references nobody asks for."""
    _assets: Assets = field(init=False)
    _read: dict[tuple[str, int], Document] = field(default_factory=dict)
    _texts: dict[tuple[int, Locale | None], Prose | None] = field(default_factory=dict)
    _links: dict[str, Mapping[str, Sequence[tuple[str, str]]]] = field(default_factory=dict)
    _fields: dict[tuple[str, str, int], Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._assets = Assets(self.pool.assets, self.languages)

    def document(self, entry: Resource, levels: int) -> Document:
        """Return an entry whose references are resolved `levels` deep; they may go in circles."""
        known = self._read.get((entry.id, levels))
        if known is None:
            known = self._read[entry.id, levels] = self._document(entry, levels)
        return known

    def named(self, entry: Resource, name: str) -> str | None:
        """Return what an entry says in a field that holds an id or a handle."""
        value = self.languages.neutral(entry, name)
        text = value.strip() if isinstance(value, str) else ""
        return text or None

    def product_of(self, entry: Resource) -> ProductId | None:
        """Return the product that an entry is about; other content types are about none."""
        named = self.named(entry, self.naming.id_field)
        return ProductId(named) if named and entry.type == self.naming.product_type else None

    def handle_of(self, entry: Resource) -> Handle | None:
        """Return the handle of what an entry is about, of a group of products too."""
        named = self.named(entry, self.naming.handle_field)
        return Handle(named) if named else None

    def _document(self, entry: Resource, levels: int) -> Document:
        fields: dict[str, Value] = {}
        for name in entry.fields:
            camel = camel_case(name)
            is_key = name in {self.naming.id_field, self.naming.handle_field}
            if not camel or (is_key and entry.type == self.naming.product_type):
                continue
            value = self._field(entry, name, levels)
            if value is not None:
                fields.setdefault(camel, value)
        return Document(
            id=entry.id,
            type=entry.type,
            fields=fields,
            product=self.product_of(entry),
            handle=self.handle_of(entry),
            made_of={
                each: self.pool.version_of(each)
                for each in (entry.id, *self._ids_within(entry, levels))
            },
        )

    def is_whole(self, entry: Resource, levels: int) -> bool:
        """Tell whether all that an entry refers to, and `levels` deep what that does, was read.

        Of the products that it names nothing but their names counts.
        """
        pool, reached = self.pool, {entry.id}
        within = [entry]  # level by level, so that each is met where most below it counts
        for level in range(levels, -1, -1):
            below: list[Resource] = []
            for kind, target in (link for one in within for link in self._links_of(one)):
                there = pool.entries if kind == ENTRY else pool.assets
                if target not in there and target not in pool.missing:
                    return False
                found = pool.entries.get(target) if kind == ENTRY and level > 0 else None
                is_part = found is not None and found.type != self.naming.product_type
                if found is not None and is_part and target not in reached:
                    reached.add(target)
                    below.append(found)
            within = below
        return True

    def _links_of(self, entry: Resource) -> Iterator[tuple[str, str]]:
        for links in self._links_by_field(entry).values():
            yield from links

    def _links_by_field(self, entry: Resource) -> Mapping[str, Sequence[tuple[str, str]]]:
        links = self._links.get(entry.id)
        if links is None:
            found = ((name, [*linked(value)]) for name, value in entry.fields.items())
            links = self._links[entry.id] = {name: each for name, each in found if each}
        return links

    def _ids_within(self, entry: Resource, levels: int) -> Iterator[str]:
        for kind, target in self._links_of(entry):
            yield target
            found = self.pool.entries.get(target) if kind == ENTRY and levels > 0 else None
            if found and found.type not in self.leaves:
                yield from self.document(found, levels - 1).made_of

    def _below(self, entry: Resource, levels: int) -> Document:
        return self.document(entry, 0 if entry.type in self.leaves else levels - 1)

    def _field(self, entry: Resource, name: str, levels: int) -> Value:
        """Return a field; how deep it is read matters only where it refers to entries."""
        links = self._links_by_field(entry).get(name, ())
        key = (entry.id, name, levels if any(kind == ENTRY for kind, _ in links) else 0)
        if key not in self._fields:
            self._fields[key] = self._read_field(entry, name, levels)
        return self._fields[key]

    def _read_field(self, entry: Resource, name: str, levels: int) -> Value:
        if self.languages.space.is_neutral(entry.type, name):
            neutral = self.languages.neutral(entry, name)
            own = dict.fromkeys(self._languages_within(neutral))
            if not own:
                return self._value(neutral, None, levels)
            return _by_locale({each: self._value(neutral, each, levels) for each in own})
        by_locale = self.languages.by_locale(entry, name)
        values = {
            locale: self._value(value, locale, levels) for locale, value in by_locale.items()
        }
        # A picture that all languages share may have a file of its own for one of them.
        shared = by_locale.get(self.languages.default)
        for locale in self._languages_within(shared):
            if locale not in values:
                values[locale] = self._value(shared, locale, levels)
        return _by_locale(values)

    def _languages_within(self, value: object) -> Iterator[Locale]:
        """Yield the languages of files that a field leads to, directly or in a list."""
        for item in value if isinstance(value, list) else [value]:
            asset_id = link_id(item, ASSET)
            if asset_id:
                yield from self._assets.languages_of(asset_id)

    def _value(self, value: object, locale: Locale | None, levels: int, depth: int = 0) -> Value:
        match value:
            case str() | bool() | int() | float():
                return value
            case list() if depth < _DEEPEST:
                return [self._value(item, locale, levels, depth + 1) for item in value]
            case dict() if is_link(value):
                return self._target(value, locale, levels)
            case dict() if value.get("nodeType") == "document":
                return self._prose(value, locale)
            case dict() if depth < _DEEPEST:
                return {
                    name: self._value(inside, locale, levels, depth + 1)
                    for name, inside in value.items()
                }
            case _:
                return None

    def _target(
        self, link: Mapping[str, object], locale: Locale | None, levels: int
    ) -> Link | Asset | None:
        asset_id = link_id(link, ASSET)
        if asset_id:
            return self._assets.asset(asset_id, locale)
        entry_id = link_id(link, ENTRY)
        if entry_id is None:
            return None
        entry = self.pool.entries.get(entry_id)
        if entry is None:
            return Link(entry_id)
        is_product = entry.type == self.naming.product_type
        return Link(
            document_id=entry_id,
            target=self._below(entry, levels) if levels > 0 else None,
            product=self.product_of(entry),
            handle=self.handle_of(entry) if is_product else None,
        )

    def _prose(self, value: Mapping[str, object], locale: Locale | None) -> Prose | None:
        key = (id(value), locale)  # the pool holds it as long as this lives
        if key not in self._texts:
            self._texts[key] = self._read_prose(value, locale)
        return self._texts[key]

    def _read_prose(self, value: Mapping[str, object], locale: Locale | None) -> Prose | None:
        blocks = from_contentful(
            value,
            asset=lambda target: self._file(target, locale),
            entry=lambda target: self._mention(target, locale),
            locale=locale,
        )
        return Prose(blocks) if blocks else None

    def _file(self, target: Mapping[str, object], locale: Locale | None) -> Asset | None:
        """Return a file within a text, described in its language or the nearest there is."""
        asset_id = link_id(target, ASSET)
        asset = self._assets.asset(asset_id, locale) if asset_id else None
        if asset is None:
            return None
        alts = {each: words for each, words in asset.alts.items() if each is not None}
        words = self.languages.nearest(alts, locale)
        described = {locale: words} if words else {}
        return Asset(asset.url, described, asset.width, asset.height, asset.media_type)

    def _mention(self, target: Mapping[str, object], locale: Locale | None) -> Link | None:
        """Return an entry within a text: what it is and what it is called, no step further."""
        entry_id = link_id(target, ENTRY)
        entry = self.pool.entries.get(entry_id) if entry_id else None
        if entry is None:
            return None
        texts: dict[str, Value] = {}
        for name in entry.fields:
            text = self.languages.nearest(self.languages.by_locale(entry, name), locale)
            if isinstance(text, str):
                texts.setdefault(camel_case(name), text)
        product, handle = self.product_of(entry), self.handle_of(entry)
        called = Document(entry.id, entry.type, texts, product, handle)
        return Link(entry.id, called, product, handle)


def _by_locale(values: Mapping[Locale, Value]) -> ByLocale | None:
    there: dict[Locale | None, Value] = {
        locale: value for locale, value in values.items() if value is not None
    }
    return ByLocale(there) if there else None
