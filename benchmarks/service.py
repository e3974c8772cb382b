"""The service as production wires it, over stubs, with a cache that can be made cold."""

from collections.abc import Callable, Collection, Mapping, Sequence
from multiprocessing.connection import Connection
from unittest.mock import patch

import httpx
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.processes import run_app
from bff import wiring
from bff.commands.connection import guarded
from bff.demo import demo_upstreams
from bff.domain.marks import Position, Tag, Touched
from bff.domain.tags import OFFERS
from bff.ports import Entry, Reading, WallClock
from bff.settings import CacheSettings, Settings
from bff.sources.medusa import MedusaSettings
from bff.sources.sanity import SanitySettings
from bff.stores.mark_table import MarkTable
from bff.stores.memory import MemoryStore

_IDENTITY = ("handle:", "markets")
_NOTHING = 1e-9  # megabytes: less than a byte


class ForgettingStore:
    """The service's own store. `forget` leaves it as it is when products have expired.

    Which id a handle has, and which markets there are, lives an hour; prices a minute.
    """

    def __init__(self, max_bytes: int, now: WallClock) -> None:
        self.marks = MarkTable()
        self._empty: Callable[[], MemoryStore] = lambda: MemoryStore(max_bytes, now, self.marks)
        self._store = self._empty()
        self._identity: dict[str, Entry] = {}

    async def read(self, keys: Sequence[str]) -> Reading:
        """See `Store.read`."""
        return await self._store.read(keys)

    async def write(self, entries: Mapping[str, Entry]) -> None:
        """See `Store.write`."""
        known = {key: entry for key, entry in entries.items() if key.startswith(_IDENTITY)}
        self._identity.update(known)
        await self._store.write(entries)

    async def mark(self, touched: Sequence[Touched]) -> Position:
        """See `Store.mark`."""
        return await self._store.mark(touched)

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        """See `Store.hot`."""
        return self._store.hot(tags)

    async def forget(self) -> None:
        """Drop products and content, and by a mark the answers that were made of them."""
        self._store = self._empty()
        await self._store.write(self._identity)
        await self.mark([Touched(OFFERS)])


class Forgetting:
    """The service; a request to `/bench/forget` makes it cold."""

    def __init__(self, app: ASGIApp, store: ForgettingStore) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == "/bench/forget":
            await self._store.forget()
            await JSONResponse(None)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def plain_client(
    source: str,  # noqa: ARG001 - the signature of `wiring.OpenClient`
    base_url: str,
    headers: Mapping[str, str],
    *,
    connections: int,
) -> httpx.AsyncClient:
    """Open one shared client of httpx as it comes, which is over httpcore."""
    return httpx.AsyncClient(
        base_url=base_url,
        headers=dict(headers),
        limits=httpx.Limits(max_connections=connections),
        trust_env=False,  # no proxy: nothing here leaves this machine
    )


def serve_executing(parent: Connection, ports: Sequence[int]) -> None:
    """Serve the shop without kept answers: each request is executed. See `serve_service`."""
    serve_service(parent, ports, answers_megabytes=_NOTHING)


def serve_service(
    parent: Connection,
    ports: Sequence[int],
    *,
    plain: bool = False,
    answers_megabytes: float = 64,
) -> None:
    """Serve the demo's shop over the stubs at these ports; tell the parent our own."""
    shop = demo_upstreams()
    medusa, sanity = (f"http://127.0.0.1:{port}" for port in ports)
    settings = Settings(
        medusa=MedusaSettings.model_validate(
            {"url": medusa, "publishable_key": shop.publishable_key}
        ),
        content=(
            SanitySettings.model_validate(
                {"url": sanity, "project_id": shop.project_id, "dataset": shop.dataset}
            ),
        ),
        locales=tuple(shop.locales),
        default_locale=shop.default_locale,
        default_country=shop.default_country,
        cache=CacheSettings(answers_megabytes=answers_megabytes),
        reconcile_seconds=0,  # what is asked by the clock cannot be counted exactly
    )
    stores: list[ForgettingStore] = []

    def store(max_bytes: int, now: WallClock) -> ForgettingStore:
        stores.append(ForgettingStore(max_bytes, now))
        return stores[-1]

    clients = plain_client if plain else wiring.production_client
    with patch.object(wiring.storage, "MemoryStore", store):
        service = wiring.wire(settings, example=None, clients=clients)
    run_app(parent, Forgetting(service.app, stores[0]), guarded())
