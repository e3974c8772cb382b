"""A menu in one language, its products priced and its links made whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bff.domain.addons import addon
from bff.domain.commerce import Handle
from bff.domain.content import MenuContent, MenuEntry, PageRef, ProductContent, ProductRef
from bff.domain.merge_page import plan_of, shown_slug
from bff.domain.merge_policy import Field, MergePlan
from bff.domain.pages import Menu, MenuItem, PageTarget
from bff.domain.richtext_html import safe_url
from bff.domain.storefront import Localized, StorefrontGroup, StorefrontProduct
from bff.domain.urls import UrlKind, UrlTemplates
from bff.domain.walk import is_missing, localized, words


@dataclass(frozen=True, slots=True)
class MenuTargets:
    """What is known of all that a menu leads to.

    `sold` and `documents` are as for `addon_groups`; the groups are by Medusa's handle.
    """

    sold: Mapping[str, StorefrontProduct | None] | None
    documents: Mapping[str, ProductContent | None]
    categories: Mapping[Handle, StorefrontGroup] = field(default_factory=dict)
    collections: Mapping[Handle, StorefrontGroup] = field(default_factory=dict)


def menu_entries(content: MenuContent, plan: MergePlan) -> tuple[MenuEntry, ...]:
    """Return the first list along the shopper's languages that is not empty."""
    return next(filter(None, map(content.lists.get, plan.reading)), ())


def all_entries(content: MenuContent, plan: MergePlan) -> Iterator[MenuEntry]:
    """Yield the entries that a shopper sees, on every level."""
    waiting = [*reversed(menu_entries(content, plan))]
    while waiting:
        entry = waiting.pop()
        yield entry
        waiting.extend(reversed(entry.children))


def menu_refs(content: MenuContent, plan: MergePlan) -> tuple[ProductRef, ...]:
    """Return all products that a menu names, on every level, each once."""
    refs: dict[str, ProductRef] = {}
    for entry in all_entries(content, plan):
        if entry.product is not None:
            refs.setdefault(entry.product.key, entry.product)
    return tuple(refs.values())


def merge_menu(
    source: str, content: MenuContent, plan: MergePlan, targets: MenuTargets, urls: UrlTemplates
) -> Menu:
    """Return a menu as the shopper is to see it: every item stays, in the editor's order.

    A group that Medusa does not have is left out of its item. An item's address is the editor's,
    else made of the first that there is of its page, product, category and collection.
    """

    def item(entry: MenuEntry) -> MenuItem:
        page = _page(entry.page, plan) if entry.page else None
        product = addon(entry.product, targets.sold, targets.documents) if entry.product else None
        category = targets.categories.get(entry.category) if entry.category else None
        collection = targets.collections.get(entry.collection) if entry.collection else None
        shown = MenuItem(
            label=_label(source, entry, plan),
            url=_own_url(entry, plan),
            page=page,
            product=product,
            category=category,
            collection=collection,
            children=tuple(map(item, entry.children)),
        )
        return shown if shown.url else replace(shown, url=_made_url(shown, plan, urls))

    return Menu(content.document_id, source, tuple(map(item, menu_entries(content, plan))))


def _page(ref: PageRef, plan: MergePlan) -> PageTarget | None:
    slug = shown_slug(ref.slugs, plan.reading)
    return PageTarget(ref.document_id, slug) if slug else None


def _label(source: str, entry: MenuEntry, plan: MergePlan) -> Localized[str] | None:
    for place in plan_of(source, plan).places[Field.TITLE]:
        label = entry.labels.get(place.locale, "")
        if not is_missing(label):
            return localized(label, place, plan)
    return None


def _own_url(entry: MenuEntry, plan: MergePlan) -> str | None:
    """Return the editor's address; one that would run a script in the browser is none."""
    written = words(entry.urls, plan)
    return safe_url(written) if written else None


def _made_url(item: MenuItem, plan: MergePlan, urls: UrlTemplates) -> str | None:
    """Return the address of what an item leads to; what is not sold has none."""
    locale = plan.context.language.applied
    if item.page:
        return urls.url(UrlKind.PAGE, item.page.slug, locale)
    if item.product and item.product.product:
        return urls.url(UrlKind.PRODUCT, item.product.product.text.handle, locale)
    if item.category:
        return urls.url(UrlKind.CATEGORY, item.category.handle, locale)
    if item.collection:
        return urls.url(UrlKind.COLLECTION, item.collection.handle, locale)
    return None
