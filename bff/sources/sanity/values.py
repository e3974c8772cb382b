"""Any JSON of Sanity's to neutral values: its own kinds of objects are known by their marks."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bff.domain.attributes import by_name, camel_case
from bff.domain.document import ByLocale, Link, Prose, Value
from bff.domain.locale import Locale
from bff.domain.text import is_blank, one_line
from bff.richtext import from_portable_text, render
from bff.sources.sanity.assets import Assets
from bff.sources.sanity.languages import Languages, Localised

MAX_DEPTH = 24  # Sanity stores 20
_MEDIA = frozenset({"image", "file"})
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,128}")
_UNPUBLISHED = re.compile(r"^(?:drafts\.|versions\.[^.]+\.)")

LinkTo: TypeAlias = Callable[[str], Link]
"""Makes a link of the id of the document that is referred to."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Translates the values of one dataset.

    At the paths in `prose` a list or an object is a text, whatever is in it; elsewhere a list is
    one when it has a block. Nothing here raises: what cannot be read is missing.
    """

    assets: Assets
    languages: Languages
    prose: frozenset[str] = frozenset()
    mapped: frozenset[str] = frozenset()
    """Names that a mapping may ask for below a field; others keep an editor's spelling there."""

    def fields(self, raw: Mapping[str, object], link: LinkTo) -> dict[str, Value]:
        """Return the fields of a document, or of an object, under their camelCase names."""
        return self._members(raw, link, "", 0)

    def _members(
        self, raw: Mapping[str, object], link: LinkTo, within: str, depth: int
    ) -> dict[str, Value]:
        names = by_name(raw) if not depth else self._inner_names(raw)
        return {
            name: self._value(value, link, f"{within}{name}", depth + 1)
            for name, value in names.items()
        }

    def _inner_names(self, raw: Mapping[str, object]) -> dict[str, object]:
        """Return the members of an object within a field: a column called `XL` stays that."""
        named: dict[str, object] = {}
        for name, value in raw.items():
            if not name.startswith("_"):
                camel = camel_case(name)
                named.setdefault(camel if camel in self.mapped else name, value)
        return named

    def _value(self, value: object, link: LinkTo, path: str, depth: int) -> Value:
        if depth > MAX_DEPTH:
            return None
        match value:
            case str() | bool() | int() | float():
                return value
            case list():
                return self._list(value, link, path, depth)
            case dict():
                return self._object(value, link, path, depth)
            case _:
                return None

    def _list(self, items: list[object], link: LinkTo, path: str, depth: int) -> Value:
        localised = self.languages.in_array(items)
        if localised is not None:
            return self._by_locale(localised, link, path, depth)
        if items and (path in self.prose or any(map(_is_block, items))):
            return self._prose(items)
        found = [(item, self._value(item, link, path, depth + 1)) for item in items]
        # An object that cannot be read leaves no hole; an empty cell of a table keeps its place.
        return [value for item, value in found if value is not None or not isinstance(item, dict)]

    def _object(self, item: dict[str, object], link: LinkTo, path: str, depth: int) -> Value:
        kind = item.get("_type")
        if "_ref" in item:
            target = reference(item)
            return link(target) if target else None
        # A slug that a script has written may have no type.
        if kind == "slug" or ("current" in item and _own_names(item) == {"current"}):
            current = item.get("current")
            return current if isinstance(current, str) else None
        if isinstance(item.get("asset"), dict) or (isinstance(kind, str) and kind in _MEDIA):
            return self.assets.asset(item, self._alts(item, link, depth))
        localised = self.languages.in_object(item)
        if localised is not None:
            return self._by_locale(localised, link, path, depth)
        if _is_block(item) or (path in self.prose and "_type" in item):
            return self._prose([item])
        return self._members(item, link, f"{path}.", depth)

    def _by_locale(self, found: Localised, link: LinkTo, path: str, depth: int) -> ByLocale:
        by_locale: dict[Locale | None, Value] = {}
        for locale, value in found:
            translated = self._value(value, link, path, depth + 1)
            by_locale[locale] = filled(by_locale.get(locale), translated)
        return ByLocale(by_locale)

    def _prose(self, items: list[object]) -> Prose:
        return Prose(from_portable_text(items, image_url=self.assets.source))

    def _alts(
        self, item: Mapping[str, object], link: LinkTo, depth: int
    ) -> Mapping[Locale | None, str]:
        said = item.get("alt")
        if said is None and item.get("_type") == "file":
            said = item.get("title")
        alt = self._value(said, link, "alt", depth + 1)
        texts = alt.values if isinstance(alt, ByLocale) else {None: alt}
        lines = {locale: one_line(text) for locale, text in texts.items()}
        return {locale: line for locale, line in lines.items() if not is_blank(line)}


def published_id(document_id: str) -> str:
    """Return the id that a draft, or a version in a release, has once it is published."""
    return _UNPUBLISHED.sub("", document_id)


def reference(item: Mapping[str, object]) -> str | None:
    """Return the id of the published document that a reference means, drafts' references too."""
    target = item.get("_ref")
    if not isinstance(target, str) or "_dataset" in item:
        return None  # a `_dataset` is somebody else's
    published = published_id(target)
    return published if _REFERENCE.fullmatch(published) else None


def filled(first: Value, second: Value) -> Value:
    """Return the first value with its gaps filled from the second, deep in objects too."""
    match first, second:
        case dict(), dict():
            names = dict.fromkeys((*first, *second))
            return {name: filled(first.get(name), second.get(name)) for name in names}
        case ByLocale(), ByLocale():
            locales = dict.fromkeys((*first.values, *second.values))
            return ByLocale(
                {one: filled(first.values.get(one), second.values.get(one)) for one in locales}
            )
        case _:
            return first if second is None or says_something(first) else second


def says_something(value: Value) -> bool:
    """Tell whether a reader would notice that a value is not there; zero and `False` count."""
    match value:
        case None:
            return False
        case str():
            return not is_blank(value)
        case Prose():
            return not render(value.blocks).is_blank
        case ByLocale() | dict() | list():
            inside = value.values if isinstance(value, ByLocale) else value
            items = inside.values() if isinstance(inside, Mapping) else inside
            return any(map(says_something, items))
        case _:
            return True


def _own_names(item: Mapping[str, object]) -> set[str]:
    return {name for name in item if not name.startswith("_")}


def _is_block(item: object) -> bool:
    return isinstance(item, dict) and item.get("_type") == "block"
