"""The demo's upstreams on real sockets, behind the production client, failing on purpose."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
from starlette.types import ASGIApp

from bff import wiring
from bff.demo import DemoUpstreams, EmbeddedUpstream
from bff.demo.catalogue import load_catalogue
from bff.demo.medusa import medusa_app
from bff.ports import Clock
from tests.fault_server import Asked, FaultServer, Peer, reply
from tests.web.settings import shop_settings
from tests.web.storefront import Storefront

Fault = Callable[[Peer], Awaitable[None]]
"""What is done to a request instead of answering it; then the connection is closed."""

KEY = "pk_canary_key"
TOKEN = "canary-token"
BODY = b"canary-body"
"""What no answer and no log line may ever show."""


class Moments:
    """The time of day, which a test can let pass."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self._ahead

    def pass_by(self) -> None:
        """Let a second pass at once."""
        self._ahead += 1.0


class FailingUpstream:
    """An upstream on a socket: the demo's, unless a request falls victim to `fault`.

    While `prompt` is cleared its answers are held back.
    """

    def __init__(self, app: ASGIApp, moments: Moments | None = None) -> None:
        self.moments = moments or Moments()
        self.fault: Fault | None = None
        self.victims: Callable[[Asked], bool] = lambda _: True
        self.prompt = asyncio.Event()
        self.prompt.set()
        self.server = FaultServer(self._serve)
        self._app = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://upstream.test"
        )

    def heal(self) -> None:
        """Answer all requests again; what is held for those who ask in a moment is over."""
        self.fault = None
        self.moments.pass_by()

    async def _serve(self, peer: Peer) -> None:
        while True:
            asked = await peer.request()
            if self.fault is not None and self.victims(asked):
                await self.fault(peer)
                return
            answer = await self._app.request(
                asked.method,
                asked.target,
                # The demo's Sanity is public and refuses every token.
                headers=[pair for pair in asked.headers if pair[0] != "authorization"],
                content=asked.body,
            )
            await self.prompt.wait()
            await peer.send(reply(answer.content, status=f"{answer.status_code} Answered"))


class FailingShop:
    """A storefront of a service whose upstreams can fail."""

    def __init__(
        self, medusa: FailingUpstream, sanity: FailingUpstream, storefront: Storefront
    ) -> None:
        self.medusa = medusa
        self.sanity = sanity
        self.storefront = storefront


@asynccontextmanager
async def failing_shop(
    upstreams: DemoUpstreams,
    *,
    deadline: float = 60.0,
    content_budget: float = 60.0,
    flight: float = 60.0,
    sanity_url: str | None = None,
    clock: Clock = time.monotonic,
) -> AsyncIterator[FailingShop]:
    """Serve the demo's shop over sockets, on the production transport, with secrets to lose."""
    upstreams = replace(
        upstreams,
        publishable_key=KEY,
        medusa=EmbeddedUpstream(medusa_app(load_catalogue(), KEY)),
    )
    moments = Moments()
    medusa = FailingUpstream(upstreams.medusa, moments)
    sanity = FailingUpstream(upstreams.sanity, moments)
    async with medusa.server, sanity.server:
        settings = shop_settings(
            upstreams,
            medusa_url=medusa.server.url,
            sanity_url=sanity_url or sanity.server.url,
            sanity_token=TOKEN,
            deadline=deadline,
            content_budget=content_budget,
            flight=flight,
        )
        service = wiring.wire(
            settings, example=None, clients=wiring.production_client, clock=clock, now=moments
        )
        async with Storefront(service) as storefront:
            yield FailingShop(medusa, sanity, storefront)


def answers_with(body: bytes, *headers: str, status: str = "200 OK") -> Fault:
    """Return the fault of a whole answer that is not the right one."""

    async def fault(peer: Peer) -> None:
        await peer.send(reply(body, "connection: close", *headers, status=status))

    return fault


def breaks_off(sent: bytes) -> Fault:
    """Return the fault of an answer that ends too early."""

    async def fault(peer: Peer) -> None:
        await peer.send(sent)

    return fault


async def resets(peer: Peer) -> None:
    """Reset the connection."""
    peer.reset()


async def hangs(peer: Peer) -> None:
    """Say nothing until the client leaves."""
    await peer.left()
