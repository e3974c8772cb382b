"""A shop for one cell: embedded upstreams on sockets, and a service that reaches them there."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bff import wiring
from bff.chaos.cells import CONTENT, ENDLESS, Cell, Fault, Source
from bff.chaos.http_faults import fail
from bff.chaos.passing_time import PassingTime
from bff.chaos.redis_faults import RedisProxy
from bff.chaos.shopper import Shopper
from bff.demo import DemoUpstreams
from bff.demo.sockets_upstream import SocketUpstream
from bff.settings import Settings

_HASTY = 0.4
"""Seconds that a request may take where Medusa takes for ever: they pass in vain."""
_HASTY_BUDGET = 0.1
"""The same for content."""
_PATIENT = 30.0
"""The same where a fault ends by itself: however busy the machine is, that is what is seen."""
_LATE = 10.0
"""By then an answer has to be there even so."""
_SLACK = 1.0
"""Seconds by which an answer may miss its deadline, on a machine that is busy with others."""
_PUBLIC = frozenset({"authorization"})
"""The embedded Sanity is public, and knows no token."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A service that is wired and not started yet, and what stands behind it.

    `content` is the content system that has the texts, `redis` a way to a Redis where the cell is
    about one. Answers have to be there within `longest` seconds.
    """

    cell: Cell
    service: wiring.Service
    shopper: Shopper
    time: PassingTime
    medusa: SocketUpstream
    texts: SocketUpstream
    content: Source
    redis: RedisProxy | None
    longest: float

    def fail(self) -> None:
        """Let the cell's source fail in the cell's way."""
        if self.redis is not None:
            self.redis.fail(self.cell.fault)
        else:
            fail(self._failing, self.cell.source, self.cell.fault)

    async def heal(self) -> None:
        """Let it work again."""
        await (self._failing if self.redis is None else self.redis).heal()

    @property
    def was_met(self) -> bool:
        """Whether the service has run into the fault: otherwise nothing is proven."""
        if self.redis is None:
            return True  # nobody is shown less than everything otherwise
        shared = self.service.storage.shared
        if self.cell.fault is Fault.REFUSED:
            return shared is not None and not shared.is_up
        return self.redis.spoilt > 0

    @property
    def is_cache_back(self) -> bool:
        """Whether the shared cache works, where there is one."""
        shared = self.service.storage.shared
        return shared is None or shared.trouble is None

    @property
    def _failing(self) -> SocketUpstream:
        return self.medusa if self.cell.source is Source.MEDUSA else self.texts


@asynccontextmanager
async def shop_for(
    cell: Cell, upstreams: DemoUpstreams, redis_socket: Path | None
) -> AsyncIterator[Shop]:
    """Wire the shop of a cell, on the production transport and with production's settings.

    Only what costs time differs: how long a request may take, and that nobody looks for changes.
    """
    content = cell.source if cell.source in CONTENT else Source.SANITY
    embedded = upstreams.content[content]
    drops = _PUBLIC if content is Source.SANITY else frozenset[str]()
    async with AsyncExitStack() as open_ones:
        medusa = await open_ones.enter_async_context(SocketUpstream(upstreams.medusa))
        texts = await open_ones.enter_async_context(SocketUpstream(embedded.upstream, drops=drops))
        redis = None
        if cell.source is Source.REDIS and redis_socket is not None:
            redis = await open_ones.enter_async_context(RedisProxy(redis_socket))
        settings = _settings(
            cell,
            upstreams,
            medusa_url=medusa.server.url,
            source={**embedded.settings, "url": texts.server.url},
            redis_url=redis.url if redis else None,
        )
        passing = PassingTime()
        service = wiring.wire(
            settings,
            example=None,
            clients=wiring.production_client,
            clock=passing.clock,
            now=passing.now,
        )
        shopper = Shopper(service.app)
        open_ones.push_async_callback(shopper.close)
        yield Shop(
            cell=cell,
            service=service,
            shopper=shopper,
            time=passing,
            medusa=medusa,
            texts=texts,
            content=content,
            redis=redis,
            longest=min(_LATE, settings.deadline_seconds + _SLACK),
        )


def _settings(
    cell: Cell,
    upstreams: DemoUpstreams,
    *,
    medusa_url: str,
    source: Mapping[str, object],
    redis_url: str | None,
) -> Settings:
    """Return what an operator would set."""
    is_endless = cell.fault in ENDLESS
    is_hasty = is_endless and cell.source is Source.MEDUSA
    is_content_hasty = is_endless and cell.source in CONTENT
    if source["kind"] == Source.SANITY:
        source = {**source, "token": "demo-token"}
    return Settings.model_validate(
        {
            "medusa": {"url": medusa_url, "publishable_key": upstreams.publishable_key},
            "content": [source],
            "locales": tuple(upstreams.locales),
            "default_locale": upstreams.default_locale,
            "default_country": upstreams.default_country,
            "redis_url": redis_url,
            # One Redis is enough for many shops.
            "redis": {"prefix": f"chaos-{cell.fault}-{cell.state}"},
            "deadline_seconds": _HASTY if is_hasty else _PATIENT,
            "content_budget_seconds": _HASTY_BUDGET if is_content_hasty else _PATIENT,
            "flight_seconds": _PATIENT,
            "reconcile_seconds": 0,
        }
    )
