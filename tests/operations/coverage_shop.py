"""A shop in memory that has something of each kind that `bff coverage` looks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bff.domain.commerce import (
    CommerceProduct,
    Handle,
    Listing,
    Market,
    ProductId,
    ProductOffer,
)
from bff.domain.content import ContentFields, ProductContent, ProductRef
from bff.domain.coverage import Report
from bff.domain.locale import Locale
from bff.domain.merge_policy import MergePolicy
from bff.operations.coverage import coverage
from bff.operations.survey import Survey, WholeShop
from bff.ports import Call, Listed, MatchBy, Wish
from tests.catalog.fakes import DE, EN, LOCALES, MARKETS, Asked, Cms, Shop, pid, policy_over
from tests.clock import HandClock


@dataclass
class Store(Shop):
    """Sells products, of which `unpriced` have no price in some currencies."""

    unpriced: set[tuple[str, str]] = field(default_factory=set)
    markets_there: tuple[Market, ...] = MARKETS
    busy: int = 0
    busiest: int = 0
    leaving: list[str] = field(default_factory=list)
    """Handles of products that are deleted one by one, each after a page was read."""

    async def products(
        self, ids: Sequence[ProductId], wish: Wish, call: Call
    ) -> Mapping[ProductId, CommerceProduct]:
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        found = await super().products(ids, wish, call)
        self.busy -= 1
        return found

    async def newest(
        self, offset: int, limit: int, wish: Wish, call: Call
    ) -> tuple[Listing, Mapping[ProductId, CommerceProduct]]:
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        page = await super().newest(offset, limit, wish, call)
        self.busy -= 1
        if self.leaving:
            del self.handles[Handle(self.leaving.pop(0))]
        return page

    async def markets(self, call: Call) -> tuple[Market, ...]:
        await super().markets(call)
        return self.markets_there

    def _sold(self, product: ProductId, wish: Wish) -> CommerceProduct:
        found = super()._sold(product, wish)
        if found.offer is None or wish.pricing is None:
            return found
        handle = next(handle for handle, one in self.handles.items() if one == product)
        if (handle, wish.pricing.currency) not in self.unpriced:
            return found
        variants = {key: replace(one, price=None) for key, one in found.offer.variants.items()}
        return replace(found, offer=ProductOffer(wish.pricing, variants))


@dataclass
class Library(Cms):
    """Lists documents some at a time; `copies` are listed beside those that are read."""

    copies: list[Listed] = field(default_factory=list)
    page: int = 1_000
    has_end: bool = True

    async def listed(self, after: str, call: Call) -> tuple[Sequence[Listed], str | None]:
        await self.traffic.receive(Asked("listed", (after,), call))
        listed = [Listed(one.document_id, one.product) for one in self.documents.values()]
        everything = [*listed, *self.copies]
        start = int(after or 0)
        following = start + self.page
        if not self.has_end:
            return everything, "0"
        rest = str(following) if following < len(everything) else None
        return everything[start:following], rest


@dataclass
class Everything:
    """Knows what Medusa has, sold or not: the status by id or handle."""

    known: dict[str, str]
    asked: list[tuple[tuple[str, ...], MatchBy]] = field(default_factory=list)

    async def statuses(self, names: Sequence[str], by: MatchBy, _call: Call) -> Mapping[str, str]:
        self.asked.append((tuple(names), by))
        return {name: self.known[name] for name in names if name in self.known}


def store(*names: str) -> Store:
    """Return a shop where each product's handle is its name."""
    return Store({Handle(name): pid(name) for name in names})


def library(*documents: ProductContent, **changes: object) -> Library:
    """Return a content system that knows products by id."""
    return Library({one.product.key: one for one in documents}, **changes)  # type: ignore[arg-type] # names are checked by the call


def written(name: str, **languages: str) -> ProductContent:
    """Return a document with a title in some languages."""
    fields: dict[Locale | None, ContentFields] = {
        Locale(tag): ContentFields(text) for tag, text in languages.items()
    }
    return ProductContent(ProductRef(pid(name)), f"doc_{name}", fields)


class Pauses:
    """Waits no time: it notes how long it should have been, and may let things be well again."""

    def __init__(self, *healed: Shop | Cms) -> None:
        self.seconds: list[float] = []
        self._healed = healed

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        for one in self._healed:
            one.traffic.heal()


class Watcher:
    """Notes the progress that it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int | None]] = []

    def __call__(self, what: str, done: int, total: int | None) -> None:
        self.told.append((what, done, total))


async def looked_through(
    shop: Store,
    *systems: Cms,
    whole_shop: WholeShop | None = None,
    locales: Sequence[Locale] = (EN, DE),
    policy: MergePolicy | None = None,
    translated: frozenset[Locale] = frozenset(),
    pauses: Pauses | None = None,
    watcher: Watcher | None = None,
) -> Report:
    """Return what was found in a shop that speaks English and German."""
    survey = Survey(
        commerce=shop,
        content=systems,
        policy=policy or policy_over(*(one.name for one in systems)),
        locales=LOCALES,
        translated=translated,
        whole_shop=whole_shop,
        clock=HandClock(),
    )
    return await coverage(survey, locales, watcher or Watcher(), pauses or Pauses())
