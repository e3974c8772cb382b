"""Files of a space: an asset has titles, descriptions and files by language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bff.domain.document import Asset
from bff.domain.files import is_https_address, size_of
from bff.domain.locale import Locale
from bff.domain.text import is_blank, one_line
from bff.sources.contentful.languages import Languages
from bff.sources.contentful.wire import Resource

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")


@dataclass(frozen=True, slots=True)
class Assets:
    """The assets that some answers brought, by id."""

    by_id: Mapping[str, Resource]
    languages: Languages

    def asset(self, asset_id: str, locale: Locale | None) -> Asset | None:
        """Return a file as it is for one language; `None` for what has no address.

        A file that the language has not is the nearest one's, at last the default language's.
        """
        resource = self.by_id.get(asset_id)
        file = self.languages.nearest(self._files(resource), locale) if resource else None
        if resource is None or file is None:
            return None
        width, height = _size(file)
        kind = file.get("contentType")
        is_kind = isinstance(kind, str) and _MEDIA_TYPE.fullmatch(kind.lower())
        return Asset(
            url=_address(file.get("url")) or "",
            alts={**self._lines(resource, "title"), **self._lines(resource, "description")},
            width=width,
            height=height,
            media_type=kind.lower() if isinstance(kind, str) and is_kind else None,
        )

    def languages_of(self, asset_id: str) -> tuple[Locale, ...]:
        """Return the languages that an asset has files of their own for.

        None, if the file is the default language's alone: it serves everybody.
        """
        resource = self.by_id.get(asset_id)
        found = tuple(self._files(resource)) if resource else ()
        return () if found == (self.languages.default,) else found

    def _files(self, resource: Resource) -> Mapping[Locale, dict[str, object]]:
        return {
            locale: file
            for locale, file in self.languages.by_locale(resource, "file").items()
            if isinstance(file, dict) and _address(file.get("url"))
        }

    def _lines(self, resource: Resource, name: str) -> Mapping[Locale | None, str]:
        found = self.languages.by_locale(resource, name)
        lines = {locale: one_line(text) for locale, text in found.items()}
        return {locale: line for locale, line in lines.items() if not is_blank(line)}


def _address(url: object) -> str | None:
    """Return an absolute address; Contentful leaves the scheme out."""
    if not isinstance(url, str):
        return None
    absolute = f"https:{url}" if url.startswith("//") else url
    return absolute if is_https_address(absolute) else None


def _size(file: Mapping[str, object]) -> tuple[int | None, int | None]:
    """Return width and height of a picture, both or neither."""
    details = file.get("details")
    image = details.get("image") if isinstance(details, dict) else None
    if not isinstance(image, dict):
        return None, None
    return size_of(image.get("width"), image.get("height"))
