"""Which collection types this service reads, and what of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from bff.mapping.settings import Part
from bff.sources.strapi.populate import Plan, Plans
from bff.sources.strapi.settings import StrapiSettings


@dataclass(frozen=True, slots=True)
class ContentType:
    """One collection type: where it is, what its documents are known by, what to read of them."""

    operation: str
    endpoint: str
    key: str
    plan: Plan


def content_types_of(settings: StrapiSettings) -> Mapping[Part, ContentType]:
    """Return the types that a shop has; what is written about groups is there if it says so."""
    plans = Plans(settings)
    key = settings.matches_by.key(settings.id_field, settings.handle_field)
    menu = settings.navigation.handle
    found: dict[Part, ContentType] = {
        "products": ContentType("contents", settings.products, key, plans.products),
        "pages": ContentType("pages", settings.pages, settings.page.slug, plans.pages),
        "navigation": ContentType("menus", settings.navigations, menu, plans.navigations),
    }
    if settings.collections is not None:
        found["collections"] = ContentType("groups", settings.collections, key, plans.collections)
    if settings.categories is not None:
        found["categories"] = ContentType("groups", settings.categories, key, plans.categories)
    return found
