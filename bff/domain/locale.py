"""Language tags and the order in which languages stand in for each other.

A `Locale` is a BCP 47 tag in its canonical spelling (RFC 5646 section 2.1.1: `de-AT`,
`zh-Hant-TW`). Text from outside becomes one by `parse_locale` only.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NewType

Locale = NewType("Locale", str)

MAX_TAG_LENGTH = 35  # RFC 5646 section 4.4.1: what an implementation must be able to hold
_TAGS = 1024  # of a shop's languages, and the names of fields that might have been tags

# RFC 5646 section 2.1: language, script, region, variants, extensions, private use.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.ASCII,
)


def parse_locale(text: str) -> Locale | None:
    """Return the canonical tag for `text`; `None` when it is not well-formed.

    Letter case does not matter; an underscore is not a hyphen (see `lenient_locale`).
    """
    return _canonical(text) if len(text) <= MAX_TAG_LENGTH else None


@lru_cache(_TAGS)
def _canonical(text: str) -> Locale | None:
    match = _TAG.fullmatch(text.lower()) if text.isascii() else None
    if match is None:
        return None
    tag = match["language"]
    if match["script"]:
        tag += "-" + match["script"].title()
    if match["region"]:
        tag += "-" + match["region"].upper()
    return Locale(tag + match["rest"])


def as_locale(text: str) -> Locale:
    """Return the canonical tag for what an operator wrote.

    Raises:
        ValueError: it is not well-formed.
    """
    locale = parse_locale(text.strip())
    if locale is None:
        msg = "must be a BCP 47 language tag such as en or de-AT"
        raise ValueError(msg)
    return locale


def lenient_locale(text: object) -> Locale | None:
    """Return the tag that an editor meant: `pt_BR`, ` EN ` and `de-at` are understood."""
    return parse_locale(text.strip().replace("_", "-")) if isinstance(text, str) else None


@dataclass(frozen=True, slots=True)
class LocaleTags:
    """How a source writes languages: `tags` gives its own tag for each of our locales.

    A locale that is not in `tags` is written as it is (`de`), and a tag that nobody configured is
    taken for the language that it names.
    """

    tags: Mapping[Locale, str] = field(default_factory=dict)
    _ours: dict[str, Locale] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for locale, theirs in self.tags.items():
            self._ours.setdefault(_spelling(theirs), locale)

    def theirs(self, locale: Locale) -> str:
        """Return the source's tag for one of our locales."""
        return self.tags.get(locale, locale)

    def ours(self, tag: object) -> Locale | None:
        """Return our locale for a tag of the source's; `None` when it is no language tag.

        Letter case does not matter, nor whether it is a hyphen or an underscore.
        """
        if not isinstance(tag, str):
            return None
        return self._ours.get(_spelling(tag)) or lenient_locale(tag)


def _spelling(tag: str) -> str:
    return tag.strip().replace("_", "-").lower()


def truncations(tag: Locale) -> tuple[Locale, ...]:
    """Return the tag and its ever shorter forms, as RFC 4647 section 3.4 looks them up.

    A single-letter subtag goes together with what it introduced: `zh-Hant-x-a` is followed by
    `zh-Hant`, not by `zh-Hant-x`.
    """
    subtags = tag.split("-")
    found = []
    while subtags:
        found.append(Locale("-".join(subtags)))
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:  # private use may hold several: `de-x-a-b`
            subtags.pop()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Locales:
    """The languages a shop speaks. `names` are their own names, for language switchers.

    `parents` sends a locale to another one that truncation would never find (`es-MX` to
    `es-419`); a parent may have a parent.
    """

    default: Locale
    supported: tuple[Locale, ...]
    parents: Mapping[Locale, Locale] = field(default_factory=dict)
    names: Mapping[Locale, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Language:
    """The language of one answer.

    `requested` is what the shopper wants, `applied` the configured locale that serves it best,
    `chain` the configured locales to look through, best first; the default is always in it.
    """

    requested: Locale
    applied: Locale
    chain: tuple[Locale, ...]

    def is_fallback(self, locale: Locale | None) -> bool:
        """Tell whether a text in `locale` is not what was requested; neutral text never is."""
        return locale is not None and locale != self.requested


def _lookup(tag: Locale, locales: Locales) -> tuple[Locale, ...]:
    """Return the configured locales that stand in for `tag`, without the default's turn."""
    found: dict[Locale, None] = {}
    waiting = [tag]
    seen: set[Locale] = set()
    while waiting:
        start = waiting.pop(0)
        if start in seen:  # parents may form a circle
            continue
        seen.add(start)
        forms = truncations(start)
        found.update(dict.fromkeys(form for form in forms if form in locales.supported))
        waiting.extend(locales.parents[form] for form in forms if form in locales.parents)
    return tuple(found)


def language_for(requested: Locale | None, locales: Locales) -> Language:
    """Return the language to answer in; without a request it is the shop's default."""
    wanted = requested or locales.default
    chain = tuple(dict.fromkeys((*_lookup(wanted, locales), locales.default)))
    return Language(wanted, chain[0], chain)


def negotiate(accept_language: str, locales: Locales) -> Locale | None:
    """Return the tag to request for an `Accept-Language` header.

    Ranges are tried by falling quality, then as written (RFC 9110 section 12.5.4, RFC 4647
    section 3.4); the first that the shop can serve wins. When it can serve none of them the
    shopper's first choice is returned, so that the answer says it is a fallback. `None` when
    the header expresses no usable wish (absent, malformed, or only `*`).
    """
    wishes = [tag for tag in _by_quality(accept_language) if tag != "*"]
    tags = [tag for wish in wishes if (tag := parse_locale(wish))]
    for tag in tags:
        if _lookup(tag, locales):
            return tag
    return tags[0] if tags else None


def _by_quality(header: str) -> Sequence[str]:
    weighted = []
    for item in header.split(",")[:20]:  # nobody reads more languages; the header is untrusted
        wish, _, parameters = item.partition(";")
        quality = _quality(parameters)
        if quality > 0:
            weighted.append((-quality, wish.strip()))
    return [wish for _, wish in sorted(weighted, key=lambda pair: pair[0]) if wish]


def _quality(parameters: str) -> float:
    """Return the weight of one range: 1 when it is not given, 0 when it is malformed."""
    text = parameters.replace(" ", "").replace("\t", "").lower()
    if not text:
        return 1.0
    match = re.fullmatch(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", text)
    return float(match[1]) if match else 0.0
