"""From the entries of one answer to content, by the keys that were asked for. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent
from bff.domain.document import Document
from bff.mapping import GroupMapping, pages_by_slug, to_group, to_menu, to_page, to_product
from bff.mapping.page import page_ref
from bff.mapping.paths import values_at
from bff.mapping.values import lines
from bff.sources.contentful.documents import Documents
from bff.sources.contentful.settings import ContentfulSettings
from bff.sources.contentful.wire import Resource

Content = TypeVar("Content")

_WITH_ADDONS = 2
"""Levels of references from which on an addon's own references are in the answer too."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Of several entries that have one key the oldest counts, but for pages."""

    documents: Documents
    settings: ContentfulSettings

    def products(self, keys: Sequence[str]) -> dict[str, ProductContent | None]:
        """Return the content of products, and of the addons that it names."""
        settings, documents = self.settings, self.documents
        entries: dict[str, Resource] = {}
        for entry in self._oldest_first(settings.product_type):
            key = documents.named(entry, settings.key_field)
            if key:
                entries.setdefault(key, entry)
        # As deep as an addon's entry too has its references in the answer.
        levels = max(settings.include - 1, min(settings.include, 1))

        def content(key: str) -> ProductContent | None:
            entry = entries.get(key)
            if entry is None:
                return None
            return to_product(documents.document(entry, levels), settings.product)

        found = {key: content(key) for key in keys}
        if settings.include >= _WITH_ADDONS:
            named = [key for one in found.values() if one for key in self._addons(one)]
            # One whose pictures or addons did not come along has to be asked for itself: it may
            # be kept, and shown on its own page.
            whole = [
                key for key in named if key in entries and documents.is_whole(entries[key], levels)
            ]
            found |= {key: content(key) for key in whole if key not in found}
        return found

    def groups(
        self, content_type: str, mapping: GroupMapping, keys: Sequence[str]
    ) -> dict[str, GroupContent | None]:
        """Return what is written about collections or categories."""

        def keys_of(entry: Resource, _: Document) -> Iterable[str]:
            key = self.documents.named(entry, self.settings.key_field)
            return [key] if key else []

        return self._by_key(
            (content_type, self.settings.include),
            keys,
            keys_of,
            lambda document: to_group(document, mapping),
        )

    def pages(self, slugs: Sequence[str]) -> dict[str, tuple[PageContent, ...]]:
        """Return pages by each of their slugs, whatever language it is in, the oldest first."""
        settings, wanted = self.settings, frozenset(slugs)
        documents = (
            self.documents.document(entry, settings.include)
            for entry in self._oldest_first(settings.page_type)
        )
        named = (
            to_page(document, settings.page)
            for document in documents
            if not wanted.isdisjoint(page_ref(document, settings.page.slug).slugs.values())
        )
        return pages_by_slug(slugs, named)

    def menus(self, handles: Sequence[str]) -> dict[str, MenuContent | None]:
        """Return menus by their handles."""
        mapping = self.settings.navigation
        return self._by_key(
            (self.settings.navigation_type, self.settings.navigation_include),
            handles,
            lambda _, document: lines(values_at(document.fields, mapping.handle)).values(),
            lambda document: to_menu(document, mapping),
        )

    def _by_key(
        self,
        kind: tuple[str, int],
        keys: Sequence[str],
        keys_of: Callable[[Resource, Document], Iterable[str]],
        to: Callable[[Document], Content],
    ) -> dict[str, Content | None]:
        """Return entries of a content type, read so many levels deep, by those of their keys."""
        content_type, levels = kind
        found: dict[str, Content | None] = dict.fromkeys(keys)
        for entry in self._oldest_first(content_type):
            document = self.documents.document(entry, levels)
            own = [key for key in keys_of(entry, document) if key in found and found[key] is None]
            if own:
                found |= dict.fromkeys(own, to(document))
        return found

    def _oldest_first(self, content_type: str) -> list[Resource]:
        entries = self.documents.pool.entries.values()
        return sorted(
            (entry for entry in entries if entry.type == content_type),
            key=lambda entry: (entry.created_at or "~", entry.id),
        )

    def _addons(self, content: ProductContent) -> Iterator[str]:
        by = self.settings.matches_by
        for group in content.addons:
            for ref in (ref for refs in group.lists.values() for ref in refs):
                key = by.key(ref.id, ref.handle)
                if key:
                    yield key


def raw(documents: Documents) -> list[Mapping[str, object]]:
    """Return all that there is to read: its size says how long that takes."""
    return [entry.fields for entry in documents.pool.entries.values()]
