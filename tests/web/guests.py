"""The demo's shop with settings of a test, and clients at addresses of their own."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from bff import wiring
from bff.demo import demo_upstreams
from bff.settings.limits import LimitSettings
from tests.clock import HandClock
from tests.web.settings import shop_settings

SECRET = "canary-operators-secret-of-32-characters"
WEBHOOK_SECRET = "canary-webhook-secret-of-32-characters"


@dataclass(frozen=True, slots=True)
class Guests:
    """A service, and its clients by address. `clock` is what limits go by."""

    service: wiring.Service
    clock: HandClock
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def at(self, address: str) -> httpx.AsyncClient:
        if address not in self.clients:
            transport = httpx.ASGITransport(self.service.app, client=(address, 4711))
            self.clients[address] = httpx.AsyncClient(
                transport=transport, base_url="http://shop.test"
            )
        return self.clients[address]


@asynccontextmanager
async def guests(
    limits: Mapping[str, object] | None = None, **more: object
) -> AsyncIterator[Guests]:
    """Open the shop; other settings are given as an operator would, but from Python."""
    upstreams, clock = demo_upstreams(), HandClock()
    settings = shop_settings(upstreams, preview_token="canary-token", operators_secret=SECRET)
    medusa = settings.medusa.model_copy(
        update={"webhook_secret": type(settings.operators_secret)(WEBHOOK_SECRET)}  # type: ignore[misc]
    )
    settings = settings.model_copy(
        update={
            "medusa": medusa,
            "limits": LimitSettings.model_validate({**(limits or {})}),
            "reconcile_seconds": 0,
            **more,
        }
    )
    service = wiring.wire(
        settings, example=None, clients=wiring.demo_client(upstreams), clock=clock
    )
    there = Guests(service, clock)
    try:
        yield there
    finally:
        for client in there.clients.values():
            await client.aclose()
        await service.close()
