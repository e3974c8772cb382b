"""What the reading side needs from the world outside, and the values that pass through.

Adapters satisfy these protocols by shape; `wiring` is where mypy compares them. Ports are
batch-first: many keys in, a mapping out, unknown keys absent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeVar

from bff.domain.changes import Change
from bff.domain.commerce import (
    Category,
    CommerceProduct,
    Handle,
    Listing,
    Market,
    Pricing,
    ProductId,
)
from bff.domain.commerce import (
    Collection as ProductCollection,
)
from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent, ProductRef
from bff.domain.freshness import Policy, Verdict
from bff.domain.locale import Locale
from bff.domain.marks import Mark, Position, Tag, Touched
from bff.domain.storefront import Degraded

Name = TypeVar("Name", bound=str | None)

Clock = Callable[[], float]
"""Seconds on a clock that only moves forward (`time.monotonic` in production)."""
WallClock = Callable[[], float]
"""Seconds since 1970, the same on all replicas (`time.time`): how old copies are."""


@dataclass(frozen=True, slots=True)
class Call:
    """What one request allows its upstream calls. `deadline` is an instant of the `Clock`.

    `traceparent` is passed on to the sources (W3C Trace Context), `None` when nobody traces.
    `trail` is where the cache writes down what it gave out for the request. `after_edit` says
    that the source is known to have something newer: it is asked past its own CDN.
    """

    deadline: float
    traceparent: str | None = None
    trail: Trail | None = None
    after_edit: bool = False


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

    async def collections(self, language: str | None, call: Call) -> tuple[ProductCollection, ...]:
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A cached value.

    `started_at` is the instant of the `WallClock` before its fetch began, which took `took`
    seconds; `stamp` is the position in the log of marks that was known then. Marks on its `tags`
    from later positions condemn it.
    """

    value: object
    policy: Policy
    started_at: float
    took: float = 0.0
    stamp: Position = 0
    tags: frozenset[Tag] = frozenset()


class Level(Enum):
    """Where an entry was found."""

    MEMORY = "memory"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry that a store has, and the newest mark that condemns it, if there is one."""

    entry: Entry
    mark: Mark | None = None
    level: Level = Level.MEMORY


@dataclass(frozen=True, slots=True)
class Reading:
    """What a store has of some keys, and the position in the log of marks as of this reading.

    Every mark that was stored before the reading began is at or below `position`, except where
    the whole of it came from this process's memory: other replicas' marks reach that by a feed.
    """

    kept: Mapping[str, Kept]
    position: Position


class MarkLog(Protocol):
    """The marks as far as this process knows them; asking it costs no I/O."""

    @property
    def position(self) -> Position:
        """The newest position known."""
        ...

    @property
    def changes(self) -> int:
        """A count that grows with every mark that arrives, late ones included.

        `position` does not move when a mark from before it arrives, as one of another replica may.
        """
        ...

    @property
    def is_live(self) -> bool:
        """Whether other replicas' marks arrive here. While they do not, memory is not trusted."""
        ...

    def newest(self, tags: Collection[Tag], after: Position) -> Mark | None:
        """Return the newest mark on any of these tags behind a position."""
        ...

    def of(self, tag: Tag) -> Mark | None:
        """Return the newest mark of this very tag, whatever else was marked after it."""
        ...


class Store(Protocol):
    """Keeps entries as long as anybody can use them, or until room is needed.

    A broken store is a slow one: reading and writing never fail, they find and keep nothing.
    """

    @property
    def marks(self) -> MarkLog:
        """What is known of marks here."""
        ...

    async def read(self, keys: Sequence[str]) -> Reading:
        """Return the entries that have not outlived their policy, marked ones included."""
        ...

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """Keep the entries. Of two under one key the one with the later stamp stays."""
        ...

    async def mark(self, touched: Sequence[Touched]) -> Position:
        """Mark tags, for all replicas; return the position of the last mark.

        Raises:
            StoreUnavailable: other replicas cannot be told. This process has marked its own
                memory all the same.
        """
        ...

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        """Return the keys read here not long ago whose entries carry one of these tags."""
        ...


class Leases(Protocol):
    """Who of several processes may fetch what. They never fail: in doubt everybody may."""

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:
        """Take what nobody else has of `keys`, for at most so long; return what was taken."""
        ...

    async def give_back(self, keys: Collection[str]) -> None:
        """Give back what this process has taken, whether the fetch went well or not."""
        ...

    async def wait(self, keys: Collection[str], seconds: float) -> None:
        """Return once one of `keys` may have been given back, after `seconds` at the latest."""
        ...


class Trail:
    """What one answer was made of, written down by the cache as it gave it out.

    The least fresh part decides for how long the answer may be used.
    """

    def __init__(self) -> None:
        self.tags: set[Tag] = set()
        self.stamp: Position | None = None
        self.parts: set[tuple[Position, frozenset[Tag]]] = set()
        """The stamp of each part with its own tags: an old part is not condemned by a mark that
        only a newer one carries."""
        self.fresh_until: float | None = None
        self.refresh_until: float | None = None
        self.error_until: float | None = None
        self.took = 0.0
        self.fetched = 0
        """Values that had to be fetched, or that others were already fetching."""
        self.verdicts: Counter[tuple[Level, Verdict]] = Counter()
        self.degraded: dict[Degraded, None] = {}

    def note(self, entry: Entry) -> None:
        """Take down that an entry's value is part of the answer."""
        policy = entry.policy
        self.tags |= entry.tags
        self.stamp = entry.stamp if self.stamp is None else min(self.stamp, entry.stamp)
        self.parts.add((entry.stamp, entry.tags))
        ends = entry.started_at + policy.fresh
        self.fresh_until = _earlier(self.fresh_until, ends)
        self.refresh_until = _earlier(self.refresh_until, ends + policy.while_refresh)
        self.error_until = _earlier(self.error_until, ends + policy.if_error)
        self.took = max(self.took, entry.took)

    def absorb(self, other: Trail) -> None:
        """Take down all that another trail has."""
        self.tags |= other.tags
        self.parts |= other.parts
        if other.stamp is not None:
            self.stamp = other.stamp if self.stamp is None else min(self.stamp, other.stamp)
        for name in ("fresh_until", "refresh_until", "error_until"):
            ends = getattr(other, name)
            if ends is not None:
                setattr(self, name, _earlier(getattr(self, name), ends))
        self.took = max(self.took, other.took)
        self.fetched += other.fetched
        self.verdicts.update(other.verdicts)
        for degraded in other.degraded:
            self.tell(degraded)

    def tell(self, degraded: Degraded) -> None:
        """Take down what a healthy system would have answered better; of copies the oldest."""
        for known in self.degraded:
            if (known.source, known.reason, known.served) == (
                degraded.source,
                degraded.reason,
                degraded.served,
            ):
                if (known.age_seconds or 0.0) >= (degraded.age_seconds or 0.0):
                    return
                del self.degraded[known]
                break
        self.degraded[degraded] = None


def _earlier(one: float | None, other: float) -> float:
    return other if one is None else min(one, other)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook's request as it came. `path` has the query, `headers` are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class WebhookReader(Protocol):
    """Knows one source's webhooks."""

    @property
    def name(self) -> str:
        """The source's name: the last part of the path that it posts to."""
        ...

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        """Return what a delivery says has changed; nothing if it is of no interest.

        `now` is an instant of the `WallClock`.

        Raises:
            WebhookRejected: it is not from the source, or too old.
            BadInput: it is from the source, and makes no sense.
        """
        ...


class ChangeFeed(Protocol):
    """What has changed in one source since it was last asked: for events that were lost."""

    @property
    def name(self) -> str:
        """The source's name."""
        ...

    async def since(self, cursor: str | None, call: Call) -> tuple[Sequence[Change], str]:
        """Return what changed, and the cursor to go on with. `None` begins now.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...


class Cursors(Protocol):
    """Remembers how far the change feeds were read. It never fails: in doubt they begin anew."""

    async def load(self, name: str) -> str | None:
        """Return the cursor of a feed; `None` if nobody remembers one."""
        ...

    async def save(self, name: str, cursor: str) -> None:
        """Remember the cursor of a feed."""
        ...


class Target(Protocol):
    """Somebody who keeps copies of our answers and wants to know which have become old."""

    @property
    def name(self) -> str:
        """Its name in settings, logs and metrics."""
        ...

    async def tell(self, tags: Sequence[Tag], call: Call) -> None:
        """Tell which tags were marked.

        Raises:
            UpstreamError: it did not take it; telling again is harmless.
        """
        ...
