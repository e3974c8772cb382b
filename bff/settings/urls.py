"""Addresses of the storefront, as templates by language."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

from bff.domain.locale import Locale, as_locale
from bff.domain.urls import UrlKind, UrlTemplates
from bff.settings.values import Words
from bff.settings.wrong import Check, FittingSettings, Wrong

EVERYWHERE = "*"
"""Stands for every language that has no template of its own."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLAIN = re.compile(r"[\x21-\x7e]+")
_NAMES: Mapping[UrlKind, frozenset[str]] = {
    **{kind: frozenset(("handle",)) for kind in UrlKind},
    UrlKind.PAGE: frozenset(("handle", "slug")),
}
"""Placeholders of which one must be there, so that two things have two addresses."""


def _as_key(text: str) -> str:
    return text if text == EVERYWHERE else as_locale(text)


def _as_mapping(value: object) -> object:
    """A plain template serves every language. What begins like JSON was meant to be JSON."""
    is_template = isinstance(value, str) and not value.lstrip().startswith(("{", "["))
    return {EVERYWHERE: str(value).strip()} if is_template else value


Templates = Annotated[
    Mapping[Annotated[str, AfterValidator(_as_key)], str],
    BeforeValidator(_as_mapping),
    Words("template, or JSON object"),
]
_HOW = "Address of a {kind}, with `{{{name}}}` and perhaps `{{locale}}` in it{more}."
_MORE = (
    '; by locale as `{"de": "https://shop.example/de/p/{handle}", "*": "..."}` where they differ'
)


class UrlSettings(FittingSettings):
    """Templates by what they lead to; without one there are no addresses of that kind."""

    product: Templates = Field(
        default_factory=dict,
        description=_HOW.format(kind="product", name="handle", more=_MORE),
    )
    page: Templates = Field(
        default_factory=dict, description=_HOW.format(kind="page", name="slug", more="")
    )
    category: Templates = Field(
        default_factory=dict, description=_HOW.format(kind="category", name="handle", more="")
    )
    collection: Templates = Field(
        default_factory=dict, description=_HOW.format(kind="collection", name="handle", more="")
    )

    def by_kind(self) -> Mapping[UrlKind, Mapping[str, str]]:
        """Return the templates by locale or `*`."""
        return {kind: self.of(kind) for kind in UrlKind}

    def of(self, kind: UrlKind) -> Mapping[str, str]:
        """Return the templates of one kind by locale or `*`."""
        templates: Mapping[str, str] = getattr(self, kind.value)
        return templates

    def templates(self) -> UrlTemplates:
        """Return the templates as the domain fills them in."""
        return UrlTemplates(
            {
                kind: {
                    None if key == EVERYWHERE else Locale(key): template
                    for key, template in by_locale.items()
                }
                for kind, by_locale in self.by_kind().items()
                if by_locale
            }
        )

    def checks(self) -> Iterator[Check]:
        """See `FittingSettings`."""
        yield from (partial(self._are_templates, kind) for kind in UrlKind)

    def _are_templates(self, kind: UrlKind) -> Iterator[Wrong]:
        for key, template in self.of(kind).items():
            place = (kind.value,) if key == EVERYWHERE else (kind.value, key)
            yield from (Wrong(place, (words,)) for words in _problems(kind, template))


def _problems(kind: UrlKind, template: str) -> Iterator[str]:
    found = _PLACEHOLDER.findall(template)
    known = (*sorted(_NAMES[kind]), "locale")
    if not _is_address(_PLACEHOLDER.sub("x", template)):
        yield "must be an http or https address, or a path that begins with one /"
    elif not {*found} <= {*known}:
        yield f"knows these placeholders only: {', '.join(f'{{{name}}}' for name in known)}"
    elif _NAMES[kind].isdisjoint(found):
        yield f"must hold {' or '.join(f'{{{name}}}' for name in sorted(_NAMES[kind]))}"


def _is_address(text: str) -> bool:
    if not _PLAIN.fullmatch(text) or {*"{}\\"} & {*text}:
        return False
    if text.startswith("/"):
        return not text.startswith("//")  # that would be another host
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
