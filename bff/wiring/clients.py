"""The HTTP clients of the sources: opened here, closed with the service."""

from collections.abc import Callable, Mapping
from typing import Protocol

import httpx

from bff.demo import DemoUpstreams
from bff.domain.commerce import MEDUSA
from bff.ports import Clock
from bff.sources import medusa
from bff.upstream import Upstream, open_client


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
    """Every connection of one service."""

    def __init__(self, open_one: OpenClient, clock: Clock) -> None:
        self._open = open_one
        self._clock = clock
        self._opened: list[httpx.AsyncClient] = []

    def upstream(
        self,
        source: str,
        base_url: str,
        headers: Mapping[str, str],
        reason_of: Callable[[int, bytes], str],
        *,
        connections: int,
    ) -> Upstream:
        """Return a source's HTTP service; nothing is asked yet."""
        client = self._open(source, base_url, headers, connections=connections)
        self._opened.append(client)
        return Upstream(source, client, self._clock, reason_of)

    async def close(self) -> None:
        """Close them all."""
        for client in self._opened:
            await client.aclose()
