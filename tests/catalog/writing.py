"""What editors write, besides documents that know products by id: by handle, pages, menus."""

from collections.abc import Mapping, Sequence

from bff.domain.commerce import Category, Collection, Handle
from bff.domain.content import (
    ContentFields,
    GroupContent,
    MenuContent,
    MenuEntry,
    PageContent,
    ProductContent,
    ProductRef,
    ProductReferences,
)
from bff.domain.locale import Locale
from bff.ports import MatchBy
from tests.catalog.fakes import DE, EN, Cms, cms_with, pid

SUMMER = Collection("pcol_summer", "summer", "Summer")
APPAREL = Category("pcat_apparel", "apparel", "Apparel", "All about apparel")
SHIRTS = Category("pcat_shirts", "shirts", "Shirts", parent_id="pcat_apparel")


def by_handle(name: str) -> ProductRef:
    """Refer to a product by its handle, which is its name."""
    return ProductRef(handle=Handle(name), document_id=f"doc_{name}")


def by_id(name: str) -> ProductRef:
    """Refer to a product by its id."""
    return ProductRef(pid(name), document_id=f"doc_{name}")


def handle_document(
    name: str, *, addons: Sequence[str | ProductRef] = (), by: str = "Strapi"
) -> ProductContent:
    """Return a document that knows its product, and addons that are names, by handle only."""
    refs = tuple(by_handle(one) if isinstance(one, str) else one for one in addons)
    return ProductContent(
        product=by_handle(name),
        document_id=f"doc_{name}",
        fields={EN: ContentFields(f"{by} {name}"), DE: ContentFields(f"{by} {name} deutsch")},
        addons=(ProductReferences({None: refs}, {EN: "Goes well"}),) if addons else (),
    )


def named(name: str, *documents: ProductContent) -> Cms:
    """Return a content system of this name that knows products by id."""
    cms = cms_with(*documents)
    cms.name = name
    return cms


def handle_cms(*documents: ProductContent, name: str = "strapi") -> Cms:
    """Return a content system that knows products by handle."""
    cms = named(name, *documents)
    cms.matches_by = MatchBy.HANDLE
    return cms


def group_content(title: str) -> GroupContent:
    """Return what somebody wrote about a group, in English only."""
    return GroupContent(f"doc_{title}", {EN: ContentFields(title)})


def page_document(
    slug: str, *items: ProductRef, title: str = "About us", german: str | None = None
) -> PageContent:
    """Return a page; with a German slug it is there in German, too."""
    slugs: dict[Locale | None, str] = {EN: slug}
    fields: dict[Locale | None, ContentFields] = {EN: ContentFields(title)}
    if german is not None:
        slugs[DE] = german
        fields[DE] = ContentFields(f"{title} deutsch")
    return PageContent(f"page_{slug}", slugs, fields, ProductReferences({None: items}))


def writing_pages(name: str, *pages: PageContent) -> Cms:
    """Return a content system with these pages."""
    cms = named(name)
    cms.page_documents = [*pages]
    return cms


def entry(label: str, *children: MenuEntry, product: ProductRef | None = None) -> MenuEntry:
    """Return a line of a menu."""
    return MenuEntry({EN: label}, product=product, children=children)


def menu_document(*entries: MenuEntry) -> MenuContent:
    """Return a menu with one list for all languages."""
    return MenuContent("menu_main", {None: entries})


def writing_menus(name: str, menus: Mapping[str, MenuContent]) -> Cms:
    """Return a content system with these menus."""
    cms = named(name)
    cms.menu_documents = dict(menus)
    return cms
