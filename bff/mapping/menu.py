"""Content of menus."""

from collections.abc import Iterator, Mapping

from bff.domain.commerce import Handle
from bff.domain.content import MenuContent, MenuEntry, PageRef, ProductRef
from bff.domain.document import Document, Link, Value
from bff.domain.locale import Locale
from bff.mapping import values
from bff.mapping.page import page_ref
from bff.mapping.paths import items_of, values_at
from bff.mapping.settings import MenuMapping, Paths

_MAX_DEPTH = 4  # a menu may refer to itself


def to_menu(document: Document, mapping: MenuMapping) -> MenuContent:
    """Return a menu's content."""
    lists = {
        locale: tuple(_entries(value, mapping, 1))
        for locale, value in values_at(document.fields, mapping.items).items()
    }
    return MenuContent(document.id, lists, document.made_of)


def _entries(value: Value, mapping: MenuMapping, depth: int) -> Iterator[MenuEntry]:
    for item in items_of(value):
        fields = dict(item.target.fields) if isinstance(item, Link) and item.target else item
        if isinstance(fields, dict):
            yield _entry(fields, mapping, depth)


def _entry(fields: Mapping[str, Value], mapping: MenuMapping, depth: int) -> MenuEntry:
    below = values_at(fields, mapping.children) if depth < _MAX_DEPTH else {}
    children = (child for value in below.values() for child in _entries(value, mapping, depth + 1))
    return MenuEntry(
        labels=_lines(fields, mapping.label),
        urls=_lines(fields, mapping.url),
        page=_page(fields, mapping),
        product=_product(fields, mapping.product),
        category=_handle(fields, mapping.category),
        collection=_handle(fields, mapping.collection),
        children=tuple(children),
    )


def _lines(fields: Mapping[str, Value], paths: Paths) -> dict[Locale | None, str]:
    found: dict[Locale | None, str] = {}
    for path in paths:
        for locale, text in values.lines(values_at(fields, path)).items():
            found.setdefault(locale, text)
    return found


def _links(fields: Mapping[str, Value], path: str) -> Iterator[Link]:
    for value in values_at(fields, path).values():
        yield from (item for item in items_of(value) if isinstance(item, Link))


def _page(fields: Mapping[str, Value], mapping: MenuMapping) -> PageRef | None:
    pages = (link.target for link in _links(fields, mapping.page) if link.target)
    return next((page_ref(page, mapping.slug) for page in pages), None)


def _product(fields: Mapping[str, Value], path: str) -> ProductRef | None:
    refs = (ref for link in _links(fields, path) for ref in values.product_refs(link))
    return next(refs, None)


def _handle(fields: Mapping[str, Value], path: str) -> Handle | None:
    """Return the handle of a group, which an entry names as text or by a reference."""
    written = values.lines(values_at(fields, path)).values()
    referred = (link.target.handle for link in _links(fields, path) if link.target)
    return next((Handle(handle) for handle in (*written, *referred) if handle), None)
