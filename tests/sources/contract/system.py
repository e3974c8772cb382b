"""A content system as the suite meets it: a harness says how it is made and what it cannot do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol, cast

import httpx
from pydantic import TypeAdapter

from bff.domain.locale import Locale
from bff.ports import Call, CommerceSource, ContentSource, MatchBy
from bff.settings import ContentSettings
from bff.wiring.clients import Connections
from bff.wiring.content import ContentWiring
from tests.clock import HandClock
from tests.sources.contract.articles import Article, Group, Shop, Tag
from tests.sources.contract.wire import Answerer, Wire

SECRETS = ("secret-reader", "secret-editor", "secret-account", "LEAK")
"""What never stands in an error or a log: credentials, and the mark of another's words."""
PATIENCE = 10.0
_READ = TypeAdapter[ContentSettings](ContentSettings)


class Can(Enum):
    """What most content systems do. A harness says which of it its own cannot, and why."""

    KEEP_NEUTRAL_VALUES = "A value that is not translated belongs to no language."
    DESCRIBE_PICTURES_BY_LANGUAGE = "The words about a picture are translated."
    TELL_UNPUBLISHED_ADDONS = "An addon that is not published is named by its key."
    TELL_MISSING_ADDONS = "An addon that does not exist is named by its key."
    SHOW_LOST_ADDONS = "An addon that is not published, or does not exist, keeps its place."
    BRING_ADDONS = "Documents of addons come in the same answer."
    HOLD_TWO_DOCUMENTS = "There may be two documents for one product."
    HOLD_PENDING_CHANGES = "What is published can be edited without anybody seeing it yet."
    TELL_DRAFTS_APART = (
        "A draft is known as one even where it comes without having been asked for."
    )
    BE_READ_BY_ANYBODY_FOR_DRAFTS = "The public credentials could read drafts, if one asked."


class Fake(Protocol):
    """A content system in memory, behind the HTTP API of the real one."""

    answers_with_drafts: bool
    """Whether it has gone wrong and answers every question as if drafts had been asked for."""

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        ...

    def product_documents(self) -> Mapping[str, str]:
        """Return the product's key by the id of every published product document."""
        ...


def nothing_is_a_reference(_request: httpx.Request) -> bool:
    """No request is needed once only."""
    return False


@dataclass(frozen=True)
class Harness:
    """How one content system takes part. `settings` are the operator's, without a name.

    `tags` are its own tags of the shop's languages. `page_of_list` is how many documents it lists
    at once. `is_reference` knows requests that are needed once, such as a login.
    """

    name: str
    settings: Mapping[str, Any]
    tags: Mapping[Tag, str]
    publish: Callable[[Shop], Fake]
    cannot: Mapping[Can, str] = field(default_factory=dict)
    page_of_list: int = 1000
    is_reference: Callable[[httpx.Request], bool] = nothing_is_a_reference

    def can(self, what: Can) -> bool:
        """Tell whether the content system does what most do."""
        return what not in self.cannot

    def chosen(self, name: str | None = None) -> ContentSettings:
        """Return the settings as the service reads them."""
        return _READ.validate_python({**self.settings, "locales": self.tags, "name": name})


@dataclass
class System:
    """A content system that is open: what reads it, and the line to it.

    `drafts` reads it for a preview. `shop` is what is in it.
    """

    harness: Harness
    shop: Shop
    source: ContentSource
    drafts: ContentSource | None
    wire: Wire
    clock: Callable[[], float]
    patience: float = PATIENCE

    @property
    def call(self) -> Call:
        """A call that has time."""
        return Call(self.clock() + self.patience)

    def can(self, what: Can) -> bool:
        """Tell whether the content system does what most do."""
        return self.harness.can(what)

    def key(self, thing: Article | Group) -> str:
        """Return what a product or a group is known by here."""
        return thing.id if self.source.matches_by is MatchBy.ID else thing.handle

    def keys(self, things: Sequence[Article | Group]) -> list[str]:
        """Return the keys of several."""
        return [self.key(one) for one in things]

    def preview(self) -> ContentSource:
        """Return what reads drafts."""
        assert self.drafts is not None
        return self.drafts


@asynccontextmanager
async def connected(
    harness: Harness,
    shop: Shop,
    answer: Answerer,
    *,
    name: str | None = None,
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[System]:
    """Make the source of a content system that answers like this, as the service does."""
    wire = Wire(answer, harness.is_reference)

    def open_client(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        assert source
        assert connections
        return httpx.AsyncClient(transport=wire, base_url=base_url, headers=dict(headers))

    now = clock or HandClock()
    connections = Connections(open_client, now)
    nobody = cast("CommerceSource", None)  # only probes ask it
    locales = [Locale(tag) for tag in shop.locales]
    wiring = ContentWiring(connections, nobody, locales, now, preview=True)
    wired = wiring.system(harness.chosen(name))
    try:
        yield System(harness, shop, wired.source, wired.drafts, wire, now)
    finally:
        await connections.close()
        await asyncio.sleep(0)  # what was begun and is not waited for has its last turn


@asynccontextmanager
async def opened(
    harness: Harness,
    shop: Shop,
    *,
    name: str | None = None,
    clock: Callable[[], float] | None = None,
) -> AsyncIterator[System]:
    """Publish a shop's articles and open what reads them."""
    fake = harness.publish(shop)
    async with connected(harness, shop, fake, name=name, clock=clock) as system:
        yield system
