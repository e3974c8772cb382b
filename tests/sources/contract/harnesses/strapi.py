"""Strapi 5 and 4: an entry per language."""

from collections.abc import Callable, Mapping, Sequence

import httpx

from tests.sources.contract.articles import (
    Article,
    Group,
    Line,
    Menu,
    Page,
    Picture,
    Shop,
    Tag,
    Text,
    in_language,
)
from tests.sources.contract.harnesses import strapi_api as api
from tests.sources.contract.harnesses.strapi_store import (
    Component,
    File,
    Json,
    Relation,
    Row,
    Store,
    Zone,
)
from tests.sources.contract.system import Can, Fake, Harness

_TAGS = {"en": "en", "de": "de-DE", "es": "es", "pt-BR": "pt-BR"}
_CREATED = "2026-01-01T00:00:00.000Z"
_FACTS = (
    "fabric_weight",
    "is_washable",
    "made_in",
    "certifications",
    "size_table",
    "fits",
    "lining",
)
_MIRRORS = ("price", "medusa_product_id", "currency_code", "sku")
_BLANKS = ("note", "nothing", "empty_list", "pieces", "is_fragile")
_ABOUT = ("medusa_id", "handle", "title", "subtitle", "rich_description", "seo")
_NAMES = {
    "products": frozenset(
        {
            *(*_ABOUT, *_FACTS, *_MIRRORS, *_BLANKS, "care_instructions"),
            *("thumbnail", "images", "addons", "brand"),
        }
    ),
    "brands": frozenset({"title"}),
    "collections": frozenset({*_ABOUT, "image"}),
    "categories": frozenset({*_ABOUT, "image"}),
    "pages": frozenset({"slug", "title", "subtitle", "body", "seo", "sections"}),
    "navigations": frozenset({"key", "items"}),
}


class _Editor:
    """Writes entries. `match` is what products are known by."""

    def __init__(self, shop: Shop, version: int, match: str) -> None:
        names = dict(_NAMES)
        if not shop.categories:  # a shop that writes about none has no such collection type
            del names["categories"]
        self._shop = shop
        self._match = match
        self._store = Store(version, names)
        self._count = 0

    def rest(self) -> Fake:
        shop = self._shop
        for tag in shop.locales:
            self._add("brands", "brand-acme", tag, {"title": "Acme"})
        ages = sorted(article.name for article in shop.articles)
        for article in shop.articles:
            self._add_article(article, f"2026-01-02T{ages.index(article.name):09d}")
        for group in shop.collections:
            self._add_group("collections", group)
        for group in shop.categories:
            self._add_group("categories", group)
        for page in shop.pages:
            for tag in page.slugs:
                fields = self._page(page, tag)
                self._add("pages", page.name, tag, fields, is_published=page.is_published)
        for menu in shop.menus:
            for tag in menu.languages():
                fields = self._menu(menu, tag)
                self._add("navigations", menu.handle, tag, fields, is_published=menu.is_published)
        key = "medusa_id" if self._match == "id" else "handle"
        return api.Rest(self._store, key, _TAGS[shop.locales[0]])

    def _add_article(self, article: Article, created: str) -> None:
        for tag in article.languages():
            self._keep(
                ("products", article.name, tag, created),
                self._product(article.pending or article, tag),
                self._product(article, tag) if article.is_published else None,
            )

    def _add_group(self, endpoint: str, group: Group) -> None:
        for tag in group.texts:
            fields = self._group(group, tag)
            self._add(endpoint, group.handle, tag, fields, is_published=group.is_published)

    def _add(
        self, endpoint: str, document: str, tag: Tag, fields: Json, *, is_published: bool = True
    ) -> None:
        self._keep((endpoint, document, tag, _CREATED), fields, fields if is_published else None)

    def _keep(self, what: tuple[str, str, Tag, str], edited: Json, public: Json | None) -> None:
        """Keep a document in one language; version 4 has one row, be it published or not."""
        endpoint, document, tag, created = what
        states = [(True, edited)] if public is None else [(True, edited), (False, public)]
        for is_draft, fields in states if self._store.version == 5 else states[-1:]:
            whole = dict.fromkeys(self._store.names[endpoint]) | fields
            self._count += 1
            row = Row(self._count, endpoint, document, _TAGS[tag], created, is_draft, whole)
            self._store.add(row)

    def _product(self, article: Article, tag: Tag) -> Json:
        fields = {
            **self._about(article.id, article.handle),
            **_texts(article.texts.get(tag, Text()), "rich_description"),
            **article.facts,
            **article.mirrors,
            **{name: words.get(tag) for name, words in article.words.items()},
            "thumbnail": _file(article.hero) if article.hero else None,
            "images": [_file(each) for each in article.gallery],
            "brand": Relation("brands", ["brand-acme"], is_many=False),
        }
        if article.addons:
            title, products = (
                article.addons_titles.get(tag),
                self._products(in_language(article.addons, tag)),
            )
            fields["addons"] = Component(title=title, products=products)
        return fields

    def _group(self, group: Group, tag: Tag) -> Json:
        return self._about(group.id, group.handle) | _texts(group.texts[tag], "rich_description")

    def _page(self, page: Page, tag: Tag) -> Json:
        products = self._products(in_language(page.products, tag))
        sections = Zone([Component(__component="page.product-list", products=products)])
        return {
            **_texts(page.texts.get(tag, Text()), "body"),
            "slug": page.slugs[tag],
            "sections": sections,
        }

    def _menu(self, menu: Menu, tag: Tag) -> Json:
        return {
            "key": menu.handle,
            "items": [self._line(line, tag) for line in in_language(menu.lines, tag)],
        }

    def _line(self, line: Line, tag: Tag) -> Component:
        return Component(
            label=line.labels[tag],
            url=line.url,
            page=Relation("pages", [line.page] if line.page else [], is_many=False),
            product=self._products([line.product] if line.product else [], is_many=False),
            category=line.category,
            children=[self._line(one, tag) for one in line.below] or None,
        )

    def _about(self, medusa_id: str, handle: str) -> Json:
        known = {"handle": handle}
        return known if self._match == "handle" else {"medusa_id": medusa_id, **known}

    def _products(self, handles: Sequence[str], *, is_many: bool = True) -> Relation:
        names = {one.handle: one.name for one in self._shop.counted()}
        there = [names[handle] for handle in handles if handle in names]
        return Relation("products", there, is_many)


def _texts(text: Text, description: str) -> Json:
    seo = Component(meta_title=text.seo_title, meta_description=text.seo_description)
    words = text.description
    blocks = [{"type": "paragraph", "children": [{"type": "text", "text": words}]}]
    prose = None if words is None else blocks
    return {"title": text.title, "subtitle": text.subtitle, description: prose, "seo": seo}


def _file(picture: Picture) -> File:
    return File(
        {
            "url": f"/uploads/{picture.file}.jpg",
            "alternativeText": next(iter(picture.alts.values()), None),
            "width": picture.width,
            "height": picture.height,
            "mime": "image/jpeg",
        }
    )


_CANNOT = {
    Can.DESCRIBE_PICTURES_BY_LANGUAGE: "a file has one alternative text",
    Can.SHOW_LOST_ADDONS: "a relation shows published documents and leaves the others out",
    Can.BRING_ADDONS: "a populated relation would bring the languages of its parent alone",
}
_CANNOT_4 = {
    **_CANNOT,
    Can.HOLD_PENDING_CHANGES: "an entry is one row: whoever edits it edits what is public",
}
_CREDENTIALS = {"token": api.READER, "preview_token": api.EDITOR}
_ACCOUNT = {"identifier": api.IDENTIFIER, "password": api.PASSWORD, "preview": True}


def _publisher(version: int, match: str) -> Callable[[Shop], Fake]:
    return lambda shop: _Editor(shop, version, match).rest()


def _harness(
    version: int, match: str, credentials: Mapping[str, object], name: str = ""
) -> Harness:
    settings = {
        "kind": "strapi",
        "url": "https://strapi.test",
        "version": "detect" if name else str(version),
        "match": match,
        "collections": "collections",
        "categories": "categories",
        "populate": ["brand"],
        "not_localized": ["medusa_id", "handle", "images", "thumbnail", *_FACTS, *_BLANKS],
        "navigation": {"product": "product", "children": "children"},
        **credentials,
    }
    return Harness(
        f"strapi-{version}-by-{match}{name}",
        settings,
        _TAGS,
        _publisher(version, match),
        _CANNOT if version == 5 else _CANNOT_4,
        page_of_list=100,
        is_reference=lambda request: httpx.URL(request.url).path == api.LOGIN,
    )


HARNESSES = (
    _harness(5, "id", _CREDENTIALS),
    _harness(5, "handle", _CREDENTIALS),
    _harness(5, "id", _ACCOUNT, "-with-an-account"),
    _harness(4, "id", _CREDENTIALS),
    _harness(4, "handle", _CREDENTIALS),
)
