"""What has changed in the shop, by asking the Store API.

What moves `updated_at`, measured on Medusa 2.21 with edits by the Admin API:

    of the product    title, texts, metadata, status, collection (from either side)
    of a variant      title, metadata, price (the dashboard's form, and the variant's own)
    of neither        price by the product's form, price list, stock, category, tag, image,
                      sales channel, translation; the name of a category, a collection or a tag

A product that appears or disappears without any of it (another sales channel, deleted) is found
by the list of all ids, which is read when there are not as many as there should be. All else that
moves nothing is covered by how short commerce is kept. The Admin API would tell no more: it has
the same instants, and drafts are nobody's.

What a webhook told is told once more: see `bff.domain.told` for why instants are no proof.
"""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from bff.domain.changes import Change, ProductChanged, ProductPart
from bff.domain.commerce import ProductId
from bff.domain.instants import milliseconds, written
from bff.domain.watermark import Census, Watermark
from bff.errors import UpstreamRejected
from bff.ports import Call
from bff.sources.medusa.settings import MedusaSettings
from bff.upstream import Question, Upstream

_PATH = "/store/products"
_PER_PAGE = 200
_IDS_PER_PAGE = 1_000
_OF_VARIANT = "+"  # behind a product's id: its variants
_BAD_REQUEST = 400


class _Variant(BaseModel):
    updated_at: str | None = None


class _Product(BaseModel):
    id: str
    updated_at: str | None = None
    variants: tuple[_Variant, ...] | None = None

    def instants(self) -> Iterator[tuple[str, int]]:
        """Return when the product was edited, and when one of its variants was, by name."""
        own = milliseconds(self.updated_at)
        if own is not None:
            yield self.id, own
        theirs = [milliseconds(one.updated_at) for one in self.variants or ()]
        known = [at for at in theirs if at is not None]
        if known:
            yield self.id + _OF_VARIANT, max(known)


class _Page(BaseModel):
    products: tuple[_Product, ...]
    count: int


class MedusaChanges:
    """The changes of one shop; satisfies `ChangeFeed`.

    Each shop needs one object: it remembers which products there are.
    """

    def __init__(self, upstream: Upstream, settings: MedusaSettings) -> None:
        self._upstream = upstream
        channel = settings.sales_channel_id
        self._channel = (("sales_channel_id", channel),) if channel else ()
        self._census = Census()
        self._knows_variants = True

    @property
    def name(self) -> str:
        """The source's name."""
        return self._upstream.source

    async def since(self, cursor: str | None, call: Call) -> tuple[Sequence[Change], str]:
        """See `ChangeFeed.since`."""
        known = Watermark.of(cursor)
        mark = known or Watermark(await self._newest(call))
        edited = await self._edited(mark.since, call)
        found = dict(instant for product in edited for instant in product.instants())
        count = (await self._page(call, ("fields", "id"), ("limit", "1"))).count
        new = [*self._census.met(product.id for product in edited)]
        gone: Sequence[str] = ()
        if not self._census.fits(count):
            more, gone = self._census.taken(await self._ids(call))
            new += more
        if known is None:
            return (), mark.after(found).cursor()
        changes = {each.product: each for each in _changes(mark.news(found), found)}
        for product in map(ProductId, new):
            if product not in changes or changes[product].part is not ProductPart.ALL:
                changes[product] = ProductChanged(product)
        for product in map(ProductId, gone):
            changes[product] = ProductChanged(product, ProductPart.GONE)
        return tuple(changes.values()), mark.after(found).cursor()

    async def _newest(self, call: Call) -> int:
        fields = ("fields", "id,updated_at")
        page = await self._page(call, fields, ("order", "-updated_at"), ("limit", "1"))
        return max((at for product in page.products for _, at in product.instants()), default=0)

    async def _edited(self, since: int, call: Call) -> Sequence[_Product]:
        """Return what was edited from an instant on, itself or one of its variants."""
        instant = written(since)
        fields = ("fields", "id,updated_at,variants.updated_at")
        if self._knows_variants:
            own = ("$or[0][updated_at][$gte]", instant)
            theirs = ("$or[1][variants][updated_at][$gte]", instant)
            try:
                return await self._all(call, _PER_PAGE, fields, own, theirs)
            except UpstreamRejected as refused:
                if refused.status != _BAD_REQUEST:
                    raise
                self._knows_variants = False  # a version of Medusa that cannot be asked this
        return await self._all(call, _PER_PAGE, fields, ("updated_at[$gte]", instant))

    async def _ids(self, call: Call) -> set[str]:
        products = await self._all(call, _IDS_PER_PAGE, ("fields", "id"))
        return {product.id for product in products}

    async def _all(self, call: Call, size: int, *params: tuple[str, str]) -> Sequence[_Product]:
        """Return all pages. By id, an order that no edit changes."""
        found: dict[str, _Product] = {}
        offset = 0
        while True:
            place = (("order", "id"), ("limit", str(size)), ("offset", str(offset)))
            page = await self._page(call, *params, *place)
            found |= {product.id: product for product in page.products}
            offset += len(page.products)
            if not page.products or offset >= page.count:
                return list(found.values())

    async def _page(self, call: Call, *params: tuple[str, str]) -> _Page:
        question = Question("changes", _PATH, (*params, *self._channel))
        return await self._upstream.read(question, call, _Page)


def _changes(news: Sequence[str], found: Mapping[str, int]) -> Iterator[ProductChanged]:
    """Return what changed; where the product itself did, its variants go without saying."""
    for name in sorted(news, reverse=True):
        product = ProductId(name.removesuffix(_OF_VARIANT))
        part = ProductPart.ALL if name == product else ProductPart.DETAILS
        yield ProductChanged(product, part, found[name] / 1000)
