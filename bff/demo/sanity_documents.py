"""The catalogue's content as documents of Sanity's, as the Content Lake would hold them."""

import hashlib
from collections.abc import Sequence

from bff.demo.catalogue import (
    OPENED,
    AddonsEntry,
    Catalogue,
    Entity,
    MenuItemEntry,
    PageEntry,
    PictureEntry,
    ProductEntry,
    SpecEntry,
    VideoEntry,
    product_id,
)
from bff.demo.portable_text import portable_text

_WRITTEN = OPENED.strftime("%Y-%m-%dT%H:%M:%SZ")


def documents(catalogue: Catalogue) -> list[Entity]:
    """Return the published documents; a product without content has none."""
    products = [_product(catalogue, product) for product in catalogue["products"]]
    found = [
        *(document for document in products if document),
        *(_page(catalogue, page) for page in catalogue["pages"]),
        *(_menu(catalogue, handle) for handle in catalogue["menus"]),
    ]
    return sorted(found, key=lambda one: str(one["_id"]))


def _written(own_id: str, kind: str) -> Entity:
    return {
        "_id": own_id,
        "_type": kind,
        "_rev": hashlib.sha256(own_id.encode()).hexdigest()[:22],
        "_createdAt": _WRITTEN,
        "_updatedAt": _WRITTEN,
    }


def _product(catalogue: Catalogue, product: ProductEntry) -> Entity | None:
    content = product["content"]
    if content is None:
        return None
    document = _written(product_id(catalogue, product["handle"]), "product")
    document["title"] = product["title"]  # synced from Medusa
    for name in ("fabricWeight", "certifications"):
        if name in content:
            document[name] = content[name]
    if "hero" in content:
        document["hero"] = _picture(content["hero"])
    if "images" in content:
        document["images"] = [_picture(picture) for picture in content["images"]]
    if "videos" in content:
        document["videos"] = [_video(video) for video in content["videos"]]
    document["specs"] = [_spec(spec) for spec in content["specs"]]
    if "addons" in content:
        document["addons"] = _addons(catalogue, content["addons"])
    return document


def _page(catalogue: Catalogue, page: PageEntry) -> Entity:
    document = _written(_page_id(page["slug"]), "page")
    document["title"] = page["specs"][0].get("title")  # what lists in the Studio show
    document["slug"] = _slug(page["slug"])
    document["specs"] = [_spec(spec) for spec in page["specs"]]
    handles = page.get("products", [])
    document["products"] = _references(catalogue, handles, "product")
    return document


def _page_id(slug: str) -> str:
    return f"page-{slug}"


def _menu(catalogue: Catalogue, handle: str) -> Entity:
    document = _written(f"navigation-{handle}", "navigation")
    document["key"] = handle
    document["items"] = _menu_items(catalogue, catalogue["menus"][handle])
    return document


def _menu_items(catalogue: Catalogue, items: Sequence[MenuItemEntry]) -> list[Entity]:
    return [_menu_item(catalogue, item, f"item-{n}") for n, item in enumerate(items)]


def _menu_item(catalogue: Catalogue, item: MenuItemEntry, key: str) -> Entity:
    labels = [{"_key": tag, "lang": tag, "value": text} for tag, text in item["labels"].items()]
    written: Entity = {"_key": key, "_type": "navigationItem", "labels": labels}
    if "page" in item:
        written["page"] = {"_type": "reference", "_ref": _page_id(item["page"])}
    if "product" in item:
        target = product_id(catalogue, item["product"])
        written["product"] = {"_type": "reference", "_ref": target}
    for name in ("category", "collection", "url"):
        if name in item:
            written[name] = item[name]
    if "children" in item:
        written["children"] = _menu_items(catalogue, item["children"])
    return written


def _spec(spec: SpecEntry) -> Entity:
    written: Entity = {"_key": f"spec-{spec['lang']}", "_type": "spec", **spec}
    content = spec.get("content")
    if isinstance(content, list):
        written["content"] = portable_text(content)
    if "slug" in spec:
        written["slug"] = _slug(spec["slug"])
    return written


def _slug(text: str) -> Entity:
    return {"_type": "slug", "current": text}


def _addons(catalogue: Catalogue, addons: AddonsEntry) -> Entity:
    references = _references(catalogue, addons["products"], "addon")
    return {"title": addons["title"], "products": references}


def _references(catalogue: Catalogue, handles: Sequence[str], key: str) -> list[Entity]:
    known = {product["handle"] for product in catalogue["products"] if product["content"]}
    references = []
    for number, handle in enumerate(handles):
        target = product_id(catalogue, handle)
        reference: Entity = {"_type": "reference", "_key": f"{key}-{number}", "_ref": target}
        # Sanity refuses to store a strong reference to nothing.
        references.append(reference if handle in known else {**reference, "_weak": True})
    return references


def _picture(picture: PictureEntry) -> Entity:
    alt = picture["alt"]
    digest = _digest(alt if isinstance(alt, str) else next(iter(alt.values())))
    asset = f"image-{digest}-{picture['width']}x{picture['height']}-jpg"
    return {
        "_type": "image",
        "_key": digest[:12],
        "alt": alt if isinstance(alt, str) else {"_type": "localeString", **alt},
        "asset": {"_type": "reference", "_ref": asset},
    }


def _video(video: VideoEntry) -> Entity:
    digest = _digest(video["file"])
    return {
        "_type": "file",
        "_key": digest[:12],
        "title": {"_type": "localeString", **video["title"]},
        "asset": {"_type": "reference", "_ref": f"file-{digest}-mp4"},
    }


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
