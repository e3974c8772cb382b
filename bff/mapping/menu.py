"""Content of menus."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bff.domain.commerce import Handle
from bff.domain.content import MenuContent, MenuEntry, PageRef, ProductRef
from bff.domain.document import ByLocale, Document, Link, Value
from bff.domain.locale import Locale
from bff.mapping import values
from bff.mapping.page import page_ref
from bff.mapping.paths import by_place, items_of, values_at, values_in
from bff.mapping.settings import MenuMapping, Paths

_MAX_DEPTH = 4
_MAX_ENTRIES = 1_000  # in all languages together: a menu may refer to itself, more than once

_NOTHING = MenuEntry({})

Entries: TypeAlias = Iterator[MenuEntry]


def to_menu(document: Document, mapping: MenuMapping) -> MenuContent:
    """Return a menu's content.

    It ends four levels down, and where an entry is below itself. An entry that says and leads to
    nothing is left out.
    """
    reader = _Reader(mapping)
    lists = {
        locale: tuple(reader.entries(items_of(value), (), 1))
        for locale, value in values_at(document.fields, mapping.items).items()
    }
    return MenuContent(document.id, lists, document.made_of)


@dataclass(slots=True)
class _Reader:
    mapping: MenuMapping
    left: int = _MAX_ENTRIES

    def entries(self, items: Iterator[Value], above: tuple[str, ...], depth: int) -> Entries:
        """Read the entries of a list; `above` are the documents that it is below of."""
        for item in items:
            names = _document_ids(item)
            if self.left and not set(names) & set(above):
                self.left -= 1
                entry = self._entry(item, (*above, *names), depth)
                if entry != _NOTHING:
                    yield entry

    def _entry(self, item: Value, above: tuple[str, ...], depth: int) -> MenuEntry:
        mapping = self.mapping
        below = values_in(item, mapping.children) if depth < _MAX_DEPTH else {}
        return MenuEntry(
            labels=_lines(item, mapping.label),
            urls=_lines(item, mapping.url),
            page=_page(item, mapping),
            product=_product(item, mapping),
            category=_handle(item, mapping.category),
            collection=_handle(item, mapping.collection),
            children=tuple(self.entries(by_place(below), above, depth + 1)),
        )


def _document_ids(item: Value) -> tuple[str, ...]:
    inside = item.values.values() if isinstance(item, ByLocale) else (item,)
    return tuple(one.document_id for one in inside if isinstance(one, Link))


def _lines(item: Value, paths: Paths) -> dict[Locale | None, str]:
    found: dict[Locale | None, str] = {}
    for path in paths:
        for locale, text in values.lines(values_in(item, path)).items():
            found.setdefault(locale, text)
    return found


def _links(item: Value, path: str) -> Iterator[Link]:
    for value in values_in(item, path).values():
        yield from (one for one in items_of(value) if isinstance(one, Link))


def _page(item: Value, mapping: MenuMapping) -> PageRef | None:
    """Return the page that an entry leads to; one field may lead to pages and products."""
    for link in _links(item, mapping.page):
        product = values.product_ref(link)
        if link.target is not None and product.id is None:
            page = page_ref(link.target, mapping.slug)
            # What has a handle and no slug is a product that is known by that alone.
            if page.slugs or product.handle is None:
                return page
    return None


def _product(item: Value, mapping: MenuMapping) -> ProductRef | None:
    """Return the product that an entry leads to, be it known by its id or by its handle."""
    for link in _links(item, mapping.product):
        product = values.product_ref(link)
        if link.target is None or product.id is not None:
            return product
        # A page may have a handle, too, but then it has a slug.
        is_page = mapping.page == mapping.product and page_ref(link.target, mapping.slug).slugs
        if product.handle is not None and not is_page:
            return product
    return None


def _handle(item: Value, path: str) -> Handle | None:
    """Return the handle of a group, which an entry names as text or by a reference."""
    written = values.lines(values_in(item, path)).values()
    referred = (values.product_ref(link).handle for link in _links(item, path))
    within = (
        handle
        for link in _links(item, path)
        for handle in values.lines(values_in(link, "handle")).values()
    )
    return next((Handle(handle) for handle in (*written, *referred, *within) if handle), None)
