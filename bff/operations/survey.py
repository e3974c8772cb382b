"""What is looked through by `coverage`, and who is asked what in passing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bff.domain.commerce import Handle, Pricing, ProductId, ProductText
from bff.domain.content import ProductRef
from bff.domain.locale import Locale, Locales, language_for
from bff.domain.merge_policy import MergePlan, MergePolicy, merge_plan
from bff.domain.storefront import ShopperContext
from bff.operations.patience import Patience, parts
from bff.ports import Call, Clock, CommerceSource, ContentSource, MatchBy, Wish

PAGE = 100
"""How many products are asked for at once."""

Progress = Callable[[str, int, int | None], None]
"""Is told what is being read, how many of it were, and of how many; `None` is not known."""


class WholeShop(Protocol):
    """Knows the products that are not sold, too: drafts, and those of other sales channels."""

    async def statuses(self, names: Sequence[str], by: MatchBy, call: Call) -> Mapping[str, str]:
        """Return Medusa's status of those that it has, by id or handle.

        Raises:
            UpstreamError: Medusa could not answer within the call's deadline.
        """
        ...


@dataclass(frozen=True, slots=True)
class Survey:
    """A shop: what is sold, what is written, and how the two are merged.

    `content` are the content systems that serve products; `translated` are the languages that
    Medusa translates its texts into; without a `whole_shop` nobody knows what is not sold.
    """

    commerce: CommerceSource
    content: Sequence[ContentSource]
    policy: MergePolicy
    locales: Locales
    translated: frozenset[Locale]
    whole_shop: WholeShop | None
    clock: Clock

    def plan(self, locale: Locale, pricing: Pricing) -> MergePlan:
        """Return how products are merged in one of the shop's languages."""
        context = ShopperContext(language_for(locale, self.locales), pricing)
        return merge_plan(self.policy, context, commerce_translates=locale in self.translated)


class Sold:
    """The products that are sold here, by id and by handle."""

    def __init__(self, commerce: CommerceSource, patience: Patience, pricing: Pricing) -> None:
        self._commerce = commerce
        self._patience = patience
        self._lean = Wish(pricing, text=False)
        self._by_id: dict[str, Handle] = {}
        self._handles: set[str] = set()

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, text: ProductText) -> None:
        """Remember one."""
        self._by_id[text.id] = text.handle
        self._handles.add(text.handle)

    def has(self, name: str, by: MatchBy) -> bool:
        """Tell whether a product was seen under an id or a handle."""
        return name in (self._by_id if by is MatchBy.ID else self._handles)

    def has_target(self, ref: ProductRef) -> bool:
        """Tell whether what a reference means was seen; its id counts, if it has one."""
        if ref.id is not None:
            return ref.id in self._by_id
        return ref.handle is not None and ref.handle in self._handles

    def handle(self, name: str) -> str:
        """Return the handle of what has this id; a name that is no id is one already."""
        return self._by_id.get(name, name)

    async def not_sold(self, names: Sequence[str], by: MatchBy) -> list[str]:
        """Return those that are certainly not sold.

        Medusa is asked for those that were not seen: what was made in the meantime is no fault.

        Raises:
            UpstreamError: Medusa could not answer.
        """
        unseen = [name for name in dict.fromkeys(names) if not self.has(name, by)]
        found: set[str] = set()
        for part in parts(unseen, PAGE):
            if by is MatchBy.ID:
                ids = [ProductId(name) for name in part]
                found.update(
                    await self._patience.ask(partial(self._commerce.products, ids, self._lean))
                )
            else:
                handles = [Handle(name) for name in part]
                found.update(
                    await self._patience.ask(
                        partial(self._commerce.products_by_handle, handles, self._lean)
                    )
                )
        return [name for name in unseen if name not in found]
