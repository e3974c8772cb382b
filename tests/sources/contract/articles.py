"""Articles as an editor sees them, in no content system's words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TypeAlias, TypeVar

Tag: TypeAlias = str
"""A language as the shop writes it."""
Words: TypeAlias = Mapping[Tag, str]
"""A text by language."""
Products: TypeAlias = Sequence[str] | Mapping[Tag, Sequence[str]]
"""Articles by handle, in the editor's order: one list for all languages, or one for each."""


@dataclass(frozen=True)
class Text:
    """The texts of one thing in one language; `None` and blanks are nothing."""

    title: str | None = None
    subtitle: str | None = None
    description: str | None = None
    seo_title: str | None = None
    seo_description: str | None = None

    def shown(self) -> "Text":
        """Return what a shopper sees of it."""
        return Text(
            **{
                one.name: text if text and text.strip() else None
                for one in fields(self)
                for text in [getattr(self, one.name)]
            }
        )


@dataclass(frozen=True)
class Picture:
    """A picture in the media library. `file` is a part of its address."""

    file: str
    alts: Words = field(default_factory=dict)
    width: int = 800
    height: int = 600


@dataclass(frozen=True)
class Article:
    """A product's document.

    `facts` are fields that nobody mapped and that are the same in every language, `words` those
    that are translated, and `mirrors` copies of what only Medusa knows. Of an article that was
    published, `pending` is what an editor has changed since. `document` tells two articles about
    one product apart; the first by name is the older one.
    """

    id: str
    handle: str
    texts: Mapping[Tag, Text] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    words: Mapping[str, Mapping[Tag, object]] = field(default_factory=dict)
    mirrors: Mapping[str, object] = field(default_factory=dict)
    hero: Picture | None = None
    gallery: Sequence[Picture] = ()
    addons: Products = ()
    addons_titles: Words = field(default_factory=dict)
    is_published: bool = True
    pending: "Article | None" = None
    document: str = ""

    @property
    def name(self) -> str:
        """What the document is called in its content system."""
        return self.document or self.handle

    def translated(self) -> dict[Tag, dict[str, object]]:
        """Return the words by language."""
        found: dict[Tag, dict[str, object]] = {}
        for name, words in self.words.items():
            for tag, text in words.items():
                found.setdefault(tag, {})[name] = text
        return found

    def languages(self) -> list[Tag]:
        """Return every language that an editor wrote something in."""
        of_words = (tag for words in self.words.values() for tag in words)
        of_pictures = (tag for one in self.pictures() for tag in one.alts)
        return list(dict.fromkeys((*self.texts, *of_words, *of_pictures, *self.addons_titles)))

    def pictures(self) -> list[Picture]:
        """Return all its pictures in the order in which they are shown."""
        return [*([self.hero] if self.hero else []), *self.gallery]


@dataclass(frozen=True)
class Group:
    """What is written about a collection or a category."""

    id: str
    handle: str
    texts: Mapping[Tag, Text]
    is_published: bool = True


@dataclass(frozen=True)
class Page:
    """A page; `products` are handles of articles."""

    name: str
    slugs: Words
    texts: Mapping[Tag, Text]
    products: Products = ()
    is_published: bool = True


@dataclass(frozen=True)
class Line:
    """One line of a menu. `page` is a page's name, `product` an article's handle."""

    labels: Words
    url: str | None = None
    page: str | None = None
    product: str | None = None
    category: str | None = None
    below: "Sequence[Line]" = ()


@dataclass(frozen=True)
class Menu:
    """A menu, in every language that its lines are labelled in."""

    handle: str
    lines: Sequence[Line] | Mapping[Tag, Sequence[Line]]
    is_published: bool = True

    def languages(self) -> list[Tag]:
        """Return the languages that it is in."""
        return [*(self.lines if isinstance(self.lines, Mapping) else self.lines[0].labels)]


@dataclass(frozen=True)
class Shop:
    """Everything that editors wrote. `locales` are the shop's, its own first."""

    locales: Sequence[Tag]
    articles: Sequence[Article]
    collections: Sequence[Group] = ()
    categories: Sequence[Group] = ()
    pages: Sequence[Page] = ()
    menus: Sequence[Menu] = ()

    def article(self, handle: str) -> Article:
        """Return the article that counts for a handle; one that is missing says nothing."""
        missing = Article(handle if handle.startswith("prod_") else f"prod_{handle}", handle)
        return next((one for one in self.counted() if one.handle == handle), missing)

    def page(self, name: str) -> Page:
        """Return a page."""
        return next(one for one in self.pages if one.name == name)

    def counted(self) -> Iterator[Article]:
        """Yield of several articles about one product the older one, drafts included."""
        seen: set[str] = set()
        for one in sorted(self.articles, key=lambda one: one.name):
            if one.id not in seen:
                seen.add(one.id)
                yield one

    def public(self) -> list[Article]:
        """Return the articles that shoppers see."""
        return [one for one in self.counted() if one.is_published]

    def edited(self) -> "Shop":
        """Return the shop as an editor sees it in a preview."""
        return replace(
            self,
            articles=[replace(one.pending or one, is_published=True) for one in self.articles],
            collections=[replace(one, is_published=True) for one in self.collections],
            categories=[replace(one, is_published=True) for one in self.categories],
            pages=[replace(one, is_published=True) for one in self.pages],
            menus=[replace(one, is_published=True) for one in self.menus],
        )


Item = TypeVar("Item")


def in_language(items: Sequence[Item] | Mapping[Tag, Sequence[Item]], tag: Tag) -> Sequence[Item]:
    """Return the list that counts in a language."""
    return items.get(tag, ()) if isinstance(items, Mapping) else items
