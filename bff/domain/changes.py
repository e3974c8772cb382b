"""What the sources say has changed, and which tags that touches. Pure.

Deliveries come twice, late and in any order. What is touched is therefore the union of what each
of them touches: that something changed is all that they are believed, and what it is now is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, assert_never

from bff.domain import tags
from bff.domain.commerce import ProductId, RegionId, VariantId
from bff.domain.marks import Tag, Touched, Version


class ProductPart(Enum):
    """What of a product has changed."""

    ALL = "all"
    """It was created, edited, published or hidden: lists and handles may have changed with it."""
    DETAILS = "details"
    """Something that neither lists nor handles depend on: a variant, an option, a translation."""
    OFFER = "offer"
    """A price or the stock."""
    GONE = "gone"
    """It was deleted."""


@dataclass(frozen=True, slots=True)
class ProductChanged:
    """A product of Medusa's. `changed_at` here and below is in seconds since 1970."""

    product: ProductId
    part: ProductPart = ProductPart.ALL
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class VariantChanged:
    """A variant whose product nobody told."""

    variant: VariantId
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class RegionChanged:
    """A market: its name, countries, currency or taxes, and every price in it."""

    region: RegionId
    is_gone: bool = False
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class CollectionChanged:
    """A collection. Its products show its name."""

    collection: str
    is_gone: bool = False
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class CategoryChanged:
    """A category. Its products show its name."""

    category: str
    is_gone: bool = False
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class DocumentChanged:
    """A document of a content system, which is now at `version` if that was told.

    `is_exact` says that whoever was told of this very version has been told of this change: each
    edit has a version of its own, and the document is found by no name. See `bff.domain.told`.
    """

    source: str
    document_id: str
    version: Version | None = None
    is_gone: bool = False
    changed_at: float | None = None
    is_exact: bool = False


class Kind(Enum):
    """What Medusa changed without telling which products show it."""

    MARKETS = "markets"
    GROUPS = "groups"
    OFFERS = "offers"
    TEXTS = "texts"
    ASSORTMENT = "assortment"
    """Which products are sold here: lists, and handles that had no product."""


@dataclass(frozen=True, slots=True)
class ShopChanged:
    """Something of Medusa's that many products may show."""

    kind: Kind
    changed_at: float | None = None


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """Something in a content system, and nobody can tell what."""

    source: str
    changed_at: float | None = None


Change: TypeAlias = (
    ProductChanged
    | VariantChanged
    | RegionChanged
    | CollectionChanged
    | CategoryChanged
    | DocumentChanged
    | ShopChanged
    | SourceChanged
)


def touched(changes: Iterable[Change]) -> tuple[Touched, ...]:
    """Return what to mark, each tag once: see `merged`."""
    return merged(one for change in changes for one in _touched(change))


def merged(several: Iterable[Touched]) -> tuple[Touched, ...]:
    """Return each tag once: the newest version counts, and that it is gone.

    Of deliveries in any order: a document that is gone in one of them and has a version in
    another is fetched anew either way, and what is fetched decides.
    """
    by_tag: dict[Tag, Touched] = {}
    for one in several:
        known = by_tag.get(one.tag)
        by_tag[one.tag] = _both(known, one) if known else one
    return tuple(by_tag.values())


def _touched(change: Change) -> Iterator[Touched]:
    when = change.changed_at
    match change:
        case ProductChanged(product, part):
            yield from _of_product(product, part, when)
        case VariantChanged(variant):
            yield Touched(tags.variant_tag(variant), changed_at=when)
        case RegionChanged(region, is_gone):
            yield Touched(tags.region_tag(region), is_gone, changed_at=when)
            yield Touched(tags.MARKETS, changed_at=when)
        case CollectionChanged(collection, is_gone):
            yield Touched(tags.collection_tag(collection), is_gone, changed_at=when)
            yield Touched(tags.GROUPS, changed_at=when)
        case CategoryChanged(category, is_gone):
            yield Touched(tags.category_tag(category), is_gone, changed_at=when)
            yield Touched(tags.GROUPS, changed_at=when)
        case DocumentChanged(source, document_id, version, is_gone):
            # In this order: where the one is marked, the other has been. See `was_told`.
            yield Touched(tags.names_tag(source), changed_at=when)
            yield Touched(tags.document_tag(source, document_id), is_gone, version, when)
        case ShopChanged(kind):
            for tag in _SHOP[kind]:
                yield Touched(tag, changed_at=when)
        case SourceChanged(source):
            yield Touched(tags.source_tag(source), changed_at=when)
        case _:
            assert_never(change)


def _of_product(product: ProductId, part: ProductPart, when: float | None) -> Iterator[Touched]:
    if part is ProductPart.OFFER:
        yield Touched(tags.offer_tag(product), changed_at=when)
        return
    yield Touched(tags.product_tag(product), part is ProductPart.GONE, changed_at=when)
    if part is not ProductPart.DETAILS:
        yield Touched(tags.HANDLES, changed_at=when)
        yield Touched(tags.LISTINGS, changed_at=when)


_SHOP: dict[Kind, tuple[Tag, ...]] = {
    Kind.MARKETS: (tags.MARKETS,),
    Kind.GROUPS: (tags.GROUPS,),
    Kind.OFFERS: (tags.OFFERS,),
    Kind.TEXTS: (tags.TEXTS,),
    Kind.ASSORTMENT: (tags.HANDLES, tags.LISTINGS),
}


def _both(one: Touched, other: Touched) -> Touched:
    versions = [each.version for each in (one, other) if each.version is not None]
    instants = [each.changed_at for each in (one, other) if each.changed_at is not None]
    return Touched(
        one.tag,
        one.is_gone or other.is_gone,
        max(versions, default=None),
        min(instants, default=None),  # whoever edited first has waited longest
    )
