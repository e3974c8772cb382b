"""Writes articles as documents of Sanity's, in each model of languages."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
    Words,
    in_language,
)
from tests.sources.contract.harnesses.sanity_lake import Lake
from tests.sources.contract.system import Fake

Json = Any
TAGS = {"en": "en", "de": "de-DE", "es": "es", "pt-BR": "pt_BR"}
_TEXTS = {"title": "title", "subtitle": "subtitle", "description": "content"}
_SEO = {"seo_title": "title", "seo_description": "description"}


@dataclass(frozen=True)
class Studio:
    """Writes documents in one model of languages; products are known by id or by handle."""

    model: str
    match: str
    are_old_keys: bool = False
    """Whether the languages of an array are its keys, as before version 5 of the plugin."""

    @property
    def is_by_document(self) -> bool:
        return self.model == "specs" and self.match == "id"

    @property
    def key(self) -> str:
        if self.match == "handle":
            return "handle"
        return "_id" if self.is_by_document else "medusaId"

    def publish(self, shop: Shop) -> Fake:
        """Publish a shop's articles."""
        # An id is one document: the one that counts.
        articles = [*shop.counted()] if self.is_by_document else shop.articles
        documents = [
            *(one for article in articles for one in self._articles(shop, article)),
            *(one for group in shop.collections for one in self._group("collection", group)),
            *(one for group in shop.categories for one in self._group("category", group)),
            *(one for page in shop.pages for one in self._page(shop, page)),
            *(one for menu in shop.menus for one in self._menu(shop, menu)),
        ]
        return Lake(documents, self.key)

    def _words(self, words: Mapping[Tag, Json], kind: str = "String") -> Json:
        """Write a text in all its languages in one field, outside of specs."""
        if self.model == "locale-object":
            return {"_type": f"locale{kind}"} | {
                TAGS[tag].replace("-", "_"): text for tag, text in words.items()
            }
        entry = f"internationalizedArray{kind}Value"
        return [
            {"_key": TAGS[tag], "_type": entry, "value": text}
            if self.are_old_keys
            else {"_key": f"k{n}", "_type": entry, "language": TAGS[tag], "value": text}
            for n, (tag, text) in enumerate(words.items())
        ]

    def _articles(self, shop: Shop, article: Article) -> Iterator[Json]:
        own = self._id(article)
        about = self._about("product", article.id, article.handle)
        facts = {**about, "brand": _to("brand-acme")}

        def written(one: Article, tags: Sequence[Tag]) -> Json:
            fields = {
                **facts,
                **one.facts,
                **one.mirrors,
                **self._texts(one.texts, tags, one.words),
                **self._addons(shop, one, tags),
            }
            if one.hero:
                fields["hero"] = self._picture(one.hero, tags)
            if one.gallery:
                fields["images"] = [self._picture(each, tags) for each in one.gallery]
            return fields

        for language, tags in self._parts(article.languages()):
            document = written(article, tags) | language
            yield {"_id": self._state(article.is_published) + own + _end(language), **document}
            if article.pending:
                draft = written(article.pending, tags) | language
                yield {"_id": f"drafts.{own}{_end(language)}", **draft}
                yield {"_id": f"versions.r1.{own}{_end(language)}", **draft}

    def _group(self, kind: str, group: Group) -> Iterator[Json]:
        own = group.id if self.is_by_document else f"{kind}-{group.handle}"
        about = self._about(kind, group.id, group.handle)
        for language, tags in self._parts(group.texts):
            texts = self._texts(group.texts, tags, {})
            name = self._state(group.is_published) + own + _end(language)
            yield {"_id": name, **about, **texts, **language}

    def _page(self, shop: Shop, page: Page) -> Iterator[Json]:
        family = []
        for language, tags in self._parts(page.slugs):
            own = f"page-{page.name}{_end(language)}"
            products = [
                self._to_product(shop, one, language)
                for one in in_language(page.products, tags[0])
            ]
            fields = self._texts(page.texts, tags, {})
            slugs = {tag: {"_type": "slug", "current": page.slugs[tag]} for tag in tags}
            if self.model == "specs":
                for spec, slug in zip(fields["specs"], slugs.values(), strict=True):
                    spec["slug"] = slug
            elif self.model == "document":
                fields["slug"] = slugs[tags[0]]
            else:
                fields["slug"] = self._words(slugs, "Slug")
            body = {"_type": "page", **fields, "products": products}
            yield {"_id": self._state(page.is_published) + own, **body, **language}
            family.append({"_key": _end(language), "value": _to(own)})
        if self.model == "document":
            kind = "translation.metadata"
            yield {"_id": f"meta-{page.name}", "_type": kind, "translations": family}

    def _menu(self, shop: Shop, menu: Menu) -> Iterator[Json]:
        for language, tags in self._parts(menu.languages()):
            own = f"menu-{menu.handle}{_end(language)}"
            lines = [
                self._line(shop, line, language, tags) for line in in_language(menu.lines, tags[0])
            ]
            fields = {"_type": "navigation", "key": menu.handle, "items": lines}
            yield {"_id": self._state(menu.is_published) + own, **fields, **language}

    def _line(self, shop: Shop, line: Line, language: Json, tags: Sequence[Tag]) -> Json:
        labels = self._one(line.labels, tags)
        written: Json = {"_type": "navigationItem", "label": labels, "url": line.url}
        if line.page:
            written["page"] = _to(f"page-{line.page}{_end(language)}")
        if line.product:
            written["product"] = self._to_product(shop, line.product, language)
        written["category"] = line.category
        written["children"] = [self._line(shop, one, language, tags) for one in line.below]
        return written

    def _parts(
        self, languages: Sequence[Tag] | Mapping[Tag, object]
    ) -> Iterator[tuple[Json, Json]]:
        """Yield what says the language of a document, and the languages that are in it."""
        if self.model != "document":
            yield {}, [*languages]
            return
        for tag in languages:
            yield {"language": TAGS[tag]}, [tag]

    def _texts(
        self,
        texts: Mapping[Tag, Text],
        tags: Sequence[Tag],
        words: Mapping[str, Mapping[Tag, object]],
    ) -> Json:
        by_tag = {tag: _written(texts.get(tag, Text())) for tag in tags}
        for name, translations in words.items():
            for tag in tags:
                if tag in translations:
                    by_tag[tag][name] = translations[tag]
        if self.model == "document":
            return by_tag[tags[0]]
        if self.model == "specs":
            return {
                "title": "A copy of Medusa's",
                "specs": [{"lang": TAGS[tag], **fields} for tag, fields in by_tag.items()],
            }
        names = dict.fromkeys(name for fields in by_tag.values() for name in fields)
        inner = {name: {t: f[name] for t, f in by_tag.items() if name in f} for name in names}
        seo = inner.pop("seo", {})
        fields = {name: self._words(each) for name, each in inner.items()}
        parts = {name: {t: one.get(name) for t, one in seo.items()} for name in _SEO.values()}
        return fields | {"seo": {name: self._words(each) for name, each in parts.items()}}

    def _addons(self, shop: Shop, article: Article, tags: Sequence[Tag]) -> Json:
        if not article.addons:
            return {}
        language = {"language": TAGS[tags[0]]} if self.model == "document" else {}
        title = self._one(article.addons_titles, tags)
        products = [
            self._to_product(shop, one, language) for one in in_language(article.addons, tags[0])
        ]
        return {"addons": {"title": title, "products": products}}

    def _picture(self, picture: Picture, tags: Sequence[Tag]) -> Json:
        name = f"image-{picture.file}-{picture.width}x{picture.height}-jpg"
        alt = self._one(picture.alts, tags)
        return {"_type": "image", "asset": _to(name), "alt": alt}

    def _one(self, words: Words, tags: Sequence[Tag]) -> Json:
        return words.get(tags[0]) if self.model == "document" else self._words(words)

    def _about(self, kind: str, medusa_id: str, handle: str) -> Json:
        slug = {"_type": "slug", "current": handle}
        if self.match == "handle":
            return {"_type": kind, "handle": slug}
        return {"_type": kind, "medusaId": medusa_id, "handle": slug}

    def _id(self, article: Article) -> str:
        return article.id if self.is_by_document else f"doc-{article.name}"

    def _to_product(self, shop: Shop, handle: str, language: Json) -> Json:
        """Refer to the article that counts; one that is missing is referred to all the same."""
        found = [one for one in shop.counted() if one.handle == handle]
        missing = Article(f"prod_{handle}", handle)
        return _to(self._id(found[0] if found else missing) + _end(language))

    def _state(self, is_published: bool) -> str:
        return "" if is_published else "drafts."


def _written(text: Text) -> Json:
    """Write the texts of one language, the description as Portable Text."""
    fields: Json = {}
    for name, theirs in _TEXTS.items():
        if (value := getattr(text, name)) is not None:
            fields[theirs] = value
    if text.description is not None:
        span = {"_type": "span", "_key": "s", "text": text.description, "marks": []}
        fields["content"] = [
            {"_type": "block", "_key": "b", "style": "normal", "children": [span], "markDefs": []}
        ]
    seo = {theirs: getattr(text, name) for name, theirs in _SEO.items()}
    return fields | {"seo": seo}


def _to(target: str) -> Json:
    return {"_type": "reference", "_ref": target, "_weak": True}


def _end(language: Json) -> str:
    return f"-{language['language']}" if language else ""
