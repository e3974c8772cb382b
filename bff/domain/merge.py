"""A product, field by field from the first source and language that has something to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Image,
    ProductText,
    VariantText,
)
from bff.domain.content import ProductContent, Texts
from bff.domain.merge_group import merge_group
from bff.domain.merge_policy import Field, MergePlan, Place
from bff.domain.richtext import RichText
from bff.domain.storefront import (
    Localized,
    StorefrontGroup,
    StorefrontProduct,
    StorefrontVariant,
)
from bff.domain.walk import (
    Languages,
    Written,
    attributes_of,
    first,
    images_of,
    is_missing,
    languages_of,
    localized,
    videos_of,
)


@dataclass(frozen=True, slots=True)
class Halves:
    """All that is known of one product: Medusa's text, and per content system its document.

    A content system that has no document is there with `None`; one that did not answer is
    absent.
    """

    commerce: CommerceProduct
    text: ProductText
    contents: Mapping[str, ProductContent | None] = field(default_factory=dict)


def written_of(halves: Halves) -> Written:
    """Return what is written about a product. Its title and description serve its SEO too."""
    text = halves.text
    own = {
        Field.TITLE: text.title,
        Field.SUBTITLE: text.subtitle,
        Field.DESCRIPTION: text.description,
        Field.SEO_TITLE: text.title,
        Field.SEO_DESCRIPTION: text.description.text if text.description else None,
        Field.IMAGES: text.images,
        Field.ATTRIBUTES: text.attributes,
    }
    contents = halves.contents.items()
    return Written(own, {source: content.fields for source, content in contents if content})


def merge_product(halves: Halves, plan: MergePlan) -> StorefrontProduct:
    """Return the product as the shopper is to see it.

    Without its addons (`addon_groups`), its collection and categories (`with_groups`) and its
    other languages (`alternates_of`): these need more than the product itself.
    """
    written = written_of(halves)
    together = languages_of(written, plan)
    images = images_of(written, plan, together)
    nameless = Localized(halves.text.title, plan.commerce, None, is_fallback=False)
    return StorefrontProduct(
        commerce=halves.commerce,
        text=halves.text,
        context=plan.context,
        title=first(written, plan, Field.TITLE, str, together) or nameless,
        subtitle=first(written, plan, Field.SUBTITLE, str, together),
        description=first(written, plan, Field.DESCRIPTION, RichText, together),
        seo_title=first(written, plan, Field.SEO_TITLE, str, together),
        seo_description=first(written, plan, Field.SEO_DESCRIPTION, str, together),
        images=images,
        videos=videos_of(written, plan, together),
        thumbnail=_thumbnail(halves.text, images, plan),
        attributes=attributes_of(written, plan, together),
        variants=_variants(halves, plan, together),
    )


def _thumbnail(
    text: ProductText, images: Localized[tuple[Image, ...]] | None, plan: MergePlan
) -> Localized[Image] | None:
    """Return Medusa's thumbnail, else the first merged image."""
    if text.thumbnail is None or is_missing(text.thumbnail):
        if images is None:
            return None
        return Localized(images.value[0], images.source, images.locale, images.is_fallback)
    known = (*text.images, *(images.value if images else ()))
    image = next((image for image in known if image.url == text.thumbnail), Image(text.thumbnail))
    return localized(image, Place(plan.commerce, None), plan)


def _variants(
    halves: Halves, plan: MergePlan, together: Languages
) -> tuple[StorefrontVariant, ...]:
    """Return the variants, in rank order; none if no content system speaks of any of them.

    Where the title moves together with other fields those of the variants do so too: all are
    in the language of the product's.
    """
    texts = {
        source: content.variants
        for source, content in halves.contents.items()
        if content and content.variants
    }
    if not texts:
        return ()
    shown = []
    for variant in halves.text.variants:
        own = {Field.TITLE: variant.title, Field.IMAGES: variant.images}
        written = Written(
            own, {source: _about(variant, by_key) for source, by_key in texts.items()}
        )
        title = first(written, plan, Field.TITLE, str, together)
        nameless = localized(variant.title, plan.own_text, plan)
        images = images_of(written, plan, together)
        shown.append(StorefrontVariant(variant, title or nameless, images))
    return tuple(shown)


def _about(variant: VariantText, by_key: Mapping[str, Texts]) -> Texts | None:
    """Return what is written under a variant's id, else under its SKU."""
    keys = (key for key in (variant.id, variant.sku) if key)
    return next((by_key[key] for key in keys if key in by_key), None)


def with_groups(
    product: StorefrontProduct, groups: Mapping[str, StorefrontGroup], plan: MergePlan
) -> StorefrontProduct:
    """Return the product with its collection and categories as shoppers are to see them.

    `groups` are merged ones by Medusa's id, of collections and of categories; one that is not
    there is shown with Medusa's own words.
    """

    def shown(group: Collection | Category) -> StorefrontGroup:
        return groups.get(group.id) or merge_group(group, {}, plan)

    collection = product.text.collection
    return replace(
        product,
        collection=shown(collection) if collection else None,
        categories=tuple(map(shown, product.text.categories)),
    )
