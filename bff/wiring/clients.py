"""The HTTP clients of the sources: opened here, closed with the service."""

import asyncio
from collections.abc import Callable, Mapping
from random import random
from typing import Protocol

import httpx

from bff.demo import DemoUpstreams
from bff.domain.commerce import MEDUSA
from bff.ports import Clock, Standing
from bff.sources import medusa
from bff.upstream import Guard, Upstream, open_client
from bff.upstream.guard import Pause


class OpenClient(Protocol):
    """Opens the HTTP client of one source."""

    def __call__(
        self, source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        """Return a client; the service closes it."""
        ...


def production_client(
    source: str,  # noqa: ARG001 - only the demo tells sources apart by name
    base_url: str,
    headers: Mapping[str, str],
    *,
    connections: int,
) -> httpx.AsyncClient:
    """Open a real client. Strapi, too, closes an idle connection after five seconds."""
    return open_client(
        base_url, headers, connections=connections, idle_seconds=medusa.IDLE_SECONDS
    )


def demo_client(upstreams: DemoUpstreams) -> OpenClient:
    """Return what opens clients to the embedded upstreams: whatever is not Medusa is Sanity."""

    def open_embedded(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(
                upstreams.medusa if source == MEDUSA else upstreams.sanity
            ),
            base_url=base_url,
            headers=dict(headers),
            limits=httpx.Limits(max_connections=connections),
        )

    return open_embedded


class Connections:
    """Every connection of one service.

    `guards` are those of the sources' addresses, by name: `sanity`, and `sanity-live` behind its
    CDN. They are there with `slow_after` only: how long a call may be without an answer before
    that counts as a failure, in seconds.
    """

    def __init__(
        self,
        open_one: OpenClient,
        clock: Clock,
        *,
        slow_after: float | None = None,
        pause: Pause = asyncio.sleep,
        luck: Callable[[], float] = random,
    ) -> None:
        self.guards: dict[str, Guard] = {}
        self._open = open_one
        self._clock = clock
        self._slow_after = slow_after
        self._pause = pause
        self._luck = luck
        self._opened: list[httpx.AsyncClient] = []
        self._by_address: dict[tuple[str, str], Guard] = {}

    def upstream(
        self,
        source: str,
        base_url: str,
        headers: Mapping[str, str],
        reason_of: Callable[[int, bytes], str],
        *,
        connections: int,
        api: str | None = None,
        requests_per_second: float | None = None,
    ) -> Upstream:
        """Return a source's HTTP service; nothing is asked yet.

        All that is asked at one address has one guard: a source that fails there fails for all,
        and takes so many calls from all. `api` tells further addresses of a source from its
        first, in names only.
        """
        name = source if api is None else f"{source}-{api}"
        guard = self._guard(name, source, base_url, connections, requests_per_second)
        # Calls that hang are not counted on any more, but have a connection until they end.
        most = connections if guard is None else 2 * connections
        client = self._open(source, base_url, headers, connections=most)
        self._opened.append(client)
        return Upstream(source, client, self._clock, reason_of, guard=guard)

    def standing(self, source: str) -> Standing:
        """Return how a source is doing where shoppers' questions go first."""
        guard = self.guards.get(source)
        return Standing.WELL if guard is None else guard.standing

    def hanging(self, source: str) -> "asyncio.Future[None] | None":
        """Return what is done once a source is found to hang there."""
        guard = self.guards.get(source)
        return None if guard is None else guard.hanging

    def target(
        self, name: str, base_url: str, reason_of: Callable[[int, bytes], str], *, connections: int
    ) -> Upstream:
        """Return the HTTP service of whoever is told of changes: it is asked nothing."""
        client = self._open(name, base_url, {}, connections=connections)
        self._opened.append(client)
        return Upstream(name, client, self._clock, reason_of)

    def _guard(
        self,
        name: str,
        source: str,
        base_url: str,
        connections: int,
        requests_per_second: float | None,
    ) -> Guard | None:
        if self._slow_after is None:
            return None
        address = source, base_url
        if address not in self._by_address:
            self.guards[name] = self._by_address[address] = Guard(
                name,
                self._clock,
                connections=connections,
                slow_after=self._slow_after,
                requests_per_second=requests_per_second,
                pause=self._pause,
                luck=self._luck,
            )
        return self._by_address[address]

    async def close(self) -> None:
        """Close them all."""
        for client in self._opened:
            await client.aclose()
