"""Reads Medusa's Store API: asks, drops what was not asked for, translates."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Handle,
    Listing,
    Market,
    ProductId,
)
from bff.ports import Call, Clock, Wish
from bff.sources.medusa import questions
from bff.sources.medusa.order import ranked_categories
from bff.sources.medusa.questions import Params
from bff.sources.medusa.stock import StockAccess
from bff.sources.medusa.translate import (
    Amounts,
    to_category,
    to_collection,
    to_market,
    to_product,
)
from bff.sources.medusa.wire import (
    CategoryPage,
    CollectionPage,
    ProductPage,
    RankedCategory,
    RegionPage,
    WireCollection,
    WireProduct,
    WireRegion,
)
from bff.upstream import Question, Upstream, together

Key = TypeVar("Key", bound=str)
Item = TypeVar("Item")


class MedusaStore:
    """The Store API of one Medusa 2 server.

    One product in a shape that makes no sense fails the whole answer: the port can say that a
    product is sold or that it is not, and "not sold" would be kept and shown as a 404.
    """

    def __init__(
        self,
        upstream: Upstream,
        *,
        clock: Clock,
        sales_channel_id: str | None = None,
        amounts: Amounts = "major",
    ) -> None:
        self.name = upstream.source
        self._upstream = upstream
        self._sales_channel_id = sales_channel_id
        self._amounts: Amounts = amounts
        self._stock = StockAccess(upstream.source, clock)

    async def products(
        self, ids: Sequence[ProductId], wish: Wish, call: Call
    ) -> Mapping[ProductId, CommerceProduct]:
        """See `CommerceSource.products`."""
        found = await self._found("products", "id", ids, wish, call)
        by_id = {product.id: product for product in found}
        return self._in_order(ids, by_id, wish)

    async def products_by_handle(
        self, handles: Sequence[Handle], wish: Wish, call: Call
    ) -> Mapping[Handle, CommerceProduct]:
        """See `CommerceSource.products_by_handle`."""
        found = await self._found("products_by_handle", "handle", handles, wish, call)
        by_handle = {product.handle: product for product in found}
        return self._in_order(handles, by_handle, wish)

    async def newest(
        self, offset: int, limit: int, wish: Wish, call: Call
    ) -> tuple[Listing, Mapping[ProductId, CommerceProduct]]:
        """See `CommerceSource.newest`."""
        page = await self._page(partial(questions.newest, offset, limit), wish, call)
        by_id = {product.id: product for product in page.products}
        ids = [ProductId(product) for product in by_id]
        return Listing(tuple(ids), page.count), self._in_order(ids, by_id, wish)

    async def markets(self, call: Call) -> tuple[Market, ...]:
        """See `CommerceSource.markets`."""

        async def page(offset: int) -> tuple[Sequence[WireRegion], int]:
            answer = await self._upstream.read(questions.regions(offset), call, RegionPage)
            return answer.regions, answer.count

        named = sorted(await _all(page), key=lambda region: (region.name, region.id))
        return tuple(map(to_market, named))

    async def categories(self, language: str | None, call: Call) -> tuple[Category, ...]:
        """See `CommerceSource.categories`."""

        async def page(offset: int) -> tuple[Sequence[RankedCategory], int]:
            question = questions.categories(offset, language)
            answer = await self._upstream.read(question, call, CategoryPage)
            return answer.product_categories, answer.count

        return tuple(map(to_category, ranked_categories(await _all(page))))

    async def collections(self, language: str | None, call: Call) -> tuple[Collection, ...]:
        """See `CommerceSource.collections`."""

        async def page(offset: int) -> tuple[Sequence[WireCollection], int]:
            question = questions.collections(offset, language)
            answer = await self._upstream.read(question, call, CollectionPage)
            return answer.collections, answer.count

        named = sorted(await _all(page), key=lambda collection: collection.handle)
        return tuple(map(to_collection, named))

    async def _found(
        self, operation: str, name: str, keys: Sequence[Key], wish: Wish, call: Call
    ) -> list[WireProduct]:
        richest = self._params(wish, stock=True)
        pages = await together(
            [
                partial(self._page, partial(questions.by_keys, operation, name, chunk), wish, call)
                for chunk in questions.chunks(name, keys, richest)
            ]
        )
        return [product for page in pages for product in page.products]

    async def _page(
        self, question: Callable[[Params], Question], wish: Wish, call: Call
    ) -> ProductPage:
        with_stock = question(self._params(wish, stock=True))
        without = question(self._params(wish, stock=False))
        answer = questions.page_model(wish)
        if wish.pricing is None:
            return await self._upstream.read(without, call, answer)
        return await self._stock.read(
            without.operation,
            call,
            with_stock=lambda: self._upstream.read(with_stock, call, answer),
            without=lambda: self._upstream.read(without, call, answer),
        )

    def _params(self, wish: Wish, *, stock: bool) -> Params:
        return questions.product_params(wish, self._sales_channel_id, stock=stock)

    def _in_order(
        self, keys: Sequence[Key], found: Mapping[str, WireProduct], wish: Wish
    ) -> dict[Key, CommerceProduct]:
        return {key: to_product(found[key], wish, self._amounts) for key in keys if key in found}


async def _all(page: Callable[[int], Awaitable[tuple[Sequence[Item], int]]]) -> list[Item]:
    """Return a whole list; `page` answers a part from an offset on, and how long it all is."""
    items: list[Item] = []
    while True:
        part, count = await page(len(items))
        items.extend(part)
        if len(items) >= count or not part:
            return items
