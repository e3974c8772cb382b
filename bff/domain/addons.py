"""An editor's references and Medusa's products, made into addons with a price and a status."""

from collections.abc import Mapping

from bff.domain.commerce import Availability, ProductId, ProductOffer
from bff.domain.content import AddonReferences, ProductContent
from bff.domain.merge import is_missing, localized
from bff.domain.merge_policy import Field, MergePlan
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
    documents: Mapping[ProductId, ProductContent | None],
) -> tuple[AddonGroup, ...]:
    """Return the addons of one product, in the editor's order.

    Within a group duplicates are removed, and the product itself everywhere. `sold` is what
    Medusa sells of them, `None` when Medusa did not answer; `documents` is what the content
    system has for each of them, without those that it did not answer for.
    """
    groups = []
    for references in content.addons:
        targets = dict.fromkeys(references.products)
        targets.pop(content.product_id, None)
        items = tuple(_addon(target, sold, documents) for target in targets)
        if items:
            groups.append(AddonGroup(_title(source, references, plan), items))
    return tuple(groups)


def _addon(
    target: ProductId,
    sold: Mapping[ProductId, StorefrontProduct] | None,
    documents: Mapping[ProductId, ProductContent | None],
) -> Addon:
    if sold is None:
        return Addon(target, AddonStatus.UNAVAILABLE, None)
    product = sold.get(target)
    if product is not None and product.commerce.offer is not None:
        return Addon(target, _status(product.commerce.offer), product)
    # Medusa's word decides what is sold; the content system only tells a product that was
    # taken off sale from one that never existed.
    if target not in documents:
        return Addon(target, AddonStatus.UNAVAILABLE, None)
    is_gone = documents[target] is None
    return Addon(target, AddonStatus.DANGLING if is_gone else AddonStatus.UNPUBLISHED, None)


def _status(offer: ProductOffer) -> AddonStatus:
    """Tell what can be bought: only a variant that has a price counts."""
    priced = [variant for variant in offer.variants.values() if variant.price is not None]
    if not priced:
        return AddonStatus.NO_PRICE_IN_REGION
    states = {variant.availability(low_stock=0) for variant in priced}
    sold_out = states == {Availability.OUT_OF_STOCK}
    return AddonStatus.OUT_OF_STOCK if sold_out else AddonStatus.AVAILABLE


def _title(source: str, references: AddonReferences, plan: MergePlan) -> Localized[str] | None:
    for place in plan.places[Field.ADDONS]:
        title = references.titles.get(place.locale, "") if place.source == source else ""
        if not is_missing(title):
            return localized(title, place, plan)
    return None
