"""An editor's references and Medusa's products, made into addons with a price and a status."""

from collections.abc import Collection, Iterable, Mapping

from bff.domain.commerce import Availability, PriceStatus, ProductOffer
from bff.domain.content import ProductContent, ProductRef, ProductReferences
from bff.domain.merge_policy import Field, MergePlan
from bff.domain.storefront import (
    Addon,
    AddonGroup,
    AddonStatus,
    Localized,
    StorefrontProduct,
)
from bff.domain.walk import is_missing, localized


def chosen_addons(
    contents: Mapping[str, ProductContent | None], plan: MergePlan
) -> tuple[str, ProductContent] | None:
    """Return the first source, in the policy's order, whose document lists addons."""
    for place in plan.places[Field.ADDONS]:
        content = contents.get(place.source)
        if content is not None and content.addon_refs(plan.lists):
            return place.source, content
    return None


def addon_groups(
    source: str,
    content: ProductContent,
    plan: MergePlan,
    sold: Mapping[str, StorefrontProduct | None] | None,
    documents: Mapping[str, ProductContent | None],
) -> tuple[AddonGroup, ...]:
    """Return the addons of one product, in the editor's order.

    Within a group duplicates are removed, and the product itself everywhere. `sold` is what
    Medusa sells of them by `ProductRef.key`, `None` for one or for all when it did not answer;
    `documents` is what the content system has for each of them, by id or handle, without those
    that it did not answer for.
    """
    own = {name for name in (content.product.id, content.product.handle) if name}
    groups = []
    for references in content.addons:
        items = offered(references.in_order(plan.lists), sold, documents, without=own)
        if items:
            groups.append(AddonGroup(_title(source, references, plan), items))
    return tuple(groups)


def offered(
    targets: Iterable[ProductRef],
    sold: Mapping[str, StorefrontProduct | None] | None,
    documents: Mapping[str, ProductContent | None],
    *,
    without: Collection[str] = (),
) -> tuple[Addon, ...]:
    """Return what became of products that an editor lists, each once; see `addon_groups`.

    `without` are ids and handles of products that are left out. A product may be named by its id
    in one place and by its handle in another: it is still one.
    """
    items: dict[str, Addon] = {}
    for target in targets:
        item = addon(target, sold, documents)
        names = {target.id, target.handle}
        if item.product is not None:
            names |= {item.product.text.id, item.product.text.handle}
        if names.isdisjoint(without):
            items.setdefault(item.product_id or target.key, item)
    return tuple(items.values())


def addon(
    target: ProductRef,
    sold: Mapping[str, StorefrontProduct | None] | None,
    documents: Mapping[str, ProductContent | None],
) -> Addon:
    """Return what became of a product that an editor refers to; see `addon_groups`."""
    if target.id is None and target.handle is None:  # its document is gone, and nobody else knows
        return Addon(None, AddonStatus.DANGLING, None)
    product = sold.get(target.key) if sold is not None else None
    if sold is None or (product is None and target.key in sold):
        return Addon(target.id, AddonStatus.UNAVAILABLE, None)
    if product is not None and product.commerce.offer is not None:
        status = _status(product.commerce.offer)
        is_known = status is not AddonStatus.UNAVAILABLE
        return Addon(product.text.id, status, product if is_known else None)
    # Medusa's word decides what is sold; the content system only tells a product that was
    # taken off sale from one that never existed.
    names = [name for name in (target.id, target.handle) if name and name in documents]
    if not names:
        return Addon(target.id, AddonStatus.UNAVAILABLE, None)
    is_gone = all(documents[name] is None for name in names)
    return Addon(target.id, AddonStatus.DANGLING if is_gone else AddonStatus.UNPUBLISHED, None)


def _status(offer: ProductOffer) -> AddonStatus:
    """Tell what can be bought: only a variant that has a price counts.

    Where all prices are too old to be shown Medusa has not answered for a while.
    """
    priced = [variant for variant in offer.variants.values() if variant.price is not None]
    if not priced:
        why = {variant.price_status() for variant in offer.variants.values()}
        is_withheld = bool(why) and why <= {PriceStatus.STALE, PriceStatus.UNAVAILABLE}
        return AddonStatus.UNAVAILABLE if is_withheld else AddonStatus.NO_PRICE_IN_REGION
    states = {variant.availability(low_stock=0) for variant in priced}
    sold_out = states == {Availability.OUT_OF_STOCK}
    return AddonStatus.OUT_OF_STOCK if sold_out else AddonStatus.AVAILABLE


def _title(source: str, references: ProductReferences, plan: MergePlan) -> Localized[str] | None:
    for place in plan.places[Field.ADDONS]:
        title = references.titles.get(place.locale, "") if place.source == source else ""
        if not is_missing(title):
            return localized(title, place, plan)
    return None
