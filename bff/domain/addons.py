"""An editor's references and Medusa's products, made into addons with a price and a status."""

from collections.abc import Collection, Mapping

from bff.domain.commerce import Availability, ProductId
from bff.domain.content import AddonReferences, ProductContent
from bff.domain.merge import Field, MergePlan
from bff.domain.storefront import (
    Addon,
    AddonGroup,
    AddonStatus,
    Localized,
    StorefrontProduct,
)


def chosen_addons(
    contents: Mapping[str, ProductContent | None], plan: MergePlan
) -> tuple[str, ProductContent] | None:
    """Return the first source, in the policy's order, whose document lists addons."""
    for place in plan.places[Field.ADDONS]:
        content = contents.get(place.source)
        if content is not None and content.addon_ids():
            return place.source, content
    return None


def addon_groups(
    source: str,
    content: ProductContent,
    plan: MergePlan,
    sold: Mapping[ProductId, StorefrontProduct] | None,
    documented: Collection[ProductId],
) -> tuple[AddonGroup, ...]:
    """Return the addons of one product, in the editor's order.

    Within a group duplicates are removed, and the product itself everywhere. `sold` is what
    Medusa sells of them, `None` when Medusa did not answer; `documented` are the addons that
    the content system has a published document for.
    """
    groups = []
    for references in content.addons:
        targets = dict.fromkeys(references.products)
        targets.pop(content.product_id, None)
        items = tuple(_addon(target, sold, documented) for target in targets)
        if items:
            groups.append(AddonGroup(_title(source, references, plan), items))
    return tuple(groups)


def _addon(
    target: ProductId,
    sold: Mapping[ProductId, StorefrontProduct] | None,
    documented: Collection[ProductId],
) -> Addon:
    if sold is None:
        return Addon(target, AddonStatus.UNAVAILABLE, None)
    product = sold.get(target)
    if product is None:
        # Medusa's word decides what is sold; the content system only tells a product that was
        # taken off sale from one that never existed.
        status = AddonStatus.UNPUBLISHED if target in documented else AddonStatus.DANGLING
        return Addon(target, status, None)
    return Addon(target, _status(product), product)


def _status(product: StorefrontProduct) -> AddonStatus:
    offer = product.commerce.offer
    if offer is None or all(variant.price is None for variant in offer.variants.values()):
        return AddonStatus.NO_PRICE_IN_REGION
    if offer.availability(low_stock=0) is Availability.OUT_OF_STOCK:
        return AddonStatus.OUT_OF_STOCK
    return AddonStatus.AVAILABLE


def _title(source: str, references: AddonReferences, plan: MergePlan) -> Localized[str] | None:
    for place in plan.places[Field.ADDONS]:
        title = references.titles.get(place.locale, "") if place.source == source else ""
        if title.strip():
            is_fallback = plan.context.language.is_fallback(place.locale)
            return Localized(title, source, place.locale, is_fallback)
    return None
