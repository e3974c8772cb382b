"""Which of Medusa's events say what has changed. Pure.

Each write is told twice: by the workflow (`product.updated`) and by the module that stores it
(`product.product.updated`). An event names one entity by its own id; the forwarder adds the
products where it can find them. Without them events of the inventory module are left alone: each
order would condemn all prices. One that does not say what it is about is about all of that kind.

Source: Medusa 2.21, the events seen after each kind of write.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
    """One event. `entities` are the ids of what it is about, mostly one.

    `products` are those that the forwarder found, and `changed_at` is in seconds.
    """

    name: str
    entities: Sequence[str]
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
    def is_deletion(self) -> bool:
        """Whether there is nothing left to show of it."""
        return self.action == "deleted"

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
    match event.entity, event.entities:
        case "product", _:
            named = replace(event, products=(*event.entities, *event.products))
            part = ProductPart.GONE if event.is_deletion else ProductPart.ALL
            yield from _of_products(named, _Rule(part, _SOLD))
        case "product-variant" | "product-collection" | "product-category" | "region", [_, *_]:
            for entity in event.entities:
                yield _of_entity(event, entity)
            if event.entity == "product-variant":
                yield from _of_variants_products(event)
        case "LinkProductSalesChannel", _:
            # What is taken in appears by itself; what is taken out must be asked for again.
            sold = (Kind.ASSORTMENT,) if event.action == "attached" else _SOLD
            yield from _of_products(event, _Rule(ProductPart.ALL, sold))
        case _:
            rule = _RULES.get(event.entity)
            if rule is not None and (rule.actions is None or event.action in rule.actions):
                yield from _of_products(event, rule)


def _of_products(event: Event, rule: _Rule) -> Iterator[Change]:
    for product in dict.fromkeys(event.products):
        yield ProductChanged(ProductId(product), rule.part, event.changed_at)
    if not event.products and (event.is_of_workflow or not rule.needs_workflow):
        for kind in rule.else_all:
            yield ShopChanged(kind, event.changed_at)


def _of_entity(event: Event, entity: str) -> Change:
    match event.entity:
        case "product-variant":
            return VariantChanged(VariantId(entity), event.changed_at)
        case "product-collection":
            return CollectionChanged(entity, event.is_deletion, event.changed_at)
        case "product-category":
            return CategoryChanged(entity, event.is_deletion, event.changed_at)
        case _:
            return RegionChanged(RegionId(entity), event.is_deletion, event.changed_at)


def _of_variants_products(event: Event) -> Iterator[Change]:
    """A variant that is new is in nothing that is kept: its product must be known, or else all."""
    is_new = event.is_of_workflow and event.action == "created"
    kinds = (Kind.TEXTS, Kind.OFFERS) if is_new else ()
    yield from _of_products(event, _Rule(ProductPart.DETAILS, kinds))
