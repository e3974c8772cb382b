"""What a content system knows of a product, a group of products, a page or a menu.

Every value is there in all its languages; the key `None` holds what the content system does not
localise, which is neutral: right in every language and never a fallback.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bff.domain.commerce import Handle, ProductId
from bff.domain.locale import Locale
from bff.domain.marks import Version
from bff.domain.richtext import RichText


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an editor's. `alts` says by language what it shows; sizes are in pixels."""

    url: str
    alts: Mapping[Locale | None, str] = field(default_factory=dict)
    width: int | None = None
    height: int | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """A video of an editor's. `media_type` is like `video/mp4`, `None` if nobody says."""

    url: str
    titles: Mapping[Locale | None, str] = field(default_factory=dict)
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class ContentFields:
    """The texts of one thing in one language. `None` and empty mean that nobody wrote one."""

    title: str | None = None
    subtitle: str | None = None
    description: RichText | None = None
    seo_title: str | None = None
    seo_description: str | None = None
    images: tuple[Picture, ...] = ()
    videos: tuple[Film, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)


Texts: TypeAlias = Mapping[Locale | None, ContentFields]


@dataclass(frozen=True, slots=True)
class ProductRef:
    """A product as a document names it: by Medusa's id, by its handle, or by both.

    Neither is known where the content system does not show what is referred to; `document_id`,
    its own id of that, is all that is left then.
    """

    id: ProductId | None = None
    handle: Handle | None = None
    document_id: str = ""

    @property
    def key(self) -> str:
        """What tells it from other products: the first of id, handle and document id."""
        return self.id or self.handle or self.document_id


@dataclass(frozen=True, slots=True)
class ProductReferences:
    """Products as an editor listed them: order, duplicates and mistakes included.

    Some content systems hold one list for all languages, others one per language.
    """

    lists: Mapping[Locale | None, tuple[ProductRef, ...]]
    titles: Mapping[Locale | None, str] = field(default_factory=dict)

    def in_order(self, order: Iterable[Locale | None]) -> tuple[ProductRef, ...]:
        """Return the first list along `order` that is not empty, each product once."""
        refs: dict[str, ProductRef] = {}
        for ref in next(filter(None, map(self.lists.get, order)), ()):
            refs.setdefault(ref.key, ref)
        return tuple(refs.values())


@dataclass(frozen=True, slots=True)
class ProductContent:
    """One product's content.

    `document_id` is the content system's own id. `made_of` has the ids of all documents that this
    depends on, files and documents that are not there included: what the content system will say
    has changed, when it tells of an edit. With each is the version that was read, `None` where
    it has none.
    `variants` holds texts by Medusa's variant id or by SKU.
    """

    product: ProductRef
    document_id: str
    fields: Texts
    addons: tuple[ProductReferences, ...] = ()
    variants: Mapping[str, Texts] = field(default_factory=dict)
    made_of: Mapping[str, Version | None] = field(default_factory=dict)

    def addon_refs(self, order: Sequence[Locale | None]) -> tuple[ProductRef, ...]:
        """Return all addons, in the editor's order, each once and never the product itself."""
        refs: dict[str, ProductRef] = {}
        for group in self.addons:
            for ref in group.in_order(order):
                refs.setdefault(ref.key, ref)
        for own in filter(None, (self.product.id, self.product.handle)):
            refs.pop(own, None)
        return tuple(refs.values())


@dataclass(frozen=True, slots=True)
class GroupContent:
    """What is written about a collection or a category of Medusa's."""

    document_id: str
    fields: Texts
    made_of: Mapping[str, Version | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page that a menu leads to."""

    document_id: str
    slugs: Mapping[Locale | None, str]


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page. Its body is the description in `fields`; `items` are products that it shows."""

    document_id: str
    slugs: Mapping[Locale | None, str]
    fields: Texts
    items: ProductReferences
    made_of: Mapping[str, Version | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of a menu. It leads to an address, a page, a product or a group, or to none."""

    labels: Mapping[Locale | None, str]
    urls: Mapping[Locale | None, str] = field(default_factory=dict)
    page: PageRef | None = None
    product: ProductRef | None = None
    category: Handle | None = None
    collection: Handle | None = None
    children: "tuple[MenuEntry, ...]" = ()


@dataclass(frozen=True, slots=True)
class MenuContent:
    """A menu: one list of entries for all languages, or one per language."""

    document_id: str
    lists: Mapping[Locale | None, tuple[MenuEntry, ...]]
    made_of: Mapping[str, Version | None] = field(default_factory=dict)
