"""Products for a shopper: commerce and content asked in parallel, addons priced, all merged.

    commerce ──────────────────────────────────┐
    contents ──┬───────────────────────────────┼──► merge
               └─► addons, as soon as named ───┘

Content that is late or fails costs its own fields only: the product is then served with Medusa's
text, and `degraded` says so.
"""

import math
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.content_reads import ContentReads, Tasks, halves_of
from bff.catalog.priced_addons import AddonPricing, AddonWork
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
from bff.domain.content import ProductRef
from bff.domain.explain import Considered, explain
from bff.domain.locale import Locale
from bff.domain.merge import merge_product
from bff.domain.merge_policy import MergePlan, MergePolicy, merge_plan
from bff.domain.storefront import Degraded, ShopperContext, StorefrontProduct
from bff.errors import UnknownMarket
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


_PLANS = 256


@dataclass(frozen=True, slots=True)
class _Guess:
    """The products that an answer is probably about, known before Medusa has said so.

    `is_complete` says that there will hardly be others.
    """

    products: Sequence[ProductRef]
    is_complete: bool


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
        self._addons = AddonPricing(
            commerce, self._content, clock=clock, content_budget=content_budget
        )
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
        guessed = [ProductRef(known.get(handle), handle) for handle in handles]
        guess = _Guess(guessed, is_complete=len(known) == len(set(handles)))
        return await self._answer(commerce, guess, context, wants, call)

    async def by_ids(
        self, ids: Sequence[ProductId], context: ShopperContext, wants: Wants, call: Call
    ) -> Answer[ProductId]:
        """Return the products that exist under `ids`.

        Raises:
            UpstreamError: Medusa could not answer in time. Content that fails is not an error.
        """
        commerce = self._commerce.products(ids, self._wish(context, wants), call)
        return await self._answer(
            commerce, _Guess([*map(ProductRef, ids)], is_complete=True), context, wants, call
        )

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

        known = [*map(ProductRef, listing.ids)] if listing else []
        guess = _Guess(known, is_complete=listing is not None)
        answer = await self._answer(commerce(), guess, context, wants, call)
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
            reads.start(_refs(found.values()), call)
            contents, _ = await reads.collect(call, budget=math.inf)
        return explain(halves_of(found[handle], contents), plan)

    async def _answer(
        self,
        commerce: Coroutine[Any, Any, Mapping[Key, CommerceProduct]],
        guess: _Guess,
        context: ShopperContext,
        wants: Wants,
        call: Call,
    ) -> Answer[Key]:
        plan = self._plan(context)
        addon_wish = self._wish(context, Wants())
        with Tasks() as tasks:
            selling = tasks.start(commerce)
            asked = self._content if wants.content or wants.addons else ()
            reads = ContentReads(asked, tasks, self._clock)
            reads.start(guess.products, call)
            price = partial(self._addons.price, reads, plan, addon_wish, call)
            addons = AddonWork(price, reads, tasks)
            if wants.addons and guess.is_complete:
                addons.begin()
            found = await selling
            if not found:
                return Answer({}, ())
            reads.start(_refs(found.values()), call)
            if wants.addons:
                addons.begin()  # again, if handles name other products than was guessed
            contents, degraded = await reads.collect(call, self._content_budget)
            priced = await addons.done()
        products = {}
        for key, product in found.items():
            halves = halves_of(product, contents)
            groups = priced.groups_of(halves, plan) if wants.addons else ()
            products[key] = replace(merge_product(halves, plan), addons=groups)
        # A source may have failed for the page and again for the addons: one entry is enough.
        return Answer(products, tuple(dict.fromkeys((*degraded, *priced.degraded))))

    def _wish(self, context: ShopperContext, wants: Wants) -> Wish:
        return Wish(
            pricing=context.pricing if wants.offer or wants.addons else None,
            language=self._translations.get(context.language.applied),
        )

    def _plan_for(self, context: ShopperContext) -> MergePlan:
        translates = context.language.applied in self._translations
        return merge_plan(self._policy, context, commerce_translates=translates)


def _refs(products: Iterable[CommerceProduct]) -> list[ProductRef]:
    texts = (product.text for product in products)
    return [ProductRef(text.id, text.handle) for text in texts if text]
