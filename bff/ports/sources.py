"""Whom the reading side asks: Medusa, and the content systems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

from bff.domain.commerce import (
    Category,
    Collection,
    CommerceProduct,
    Handle,
    Listing,
    Market,
    Pricing,
    ProductId,
)
from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent, ProductRef
from bff.domain.locale import Locale
from bff.ports.calls import Call

Name = TypeVar("Name", bound=str | None)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which parts of a product to ask Medusa for; at least one of them.

    Without `pricing` no prices and no stock are asked for, without `text` nothing else.
    `language` is the tag to translate the text into, in Medusa's own spelling; `None` asks for
    the shop's base language.
    """

    pricing: Pricing | None
    text: bool = True
    language: str | None = None


class CommerceSource(Protocol):
    """Reads products, prices and markets: Medusa."""

    @property
    def name(self) -> str:
        """The source's name in provenance, degraded entries, errors and logs."""
        ...

    async def products(
        self, ids: Sequence[ProductId], wish: Wish, call: Call
    ) -> Mapping[ProductId, CommerceProduct]:
        """Return what is sold of `ids`; products that are not sold are absent.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def products_by_handle(
        self, handles: Sequence[Handle], wish: Wish, call: Call
    ) -> Mapping[Handle, CommerceProduct]:
        """Return what is sold under `handles`; handles without a product are absent.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def newest(
        self, offset: int, limit: int, wish: Wish, call: Call
    ) -> tuple[Listing, Mapping[ProductId, CommerceProduct]]:
        """Return a page of all products, the newest first, and those products.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def markets(self, call: Call) -> tuple[Market, ...]:
        """Return all markets, by name, their countries by code.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def categories(self, language: str | None, call: Call) -> tuple[Category, ...]:
        """Return all categories that shoppers may see, siblings in the shop's own order.

        `language` is like that of a `Wish`. A category may name one above it that is hidden.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def collections(self, language: str | None, call: Call) -> tuple[Collection, ...]:
        """Return all collections by handle; `language` is like that of a `Wish`.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...


class MatchBy(Enum):
    """By what a content system's documents say which product they are about."""

    ID = "id"
    HANDLE = "handle"

    def key(self, of_id: Name, of_handle: Name) -> Name:
        """Return which of the two names of a product or a group such documents know it by."""
        return of_id if self is MatchBy.ID else of_handle


class GroupKind(Enum):
    """The groups of products that Medusa has, and content may be written about."""

    COLLECTION = "collection"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Listed:
    """One product document in a content system's list of all of them.

    `language` is there where each language has a document of its own.
    """

    document_id: str
    product: ProductRef
    language: Locale | None = None


class ContentSource(Protocol):
    """Reads what editors wrote: one CMS.

    `None` in an answer, or no page, says that the content system has nothing published under a
    key. Nothing here ever returns a draft, unless the source was made for a preview.
    """

    @property
    def name(self) -> str:
        """The source's name in provenance, degraded entries, errors and logs."""
        ...

    @property
    def matches_by(self) -> MatchBy:
        """What the keys of products are: Medusa's ids or handles."""
        ...

    async def contents(
        self, keys: Sequence[str], call: Call
    ) -> Mapping[str, ProductContent | None]:
        """Return the content of the products `keys`, and of the addons that it names.

        Addon documents come along in the same answer where the content system can do that, be
        they there or not.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def groups(
        self, kind: GroupKind, keys: Sequence[str], call: Call
    ) -> Mapping[str, GroupContent | None]:
        """Return what is written about collections or categories, by Medusa's ids or handles.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def pages(self, slugs: Sequence[str], call: Call) -> Mapping[str, Sequence[PageContent]]:
        """Return for each of `slugs` all pages that have it in any language, the oldest first.

        What counts as older is the content system's own rule, and always the same. Nothing is
        published under a slug that has no page.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def menus(self, handles: Sequence[str], call: Call) -> Mapping[str, MenuContent | None]:
        """Return the menus called `handles`.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...

    async def listed(self, after: str, call: Call) -> tuple[Sequence[Listed], str | None]:
        """Return some of all product documents and where to go on; `None` at the end.

        The first page is `after` nothing: "".

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...
