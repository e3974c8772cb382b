"""The products that editors refer to (addons, items of pages, entries of menus), priced in one go.

refs ──┬─► Medusa ──────────────┬──► merge
       └─► content, groups ─────┘
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.content_reads import ContentReads, Contents, refs_of
from bff.catalog.group_reads import GroupReads, GroupSources, groups_of
from bff.catalog.merging import Merging
from bff.catalog.sold import Sold
from bff.catalog.tasks import Tasks
from bff.catalog.wants import Wants
from bff.domain.commerce import CommerceProduct, Handle
from bff.domain.content import ProductContent, ProductRef
from bff.domain.storefront import Degraded, ShopperContext, StorefrontProduct
from bff.errors import UpstreamError
from bff.ports import Call, Clock, MatchBy, Wish


@dataclass(frozen=True, slots=True)
class Referred:
    """What became of all products that one answer refers to.

    `sold` is what Medusa sells of them by `ProductRef.key`: `None` for one that it did not answer
    for, and for all of them if it answered for none. `contents` is what the content systems have
    for them; `known_by` is what each content system that has products knows them by.
    """

    sold: Mapping[str, StorefrontProduct | None] | None
    contents: Contents
    known_by: Mapping[str, MatchBy]
    degraded: tuple[Degraded, ...]

    def documents(
        self, source: str, refs: Iterable[ProductRef]
    ) -> Mapping[str, ProductContent | None]:
        """Return what the content system that names some products has for each, by id or handle.

        Where it has no products of its own to ask for, or does not know them by what it says of
        them here, the reference is proof enough that there is something: nothing but a target's
        own document tells its id or handle.
        """
        answered = self.contents.get(source)
        known = answered.by_key if answered else {}
        matches_by = self.known_by.get(source)
        proven: dict[str, ProductContent | None] = {
            name: ProductContent(ref, ref.document_id, {})
            for ref in refs
            if matches_by is None or matches_by.key(ref.id, ref.handle) is None
            if (name := ref.id or ref.handle)
        }
        return {**proven, **known} if proven else known


NOTHING_REFERRED = Referred({}, {}, {}, ())


class ReferredProducts:
    """Prices what editors refer to.

    `content_budget` is in seconds: how long their content may come after commerce.
    """

    def __init__(
        self,
        commerce: CachedCommerce,
        content: Sequence[CachedContent],
        groups: GroupSources,
        merging: Merging,
        *,
        clock: Clock,
        content_budget: float,
    ) -> None:
        self._commerce = commerce
        self._content = tuple(content)
        self._groups = groups
        self._merging = merging
        self._clock = clock
        self._content_budget = content_budget
        self._known_by = {source.name: source.matches_by for source in content}

    async def price(
        self, refs: Iterable[ProductRef], context: ShopperContext, wants: Wants, call: Call
    ) -> Referred:
        """Return the products, without addons of their own.

        Those that nobody knows how to ask for are not asked for. When Medusa does not answer,
        that is degraded and no error.
        """
        refs = tuple(ref for ref in refs if ref.id or ref.handle)
        if not refs:
            return NOTHING_REFERRED
        plan = self._merging.plan(context)
        with Tasks() as tasks:
            wish = Wish(context.pricing, language=self._merging.language(context))
            selling = tasks.start(self._sold(refs, wish, call))
            reads = ContentReads(self._content, tasks, self._clock)
            if wants.content:
                reads.start(refs, call)
            found, failures = await selling
            failed = tuple(
                Degraded(failure.source, failure.code, served="nothing")
                for failure in failures.values()
            )
            if failures and not found:
                return Referred(None, {}, self._known_by, tuple(dict.fromkeys(failed)))
            if wants.content:
                reads.start(refs_of(found.values()), call)
            else:  # its content system alone tells what was taken off sale from what never was
                reads.start((ref for ref in refs if ref.key not in found), call)
            groups = GroupReads(self._groups, tasks, self._clock)
            if wants.groups:
                groups.start(groups_of(found.values()), call)
            until = min(call.deadline, self._clock() + self._content_budget)
            contents, degraded = await reads.collect(until, plan)
            grouped, more = await groups.collect(self._merging, context, until)
        sold: dict[str, StorefrontProduct | None] = dict.fromkeys(failures)
        sold |= {
            key: self._merging.product(product, contents, grouped, plan, wants).product
            for key, product in found.items()
        }
        said = tuple(dict.fromkeys((*failed, *degraded, *more)))
        return Referred(sold, contents, self._known_by, said)

    async def _sold(
        self, refs: Sequence[ProductRef], wish: Wish, call: Call
    ) -> tuple[Mapping[str, CommerceProduct], Mapping[str, UpstreamError]]:
        """Return what Medusa sells, and what nobody knows that of.

        Both are by `ProductRef.key`: by id, or by handle without one.
        """
        ids = [ref.id for ref in refs if ref.id is not None]
        handles = [ref.handle for ref in refs if ref.id is None and ref.handle is not None]
        if not handles:
            by_id = await self._commerce.products(ids, wish, call)
            by_handle: Sold[Handle] = Sold({})
        elif not ids:
            by_id = Sold({})
            by_handle = await self._commerce.products_by_handle(handles, wish, call)
        else:
            by_id, by_handle = await asyncio.gather(
                self._commerce.products(ids, wish, call),
                self._commerce.products_by_handle(handles, wish, call),
            )
        products: dict[str, CommerceProduct] = {}
        failures: dict[str, UpstreamError] = {}
        for sold in (by_id, by_handle):
            products.update((str(key), product) for key, product in sold.products.items())
            failures.update((str(key), failure) for key, failure in sold.failures.items())
        return products, failures
