"""The root fields that show products."""

from collections.abc import Sequence
from typing import Annotated

import strawberry

from bff.catalog.product_page import Answer
from bff.domain.commerce import Handle, ProductId
from bff.domain.storefront import ShopperContext, StorefrontProduct
from bff.errors import BadInput
from bff.web.arguments import CountryArgument, Info, LocaleArgument
from bff.web.connection import Cursors, ProductConnectionType, connection, page_size
from bff.web.context import RequestContext
from bff.web.fields import field
from bff.web.inputs import MAX_KEYS, checked_key
from bff.web.selection import wants_of
from bff.web.types import ProductType


@strawberry.input(name="ProductFilter", description="Which products to list. One of its fields.")
class ProductFilter:
    """`ProductFilter` in the schema."""

    ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="These ids, in this order; unknown ones are left out. At most 100.",
    )
    handles: list[str] | None = strawberry.field(
        default=None,
        description="These handles, in this order; unknown ones are left out. At most 100.",
    )


@strawberry.type
class ProductQueries:
    """A part of the root type."""

    @field("A product by its handle; null when there is none.")
    async def product(
        self,
        info: Info,
        handle: Annotated[str, strawberry.argument(description="Its readable name in URLs.")],
        locale: LocaleArgument = None,
        country: CountryArgument = None,
    ) -> ProductType | None:
        """Resolve `product`."""
        context = info.context
        key = Handle(checked_key("handle", handle))
        shopper = await context.shopper(locale, country)
        return _shown(context, await context.by_handle.load(key, shopper, wants_of(info)))

    @field("A product by Medusa's id; null when there is none.")
    async def product_by_id(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Medusa's product id.")],  # noqa: A002 - the public name of the argument
        locale: LocaleArgument = None,
        country: CountryArgument = None,
    ) -> ProductType | None:
        """Resolve `productById`."""
        context = info.context
        key = ProductId(checked_key("id", id))
        shopper = await context.shopper(locale, country)
        return _shown(context, await context.by_id.load(key, shopper, wants_of(info)))

    @field(
        "Products by id or handle, or all of them, the newest first; null only with an error, "
        "so that one failure does not cost the rest of the answer."
    )
    async def products(  # noqa: PLR0917 - they are the field's arguments, always given by name
        self,
        info: Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many: 1 to 100, 24 without it.")
        ] = None,
        after: Annotated[
            str | None, strawberry.argument(description="The `endCursor` of the page before.")
        ] = None,
        filter: Annotated[  # noqa: A002 - the public name of the argument
            ProductFilter | None,
            strawberry.argument(description="Only these. All products without it."),
        ] = None,
        locale: LocaleArgument = None,
        country: CountryArgument = None,
    ) -> ProductConnectionType | None:
        """Resolve `products`."""
        size = page_size(first)
        keys = _keys(filter)
        shopper = await info.context.shopper(locale, country)
        if keys is None:
            return await _newest(info, shopper, size, after)
        return await _picked(info, shopper, size, after, keys)


def _keys(chosen: ProductFilter | None) -> tuple[str, list[str]] | None:
    """Return what to pick products by: `ids` or `handles`, and these."""
    if chosen is None:
        return None
    given = [
        (name, list(keys))
        for name, keys in (("ids", chosen.ids), ("handles", chosen.handles))
        if keys is not None
    ]
    if len(given) != 1:
        msg = "filter: give either ids or handles"
        raise BadInput(msg)
    name, keys = given[0]
    if len(keys) > MAX_KEYS:
        msg = f"filter.{name}: at most {MAX_KEYS} at once"
        raise BadInput(msg)
    checked = [checked_key(f"filter.{name}", key) for key in keys]
    return name, list(dict.fromkeys(checked))


def _shown(context: RequestContext, product: StorefrontProduct | None) -> ProductType | None:
    return ProductType.from_domain(product, context.low_stock) if product else None


async def _newest(
    info: Info, shopper: ShopperContext, size: int, after: str | None
) -> ProductConnectionType:
    context = info.context
    cursors = Cursors("newest", shopper)
    offset = cursors.read(after) + 1 if after is not None else 0
    wants = wants_of(info, "edges", "node")
    catalog = context.catalog
    listing, answer = await catalog.newest(offset, size, shopper, wants, context.call)
    context.note(answer.degraded)
    found = [
        (place, product)
        for place, product_id in enumerate(listing.ids, offset)
        if (product := answer.products.get(product_id))
    ]
    return _page(context, found, offset=offset, size=size, total=listing.total, cursors=cursors)


async def _picked(
    info: Info,
    shopper: ShopperContext,
    size: int,
    after: str | None,
    picked: tuple[str, list[str]],
) -> ProductConnectionType:
    context = info.context
    by, keys = picked
    cursors = Cursors(f"{by}:{','.join(keys)}", shopper)
    offset = cursors.read(after) + 1 if after is not None else 0
    wants = wants_of(info, "edges", "node")
    catalog = context.catalog
    answer: Answer[Handle] | Answer[ProductId]
    if by == "ids":
        ids = [ProductId(key) for key in keys]
        answer = await catalog.by_ids(ids, shopper, wants, context.call)
    else:
        handles = [Handle(key) for key in keys]
        answer = await catalog.by_handles(handles, shopper, wants, context.call)
    for failure in answer.failures.values():
        raise failure  # a list that left it out would say that there is no such product
    context.note(answer.degraded)
    products = {str(key): product for key, product in answer.products.items()}
    found = list(enumerate(products[key] for key in keys if key in products))
    shown = found[offset : offset + size]
    return _page(context, shown, offset=offset, size=size, total=len(found), cursors=cursors)


def _page(
    context: RequestContext,
    found: Sequence[tuple[int, StorefrontProduct]],
    *,
    offset: int,
    size: int,
    total: int,
    cursors: Cursors,
) -> ProductConnectionType:
    low_stock = context.low_stock
    shown = [(place, ProductType.from_domain(product, low_stock)) for place, product in found]
    return connection(shown, offset=offset, size=size, total=total, cursors=cursors)
