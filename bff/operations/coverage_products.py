"""Every product of a shop, page by page: its content, its languages, its prices, its addons."""

from collections.abc import Mapping, Sequence
from functools import partial

from bff.domain.commerce import (
    CommerceProduct,
    Handle,
    Pricing,
    ProductId,
    ProductOffer,
    ProductText,
)
from bff.domain.content import ProductContent
from bff.domain.coverage import (
    TEXTS,
    ContentGap,
    NamedAddon,
    Unpriced,
    lacks,
    missing_texts,
    named_addons,
    unpriced,
)
from bff.domain.locale import Locale
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import Field
from bff.operations.patience import Patience, side_by_side
from bff.operations.survey import PAGE, Progress, Sold, Survey
from bff.ports import ContentSource, MatchBy, Wish


class ProductWalk:
    """Goes through the products, the newest first, and keeps what it finds.

    `locales` are the languages in which texts are looked for. Of what is right nothing stays
    but the products' names.
    """

    def __init__(
        self,
        survey: Survey,
        patience: Patience,
        sold: Sold,
        pricings: Sequence[Pricing],
        locales: Sequence[Locale],
    ) -> None:
        self._survey = survey
        self._patience = patience
        self._sold = sold
        self._pricings = pricings
        self._plans = {tag: survey.plan(tag, pricings[0]) for tag in survey.locales.supported}
        self._looked_for = tuple(locales)
        self.gaps: list[ContentGap] = []
        self.missing: dict[Field, dict[Locale, list[Handle]]] = {
            name: {tag: [] for tag in locales} for name in TEXTS
        }
        self.prices: list[Unpriced] = []
        self.addons: list[NamedAddon] = []

    async def run(self, progress: Progress) -> None:
        """Read all pages, one after the other.

        Raises:
            UpstreamError: Medusa or a content system could not answer.
        """
        wish = Wish(self._pricings[0])
        newest = self._survey.commerce.newest
        offset, total = 0, 0
        while True:
            listing, page = await self._patience.ask(partial(newest, offset, PAGE, wish))
            await self._look_at(page)
            gone = max(0, total - listing.total)
            total = listing.total
            progress("products", len(self._sold), total)
            if gone:  # what came after them has moved up, and some of it was passed by
                offset = max(0, offset - gone)
                continue
            offset += len(listing.ids)
            if not listing.ids or offset >= total:
                return

    async def _look_at(self, page: Mapping[ProductId, CommerceProduct]) -> None:
        """Look at the products of a page that were not seen before."""
        new = {
            product_id: (product, product.text)
            for product_id, product in page.items()
            if product.text is not None and not self._sold.has(product_id, MatchBy.ID)
        }
        if not new:
            return
        texts = [text for _, text in new.values()]
        async with side_by_side() as group:
            offers = group.create_task(self._other_offers(tuple(new)))
            reads = [
                (source, group.create_task(self._contents(source, texts)))
                for source in self._survey.content
            ]
        for product_id, (product, text) in new.items():
            self._sold.add(text)
            contents = {
                source.name: read.result().get(_key(source, text)) for source, read in reads
            }
            self._look(Halves(product, text, contents))
            for offer in (product.offer, *(one.get(product_id) for one in offers.result())):
                self.prices.extend(unpriced(text, offer) if offer else ())

    def _look(self, halves: Halves) -> None:
        plans = tuple(self._plans.values())
        handle = halves.text.handle
        found = lacks(halves, [source.name for source in self._survey.content], plans)
        if found:
            self.gaps.append(ContentGap(handle, found))
        for locale in self._looked_for:
            for name in missing_texts(merge_product(halves, self._plans[locale])):
                self.missing[name][locale].append(handle)
        self.addons.extend(
            named
            for named in named_addons(halves, plans)
            if not self._sold.has_target(named.target)
        )

    async def _other_offers(
        self, ids: Sequence[ProductId]
    ) -> list[Mapping[ProductId, ProductOffer | None]]:
        """Return what products cost in all markets but the first, one after the other."""
        offers: list[Mapping[ProductId, ProductOffer | None]] = []
        for pricing in self._pricings[1:]:
            read = partial(self._survey.commerce.products, ids, Wish(pricing, text=False))
            found = await self._patience.ask(read)
            offers.append({product_id: product.offer for product_id, product in found.items()})
        return offers

    async def _contents(
        self, source: ContentSource, texts: Sequence[ProductText]
    ) -> Mapping[str, ProductContent | None]:
        keys = [_key(source, text) for text in texts]
        return await self._patience.ask(partial(source.contents, keys))


def _key(source: ContentSource, text: ProductText) -> str:
    return source.matches_by.key(text.id, text.handle)
