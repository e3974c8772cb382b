"""Clients to the demo's upstreams that remember what they were sent with."""

from collections.abc import Mapping

import httpx

from bff import wiring
from bff.demo import DemoUpstreams


def recording_clients(
    upstreams: DemoUpstreams, sent: list[tuple[str, httpx.Request]]
) -> wiring.OpenClient:
    """Return what opens clients that add each request to `sent`, with the source's name."""
    open_embedded = wiring.demo_client(upstreams)

    def open_recording(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        client = open_embedded(source, base_url, headers, connections=connections)

        async def remember(request: httpx.Request) -> None:
            sent.append((source, request))

        client.event_hooks = {"request": [remember], "response": []}
        return client

    return open_recording
