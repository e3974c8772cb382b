"""What is written in a Contentful space of the laboratory's model, by the Delivery API alone."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx

from tests.live.oracle_contentful_text import Files, rich_text
from tests.live.written import (
    Menu,
    Picture,
    References,
    System,
    Tag,
    Written,
    WrittenEntry,
    WrittenPage,
    distinct,
    is_blank,
    lost,
    present,
)

Json = Any
_TEXTS = {
    "title": "title",
    "subtitle": "subtitle",
    "seo.title": "seoTitle",
    "seo.description": "seoDescription",
}
_NOT_ATTRIBUTES = {
    *("medusaId", "handle", "title", "subtitle", "description", "seoTitle", "seoDescription"),
    *("addons", "addonsTitle", "image", "gallery", "specs"),
}


def system(url: str, space: str, token: str, tags: Mapping[str, str]) -> System:
    """Return what a space publishes; `tags` gives its own tag for languages of the shop."""
    with httpx.Client(
        base_url=f"{url}/spaces/{space}/environments/master",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    ) as client:
        entries = _all(client, "/entries", locale="*", include=0)
        assets = _all(client, "/assets", locale="*")
        types = _all(client, "/content_types")
    product_type = next(each for each in types if each["sys"]["id"] == "product")
    told = {field["id"]: field["localized"] for field in product_type["fields"]}
    products_fields = {name for each in entries if _is_product(each) for name in each["fields"]}
    # A field that its content type does not have is in the languages that it says.
    localised = {name for name in {*told, *products_fields} if told.get(name, True)}
    localised |= {"slug", "body", "label", "url"}  # of pages and menus
    space_read = _Space(
        {each["sys"]["id"]: each for each in entries},
        {each["sys"]["id"]: each for each in assets},
        localised,
        {theirs: ours for ours, theirs in tags.items()},
    )
    products: dict[str, Written] = {}
    for entry in sorted(entries, key=lambda each: each["sys"]["createdAt"]):
        if _is_product(entry):
            ((_, product_id),) = entry["fields"]["medusaId"].items()
            products.setdefault(product_id, space_read.written(entry["fields"]))
    pages = [
        space_read.page(each)
        for each in entries
        if each["sys"]["contentType"]["sys"]["id"] == "page"
    ]
    menus: dict[str, Menu] = {
        key: {None: space_read.menu(each["fields"]["items"])}
        for each in entries
        if each["sys"]["contentType"]["sys"]["id"] == "navigation"
        for key in each["fields"]["key"].values()
    }
    return System("contentful", products, pages=pages, menus=menus)


def _is_product(entry: Json) -> bool:
    return bool(entry["sys"]["contentType"]["sys"]["id"] == "product")


def _all(client: httpx.Client, path: str, **params: str | int) -> list[Json]:
    response = client.get(path, params={**params, "limit": 1_000}).raise_for_status()
    items: list[Json] = json.loads(response.text, parse_float=Decimal)["items"]
    return items


@dataclass(frozen=True)
class _Space:
    entries: Mapping[str, Json]
    assets: Mapping[str, Json]
    localised: set[str]
    ours: Mapping[str, str]

    def written(self, fields: Json) -> Written:
        texts: dict[Tag, dict[str, Json]] = {}
        attributes: dict[Tag, dict[str, Json]] = {}
        for name, theirs in _TEXTS.items():
            for tag, value in self._by_tag(fields, theirs):
                texts.setdefault(tag, {}).update(present({name: value}))
        for tag, value in self._by_tag(fields, "description"):
            body = present({"description": rich_text(value, self._files(tag))})
            texts.setdefault(tag, {}).update(body)
        for name in fields.keys() - _NOT_ATTRIBUTES:
            for tag, value in self._by_tag(fields, name):
                if not is_blank(value):
                    attributes.setdefault(tag, {})[name] = value
        return Written(texts, attributes, self._images(fields), list(self._addons(fields)))

    def _files(self, tag: Tag) -> Files:
        return Files(self.assets, self.entries, tag, self.ours)

    def page(self, entry: Json) -> WrittenPage:
        fields = entry["fields"]
        texts: dict[Tag, dict[str, Json]] = {}
        for name, theirs in _TEXTS.items():
            for tag, value in self._by_tag(fields, theirs):
                texts.setdefault(tag, {}).update(present({name: value}))
        for tag, value in self._by_tag(fields, "body"):
            body = present({"description": rich_text(value, self._files(tag))})
            texts.setdefault(tag, {}).update(body)
        items = {
            tag: [self._product_id(link["sys"]["id"]) for link in links]
            for tag, links in self._by_tag(fields, "products")
        }
        return WrittenPage(entry["sys"]["id"], dict(self._by_tag(fields, "slug")), texts, items)

    def menu(self, links: Json) -> list[WrittenEntry]:
        return [
            self._entry(self.entries[link["sys"]["id"]]["fields"])
            for several in links.values()
            for link in several
        ]

    def _entry(self, fields: Json) -> WrittenEntry:
        pages = [self.entries[each["sys"]["id"]] for each in fields.get("page", {}).values()]
        products = [
            self._product_id(each["sys"]["id"]) for each in fields.get("product", {}).values()
        ]
        return WrittenEntry(
            dict(self._by_tag(fields, "label")),
            dict(self._by_tag(fields, "url")),
            dict(self._by_tag(pages[0]["fields"], "slug")) if pages else None,
            products[0] if products else None,
            self.menu(fields.get("children", {})),
        )

    def _by_tag(self, fields: Json, name: str) -> Iterator[tuple[Tag, Json]]:
        for theirs, value in fields.get(name, {}).items():
            yield self.ours.get(theirs, theirs) if name in self.localised else None, value

    def _images(self, fields: Json) -> Mapping[Tag, list[Picture]]:
        heroes = {
            tag: picture
            for tag, link in self._by_tag(fields, "image")
            if (picture := self._picture(link, "hero"))
        }
        gallery = [
            picture
            for _, links in self._by_tag(fields, "gallery")
            for link in links
            if (picture := self._picture(link, "gallery"))
        ]
        # open: a gallery for all languages goes with every language's own hero.
        sets = {tag: distinct([hero, *gallery]) for tag, hero in heroes.items()}
        return sets or ({None: distinct(gallery)} if gallery else {})

    def _picture(self, link: Json, role: str) -> Picture | None:
        asset = self.assets.get(link["sys"]["id"])
        if asset is None:
            return None
        fields = asset["fields"]
        (file,) = fields["file"].values()
        # open: the title stands in for a description, language by language.
        words = {**fields.get("title", {}), **fields.get("description", {})}
        size = file["details"]["image"]
        return Picture(
            "https:" + file["url"],
            {self.ours.get(theirs, theirs): text for theirs, text in words.items()},
            size["width"],
            size["height"],
            role,
        )

    def _addons(self, fields: Json) -> Iterator[References]:
        titles = dict(self._by_tag(fields, "addonsTitle"))
        for _, links in self._by_tag(fields, "addons"):
            targets = [self._product_id(link["sys"]["id"]) for link in links]
            if targets:
                yield References({None: targets}, titles)

    def _product_id(self, entry_id: str) -> str:
        """Return the product behind a reference; the entry's id where it is not shown."""
        entry = self.entries.get(entry_id)
        if entry is None:
            return lost(entry_id)
        ((_, product_id),) = entry["fields"]["medusaId"].items()
        return str(product_id)
