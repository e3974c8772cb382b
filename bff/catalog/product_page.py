"""The reading side as the web sees it: products, groups, pages and menus for a shopper."""

from collections.abc import Mapping, Sequence

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.content_reads import ContentReads, halves_of, refs_of
from bff.catalog.menu_reads import MenuReads
from bff.catalog.merging import Merging
from bff.catalog.page_reads import PageReads
from bff.catalog.product_reads import ProductReads
from bff.catalog.referred_products import ReferredProducts
from bff.catalog.refetching import Refetching
from bff.catalog.shop_groups import Groups, ShopGroups
from bff.catalog.sold import Sold
from bff.catalog.tasks import Tasks
from bff.catalog.wants import Answer, Key, Wants
from bff.domain.commerce import (
    CountryCode,
    Handle,
    Listing,
    Market,
    Pricing,
    ProductId,
    pricing_for,
)
from bff.domain.content import ProductRef
from bff.domain.explain import Considered, explain
from bff.domain.locale import Locale, Locales
from bff.domain.merge_policy import MergePolicy
from bff.domain.pages import Menu, Page
from bff.domain.storefront import Degraded, ShopperContext
from bff.domain.urls import UrlTemplates
from bff.errors import UnknownMarket
from bff.ports import Call, Clock, GroupKind

__all__ = ["Answer", "Catalog", "Key", "Wants"]


class Catalog:
    """The reading side. `content_budget` is in seconds: how long content may come after commerce.

    `content` are all content systems. Of these the policy's rules say who is asked about
    products; `page_sources`, `menu_sources` and `group_sources` name those that are asked for
    the others, the preferred first. Collections and categories are merged by `group_policy`,
    which is the products' where none is given.

    `translations` maps our locales to Medusa's own tags where the shop has Medusa's translation
    feature on; empty where it is off.
    """

    def __init__(
        self,
        commerce: CachedCommerce,
        content: Sequence[CachedContent],
        *,
        policy: MergePolicy,
        translations: Mapping[Locale, str],
        locales: Locales,
        urls: UrlTemplates,
        page_sources: Sequence[str],
        menu_sources: Sequence[str],
        group_sources: Mapping[GroupKind, Sequence[str]],
        clock: Clock,
        content_budget: float,
        group_policy: MergePolicy | None = None,
    ) -> None:
        by_name = {source.name: source for source in content}
        merging = Merging(policy, translations, locales, urls, group_policy or policy)
        groups = {
            kind: tuple(by_name[name] for name in names if merging.speaks_of_groups(name))
            for kind, names in group_sources.items()
        }
        self._commerce = commerce
        self._refetching = Refetching(commerce, content)
        self._content = tuple(source for source in content if merging.speaks(source.name))
        self._merging = merging
        self._clock = clock
        referred = ReferredProducts(
            commerce, self._content, groups, merging, clock=clock, content_budget=content_budget
        )
        self._products = ProductReads(
            self._content, groups, referred, merging, clock=clock, content_budget=content_budget
        )
        self._groups = ShopGroups(
            commerce, groups, merging, clock=clock, content_budget=content_budget
        )
        self._pages = PageReads(
            [by_name[name] for name in page_sources],
            referred,
            merging,
            clock=clock,
            patience=content_budget,
        )
        self._menus = MenuReads(
            [by_name[name] for name in menu_sources],
            commerce,
            referred,
            self._groups,
            merging,
            clock=clock,
            patience=content_budget,
        )

    async def markets(self, call: Call) -> tuple[Market, ...]:
        """Return all markets of the shop.

        Raises:
            UpstreamError: Medusa could not answer in time.
        """
        return await self._commerce.reads.markets(call)

    async def pricing(self, country: CountryCode, call: Call) -> Pricing:
        """Return what prices depend on in a country.

        Raises:
            UnknownMarket: no region serves it; there is no silent default.
            UpstreamError: Medusa could not answer in time.
        """
        pricing = pricing_for(country, await self.markets(call))
        if pricing is None:
            msg = f"country: no market serves {country}"
            raise UnknownMarket(msg)
        return pricing

    async def by_handles(
        self, handles: Sequence[Handle], context: ShopperContext, wants: Wants, call: Call
    ) -> Answer[Handle]:
        """Return the products that exist under `handles`.

        Raises:
            UpstreamError: nothing is known of any of them. Content that fails is not an error.
        """
        known = await self._commerce.known_ids(handles, call)
        wish = self._merging.wish(context, wants)
        commerce = self._commerce.products_by_handle(handles, wish, call, known)
        guess = [
            ProductRef(known.ids.get(handle), handle)
            for handle in dict.fromkeys(handles)
            if handle not in known.ids or known.ids[handle] is not None
        ]
        return await self._products.answer(commerce, guess, context, wants, call)

    async def by_ids(
        self, ids: Sequence[ProductId], context: ShopperContext, wants: Wants, call: Call
    ) -> Answer[ProductId]:
        """Return the products that exist under `ids`.

        Raises:
            UpstreamError: nothing is known of any of them. Content that fails is not an error.
        """
        commerce = self._commerce.products(ids, self._merging.wish(context, wants), call)
        guess = [*map(ProductRef, dict.fromkeys(ids))]
        return await self._products.answer(commerce, guess, context, wants, call)

    async def newest(
        self, offset: int, limit: int, context: ShopperContext, wants: Wants, call: Call
    ) -> tuple[Listing, Answer[ProductId]]:
        """Return a page of all products, the newest first.

        Raises:
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        listing: Listing | None = await self._commerce.reads.remembered_listing(offset, limit)
        wish = self._merging.wish(context, wants)

        async def commerce() -> Sold[ProductId]:
            nonlocal listing
            listing, sold = await self._commerce.newest(offset, limit, wish, call)
            return Sold(sold.whole())

        guess = [*map(ProductRef, listing.ids)] if listing else []
        answer = await self._products.answer(commerce(), guess, context, wants, call)
        return listing or Listing((), 0), answer

    async def refetch(self, keys: Sequence[str], call: Call) -> None:
        """Read what was marked under these keys of the store anew, many with one upstream call.

        What cannot be had now is fetched when somebody asks for it.
        """
        await self._refetching.refetch(keys, call)

    async def explain(
        self, handle: Handle, context: ShopperContext, call: Call
    ) -> Mapping[str, tuple[Considered, ...]] | None:
        """Return who won each field of a product and who lost; `None` if there is none.

        Raises:
            UpstreamError: Medusa could not answer in time.
        """
        plan = self._merging.plan(context)
        wish = self._merging.wish(context, Wants(addons=False))
        found = (await self._commerce.products_by_handle([handle], wish, call)).whole()
        if handle not in found:
            return None
        with Tasks() as tasks:
            reads = ContentReads(self._content, tasks, self._clock)
            reads.start(refs_of(found.values()), call)
            contents, _ = await reads.collect(call.deadline, plan)
        return explain(halves_of(found[handle], contents), plan)

    async def categories(self, context: ShopperContext, call: Call) -> Groups:
        """Return the categories below no other, with all that are below them.

        Raises:
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        return await self._groups.categories(context, call)

    async def collections(self, context: ShopperContext, call: Call) -> Groups:
        """Return the collections by handle.

        Raises:
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        return await self._groups.collections(context, call)

    async def page(
        self, slug: str, context: ShopperContext, wants: Wants, call: Call
    ) -> tuple[Page | None, tuple[Degraded, ...]]:
        """Return the page that has this slug in any language; `None` if there is none.

        Raises:
            UpstreamError: nobody has it, and a content system that might have it failed.
        """
        return await self._pages.page(slug, context, wants, call)

    async def menu(
        self, handle: str, context: ShopperContext, wants: Wants, call: Call
    ) -> tuple[Menu | None, tuple[Degraded, ...]]:
        """Return the menu of this name; `None` if there is none.

        Raises:
            UpstreamError: nobody has it, and a content system that might have it failed.
        """
        return await self._menus.menu(handle, context, wants, call)
