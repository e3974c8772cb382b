"""The GraphQL type of a product. It holds plain values: nothing below it does any I/O."""

import strawberry

from bff.domain.commerce import (
    MEDUSA,
    Availability,
    Category,
    Collection,
    CountryCode,
    Handle,
)
from bff.domain.locale import Locale
from bff.domain.money import CurrencyCode
from bff.domain.storefront import (
    Addon,
    AddonGroup,
    AddonStatus,
    Alternate,
    Localized,
    ShopperContext,
    StorefrontGroup,
    StorefrontProduct,
)
from bff.web.content_types import (
    AttributeKeys,
    AttributeType,
    ImageType,
    ProvenanceType,
    RichTextType,
    SeoType,
    VideoType,
)
from bff.web.fields import enum, field
from bff.web.group_types import CategoryType, CollectionType
from bff.web.offer_types import PriceRangeType, ProductOptionType, VariantType

enum(
    AddonStatus,
    "What became of a product that an editor refers to. The first three carry the product.",
    {
        AddonStatus.AVAILABLE: "It can be bought.",
        AddonStatus.NO_PRICE_IN_REGION: "The shop has no price for it in this market.",
        AddonStatus.OUT_OF_STOCK: "No piece of it is left.",
        AddonStatus.UNPUBLISHED: "The CMS knows it, but Medusa does not sell it.",
        AddonStatus.DANGLING: "Neither Medusa nor the CMS knows it.",
        AddonStatus.UNAVAILABLE: "Medusa did not answer.",
    },
)


@strawberry.type(name="Context", description="What was applied to the whole answer.")
class ContextType:
    """`Context` in the schema."""

    locale: Locale = strawberry.field(
        description="The configured locale that serves the requested one best."
    )
    country: CountryCode = strawberry.field(description="The country whose market was asked.")
    region_id: strawberry.ID = strawberry.field(description="Medusa's region of that country.")
    currency_code: CurrencyCode = strawberry.field(description="The currency of that region.")

    @classmethod
    def from_domain(cls, context: ShopperContext) -> "ContextType":
        """Show for whom the answer is."""
        pricing = context.pricing
        return cls(
            locale=context.language.applied,
            country=pricing.country,
            region_id=strawberry.ID(pricing.region_id),
            currency_code=pricing.currency,
        )


@strawberry.type(
    name="Addon",
    description="A product that an editor refers to: offered along with another one, or shown on "
    "a page.",
)
class AddonType:
    """`Addon` in the schema."""

    product_id: strawberry.ID | None = strawberry.field(
        description="The id that the editor referred to; null when there is nothing at all."
    )
    status: AddonStatus = strawberry.field(description="What became of it.")
    product: "ProductType | None" = strawberry.field(
        description="The product in the same language and market; null when it is not sold."
    )

    @classmethod
    def from_domain(cls, addon: Addon, low_stock: int) -> "AddonType":
        """Show an addon."""
        return cls(
            product_id=strawberry.ID(addon.product_id) if addon.product_id else None,
            status=addon.status,
            product=ProductType.from_domain(addon.product, low_stock) if addon.product else None,
        )


@strawberry.type(name="AddonGroup", description="Addons under one heading.")
class AddonGroupType:
    """`AddonGroup` in the schema."""

    title: str | None = strawberry.field(description="The heading.")
    items: list[AddonType] = strawberry.field(
        description="In the editor's order. Filter by `status`: nothing is left out silently."
    )

    @classmethod
    def from_domain(cls, group: AddonGroup, low_stock: int) -> "AddonGroupType":
        """Show a group."""
        return cls(
            title=group.title.value if group.title else None,
            items=[AddonType.from_domain(addon, low_stock) for addon in group.items],
        )


@strawberry.type(name="ProductAlternate", description="The same product in another language.")
class ProductAlternateType:
    """`ProductAlternate` in the schema."""

    locale: Locale = strawberry.field(description="The language.")
    handle: str = strawberry.field(description="The product's handle there.")
    url: str | None = strawberry.field(
        description="Its page there; null where the shop has told no template of addresses."
    )

    @classmethod
    def from_domain(cls, alternate: Alternate) -> "ProductAlternateType":
        """Show an alternate."""
        return cls(locale=alternate.locale, handle=alternate.name, url=alternate.url)


@strawberry.type(
    name="Product",
    description="A product: prices, stock and variants from Medusa, texts from whoever has the "
    "best one for the shopper's language.",
)
class ProductType:
    """`Product` in the schema."""

    id: strawberry.ID = strawberry.field(description="Medusa's product id.")
    handle: str = strawberry.field(description="Its readable name in URLs; never translated.")
    title: str = strawberry.field(description="What it is called.")
    subtitle: str | None = strawberry.field(description="A line below the title.")
    description: RichTextType | None = strawberry.field(description="What it is like.")
    thumbnail: ImageType | None = strawberry.field(description="The picture for lists.")
    seo: SeoType | None = strawberry.field(description="What search engines are to show.")
    tags: list[str] = strawberry.field(description="Its tags.")
    price_range: PriceRangeType | None = strawberry.field(
        description="The span of its variants' prices; null when none has a price here."
    )
    availability: Availability | None = strawberry.field(
        description="The best of its variants' availabilities."
    )
    addons: list[AddonGroupType] = strawberry.field(
        description="Products that an editor offers along with it. Addons have no addons: asking "
        "for them is refused."
    )
    context: ContextType = strawberry.field(description="The language and market of this answer.")
    merged: strawberry.Private[StorefrontProduct]
    low_stock: strawberry.Private[int]

    # Long lists are made when they are asked for: product cards and addons show none of them.
    @field("The pictures of the product.")
    def images(self) -> list[ImageType]:
        """Show the pictures."""
        return ImageType.all_of(self.merged.images)

    @field("The films about the product.")
    def videos(self) -> list[VideoType]:
        """Show the films."""
        return VideoType.all_of(self.merged.videos)

    @field("Its collection, if any.")
    def collection(self) -> CollectionType | None:
        """Show the collection."""
        collection = self.merged.collection or _plain(self.merged.text.collection)
        return CollectionType.from_domain(collection) if collection else None

    @field("Its active categories.")
    def categories(self) -> list[CategoryType]:
        """Show the categories."""
        merged = self.merged.categories or map(_plain, self.merged.text.categories)
        return [CategoryType.from_domain(category) for category in merged if category]

    @field("The ways in which its variants differ.")
    def options(self) -> list[ProductOptionType]:
        """Show the options."""
        return [ProductOptionType.from_domain(option) for option in self.merged.text.options()]

    @field("What can be bought, in order.")
    def variants(self) -> list[VariantType]:
        """Show the variants, each with its offer."""
        offer = self.merged.commerce.offer
        offers = offer.variants if offer else {}
        written = {variant.text.id: variant for variant in self.merged.variants}
        return [
            VariantType.from_domain(
                variant, offers.get(variant.id), self.low_stock, written.get(variant.id)
            )
            for variant in self.merged.text.variants
        ]

    @field("Where each merged field came from.")
    def provenance(self) -> list[ProvenanceType]:
        """List the winners."""
        return [
            ProvenanceType.from_domain(path, value)
            for path, value in self.merged.provenance().items()
        ]

    @field("Fields of the CMS that have no place of their own, such as care instructions.")
    def attributes(self, keys: AttributeKeys = None) -> list[AttributeType]:
        """Pick attributes."""
        return AttributeType.picked(self.merged.attributes, keys)

    @field(
        "The languages that somebody wrote about it in, this one too if it is among them: what "
        "`hreflang` is to say."
    )
    def alternates(self) -> list[ProductAlternateType]:
        """Show the alternates."""
        return [ProductAlternateType.from_domain(one) for one in self.merged.alternates]

    @classmethod
    def from_domain(cls, product: StorefrontProduct, low_stock: int) -> "ProductType":
        """Show a product; at or under `low_stock` pieces its stock counts as low."""
        text, offer = product.text, product.commerce.offer
        span = offer.price_range() if offer else None
        return cls(
            id=strawberry.ID(text.id),
            handle=text.handle,
            title=product.title.value,
            subtitle=product.subtitle.value if product.subtitle else None,
            description=RichTextType.from_optional(product.description),
            thumbnail=(
                ImageType.from_domain(product.thumbnail.value) if product.thumbnail else None
            ),
            seo=SeoType.from_domain(product.seo_title, product.seo_description),
            tags=list(text.tags),
            price_range=PriceRangeType.from_domain(span) if span else None,
            availability=offer.availability(low_stock) if offer else Availability.UNKNOWN,
            addons=[AddonGroupType.from_domain(group, low_stock) for group in product.addons],
            context=ContextType.from_domain(product.context),
            merged=product,
            low_stock=low_stock,
        )


def _plain(group: Collection | Category | None) -> StorefrontGroup | None:
    """Return a group in Medusa's words, where no more is asked for than its id and handle."""
    if group is None:
        return None
    called = group.title if isinstance(group, Collection) else group.name
    title = Localized(called, MEDUSA, None, is_fallback=False)
    return StorefrontGroup(group.id, Handle(group.handle), title, None, None, None, None)
