"""The content model of the embedded Strapi: its collection types and components."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["field", "media", "relation", "component", "zone"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a type or component.

    `of` names the type that a relation leads to, or the component; in a dynamic zone each
    component says itself what it is.
    """

    kind: Kind = "field"
    of: str = ""
    is_many: bool = False


Attributes: TypeAlias = Mapping[str, Attribute]

_FIELD = Attribute()
_SEO = Attribute("component", "shared.seo")


def _fields(*names: str) -> dict[str, Attribute]:
    return dict.fromkeys(names, _FIELD)


def _relation(target: str, *, is_many: bool = False) -> Attribute:
    return Attribute("relation", target, is_many)


_LINE: Attributes = {
    **_fields("label", "url", "category", "collection"),
    "page": _relation("pages"),
    "product": _relation("products"),
}

COMPONENTS: Mapping[str, Attributes] = {
    "shared.seo": _fields("meta_title", "meta_description"),
    "product.addons": {**_fields("title"), "products": _relation("products", is_many=True)},
    "page.hero": {**_fields("title"), "image": Attribute("media")},
    "page.product-list": {**_fields("title"), "products": _relation("products", is_many=True)},
    "menu.sub-item": _LINE,
    "menu.item": {**_LINE, "children": Attribute("component", "menu.sub-item", is_many=True)},
}

TYPES: Mapping[str, Attributes] = {
    "products": {
        **_fields("medusa_id", "handle", "title", "subtitle", "rich_description"),
        **_fields("care_instructions", "fabric_weight", "certifications"),
        "seo": _SEO,
        "thumbnail": Attribute("media"),
        "images": Attribute("media", is_many=True),
        "videos": Attribute("media", is_many=True),
        "addons": Attribute("component", "product.addons"),
    },
    "pages": {
        **_fields("slug", "title", "body"),
        "seo": _SEO,
        "sections": Attribute("zone"),
    },
    "navigations": {
        **_fields("key"),
        "items": Attribute("component", "menu.item", is_many=True),
    },
}

LANGUAGES = "localizations"
"""The relation from an entry to the same document in other languages."""

FILE_FIELDS = (
    *("name", "alternativeText", "caption", "focalPoint", "width", "height", "formats", "hash"),
    *("ext", "mime", "size", "url", "previewUrl", "provider", "provider_metadata"),
    *("createdAt", "updatedAt", "publishedAt"),
)

BOOKKEEPING = ("createdAt", "updatedAt", "publishedAt", "locale")


def of_every_entry(version: int) -> tuple[str, ...]:
    """Return the fields that every entry has; version 4 knows no documents."""
    return ("id", *(("documentId",) if version == 5 else ()), *BOOKKEEPING)  # noqa: PLR2004 - that version
