"""What Medusa sells of what was asked for, and which ids were remembered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bff.domain.commerce import CommerceProduct, Handle, ProductId
from bff.errors import UpstreamError
from bff.ports import Entry

Key = TypeVar("Key", bound=str)


@dataclass(frozen=True, slots=True)
class Sold(Generic[Key]):
    """What is sold of what was asked for; `failures` tells of what nobody knows that."""

    products: Mapping[Key, CommerceProduct]
    failures: Mapping[Key, UpstreamError] = field(default_factory=dict)

    def whole(self) -> Mapping[Key, CommerceProduct]:
        """Return the products.

        Raises:
            UpstreamError: nobody knows of one of them whether it is sold.
        """
        for failure in self.failures.values():
            raise failure
        return self.products


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The remembered ids of handles, right or wrong; `None` where nothing has the handle."""

    ids: Mapping[Handle, ProductId | None]
    entries: Mapping[str, Entry]
    """What they were taken from, by its keys."""

    def named(self, handles: Iterable[Handle]) -> dict[Handle, ProductId]:
        """Return the ids of those that something has."""
        found = ((handle, self.ids.get(handle)) for handle in handles)
        return {handle: product for handle, product in found if product is not None}
