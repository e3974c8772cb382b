"""Contentful: fields that hold every language, references between entries."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from tests.sources.contract.articles import (
    Article,
    Group,
    Line,
    Menu,
    Page,
    Picture,
    Shop,
    Text,
    in_language,
)
from tests.sources.contract.harnesses.contentful_api import (
    DELIVERY,
    EDITOR,
    PREVIEW,
    READER,
    Space,
    Stored,
)
from tests.sources.contract.system import Can, Fake, Harness

Json = Any
_TAGS = {"en": "en-US", "de": "de-DE", "es": "es-ES", "pt-BR": "pt-BR"}
_NEUTRAL, _LOCALISED = False, True
_TEXTS = {
    "title": "title",
    "subtitle": "subtitle",
    "description": "description",
    "seo_title": "seoTitle",
    "seo_description": "seoDescription",
}
_GROUP = {"medusaId": _NEUTRAL, "handle": _NEUTRAL, **dict.fromkeys(_TEXTS.values(), _LOCALISED)}
_TYPES: dict[str, dict[str, bool]] = {
    "product": {
        **_GROUP,
        **dict.fromkeys(("image", "gallery", "addons", "brand"), _NEUTRAL),
        "addonsTitle": _LOCALISED,
    },
    "collection": _GROUP,
    "category": _GROUP,
    "page": {
        **dict.fromkeys(("slug", *_TEXTS.values()), _LOCALISED),
        "products": _NEUTRAL,
    },
    "navigation": {"key": _NEUTRAL, "items": _NEUTRAL},
    "navigationItem": {
        **dict.fromkeys(("page", "product", "category", "children", "url"), _NEUTRAL),
        "label": _LOCALISED,
    },
    "brand": {"title": _LOCALISED},
}


class _Editor:
    """Writes entries. `match` is what products are known by."""

    def __init__(self, shop: Shop, match: str) -> None:
        self._shop = shop
        self._match = match
        self._types = {name: dict(fields) for name, fields in _TYPES.items()}
        names = sorted(article.name for article in shop.articles)
        self._ages = {name: age for age, name in enumerate(names)}
        self._assets: dict[str, Json] = {}
        self._items: list[Stored] = []

    def space(self) -> Fake:
        shop = self._shop
        if not shop.categories:  # a shop that writes about none has no content type for them
            del self._types["category"]
        stored = [
            *(self._article(article) for article in shop.articles),
            *(self._group("collection", group) for group in shop.collections),
            *(self._group("category", group) for group in shop.categories),
            *(self._page(page) for page in shop.pages),
            *(self._menu(menu) for menu in shop.menus),
        ]
        key = "medusaId" if self._match == "id" else "handle"
        return Space(self._types, [*stored, *self._items], [*self._assets.values()], key)

    def _article(self, article: Article) -> Stored:
        own, words = self._id(article.name), article.pending or article
        created = f"2026-01-01T{self._ages[article.name]:09d}"
        return Stored(
            self._product(own, article, created) if article.is_published else None,
            self._product(own, words, created),
        )

    def _product(self, own: str, article: Article, created: str) -> Json:
        fields = {**self._about(article.id, article.handle), **_texts(article.texts)}
        for name, value in {**article.facts, **article.mirrors}.items():
            self._types["product"][name] = _NEUTRAL
            if value is not None:  # what is empty is not there
                fields[name] = _neutral(value)
        for name, words in article.words.items():
            self._types["product"][name] = _LOCALISED
            fields[name] = _by_code(words)
        if article.hero:
            fields["image"] = _neutral(self._picture(article.hero))
        if article.gallery:
            fields["gallery"] = _neutral([self._picture(each) for each in article.gallery])
        if article.addons:
            fields["addons"] = _neutral(
                [self._to_product(one) for one in in_language(article.addons, "en")]
            )
            fields["addonsTitle"] = _by_code(article.addons_titles)
        fields["brand"] = _neutral(_to("brand-acme"))
        return _entry(own, "product", fields, created)

    def _group(self, kind: str, group: Group) -> Stored:
        fields = {**self._about(group.id, group.handle), **_texts(group.texts)}
        return _stored(_entry(f"{kind}-{group.handle}", kind, fields), group.is_published)

    def _page(self, page: Page) -> Stored:
        products = [self._to_product(one) for one in in_language(page.products, "en")]
        fields = {**_texts(page.texts), "slug": _by_code(page.slugs)}
        fields["products"] = _neutral(products)
        return _stored(_entry(f"page-{page.name}", "page", fields), page.is_published)

    def _menu(self, menu: Menu) -> Stored:
        items = [self._line(line) for line in in_language(menu.lines, "en")]
        fields = {"key": _neutral(menu.handle), "items": _neutral(items)}
        entry = _entry(f"menu-{menu.handle}", "navigation", fields)
        return _stored(entry, menu.is_published)

    def _line(self, line: Line) -> Json:
        fields: Json = {"label": _by_code(line.labels)}
        if line.url:
            fields["url"] = _neutral(line.url)
        if line.page:
            fields["page"] = _neutral(_to(f"page-{line.page}"))
        if line.product:
            fields["product"] = _neutral(self._to_product(line.product))
        if line.category:
            fields["category"] = _neutral(line.category)
        if line.below:
            fields["children"] = _neutral([self._line(one) for one in line.below])
        own = f"item-{len(self._items)}"
        self._items.append(_stored(_entry(own, "navigationItem", fields), is_published=True))
        return _to(own)

    def _about(self, medusa_id: str, handle: str) -> Json:
        known = {"handle": _neutral(handle)}
        return known if self._match == "handle" else {"medusaId": _neutral(medusa_id), **known}

    def _to_product(self, handle: str) -> Json:
        names = [one.name for one in self._shop.counted() if one.handle == handle]
        return _to(self._id(names[0] if names else handle))

    def _id(self, name: str) -> str:
        """Return an entry's id: those of older entries come last."""
        return f"{99_999 - self._ages.get(name, 0):05d}-{name}"

    def _picture(self, picture: Picture) -> Json:
        file = {
            "url": f"//images.test/{picture.file}.jpg",
            "contentType": "image/jpeg",
            "details": {"image": {"width": picture.width, "height": picture.height}},
        }
        fields = {"file": _neutral(file), "description": _by_code(picture.alts)}
        sys = {"id": picture.file, "type": "Asset"}
        self._assets[picture.file] = {"sys": sys, "fields": fields}
        return _to(picture.file, "Asset")


def _texts(texts: Mapping[str, Text]) -> Json:
    fields: Json = {}
    for tag, text in texts.items():
        for name, theirs in _TEXTS.items():
            value = getattr(text, name)
            if value is not None:
                written = _prose(value) if name == "description" else value
                fields.setdefault(theirs, {})[_TAGS[tag]] = written
    return fields


def _prose(text: str) -> Json:
    words = {"nodeType": "text", "value": text, "marks": [], "data": {}}
    paragraph = {"nodeType": "paragraph", "data": {}, "content": [words]}
    return {"nodeType": "document", "data": {}, "content": [paragraph]}


def _neutral(value: Json) -> Json:
    return {"en-US": value}


def _by_code(words: Mapping[str, object]) -> Json:
    return {_TAGS[tag]: text for tag, text in words.items()}


def _to(target: str, kind: str = "Entry") -> Json:
    return {"sys": {"type": "Link", "linkType": kind, "id": target}}


def _entry(own: str, kind: str, fields: Json, created: str = "2026-01-01") -> Json:
    content_type = {"sys": {"type": "Link", "linkType": "ContentType", "id": kind}}
    sys = {"id": own, "type": "Entry", "createdAt": created, "contentType": content_type}
    return {"sys": sys, "fields": fields}


def _stored(entry: Json, is_published: bool) -> Stored:
    return Stored(entry if is_published else None, entry)


def _publisher(match: str) -> Callable[[Shop], Fake]:
    return lambda shop: _Editor(shop, match).space()


def _is_reference(request: httpx.Request) -> bool:
    return request.url.path.endswith(("/content_types", "/locales"))


_CANNOT = {
    Can.TELL_UNPUBLISHED_ADDONS: "a link has the entry's id; whose it is, is in the entry",
    Can.TELL_MISSING_ADDONS: "a link has the entry's id, and there is no entry",
    Can.TELL_DRAFTS_APART: "drafts have a host and a token of their own, and the same form",
    Can.BE_READ_BY_ANYBODY_FOR_DRAFTS: "the token of the one host is refused by the other",
}
_KNOWN_BY: Sequence[str] = ("id", "handle")

HARNESSES = tuple(
    Harness(
        f"contentful-by-{match}",
        {
            "kind": "contentful",
            "space_id": "space1",
            "match": match,
            "token": READER,
            "preview_token": EDITOR,
            "url": DELIVERY,
            "preview_url": PREVIEW,
        },
        _TAGS,
        _publisher(match),
        _CANNOT,
        is_reference=_is_reference,
    )
    for match in _KNOWN_BY
)
