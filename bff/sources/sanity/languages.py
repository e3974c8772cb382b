"""Which language a value is in, in each of the ways that schemas in Sanity say so.

Sanity itself knows no languages. An array of `{language, value}` is sanity-plugin-
internationalized-array's (before its version 5 the language was in `_key`), an object with a
member per language (`{_type: "localeString", en, de}`) the older way.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bff.domain.locale import Locale, LocaleTags, lenient_locale

Localised = list[tuple[Locale, object]]
"""Values with their languages, in the editor's order; a language may be there twice."""

LANGUAGE_MEMBERS = ("lang", "language", "locale")
"""Where an object may say its language, the first that does counts."""
_ARRAY_TYPE = "internationalizedarray"
_OBJECT_TYPES = ("locale", "localised", "localized", "i18n")
_SHORT = 2  # letters; a member called `seo` or `alt` would be a language, too


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages that may be met. `spoken` are the shop's own; none means that all may be."""

    tags: LocaleTags = field(default_factory=LocaleTags)
    spoken: frozenset[str] = frozenset()
    _ours: Mapping[Locale, Locale] = field(default_factory=dict)

    @classmethod
    def of(cls, tags: LocaleTags, locales: Iterable[Locale]) -> "Languages":
        """Return the languages of a shop that speaks `locales`."""
        theirs = {lenient_locale(tag): ours for ours, tag in tags.tags.items()}
        known = {tag: ours for tag, ours in theirs.items() if tag}
        return cls(tags, frozenset(map(_primary, (*locales, *known))), known)

    def ours(self, tag: object) -> Locale | None:
        """Return the locale that an editor's tag means: `pt_BR` and ` EN ` are understood."""
        for locale, theirs in self.tags.tags.items():
            if theirs == tag:
                return locale
        meant = lenient_locale(tag)
        return self._ours.get(meant, meant) if meant else None

    def of_object(self, item: Mapping[str, object]) -> Locale | None:
        """Return the language that an object says it is in."""
        named = (self.ours(item.get(name)) for name in LANGUAGE_MEMBERS)
        return next(filter(None, named), None)

    def in_array(self, items: Sequence[object]) -> Localised | None:
        """Return the values of an array of languages; `None` when it is another array."""
        entries = [item for item in items if item is not None]
        if not entries or not all(map(_is_entry, entries)):
            return None
        found = [self._entry(item) for item in entries if isinstance(item, dict)]
        by_key = [item for item in entries if isinstance(item, dict) and not _says(item)]
        if by_key and not self._are_keyed(by_key):
            return None
        return [(locale, value) for locale, value in found if locale]

    def in_object(self, item: Mapping[str, object]) -> Localised | None:
        """Return the members of an object of languages; `None` when it is another object."""
        own = {name: value for name, value in item.items() if not name.startswith("_")}
        found = [(locale, value) for tag, value in own.items() if (locale := self._member(tag))]
        kind = item.get("_type")
        if isinstance(kind, str) and kind.lower().startswith(_OBJECT_TYPES):
            return found or None
        is_whole = bool(found) and len(found) == len(own)
        return found if is_whole and self._is_spoken(locale for locale, _ in found) else None

    def _entry(self, item: Mapping[str, object]) -> tuple[Locale | None, object]:
        locale = self.of_object(item) if _says(item) else self._member(item.get("_key"))
        return locale, item.get("value")

    def _are_keyed(self, entries: Iterable[Mapping[str, object]]) -> bool:
        """Tell whether `_key` is a language in an array, rather than a key made up by the Studio.

        By the type the plugin says so; without one every key has to be one.
        """
        tags = []
        for item in entries:
            kind = item.get("_type")
            if isinstance(kind, str) and kind.lower().startswith(_ARRAY_TYPE):
                continue
            tags.append(self._member(item.get("_key")))
        return all(tags) and (not tags or self._is_spoken(filter(None, tags)))

    def _member(self, name: object) -> Locale | None:
        """Return the language that a key stands for; longer names are words, unless known."""
        locale = self.ours(name)
        if locale is None:
            return None
        primary = _primary(locale)
        return locale if len(primary) == _SHORT or primary in self.spoken else None

    def _is_spoken(self, locales: Iterator[Locale] | Iterable[Locale]) -> bool:
        return not self.spoken or any(_primary(locale) in self.spoken for locale in locales)


def _is_entry(item: object) -> bool:
    """Tell whether an item is a value with a language and nothing else."""
    if not isinstance(item, dict) or "value" not in item:
        return False
    return all(
        name == "value" or name in LANGUAGE_MEMBERS or name.startswith("_") for name in item
    )


def _says(item: Mapping[str, object]) -> bool:
    return any(name in item for name in LANGUAGE_MEMBERS)


def _primary(locale: Locale) -> str:
    return locale.partition("-")[0]
