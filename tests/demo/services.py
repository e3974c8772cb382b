"""The demo's shop over any of its content systems, wired as the service is."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from bff import wiring
from bff.demo import DemoUpstreams
from bff.domain.commerce import MEDUSA
from bff.settings import Settings
from bff.wiring.clients import OpenClient
from bff.wiring.service import Service, demo_settings
from tests.web.storefront import Storefront

_PATIENCE = {"deadline_seconds": 60.0, "content_budget_seconds": 60.0}
"""So long that a slow machine does not matter."""


def clients_of(upstreams: DemoUpstreams, content: str) -> OpenClient:
    """Return what opens clients to the embedded Medusa and one of the content systems."""
    chosen = upstreams.content[content]

    def opened(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        app = upstreams.medusa if source == MEDUSA else chosen.upstream
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url=base_url,
            headers=dict(headers),
            limits=httpx.Limits(max_connections=connections),
        )

    return opened


def service_over(upstreams: DemoUpstreams, content: str) -> Service:
    """Return a service that reads one of the embedded content systems."""
    chosen = upstreams.content[content]
    shown = demo_settings(upstreams)
    chosen_ones = {name: getattr(shown, name) for name in shown.model_fields_set}
    settings = Settings.model_validate({**chosen_ones, **_PATIENCE, "content": [chosen.settings]})
    return wiring.wire(settings, example=None, clients=clients_of(upstreams, content))


@asynccontextmanager
async def storefront_over(upstreams: DemoUpstreams, content: str) -> AsyncIterator[Storefront]:
    """Open a storefront whose texts come from one of the embedded content systems."""
    async with Storefront(service_over(upstreams, content)) as storefront:
        yield storefront
