"""Products for a shopper: commerce and content asked in parallel, addons priced, all merged.

    commerce ──────────────────────────────────┐
    contents ──┬───────────────────────────────┼──► merge
               └─► addons, as soon as named ───┘

Content that is late or fails costs its own fields only: the product is then served with Medusa's
text, and `degraded` says so.
"""

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, TypeVar

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.content_reads import ContentReads, Contents, Tasks
from bff.domain.addons import addon_groups, chosen_addons
from bff.domain.commerce import (
    CommerceProduct,
    CountryCode,
    Handle,
    Listing,
    Market,
    Pricing,
    ProductId,
    pricing_for,
)
from bff.domain.content import ProductContent
from bff.domain.explain import Considered, explain
from bff.domain.locale import Locale
from bff.domain.merge import Halves, merge_product
from bff.domain.merge_policy import MergePlan, MergePolicy, merge_plan
from bff.domain.storefront import AddonGroup, Degraded, ShopperContext, StorefrontProduct
from bff.errors import UnknownMarket, UpstreamError
from bff.ports import Call, Clock, Wish

Key = TypeVar("Key", bound=str)
"""A `Handle` or a `ProductId`."""


@dataclass(frozen=True, slots=True)
class Wants:
    """What a request will look at; the rest is not asked for."""

    offer: bool = True
    content: bool = True
    addons: bool = True

    def __or__(self, other: "Wants") -> "Wants":
        return Wants(
            self.offer or other.offer, self.content or other.content, self.addons or other.addons
        )


@dataclass(frozen=True, slots=True)
class Answer(Generic[Key]):
    """The products that exist, by what they were asked by, and what is less than healthy."""

    products: Mapping[Key, StorefrontProduct]
    degraded: tuple[Degraded, ...]


@dataclass(frozen=True, slots=True)
class _AddonHalf:
    """What became of the addons. `sold` is `None` when Medusa did not answer for them."""

    sold: Mapping[ProductId, CommerceProduct] | None
    contents: Contents
    degraded: tuple[Degraded, ...]


_NO_ADDONS = _AddonHalf({}, {}, ())
_PLANS = 256


@dataclass(frozen=True, slots=True)
class _Shopping:
    """One errand.

    `guessed` are the products it is probably about, known before Medusa answers; `all_known`
    says that there will hardly be others.
    """

    context: ShopperContext
    wants: Wants
    call: Call
    guessed: Sequence[ProductId]
    all_known: bool


class Catalog:
    """The reading side. `content_budget` is in seconds: how long content may come after commerce.

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
        clock: Clock,
        content_budget: float,
    ) -> None:
        self._commerce = commerce
        self._content = tuple(content)
        self._policy = policy
        self._translations = translations
        self._clock = clock
        self._content_budget = content_budget
        # A shop has few languages and markets, and a plan is the same for all its products.
        self._plan = lru_cache(maxsize=_PLANS)(self._plan_for)

    async def markets(self, call: Call) -> tuple[Market, ...]:
        """Return all markets of the shop.

        Raises:
            UpstreamError: Medusa could not answer in time.
        """
        return await self._commerce.markets(call)

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
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        known = await self._commerce.known_ids(handles)
        commerce = self._commerce.products_by_handle(handles, self._wish(context, wants), call)
        guessed = [product for product in known.values() if product is not None]
        shopping = _Shopping(context, wants, call, guessed, len(known) == len(set(handles)))
        return await self._answer(commerce, shopping)

    async def by_ids(
        self, ids: Sequence[ProductId], context: ShopperContext, wants: Wants, call: Call
    ) -> Answer[ProductId]:
        """Return the products that exist under `ids`.

        Raises:
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        commerce = self._commerce.products(ids, self._wish(context, wants), call)
        shopping = _Shopping(context, wants, call, ids, all_known=True)
        return await self._answer(commerce, shopping)

    async def newest(
        self, offset: int, limit: int, context: ShopperContext, wants: Wants, call: Call
    ) -> tuple[Listing, Answer[ProductId]]:
        """Return a page of all products, the newest first.

        Raises:
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        listing: Listing | None = await self._commerce.known_listing(offset, limit)
        wish = self._wish(context, wants)

        async def commerce() -> Mapping[ProductId, CommerceProduct]:
            nonlocal listing
            listing, products = await self._commerce.newest(offset, limit, wish, call)
            return products

        guessed = listing.ids if listing else ()
        shopping = _Shopping(context, wants, call, guessed, all_known=listing is not None)
        answer = await self._answer(commerce(), shopping)
        return listing or Listing((), 0), answer

    async def explain(
        self, handle: Handle, context: ShopperContext, call: Call
    ) -> Mapping[str, tuple[Considered, ...]] | None:
        """Return who won each field of a product and who lost; `None` if there is none.

        Raises:
            UpstreamError: Medusa could not answer in time.
        """
        wants = Wants(addons=False)
        plan = self._plan(context)
        found = await self._commerce.products_by_handle([handle], self._wish(context, wants), call)
        if handle not in found:
            return None
        with Tasks() as tasks:
            reads = ContentReads(self._content, tasks, self._clock)
            reads.start(_ids(found.values()), call)
            contents, _ = await reads.collect(call.deadline)
        return explain(_halves(found[handle], contents), plan)

    async def _answer(
        self,
        commerce: Coroutine[Any, Any, Mapping[Key, CommerceProduct]],
        shopping: _Shopping,
    ) -> Answer[Key]:
        context, wants, call = shopping.context, shopping.wants, shopping.call
        plan = self._plan(context)
        with Tasks() as tasks:
            selling = tasks.start(commerce)
            named_by = self._content if wants.content or wants.addons else ()
            reads = ContentReads(named_by, tasks, self._clock)
            reads.start(shopping.guessed, call)
            addons = None
            if wants.addons and shopping.all_known:
                addons = tasks.start(self._addons(reads, plan, call))
            found = await selling
            if not found:
                return Answer({}, ())
            unforeseen = [one for one in _ids(found.values()) if one not in shopping.guessed]
            if unforeseen:
                reads.start(unforeseen, call)
            if wants.addons and (addons is None or unforeseen):
                if addons is not None:
                    addons.cancel()  # it is about products that the handles no longer name
                addons = tasks.start(self._addons(reads, plan, call))
            contents, degraded = await reads.collect(self._content_deadline(call))
            half: _AddonHalf = await addons if addons else _NO_ADDONS
        offered = _merged(half, plan)
        products = {}
        for key, product in found.items():
            halves = _halves(product, contents)
            addons_of_it = _addon_groups(halves, plan, half, offered) if wants.addons else ()
            products[key] = replace(merge_product(halves, plan), addons=addons_of_it)
        # A source may have failed for the page and again for the addons: one entry is enough.
        return Answer(products, tuple(dict.fromkeys((*degraded, *half.degraded))))

    async def _addons(self, reads: ContentReads, plan: MergePlan, call: Call) -> _AddonHalf:
        """Wait for what names addons, then price all of them together."""
        named = await reads.settled()
        chosen = (chosen_addons(sources, plan) for sources in _by_product(named).values())
        ids = tuple(dict.fromkeys(one for pair in chosen if pair for one in pair[1].addon_ids()))
        if not ids:
            return _NO_ADDONS
        with Tasks() as tasks:
            selling = tasks.start(
                self._commerce.products(ids, self._wish(plan.context, Wants()), call)
            )
            own_reads = ContentReads(self._content, tasks, self._clock)
            own_reads.start(ids, call)
            try:
                sold = await selling
            except UpstreamError as failure:
                failed = Degraded(failure.source, failure.code, "nothing")
                return _AddonHalf(None, {}, (failed,))
            contents, degraded = await own_reads.collect(self._content_deadline(call))
            return _AddonHalf(sold, contents, degraded)

    def _wish(self, context: ShopperContext, wants: Wants) -> Wish:
        return Wish(
            pricing=context.pricing if wants.offer or wants.addons else None,
            language=self._translations.get(context.language.applied),
        )

    def _plan_for(self, context: ShopperContext) -> MergePlan:
        translates = context.language.applied in self._translations
        return merge_plan(self._policy, context, commerce_translates=translates)

    def _content_deadline(self, call: Call) -> float:
        return min(call.deadline, self._clock() + self._content_budget)


def _ids(products: Iterable[CommerceProduct]) -> list[ProductId]:
    return [product.text.id for product in products if product.text]


def _halves(product: CommerceProduct, contents: Contents) -> Halves:
    if product.text is None:
        msg = "a product cannot be shown without its text"
        raise ValueError(msg)
    product_id = product.text.id
    answered = {
        source: found[product_id] for source, found in contents.items() if product_id in found
    }
    return Halves(product, product.text, answered)


def _by_product(contents: Contents) -> Mapping[ProductId, Mapping[str, ProductContent | None]]:
    by_product: dict[ProductId, dict[str, ProductContent | None]] = {}
    for source, found in contents.items():
        for product_id, content in found.items():
            by_product.setdefault(product_id, {})[source] = content
    return by_product


def _merged(half: _AddonHalf, plan: MergePlan) -> Mapping[ProductId, StorefrontProduct] | None:
    if half.sold is None:
        return None
    return {
        product_id: merge_product(_halves(product, half.contents), plan)
        for product_id, product in half.sold.items()
    }


def _addon_groups(
    halves: Halves,
    plan: MergePlan,
    half: _AddonHalf,
    offered: Mapping[ProductId, StorefrontProduct] | None,
) -> tuple[AddonGroup, ...]:
    chosen = chosen_addons(halves.contents, plan)
    if chosen is None:
        return ()
    source, content = chosen
    return addon_groups(source, content, plan, offered, half.contents.get(source, {}))
