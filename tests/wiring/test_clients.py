"""How the service reaches its sources."""

from collections.abc import Mapping

import httpx
import pytest

from bff.wiring import clients

STRAPI_CLOSES_AFTER = 5.0  # seconds: measured with both versions; Medusa's server does the same


def test_idle_connections_are_dropped_before_the_source_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A shopper's request is not sent over a connection that is just being closed."""
    opened: list[float] = []

    def open_client(
        base_url: str, headers: Mapping[str, str], *, connections: int, idle_seconds: float
    ) -> httpx.AsyncClient:
        opened.append(idle_seconds)
        return httpx.AsyncClient(
            base_url=base_url,
            headers=dict(headers),
            limits=httpx.Limits(max_connections=connections),
        )

    monkeypatch.setattr(clients, "open_client", open_client)

    for source in ("medusa", "strapi", "old"):
        clients.production_client(source, "http://source.test", {}, connections=1)

    assert len(opened) == 3
    assert max(opened) < STRAPI_CLOSES_AFTER
