"""The catalogue's content as Strapi stores it: a document has a row for each of its languages.

A relation leads to documents that are there in the same language: Strapi refuses to store any
other. What is not translated stands in every row.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from bff.demo.strapi_text import blocks

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Row:
    """One document in one language. `made` is in ISO 8601.

    `values` are by attribute: a relation is the documents that it leads to, a medium the numbers
    of its files, a component an object.
    """

    number: int
    endpoint: str
    document: str
    locale: str
    made: str
    values: Mapping[str, object]


@dataclass(slots=True)
class Stored:
    """All rows by type, in the order in which they were made, and the files by number."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    files: dict[int, Entity] = field(default_factory=dict)
    _by_document: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Keep a row."""
        self.rows.setdefault(row.endpoint, []).append(row)
        self._by_document.setdefault((row.endpoint, row.document), []).append(row)

    def languages(self, endpoint: str, document: str) -> Sequence[Row]:
        """Return the rows of a document."""
        return self._by_document.get((endpoint, document), ())


def stored(catalogue: Catalogue) -> Stored:
    """Return what the editors published; a product without content has no document."""
    editor = _Editor(catalogue)
    for product in reversed(catalogue["products"]):  # the newest stands first in the catalogue
        editor.add_product(product)
    for page in catalogue["pages"]:
        editor.add_page(page)
    for handle, items in catalogue["menus"].items():
        editor.add_menu(handle, items)
    return editor.kept


def written(instant: datetime) -> str:
    """Return an instant as Strapi writes it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def document_id(kind: str, name: str) -> str:
    """Return an id that looks like Strapi's, the same on every machine."""
    digest = hashlib.sha256(f"{kind}:{name}".encode()).digest()
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in digest[:24])


@dataclass(slots=True)
class _Editor:
    catalogue: Catalogue
    kept: Stored = field(default_factory=Stored)
    _count: int = 0

    def add_product(self, product: ProductEntry) -> None:
        content, handle = product["content"], product["handle"]
        if content is None:
            return
        shared: Entity = {
            "medusa_id": product_id(self.catalogue, handle),
            "handle": handle,
            "fabric_weight": content.get("fabricWeight"),
            "certifications": content.get("certifications"),
            "thumbnail": [self._picture(content["hero"])] if "hero" in content else [],
            "images": [self._picture(picture) for picture in content.get("images", [])],
            "videos": [self._film(video) for video in content.get("videos", [])],
        }
        addons = content.get("addons")
        for spec in content["specs"]:
            tag = spec["lang"]
            values = {
                **shared,
                **_texts(spec, "rich_description"),
                "subtitle": spec.get("subtitle"),
                "care_instructions": spec.get("careInstructions"),
                "addons": addons
                and {
                    "title": addons["title"],
                    "products": [*self._products(addons["products"], tag)],
                },
            }
            made = made_at(self.catalogue, handle)
            self._keep("products", document_id("product", handle), tag, values, made)

    def add_page(self, page: PageEntry) -> None:
        for spec in page["specs"]:
            products = [*self._products(page.get("products", []), spec["lang"])]
            section = {"__component": "page.product-list", "title": None, "products": products}
            values = {
                **_texts(spec, "body"),
                "slug": spec.get("slug", page["slug"]),
                "sections": [section],
            }
            self._keep("pages", document_id("page", page["slug"]), spec["lang"], values)

    def add_menu(self, handle: str, items: Sequence[MenuItemEntry]) -> None:
        for tag in self.catalogue["locales"]:
            values = {"key": handle, "items": [*self._lines(items, tag)]}
            self._keep("navigations", document_id("navigation", handle), tag, values)

    def _lines(self, items: Sequence[MenuItemEntry], tag: str) -> Iterator[Entity]:
        """Yield the lines of a menu in one language, without those whose target is not in it.

        A line that nobody translated is copied: each language has a menu of its own.
        """
        for item in items:
            page, product = item.get("page"), item.get("product")
            pages = [*self._pages([page] if page else [], tag)]
            products = [*self._products([product] if product else [], tag)]
            if len(pages) < bool(page) or len(products) < bool(product):
                continue
            labels = item["labels"]
            yield {
                "label": labels.get(tag, next(iter(labels.values()))),
                "url": item.get("url"),
                "category": item.get("category"),
                "collection": item.get("collection"),
                "page": pages,
                "product": products,
                "children": [*self._lines(item.get("children", []), tag)],
            }

    def _products(self, handles: Iterable[str], tag: str) -> Iterator[str]:
        """Yield products that are there in a language. A relation holds each of them once."""
        there = {
            product["handle"]
            for product in self.catalogue["products"]
            if product["content"] and tag in _languages(product["content"]["specs"])
        }
        for handle in dict.fromkeys(handles):
            if handle in there:
                yield document_id("product", handle)

    def _pages(self, slugs: Iterable[str], tag: str) -> Iterator[str]:
        pages = {page["slug"]: _languages(page["specs"]) for page in self.catalogue["pages"]}
        for slug in slugs:
            if tag in pages.get(slug, ()):
                yield document_id("page", slug)

    def _picture(self, picture: PictureEntry) -> int:
        # A file has one text, in whatever language: the shop's own here.
        alt = picture["alt"]
        words = alt if isinstance(alt, str) else alt[next(iter(self.catalogue["locales"]))]
        size = {"width": picture["width"], "height": picture["height"]}
        return self._file("picture", ".jpg", "image/jpeg", words, size)

    def _film(self, video: VideoEntry) -> int:
        words = next(iter(video["title"].values()))
        return self._file(video["file"], ".mp4", "video/mp4", words, {})

    def _file(self, name: str, ext: str, mime: str, words: str, size: Mapping[str, int]) -> int:
        number = len(self.kept.files) + 1
        hashed = f"{name}_{hashlib.sha256(words.encode()).hexdigest()[:10]}"
        self.kept.files[number] = {
            "id": number,
            "documentId": document_id("file", hashed),
            "name": f"{name}{ext}",
            "alternativeText": words,
            **dict.fromkeys(("caption", "focalPoint")),
            "width": None,
            "height": None,
            **size,
            "formats": None,
            "hash": hashed,
            "ext": ext,
            "mime": mime,
            "size": 100.0,
            "url": f"/uploads/{hashed}{ext}",
            "previewUrl": None,
            "provider": "local",
            "provider_metadata": None,
            **dict.fromkeys(("createdAt", "updatedAt", "publishedAt"), written(OPENED)),
        }
        return number

    def _keep(
        self, endpoint: str, document: str, tag: str, values: Entity, made: datetime = OPENED
    ) -> None:
        self._count += 1
        self.kept.add(Row(self._count, endpoint, document, tag, written(made), values))


def _languages(specs: Iterable[SpecEntry]) -> set[str]:
    return {spec["lang"] for spec in specs}


def _texts(spec: SpecEntry, prose: str) -> Entity:
    seo, content = spec.get("seo"), spec.get("content")
    described = (
        {"meta_title": seo.get("title"), "meta_description": seo.get("description")}
        if seo
        else None
    )
    return {
        "title": spec.get("title"),
        prose: None if content is None else blocks(content),
        "seo": described,
    }
