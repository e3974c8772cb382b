"""What shoppers and the operator see while Redis has no room, with two replicas of a service."""

import re
from collections.abc import Iterator

import httpx
import pytest

from bff import wiring
from bff.demo import demo_upstreams
from bff.domain.marks import Touched
from bff.errors import StoreUnavailable
from tests.stores.replicas import until
from tests.stores.servers import Server, server
from tests.wiring.shops import running, settings

PAGE = "/v1/products/premium-cotton-t-shirt"


@pytest.fixture
def own() -> Iterator[Server]:
    """Return a server that the test may fill."""
    with server() as running_server:
        yield running_server


def service_with(own: Server) -> wiring.Service:
    upstreams = demo_upstreams()
    return wiring.wire(
        settings(upstreams, redis_url=own.url),
        example=None,
        clients=wiring.demo_client(upstreams),
    )


async def lent(client: httpx.AsyncClient) -> tuple[bool, int]:
    """Return whether a page is a finished answer, and how many seconds what is kept has left."""
    told = (await client.get(PAGE)).headers["cache-status"]
    left = re.search(r"hit;ttl=(\d+)", told)
    return "bff-answers;hit" in told, int(left[1]) if left else 0


async def test_two_replicas_of_a_service_and_a_full_redis(own: Server) -> None:
    """An edit that the sender has to repeat is old on another replica for five seconds at most,
    and the operator reads why."""
    one, other = service_with(own), service_with(own)
    async with running(one), running(other) as client:
        own.client.config_set("maxmemory-policy", "noeviction")
        await client.get(PAGE)
        is_whole, left = await lent(client)
        assert is_whole
        assert left > 5

        own.client.config_set("maxmemory", "1")
        with pytest.raises(StoreUnavailable):
            await one.storage.store.mark([Touched("product:prod_1")])
        await until(lambda: not other.shop.marks.is_live)

        is_whole, left = await lent(client)
        assert not is_whole
        assert left <= 5
        ready = await client.get("/readyz")
        assert ready.status_code == 200
        checks = ready.json()["checks"]
        assert checks["redis"]["detail"].startswith("it is full and refuses to store")
        assert checks["changes"]["ok"] is False
        figures = (await client.get("/metrics")).text
        assert 'bff_shared_cache_refuses{why="full"} 1.0' in figures
        assert "bff_shared_cache_up 0.0" in figures

        own.client.config_set("maxmemory", "0")
        await until(lambda: other.shop.marks.is_live)
        assert other.shop.marks.of("product:prod_1") is not None
        checks = (await client.get("/readyz")).json()["checks"]
        assert all(each["ok"] for each in checks.values())
