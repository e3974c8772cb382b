"""Relay connections over products: cursors that know what list they belong to.

Source: GraphQL Cursor Connections Specification.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

import strawberry

from bff.domain.storefront import ShopperContext
from bff.errors import BadInput
from bff.web.types import ProductType

MAX_PAGE = 100
DEFAULT_PAGE = 24
_MAX_CURSOR = 200


@strawberry.type(name="PageInfo", description="Where a page lies in its list.")
class PageInfoType:
    """`PageInfo` in the schema."""

    has_next_page: bool = strawberry.field(description="Whether something follows.")
    has_previous_page: bool = strawberry.field(description="Whether something comes before.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first edge.")
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last edge: give it as `after` for the next page."
    )


@strawberry.type(name="ProductEdge", description="A product in its place in a list.")
class ProductEdgeType:
    """`ProductEdge` in the schema."""

    cursor: str = strawberry.field(description="This place; opaque.")
    node: ProductType = strawberry.field(description="The product.")


@strawberry.type(name="ProductConnection", description="A page of a list of products.")
class ProductConnectionType:
    """`ProductConnection` in the schema."""

    total_count: int | None = strawberry.field(description="How many the whole list has.")
    page_info: PageInfoType = strawberry.field(description="Where this page lies.")
    edges: list[ProductEdgeType] = strawberry.field(description="The products of this page.")


class Cursors:
    """Cursors of one list. One of another list, language or market is refused."""

    def __init__(self, name: str, shopper: ShopperContext) -> None:
        seen_as = [name, shopper.language.requested, shopper.pricing.country]
        self._list = hashlib.blake2b(json.dumps(seen_as).encode(), digest_size=6).hexdigest()

    def write(self, place: int) -> str:
        """Return the cursor of a place, counted from 0."""
        return base64.urlsafe_b64encode(f"{self._list}:{place}".encode()).decode().rstrip("=")

    def read(self, cursor: str) -> int:
        """Return the place of a cursor.

        Raises:
            BadInput: it is not a cursor of this list.
        """
        try:
            if len(cursor) > _MAX_CURSOR:
                raise ValueError  # noqa: TRY301 - one answer for all that is wrong with it
            text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
            name, _, place = text.decode("ascii").partition(":")
            if name == self._list and place.isdecimal() and len(place) <= len("999999999"):
                return int(place)
        except (ValueError, binascii.Error):
            pass
        msg = "after: not a cursor of this list in this language and market"
        raise BadInput(msg)


def page_size(first: int | None) -> int:
    """Return how many products to show.

    Raises:
        BadInput: it is not 1 to 100.
    """
    if first is None:
        return DEFAULT_PAGE
    if not 1 <= first <= MAX_PAGE:
        msg = f"first: a page has 1 to {MAX_PAGE} products"
        raise BadInput(msg)
    return first


def connection(
    products: Sequence[tuple[int, ProductType]],
    *,
    offset: int,
    size: int,
    total: int,
    cursors: Cursors,
) -> ProductConnectionType:
    """Return the page of `products`, each with its place, out of a list of `total` places."""
    edges = [
        ProductEdgeType(cursor=cursors.write(place), node=product) for place, product in products
    ]
    return ProductConnectionType(
        total_count=total,
        page_info=PageInfoType(
            has_next_page=offset + size < total,
            has_previous_page=offset > 0 and total > 0,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        edges=edges,
    )
