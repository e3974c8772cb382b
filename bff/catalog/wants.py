"""What a request will look at, and what it gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Generic, TypeVar

from bff.domain.storefront import Degraded, StorefrontProduct
from bff.errors import UpstreamError

Key = TypeVar("Key", bound=str)
"""A `Handle` or a `ProductId`."""


@dataclass(frozen=True, slots=True)
class Wants:
    """What a request will look at; the rest is not asked for.

    `groups` are the collection and the categories of products, in the best words that there are;
    without it a product has none. `addon_groups` are those of its addons. `alternates` are a
    product's and its addons'; the product's are there only together with `content`, of which
    they tell.

    `products` are those that a page or a menu names, be it only for their addresses; the rest
    then says what is wanted of each of them. They always come with an offer, on which their
    status depends.
    """

    offer: bool = True
    content: bool = True
    addons: bool = True
    groups: bool = True
    addon_groups: bool = False
    alternates: bool = True
    products: bool = True

    def __or__(self, other: "Wants") -> "Wants":
        return Wants(*(getattr(self, name) or getattr(other, name) for name in _NAMES))


_NAMES = tuple(one.name for one in fields(Wants))


@dataclass(frozen=True, slots=True)
class Answer(Generic[Key]):
    """The products that exist, by what they were asked by, and what is less than healthy.

    `failures` tells of what nobody knows whether it exists: that is an error, and not a product
    that is not there.
    """

    products: Mapping[Key, StorefrontProduct]
    degraded: tuple[Degraded, ...]
    failures: Mapping[Key, UpstreamError] = field(default_factory=dict)
