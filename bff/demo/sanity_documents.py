"""The catalogue's content as documents of Sanity's, as the Content Lake would hold them."""

import hashlib

from bff.demo.catalogue import (
    OPENED,
    AddonsEntry,
    Catalogue,
    Entity,
    PictureEntry,
    ProductEntry,
    SpecEntry,
    product_id,
)
from bff.demo.portable_text import portable_text

_WRITTEN = OPENED.strftime("%Y-%m-%dT%H:%M:%SZ")


def documents(catalogue: Catalogue) -> list[Entity]:
    """Return the published documents; a product without content has none."""
    found = [_document(catalogue, product) for product in catalogue["products"]]
    return sorted((document for document in found if document), key=lambda one: str(one["_id"]))


def _document(catalogue: Catalogue, product: ProductEntry) -> Entity | None:
    content = product["content"]
    if content is None:
        return None
    own_id = product_id(catalogue, product["handle"])
    document: Entity = {
        "_id": own_id,
        "_type": "product",
        "_rev": hashlib.sha256(own_id.encode()).hexdigest()[:22],
        "_createdAt": _WRITTEN,
        "_updatedAt": _WRITTEN,
        "title": product["title"],  # synced from Medusa
    }
    for name in ("fabricWeight", "certifications"):
        if name in content:
            document[name] = content[name]
    if "images" in content:
        document["images"] = [_picture(picture) for picture in content["images"]]
    document["specs"] = [_spec(spec) for spec in content["specs"]]
    if "addons" in content:
        document["addons"] = _addons(catalogue, content["addons"])
    return document


def _spec(spec: SpecEntry) -> Entity:
    written: Entity = {"_key": f"spec-{spec['lang']}", "_type": "spec", **spec}
    content = spec.get("content")
    if isinstance(content, list):
        written["content"] = portable_text(content)
    return written


def _addons(catalogue: Catalogue, addons: AddonsEntry) -> Entity:
    known = {product["handle"] for product in catalogue["products"] if product["content"]}
    references = []
    for number, handle in enumerate(addons["products"]):
        target = product_id(catalogue, handle)
        reference: Entity = {"_type": "reference", "_key": f"addon-{number}", "_ref": target}
        # Sanity refuses to store a strong reference to nothing.
        references.append(reference if handle in known else {**reference, "_weak": True})
    return {"title": addons["title"], "products": references}


def _picture(picture: PictureEntry) -> Entity:
    digest = hashlib.sha1(picture["alt"].encode(), usedforsecurity=False).hexdigest()
    asset = f"image-{digest}-{picture['width']}x{picture['height']}-jpg"
    return {
        "_type": "image",
        "_key": digest[:12],
        "alt": picture["alt"],
        "asset": {"_type": "reference", "_ref": asset},
    }
