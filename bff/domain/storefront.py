"""What a shopper is shown: Medusa's product with the best text that anybody has for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from bff.domain.commerce import (
    CommerceProduct,
    Handle,
    Image,
    Pricing,
    ProductId,
    ProductText,
    VariantText,
)
from bff.domain.locale import Language, Locale
from bff.domain.richtext import RichText

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class ShopperContext:
    """For whom an answer is: everything in it was chosen by this."""

    language: Language
    pricing: Pricing


@dataclass(frozen=True, slots=True)
class Video:
    """A film about a product. `media_type` is like `video/mp4`, `None` if nobody says."""

    url: str
    title: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Localized(Generic[T_co]):
    """A merged value and where it came from.

    `locale` is `None` when the value belongs to no language, or when its source does not say
    which one it is in; `is_fallback` is `None` only in the second case.
    """

    value: T_co
    source: str
    locale: Locale | None
    is_fallback: bool | None


class AddonStatus(Enum):
    """What became of a product that an editor offered as an addon."""

    AVAILABLE = "AVAILABLE"
    NO_PRICE_IN_REGION = "NO_PRICE_IN_REGION"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    UNPUBLISHED = "UNPUBLISHED"
    DANGLING = "DANGLING"
    UNAVAILABLE = "UNAVAILABLE"


@dataclass(frozen=True, slots=True)
class Addon:
    """One offered addon. Only what Medusa sells carries a product.

    `product_id` is `None` where the content system named nothing that Medusa could know.
    """

    product_id: ProductId | None
    status: AddonStatus
    product: "StorefrontProduct | None"


@dataclass(frozen=True, slots=True)
class AddonGroup:
    """Addons under one heading, in the editor's order."""

    title: Localized[str] | None
    items: tuple[Addon, ...]


@dataclass(frozen=True, slots=True)
class Degraded:
    """One thing that a healthy system would have answered better.

    `reason` is an error code, `served` says what stands in its place: the names of other sources,
    `copy` for an old copy of its own, or `nothing`. `age_seconds` is how old a copy is.
    """

    source: str
    reason: str
    served: str
    age_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same thing in another language: only where somebody wrote it in that language.

    `name` is the handle or slug there; `url` is `None` where no template is configured.
    """

    locale: Locale
    name: str
    url: str | None


@dataclass(frozen=True, slots=True)
class StorefrontVariant:
    """A variant with the best words and pictures that anybody has for it."""

    text: VariantText
    title: Localized[str]
    images: Localized[tuple[Image, ...]] | None


@dataclass(frozen=True, slots=True)
class StorefrontGroup:
    """A collection or a category with the best words that anybody has for it.

    `children` are the active categories below a category.
    """

    id: str
    handle: Handle
    title: Localized[str]
    description: Localized[RichText] | None
    seo_title: Localized[str] | None
    seo_description: Localized[str] | None
    images: Localized[tuple[Image, ...]] | None
    children: "tuple[StorefrontGroup, ...]" = ()


@dataclass(frozen=True, slots=True)
class StorefrontProduct:
    """A product in one language and one market.

    `variants` is empty where no content system speaks of any: they are as in `text` then.
    """

    commerce: CommerceProduct
    text: ProductText
    context: ShopperContext
    title: Localized[str]
    subtitle: Localized[str] | None
    description: Localized[RichText] | None
    seo_title: Localized[str] | None
    seo_description: Localized[str] | None
    images: Localized[tuple[Image, ...]] | None
    videos: Localized[tuple[Video, ...]] | None
    thumbnail: Localized[Image] | None
    attributes: Mapping[str, Localized[object]]
    addons: tuple[AddonGroup, ...] = ()
    variants: tuple[StorefrontVariant, ...] = ()
    collection: StorefrontGroup | None = None
    categories: tuple[StorefrontGroup, ...] = ()
    alternates: tuple[Alternate, ...] = ()

    def provenance(self) -> Mapping[str, Localized[object] | None]:
        """Return where each merged field came from; `None` where nobody had a value.

        Keys are the fields' paths in the public schema; attributes are listed one by one.
        """
        fields: dict[str, Localized[object] | None] = {
            "title": self.title,
            "subtitle": self.subtitle,
            "description": self.description,
            "seo.title": self.seo_title,
            "seo.description": self.seo_description,
            "images": self.images,
            "videos": self.videos,
            "thumbnail": self.thumbnail,
        }
        fields.update({f"attributes.{key}": won for key, won in self.attributes.items()})
        return fields
