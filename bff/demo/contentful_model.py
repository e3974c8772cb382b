"""The content model of the embedded Contentful."""

from collections.abc import Mapping

from bff.demo.catalogue import Entity

MODEL: Mapping[str, Mapping[str, str]] = {
    "product": {
        **dict.fromkeys(("medusaId", "handle"), "Symbol"),
        **dict.fromkeys(("title", "subtitle", "seoTitle", "seoDescription"), "Symbol*"),
        "description": "RichText*",
        "careInstructions": "Text*",
        "fabricWeight": "Integer",
        "certifications": "Array:Symbol",
        "hero": "Link:Asset",
        "images": "Array:Asset",
        "videos": "Array:Asset",
        "addonsTitle": "Symbol",
        "addons": "Array:Entry",
    },
    "page": {
        **dict.fromkeys(("slug", "title", "seoTitle", "seoDescription"), "Symbol*"),
        "body": "RichText*",
        "products": "Array:Entry",
    },
    "navigation": {"key": "Symbol", "items": "Array:Entry"},
    "navigationItem": {
        "label": "Symbol*",
        **dict.fromkeys(("url", "category", "collection"), "Symbol"),
        **dict.fromkeys(("page", "product"), "Link:Entry"),
        "children": "Array:Entry",
    },
}
"""Content types: the type of each field, with a star where it is localised."""

_SHOWN_BY: Mapping[str, str] = {"navigation": "key", "navigationItem": "label"}


def is_localised(kind: str, name: str) -> bool:
    """Tell whether a field of a content type is in languages."""
    return MODEL[kind][name].endswith("*")


def content_type(kind: str) -> Entity:
    """Return a content type as it is told, but for its `sys`."""
    return {
        "displayField": _SHOWN_BY.get(kind, "title"),
        "name": kind,
        "description": "",
        "fields": [_field(name, told) for name, told in MODEL[kind].items()],
    }


def _field(name: str, kind: str) -> Entity:
    own, _, inner = kind.removesuffix("*").partition(":")
    told: Entity = {
        "id": name,
        "name": name,
        "type": own,
        "localized": kind.endswith("*"),
        "required": False,
        "disabled": False,
        "omitted": False,
    }
    links = {"type": "Link", "linkType": inner}
    match own:
        case "Link":
            return told | {"linkType": inner}
        case "Array":
            of = {"type": inner} if inner == "Symbol" else links
            return told | {"items": {**of, "validations": []}}
        case _:
            return told
