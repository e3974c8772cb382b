"""Answers as a shopper gets them, made up."""

from copy import deepcopy
from typing import Any

from bff.chaos.shopper import Page

Product = dict[str, Any]

PRICE = {"amount": "42.90", "currencyCode": "EUR"}
HEALTHY: Product = {
    "id": "prod_1",
    "title": "Camiseta",
    "description": {"html": "<p>Algodón.</p>", "source": "sanity"},
    "priceRange": {"min": PRICE, "max": PRICE},
    "availability": "IN_STOCK",
    "variants": [
        {
            "id": "variant_1",
            "title": "S",
            "price": PRICE,
            "priceStatus": "AVAILABLE",
            "availability": "IN_STOCK",
            "quantity": 3,
        }
    ],
    "addons": [{"title": "Más", "items": [{"status": "AVAILABLE", "product": {"id": "p"}}]}],
    "provenance": [
        {"field": "title", "source": "sanity"},
        {"field": "thumbnail", "source": "medusa"},
        {"field": "videos", "source": None},
    ],
}


def product(**changes: object) -> Product:
    """Return the product with other values for some fields."""
    return deepcopy(HEALTHY) | changes


def variant(**changes: object) -> list[dict[str, Any]]:
    """Return its variants with other values for some fields."""
    return [{**HEALTHY["variants"][0], **changes}]


def without_content() -> Product:
    """Return what is left of it without the content system."""
    return product(
        title="Shirt",
        description={"html": "<p>Cotton.</p>", "source": "medusa"},
        addons=[],
        provenance=[{"field": "title", "source": "medusa"}, {"field": "videos", "source": None}],
    )


def without_price() -> Product:
    """Return what is left of it when its price is too old."""
    return product(
        priceRange=None,
        availability="UNKNOWN",
        variants=variant(price=None, priceStatus="STALE", availability="UNKNOWN", quantity=None),
        addons=[{"title": "Más", "items": [{"status": "UNAVAILABLE", "product": None}]}],
    )


def said(
    source: str = "sanity",
    reason: str = "UPSTREAM_TIMEOUT",
    served: str = "copy",
    age: float | None = 500.0,
) -> dict[str, Any]:
    """Return what an answer says of itself."""
    return {"source": source, "reason": reason, "served": served, "ageSeconds": age}


def page(
    shown: Product | None,
    *degraded: dict[str, Any],
    errors: tuple[str, ...] = (),
    status: int = 200,
    is_kept: bool = False,
    way: str = "GraphQL",
) -> Page:
    """Return an answer."""
    return Page(way, status, shown, errors, degraded, is_kept, 0.1)
