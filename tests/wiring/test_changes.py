"""Who tells the service of changes, and whom it tells, as the operator says."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from bff import wiring
from bff.demo import DemoUpstreams, demo_upstreams
from bff.errors import UpstreamUnavailable
from bff.operations import warm
from bff.wiring.warming import WarmStart
from tests.stores.servers import server
from tests.wiring.shops import is_marked, running, settings

PRODUCT = "prod_01KJKW9140338GJGAQH6KKGCMG"
EVENT = json.dumps({"name": "product.updated", "data": {"id": PRODUCT}, "products": []}).encode()
SIGNATURE = hmac.digest(b"a-secret-of-medusa", EVENT, hashlib.sha256).hex()
SIGNED = {"x-medusa-signature": f"sha256={SIGNATURE}", "content-type": "application/json"}


@pytest.fixture(scope="module")
def redis_socket() -> Iterator[Path]:
    with server() as redis:
        yield redis.socket


class World:
    """The demo's upstreams, and whoever else the service calls."""

    def __init__(self) -> None:
        self.upstreams: DemoUpstreams = demo_upstreams()
        self.told: list[tuple[str, str, bytes]] = []
        self.was_told = asyncio.Event()
        self.asked_for_changes: set[str] = set()
        self.all_were_asked = asyncio.Event()
        self._open = wiring.demo_client(self.upstreams)

    def clients(
        self, source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        if source not in {"medusa", "sanity"}:
            return httpx.AsyncClient(
                transport=httpx.MockTransport(self._take), base_url=base_url, headers=headers
            )
        client = self._open(source, base_url, headers, connections=connections)

        async def look(request: httpx.Request) -> None:
            if "updated" in str(request.url).lower():
                self.asked_for_changes.add(source)
            if self.asked_for_changes == {"medusa", "sanity"}:
                self.all_were_asked.set()

        client.event_hooks = {"request": [look], "response": []}
        return client

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.told.append((request.method, str(request.url), request.content))
        self.was_told.set()
        return httpx.Response(200)


@pytest.fixture
def world() -> World:
    return World()


def wire(world: World, **changes: object) -> wiring.Service:
    chosen = settings(world.upstreams, **changes)
    return wiring.wire(chosen, example=None, clients=world.clients)


async def test_a_signed_webhook_is_a_mark(world: World) -> None:
    """Whoever asks after it was answered gets what is true now."""
    service = wire(world)

    async with running(service) as client:
        answer = await client.post("/webhooks/medusa", content=EVENT, headers=SIGNED)

    assert answer.is_success
    assert is_marked(service, f"product:{PRODUCT}")


async def test_a_forged_webhook_is_none(world: World) -> None:
    """It is refused, and nothing is fetched for it."""
    service = wire(world)

    async with running(service) as client:
        answer = await client.post("/webhooks/medusa", content=EVENT + b" ", headers=SIGNED)

    assert answer.status_code == 401
    assert service.shop.marks.position == 0


async def test_no_webhook_without_a_secret(world: World) -> None:
    """Sanity's secret is not set in this shop: anybody could send one."""
    async with running(wire(world)) as client:
        answer = await client.post("/webhooks/sanity", content=EVENT, headers=SIGNED)

    assert answer.status_code == 404


async def test_who_is_told(world: World) -> None:
    """The storefront and the CDN hear which tags were marked, after the mark is stored."""
    storefront = {"kind": "storefront", "url": "https://shop.test/api/revalidate?of=bff"}
    cdn = {"kind": "purge", "url": "https://cdn.test/purge", "headers": {"Keys": "{tags}"}}
    service = wire(world, revalidate=[storefront | {"secret": "x" * 32}, cdn])

    async with running(service) as client:
        assert [target.name for target in service.targets] == ["storefront", "cdn"]
        await client.post("/webhooks/medusa", content=EVENT, headers=SIGNED)
        while len(world.told) < 2:
            world.was_told.clear()
            await asyncio.wait_for(world.was_told.wait(), 30)

    places = {url: (method, body) for method, url, body in world.told}
    method, body = places["https://shop.test/api/revalidate?of=bff"]
    assert method == "POST"
    assert f"product:{PRODUCT}" in json.loads(body)["tags"]
    assert places["https://cdn.test/purge"] == ("POST", b"")


async def test_sources_are_asked_after_lost_webhooks(world: World) -> None:
    """All of them, as soon as the service runs."""
    async with running(wire(world, reconcile_seconds=0.01)):
        await asyncio.wait_for(world.all_were_asked.wait(), 30)

    assert world.asked_for_changes == {"medusa", "sanity"}


async def test_sources_are_left_alone(world: World) -> None:
    """Zero is never: a service that nobody asks wants to know the markets, and no more."""
    async with running(wire(world)) as client:
        await client.get("/livez")

    assert {*world.upstreams.medusa.calls} <= {"/store/regions"}
    assert world.upstreams.sanity.calls.total() == 0


async def test_what_the_shop_publishes(world: World, redis_socket: Path) -> None:
    """In Redis, for shops that do so; only where it is wished for."""
    url = f"unix://{redis_socket}"
    hearing = wire(world, redis_url=url, redis={"channels": True, "timeout_seconds": 5})
    deaf = wire(World(), redis_url=url, redis={"timeout_seconds": 5, "prefix": "deaf"})

    async with running(hearing), running(deaf), Redis(unix_socket_path=str(redis_socket)) as shop:
        async with asyncio.timeout(30):
            while not is_marked(hearing, "product:prod_9"):
                await shop.publish("product.updated", '{"id": "prod_9"}')
        await deaf.storage.store.read(["anything"])

        assert not is_marked(deaf, "product:prod_9")


async def test_ready_once_it_is_warm(world: World) -> None:
    """What was read at the start is there for the first shopper."""
    service = wire(world, warm_top=100)

    async with running(service) as client:
        early = await client.get("/readyz")
        async with asyncio.timeout(30):
            # The service tells nobody when it is ready.
            while (late := await client.get("/readyz")).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0)
        asked = world.upstreams.medusa.calls.total() + world.upstreams.sanity.calls.total()
        product = await client.get("/v1/products", params={"ids": PRODUCT})
        again = world.upstreams.medusa.calls.total() + world.upstreams.sanity.calls.total()
    assert early.status_code == 503
    assert early.json()["checks"]["warm"] == {
        "ok": False,
        "detail": "reading the newest 100 products",
    }
    assert late.json()["ready"] is True
    assert late.json()["checks"]["warm"] == {"ok": True}
    assert product.status_code == 200
    assert again == asked


async def test_a_warm_up_that_fails_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is never ready would be worse than a cold one."""

    async def refuse(*_: object, **__: object) -> None:
        raise UpstreamUnavailable(warm.__name__, "newest")

    monkeypatch.setattr(warm.Warming, "run", refuse)
    service = wire(world)
    start = WarmStart(service.shop, 7)

    assert start.lacking() == "reading the newest 7 products"
    await start.run()
    await service.close()

    assert start.lacking() is None
