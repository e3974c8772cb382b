"""From a content system's document to content: which field feeds which of ours is data."""

from bff.mapping.menu import to_menu
from bff.mapping.page import pages_by_slug, to_page
from bff.mapping.product import to_group, to_product
from bff.mapping.settings import (
    GroupMapping,
    MenuMapping,
    PageMapping,
    ProductMapping,
    ReferencesMapping,
    SourceSettings,
    TextMapping,
    VariantMapping,
)

__all__ = [
    "GroupMapping",
    "MenuMapping",
    "PageMapping",
    "ProductMapping",
    "ReferencesMapping",
    "SourceSettings",
    "TextMapping",
    "VariantMapping",
    "pages_by_slug",
    "to_group",
    "to_menu",
    "to_page",
    "to_product",
]
