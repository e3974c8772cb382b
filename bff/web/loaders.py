"""Products that are asked for at the same moment are fetched together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Generic, TypeVar

from strawberry.dataloader import DataLoader

from bff.catalog.product_page import Answer, Wants
from bff.domain.storefront import Degraded, ShopperContext, StorefrontProduct
from bff.errors import BffError
from bff.ports import Call

Key = TypeVar("Key", bound=str)
Read = Callable[[Sequence[Key], ShopperContext, Wants, Call], Awaitable[Answer[Key]]]


@dataclass(frozen=True, slots=True)
class _Wanted(Generic[Key]):
    key: Key
    shopper: ShopperContext
    wants: Wants


class ProductLoader(Generic[Key]):
    """Loads single products in batches: one read per language and market in the operation."""

    def __init__(
        self, read: Read[Key], call: Call, note: Callable[[Sequence[Degraded]], None]
    ) -> None:
        self._read = read
        self._call = call
        self._note = note
        self._loader: DataLoader[_Wanted[Key], StorefrontProduct | None] = DataLoader(
            load_fn=self._load
        )

    async def load(
        self, key: Key, shopper: ShopperContext, wants: Wants
    ) -> StorefrontProduct | None:
        """Return the product, `None` when there is none.

        Raises:
            UpstreamError: Medusa could not answer in time.
        """
        return await self._loader.load(_Wanted(key, shopper, wants))

    async def _load(
        self, wanted: list[_Wanted[Key]]
    ) -> Sequence[StorefrontProduct | BffError | None]:
        groups: dict[ShopperContext, list[_Wanted[Key]]] = {}
        for one in wanted:
            groups.setdefault(one.shopper, []).append(one)
        answers = await asyncio.gather(*map(self._answer, groups, groups.values()))
        found = dict(zip(groups, answers, strict=True))
        return [
            answer
            if isinstance(answer, BffError)
            else answer.failures.get(one.key) or answer.products.get(one.key)
            for one in wanted
            for answer in (found[one.shopper],)
        ]

    async def _answer(
        self, shopper: ShopperContext, group: Sequence[_Wanted[Key]]
    ) -> Answer[Key] | BffError:
        keys = list(dict.fromkeys(one.key for one in group))
        wants = reduce(or_, (one.wants for one in group))
        try:
            answer = await self._read(keys, shopper, wants, self._call)
        except BffError as failure:  # costs this group only
            return failure
        self._note(answer.degraded)
        return answer
