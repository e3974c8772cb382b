"""Which of Medusa's events say what has changed. Pure.

Each write is told twice: by the workflow (`product.updated`) and by the module that stores it
(`product.product.updated`). An event names one entity by its own id; the forwarder adds the
products where it can find them. Without them events of the inventory module are left alone: each
order would condemn all prices. One that does not say what it is about is about all of that kind.

Source: Medusa 2.21, the events seen after each kind of write.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bff.domain.changes import (
    CategoryChanged,
    Change,
    CollectionChanged,
    Kind,
    ProductChanged,
    ProductPart,
    RegionChanged,
    ShopChanged,
    VariantChanged,
)
from bff.domain.commerce import ProductId, RegionId, VariantId

_ENDS: Final = frozenset({"updated", "deleted", "detached", "restored"})
"""What happens to things that somebody may be shown already."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `products` are those that the forwarder found, and `changed_at` is in seconds."""

    name: str
    entity_id: str | None
    products: Sequence[str] = ()
    changed_at: float | None = None

    @property
    def entity(self) -> str:
        """What kind of thing it is about: `product-variant`."""
        return self._words[-2] if len(self._words) > 1 else ""

    @property
    def action(self) -> str:
        """What happened to it: `updated`."""
        return self._words[-1]

    @property
    def is_of_workflow(self) -> bool:
        """Whether it is the workflow that tells it."""
        return len(self._words) == 2  # noqa: PLR2004 - `product.updated`

    @property
    def _words(self) -> Sequence[str]:
        return self.name.split(".")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What an event touches: of the products that it names, or else of the whole shop."""

    part: ProductPart
    else_all: tuple[Kind, ...]
    actions: frozenset[str] | None = None  # all of them
    needs_workflow: bool = False


_PRICE = _Rule(ProductPart.OFFER, (Kind.OFFERS,))
_PRICE_ENDS = _Rule(ProductPart.OFFER, (Kind.OFFERS,), _ENDS)
_STOCK = _Rule(ProductPart.OFFER, (Kind.OFFERS,), needs_workflow=True)
_STOCK_ENDS = _Rule(ProductPart.OFFER, (Kind.OFFERS,), _ENDS, needs_workflow=True)
_WORDS = _Rule(ProductPart.DETAILS, (Kind.TEXTS,), _ENDS)
_SOLD = (Kind.ASSORTMENT, Kind.TEXTS, Kind.OFFERS)

_RULES: Final[Mapping[str, _Rule]] = {
    # These have an id, or nobody knows which one is meant.
    "product-variant": _Rule(ProductPart.DETAILS, (Kind.TEXTS, Kind.OFFERS)),
    "product-collection": _Rule(ProductPart.DETAILS, (Kind.GROUPS,)),
    "product-category": _Rule(ProductPart.DETAILS, (Kind.GROUPS,)),
    "region": _Rule(ProductPart.OFFER, (Kind.MARKETS, Kind.OFFERS)),
    "price": _PRICE,
    "price-list": _PRICE_ENDS,
    "price-list-rule": _PRICE,
    "price-rule": _PRICE_ENDS,
    "price-preference": _PRICE,
    "LinkProductVariantPriceSet": _PRICE_ENDS,
    "tax-rate": _PRICE,
    "tax-rate-rule": _PRICE,
    "tax-region": _PRICE,
    "inventory-level": _STOCK,
    "reservation-item": _STOCK,
    "inventory-item": _STOCK_ENDS,
    "LinkProductVariantInventoryItem": _PRICE_ENDS,
    "LinkSalesChannelStockLocation": _PRICE,
    "stock-location": _STOCK_ENDS,
    "product-tag": _WORDS,
    "product-type": _WORDS,
    "product-option": _WORDS,
    "product-option-value": _WORDS,
    "translation": _Rule(ProductPart.DETAILS, (Kind.TEXTS, Kind.GROUPS)),
    "country": _Rule(ProductPart.OFFER, (Kind.MARKETS, Kind.OFFERS)),
    "store": _Rule(ProductPart.OFFER, (Kind.MARKETS,), _ENDS),
    "sales-channel": _Rule(ProductPart.ALL, _SOLD, _ENDS),
    "LinkPublishableApiKeySalesChannel": _Rule(ProductPart.ALL, _SOLD),
}


def changes_of(event: Event) -> tuple[Change, ...]:
    """Return what an event says has changed; nothing if no shopper sees a difference."""
    return tuple(_changes_of(event))


def _changes_of(event: Event) -> Iterator[Change]:
    match event.entity, event.entity_id:
        case "product", str(product):
            for each in dict.fromkeys((product, *event.products)):
                yield ProductChanged(ProductId(each), _part(event), event.changed_at)
        case "product", None:
            yield from _of_products(event, _Rule(_part(event), _SOLD))
        case "product-variant", str(variant):
            yield from _of_variant(event, VariantId(variant))
        case "product-collection", str(collection):
            is_gone = event.action == "deleted"
            yield CollectionChanged(collection, is_gone, event.changed_at)
        case "product-category", str(category):
            yield CategoryChanged(category, event.action == "deleted", event.changed_at)
        case "region", str(region):
            is_gone = event.action == "deleted"
            yield RegionChanged(RegionId(region), is_gone, event.changed_at)
        case "LinkProductSalesChannel", _:
            # What is taken in appears by itself; what is taken out must be asked for again.
            sold = (Kind.ASSORTMENT,) if event.action == "attached" else _SOLD
            yield from _of_products(event, _Rule(ProductPart.ALL, sold))
        case _:
            rule = _RULES.get(event.entity)
            if rule is not None and (rule.actions is None or event.action in rule.actions):
                yield from _of_products(event, rule)


def _part(event: Event) -> ProductPart:
    return ProductPart.GONE if event.action == "deleted" else ProductPart.ALL


def _of_products(event: Event, rule: _Rule) -> Iterator[Change]:
    for product in event.products:
        yield ProductChanged(ProductId(product), rule.part, event.changed_at)
    if not event.products and (event.is_of_workflow or not rule.needs_workflow):
        for kind in rule.else_all:
            yield ShopChanged(kind, event.changed_at)


def _of_variant(event: Event, variant: VariantId) -> Iterator[Change]:
    """A variant that is new is in nothing that is kept: its product must be known, or else all."""
    yield VariantChanged(variant, event.changed_at)
    is_new = event.is_of_workflow and event.action == "created"
    kinds = (Kind.TEXTS, Kind.OFFERS) if is_new else ()
    yield from _of_products(event, _Rule(ProductPart.DETAILS, kinds))
