"""Which collection types this service reads, and what of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from bff.mapping.settings import Part
from bff.ports import MatchBy
from bff.sources.strapi.populate import Plan, Plans
from bff.sources.strapi.settings import StrapiSettings


@dataclass(frozen=True, slots=True)
class Shelf:
    """One collection type: where it is, what its documents are known by, what to read of them."""

    operation: str
    endpoint: str
    key: str
    plan: Plan


def shelves_of(settings: StrapiSettings) -> Mapping[Part, Shelf]:
    """Return the shelves that a shop has; what is written about groups is there if it says so."""
    plans = Plans(settings)
    key = settings.id_field if settings.matches_by is MatchBy.ID else settings.handle_field
    menu = settings.navigation.handle
    shelves: dict[Part, Shelf] = {
        "products": Shelf("contents", settings.products, key, plans.products),
        "pages": Shelf("pages", settings.pages, settings.page.slug, plans.pages),
        "navigation": Shelf("menus", settings.navigations, menu, plans.navigations),
    }
    if settings.collections is not None:
        shelves["collections"] = Shelf("groups", settings.collections, key, plans.collections)
    if settings.categories is not None:
        shelves["categories"] = Shelf("groups", settings.categories, key, plans.categories)
    return shelves
