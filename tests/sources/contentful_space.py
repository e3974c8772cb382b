"""A small space to test with: its content types and languages, and makers of what is in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bff.domain.locale import Locale, LocaleTags
from bff.sources.contentful.documents import Documents, Naming
from bff.sources.contentful.languages import Languages
from bff.sources.contentful.space import Space, to_space
from bff.sources.contentful.wire import Collection, Pool

Json = dict[str, Any]
_CODE = re.compile("[a-z]{2}(-[A-Z]{2})?")
PATH = "/spaces/space1/environments/master"
CODES = ("en-US", "de-DE", "de-AT", "es-ES")
TAGS = {"en": "en-US", "de": "de-DE", "es": "es-ES"}
SHOP = tuple(map(Locale, ("en", "de", "de-AT", "es", "pt")))
LOCALES = [{"code": code, "default": code == "en-US"} for code in CODES]
NAMING = Naming("product", "medusaId", "handle")


def content_type(name: str, neutral: str = "", localised: str = "") -> Json:
    fields = [{"id": field, "localized": False} for field in neutral.split()]
    fields += [{"id": field, "localized": True} for field in localised.split()]
    return {"sys": {"id": name, "type": "ContentType"}, "fields": fields}


TYPES = [
    content_type(
        "product",
        "medusaId handle addons gallery tags rank data guide brand",
        "title subtitle description image addonsTitle",
    ),
    content_type("brand", "seal", "title"),
    content_type("page", "products", "slug title body"),
    content_type("navigation", "key items"),
    content_type("navigationItem", "page product children", "label url"),
    content_type("collection", "medusaId handle", "title"),
]


def collection(items: Sequence[object], **more: object) -> Json:
    return {"sys": {"type": "Array"}, "total": len(items), "items": [*items], **more}


def entry(
    entry_id: str, kind: str = "product", /, created: str = "2026-01-01", **fields: Any
) -> Json:
    """An entry; a field that is not by language is in the default one."""
    return {
        "sys": {
            "id": entry_id,
            "type": "Entry",
            "createdAt": created,
            "contentType": {"sys": {"type": "Link", "linkType": "ContentType", "id": kind}},
        },
        "fields": {
            name: value if _is_by_code(value) else {"en-US": value}
            for name, value in fields.items()
        },
    }


def _is_by_code(value: object) -> bool:
    return isinstance(value, dict) and all(_CODE.fullmatch(key) for key in value)


def asset(
    asset_id: str, url: str | Mapping[str, str] = "//images.test/x.jpg", **fields: Any
) -> Json:
    """An asset, of which `url` may be by language; other fields are by language."""
    by_code = {"en-US": url} if isinstance(url, str) else url
    kind = fields.pop("contentType", "image/jpeg")
    file = {code: {"url": one, "contentType": kind} for code, one in by_code.items()}
    return {"sys": {"id": asset_id, "type": "Asset"}, "fields": {"file": file, **fields}}


def to(target: str, kind: str = "Entry") -> Json:
    return {"sys": {"type": "Link", "linkType": kind, "id": target}}


def prose(*nodes: object) -> Json:
    return {"nodeType": "document", "data": {}, "content": [*nodes]}


def words(text: str) -> Json:
    return {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": text}]}


def embedded(target: Json, kind: str = "embedded-entry-block") -> Json:
    return {"nodeType": kind, "data": {"target": target}, "content": []}


def space() -> Space:
    return to_space(TYPES, LOCALES)


def documents(*items: Json, tags: Mapping[str, str] | None = None) -> Documents:
    """Read an answer with these entries and assets in it."""
    ours = {Locale(tag): code for tag, code in (TAGS if tags is None else tags).items()}
    pool = Pool()
    pool.add(Collection.model_validate(collection(items)))
    return Documents(pool, Languages(space(), LocaleTags(ours)), NAMING)
