"""What a catalogue lacks: content, languages, prices, products behind documents and addons.

Findings are about single products and documents; a `Report` has those of the whole catalogue.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from bff.domain.addons import addon
from bff.domain.commerce import (
    Handle,
    Market,
    PriceStatus,
    ProductOffer,
    ProductText,
    RegionId,
    VariantId,
)
from bff.domain.content import ProductContent, ProductRef
from bff.domain.locale import Locale
from bff.domain.merge import Halves, written_of
from bff.domain.merge_policy import Field, MergePlan
from bff.domain.storefront import AddonStatus, StorefrontProduct
from bff.domain.walk import is_missing, value_at

TEXTS = (Field.TITLE, Field.DESCRIPTION, Field.SEO_TITLE, Field.SEO_DESCRIPTION)
"""The fields that should be there in every language."""

_WORDS = (*TEXTS, Field.SUBTITLE)


class Kind(StrEnum):
    """The kinds of findings, as an operator names them."""

    CONTENT = "content"
    LOCALES = "locales"
    ORPHANS = "orphans"
    UNSOLD_DOCUMENTS = "unsold-documents"
    DUPLICATES = "duplicates"
    DANGLING_ADDONS = "dangling-addons"
    UNSOLD_ADDONS = "unsold-addons"
    PRICES = "prices"


class Lack(Enum):
    """Why a content system has nothing to show for a product."""

    NO_DOCUMENT = "no-document"
    NO_TEXT = "no-text"


@dataclass(frozen=True, slots=True)
class ContentGap:
    """A product for which at least one content system has nothing; why, by source."""

    handle: Handle
    lacks: Mapping[str, Lack]


class DocumentState(Enum):
    """What became of the product of a document that is not sold here.

    `UNSOLD` is there in Medusa, as a draft or in another sales channel. Without a look at what
    is not sold it cannot be told from what is gone: that is `UNSOLD_OR_GONE`.
    """

    GONE = "gone"
    NAMELESS = "names-no-product"
    UNSOLD = "unsold"
    UNSOLD_OR_GONE = "unsold-or-gone"


@dataclass(frozen=True, slots=True)
class StrayDocument:
    """A product document without a product that is sold here.

    `product` is Medusa's id or the handle that it names; `status` is what Medusa says of a
    product that it does not sell here, such as `draft`.
    """

    source: str
    document_id: str
    product: str | None
    state: DocumentState
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Several documents for one product, of which shoppers see one.

    `product` is the handle, or what the documents name where it is not sold here.
    """

    source: str
    product: str
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedAddon:
    """A product that a document offers as an addon of the product `handle`."""

    handle: Handle
    source: str
    target: ProductRef


@dataclass(frozen=True, slots=True)
class FaultyAddon:
    """An addon without a product to sell: `DANGLING` or `UNPUBLISHED`."""

    named: NamedAddon
    status: AddonStatus


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A variant that has no price in a market."""

    handle: Handle
    variant: VariantId
    sku: str | None
    region_id: RegionId
    reason: PriceStatus


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in a catalogue of so many `products`.

    `sources` are the content systems that serve products. `unasked` are markets without a
    country: Medusa tells no prices for them. In the languages of `translated` Medusa does not
    tell which texts are translations, so all of its own count as such. `tells_gone` says that
    products that are gone were told from those that are not sold here.
    """

    products: int
    sources: tuple[str, ...]
    locales: tuple[Locale, ...]
    markets: tuple[Market, ...]
    unasked: tuple[str, ...]
    translated: tuple[Locale, ...]
    tells_gone: bool
    gaps: tuple[ContentGap, ...]
    missing: Mapping[Field, Mapping[Locale, tuple[Handle, ...]]]
    strays: tuple[StrayDocument, ...]
    duplicates: tuple[Duplicate, ...]
    addons: tuple[FaultyAddon, ...]
    prices: tuple[Unpriced, ...]

    def lacking(self) -> tuple[ContentGap, ...]:
        """Return the products for which no content system has any text."""
        return tuple(gap for gap in self.gaps if all(name in gap.lacks for name in self.sources))

    def without(self, source: str, lack: Lack) -> tuple[Handle, ...]:
        """Return the products for which one content system has nothing, for this reason."""
        return tuple(gap.handle for gap in self.gaps if gap.lacks.get(source) is lack)

    def orphans(self) -> tuple[StrayDocument, ...]:
        """Return the documents of products that are certainly not there."""
        sure = {DocumentState.GONE, DocumentState.NAMELESS}
        return tuple(one for one in self.strays if one.state in sure)

    def unsold_documents(self) -> tuple[StrayDocument, ...]:
        """Return the documents of products that are not sold here, but may well be there."""
        unsold = {DocumentState.UNSOLD, DocumentState.UNSOLD_OR_GONE}
        return tuple(one for one in self.strays if one.state in unsold)

    def addons_that_are(self, status: AddonStatus) -> tuple[FaultyAddon, ...]:
        """Return the addons of one status."""
        return tuple(one for one in self.addons if one.status is status)

    def counts(self) -> Mapping[Kind, int]:
        """Return how many findings there are of each kind."""
        missing = (
            handles for by_locale in self.missing.values() for handles in by_locale.values()
        )
        return {
            Kind.CONTENT: len(self.lacking()),
            Kind.LOCALES: sum(map(len, missing)),
            Kind.ORPHANS: len(self.orphans()),
            Kind.UNSOLD_DOCUMENTS: len(self.unsold_documents()),
            Kind.DUPLICATES: len(self.duplicates),
            Kind.DANGLING_ADDONS: len(self.addons_that_are(AddonStatus.DANGLING)),
            Kind.UNSOLD_ADDONS: len(self.addons_that_are(AddonStatus.UNPUBLISHED)),
            Kind.PRICES: len(self.prices),
        }


def lacks(
    halves: Halves, sources: Iterable[str], plans: Sequence[MergePlan]
) -> Mapping[str, Lack]:
    """Return the content systems that have nothing to show for a product, and why.

    `plans` are those of all the shop's languages. What the policy shows to nobody is no text: a
    title that only copies Medusa's, or a language that the shop does not speak.
    """
    written = written_of(halves)

    def says_something(source: str) -> bool:
        return any(
            place.source == source and not is_missing(value_at(written, plan, name, place))
            for plan in plans
            for name in _WORDS
            for place in plan.places[name]
        )

    found: dict[str, Lack] = {}
    for source in sources:
        if halves.contents.get(source) is None:
            found[source] = Lack.NO_DOCUMENT
        elif not says_something(source):
            found[source] = Lack.NO_TEXT
    return found


def missing_texts(product: StorefrontProduct) -> tuple[Field, ...]:
    """Return the texts that a shopper sees in another language than requested, or not at all."""
    shown = product.provenance()
    return tuple(
        name for name in TEXTS if (found := shown[name.value]) is None or found.is_fallback
    )


def unpriced(text: ProductText, offer: ProductOffer) -> Iterator[Unpriced]:
    """Return the variants of a product that have no price in a market."""
    for variant in text.variants:
        sold = offer.variants.get(variant.id)
        if sold is not None and sold.price is None:
            region = offer.pricing.region_id
            yield Unpriced(text.handle, variant.id, variant.sku, region, sold.price_status())


def named_addons(halves: Halves, plans: Sequence[MergePlan]) -> Iterator[NamedAddon]:
    """Return the addons that each content system names for a product, in whatever language.

    Only of those that the policy asks for addons, each product once.
    """
    asked = {place.source for plan in plans for place in plan.places[Field.ADDONS]}
    for source, content in halves.contents.items():
        if content is not None and source in asked:
            refs = {ref.key: ref for plan in plans for ref in content.addon_refs(plan.lists)}
            yield from (NamedAddon(halves.text.handle, source, ref) for ref in refs.values())


def addon_fault(named: NamedAddon, documents: Mapping[str, ProductContent | None]) -> FaultyAddon:
    """Return what became of an addon that Medusa does not sell; `documents` as in `addon`."""
    return FaultyAddon(named, addon(named.target, {}, documents).status)


def stray_document(
    source: str, document_id: str, product: str | None, known: Mapping[str, str] | None
) -> StrayDocument:
    """Return what became of the product of a document that is not sold here.

    `known` is the status of each product that Medusa has at all, `None` where nobody can say.
    """
    if product is None:
        return StrayDocument(source, document_id, None, DocumentState.NAMELESS)
    if known is None:
        return StrayDocument(source, document_id, product, DocumentState.UNSOLD_OR_GONE)
    status = known.get(product)
    state = DocumentState.GONE if status is None else DocumentState.UNSOLD
    return StrayDocument(source, document_id, product, state, status)
