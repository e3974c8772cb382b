"""Addresses of the storefront's pages, by template and language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote

from bff.domain.locale import Locale


class UrlKind(Enum):
    """What an address leads to."""

    PRODUCT = "product"
    PAGE = "page"
    CATEGORY = "category"
    COLLECTION = "collection"


@dataclass(frozen=True, slots=True)
class UrlTemplates:
    """Templates by what they lead to and language; `None` serves every other language.

    `{locale}` and `{handle}` (for pages `{slug}` too) are replaced, the latter percent-encoded.
    """

    templates: Mapping[UrlKind, Mapping[Locale | None, str]] = field(default_factory=dict)

    def url(self, kind: UrlKind, name: str, locale: Locale) -> str | None:
        """Return the address of something in one language; `None` without a template.

        A name with half a character in it, which no address can hold, has none either.
        """
        by_locale = self.templates.get(kind, {})
        template = by_locale.get(locale, by_locale.get(None))
        if template is None:
            return None
        try:
            safe = quote(name, safe="")
        except UnicodeEncodeError:
            return None
        filled = template.replace("{locale}", locale)
        return filled.replace("{handle}", safe).replace("{slug}", safe)
