"""The catalogue's content as entries and assets of Contentful's, in all languages at once."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bff.demo.catalogue import (
    OPENED,
    Catalogue,
    Entity,
    MenuItemEntry,
    PageEntry,
    PictureEntry,
    ProductEntry,
    SpecEntry,
    VideoEntry,
    made_at,
    product_id,
)
from bff.demo.contentful_model import MODEL, content_type, is_localised
from bff.demo.contentful_text import rich_text

CODES: Mapping[str, str] = {"en": "en-US", "es": "es-ES", "de": "de-DE", "fr": "fr-FR"}
"""The space's codes of the shop's languages; others are what they are in the shop."""

ENVIRONMENT = "master"


@dataclass(frozen=True, slots=True)
class Published:
    """What is published in a space: entries and assets by id, with all their languages."""

    codes: Mapping[str, str]
    entries: Mapping[str, Entity]
    assets: Mapping[str, Entity]
    content_types: Sequence[Entity]

    @property
    def default(self) -> str:
        """The code that fields carry which are in no language."""
        return next(iter(self.codes))


def published(catalogue: Catalogue, space_id: str) -> Published:
    """Return what the editors published; a product without content has no entry."""
    editor = _Editor(catalogue, space_id)
    for product in catalogue["products"]:
        editor.add_product(product)
    for page in catalogue["pages"]:
        editor.add_page(page)
    for handle, items in catalogue["menus"].items():
        editor.add_menu(handle, items)
    return Published(
        codes={_code(tag): name for tag, name in catalogue["locales"].items()},
        entries=editor.entries,
        assets=editor.assets,
        content_types=[editor.content_type(name) for name in MODEL],
    )


@dataclass(slots=True)
class _Editor:
    catalogue: Catalogue
    space_id: str
    entries: dict[str, Entity] = field(default_factory=dict)
    assets: dict[str, Entity] = field(default_factory=dict)

    def add_product(self, product: ProductEntry) -> None:
        content, handle = product["content"], product["handle"]
        if content is None:
            return
        fields: Entity = {
            "medusaId": product_id(self.catalogue, handle),
            "handle": handle,
            **_texts(content["specs"], "description"),
            **{
                name: content[name]
                for name in ("fabricWeight", "certifications")
                if name in content
            },
        }
        if "hero" in content:
            fields["hero"] = self._picture(content["hero"])
        if "images" in content:
            fields["images"] = [self._picture(picture) for picture in content["images"]]
        if "videos" in content:
            fields["videos"] = [self._film(video) for video in content["videos"]]
        if "addons" in content:
            fields["addonsTitle"] = content["addons"]["title"]
            fields["addons"] = _to_products(content["addons"]["products"])
        self._publish("product", _product_entry(handle), fields, made_at(self.catalogue, handle))

    def add_page(self, page: PageEntry) -> None:
        fields = _texts(page["specs"], "body")
        fields["slug"] = {
            _code(spec["lang"]): spec.get("slug", page["slug"]) for spec in page["specs"]
        }
        fields["products"] = _to_products(page.get("products", []))
        self._publish("page", _page_entry(page["slug"]), fields)

    def add_menu(self, handle: str, items: Sequence[MenuItemEntry]) -> None:
        own = f"navigation-{handle}"
        fields = {"key": handle, "items": [*self._lines(own, items)]}
        self._publish("navigation", own, fields)

    def _lines(self, above: str, items: Sequence[MenuItemEntry]) -> Iterator[Entity]:
        for number, item in enumerate(items):
            own = f"{above}-{number}"
            fields: Entity = {
                "label": {_code(tag): text for tag, text in item["labels"].items()},
                **{name: item[name] for name in ("url", "category", "collection") if name in item},
            }
            if "page" in item:
                fields["page"] = _to(_page_entry(item["page"]))
            if "product" in item:
                fields["product"] = _to(_product_entry(item["product"]))
            if "children" in item:
                fields["children"] = [*self._lines(own, item["children"])]
            self._publish("navigationItem", own, fields)
            yield _to(own)

    def content_type(self, name: str) -> Entity:
        return {"sys": self._sys("ContentType", name, OPENED), **content_type(name)}

    def _picture(self, picture: PictureEntry) -> Entity:
        alt = picture["alt"]
        words = alt if isinstance(alt, str) else next(iter(alt.values()))
        own = _digest(words)
        file = {
            "url": f"//images.ctfassets.net/{self.space_id}/{own}/picture.jpg",
            "details": {
                "size": 100_000,
                "image": {"width": picture["width"], "height": picture["height"]},
            },
            "fileName": "picture.jpg",
            "contentType": "image/jpeg",
        }
        # What a file is called is an editor's matter; shoppers are read its description.
        described = {"description": alt if isinstance(alt, dict) else {self._language: alt}}
        return self._keep(own, file, described)

    def _film(self, video: VideoEntry) -> Entity:
        own, name = _digest(video["file"]), f"{video['file']}.mp4"
        file = {
            "url": f"//videos.ctfassets.net/{self.space_id}/{own}/{name}",
            "details": {"size": 5_000_000},
            "fileName": name,
            "contentType": "video/mp4",
        }
        return self._keep(own, file, {"title": video["title"]})

    @property
    def _language(self) -> str:
        return next(iter(self.catalogue["locales"]))

    def _keep(self, own: str, file: Entity, words: Mapping[str, Mapping[str, str]]) -> Entity:
        fields: Entity = {"file": {_code(self._language): file}}
        for name, texts in words.items():
            fields[name] = {_code(tag): text for tag, text in texts.items()}
        self.assets[own] = {**self._resource("Asset", own, OPENED), "fields": fields}
        return _to(own, "Asset")

    def _publish(self, kind: str, own: str, fields: Entity, made: datetime = OPENED) -> None:
        """Keep an entry; what is not localised carries the default language's code alone."""
        resource = self._resource("Entry", own, made)
        resource["sys"]["contentType"] = _to(kind, "ContentType")
        default = _code(self._language)
        resource["fields"] = {
            name: value if is_localised(kind, name) else {default: value}
            for name, value in fields.items()
        }
        self.entries[own] = resource

    def _resource(self, kind: str, own: str, made: datetime) -> Entity:
        sys = {**self._sys(kind, own, made), "publishedVersion": 3}
        return {"metadata": {"tags": [], "concepts": []}, "sys": sys}

    def _sys(self, kind: str, own: str, made: datetime) -> Entity:
        written = made.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {
            "space": _to(self.space_id, "Space"),
            "id": own,
            "type": kind,
            "createdAt": written,
            "updatedAt": written,
            "environment": _to(ENVIRONMENT, "Environment"),
            "revision": 1,
        }


def _texts(specs: Sequence[SpecEntry], prose: str) -> Entity:
    """Return the fields of a thing's texts, each by language; nobody stores a `null`."""
    fields: Entity = {}
    for spec in specs:
        seo, content = spec.get("seo", {}), spec.get("content")
        written: Entity = {
            "title": spec.get("title"),
            "subtitle": spec.get("subtitle"),
            prose: None if content is None else rich_text(content),
            "careInstructions": spec.get("careInstructions"),
            "seoTitle": seo.get("title"),
            "seoDescription": seo.get("description"),
        }
        for name, value in written.items():
            if value is not None:
                fields.setdefault(name, {})[_code(spec["lang"])] = value
    return fields


def _to_products(handles: Sequence[str]) -> list[Entity]:
    return [_to(_product_entry(handle)) for handle in handles]


def _product_entry(handle: str) -> str:
    return f"product-{handle}"


def _page_entry(slug: str) -> str:
    return f"page-{slug}"


def _to(target: str, kind: str = "Entry") -> Entity:
    return {"sys": {"type": "Link", "linkType": kind, "id": target}}


def _code(tag: str) -> str:
    return CODES.get(tag, tag)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:22]
