"""How `bff serve` starts while nothing else is there, and what it becomes once that is."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bff.demo import DemoUpstreams, demo_upstreams
from bff.demo.sockets_upstream import SocketUpstream
from tests.commands.processes import serving, started
from tests.stores.servers import Server

PATIENCE = 60.0
"""Seconds until everything has to be well again, on a busy machine."""
QUERY = {
    "query": '{ product(handle: "organic-cotton-tshirt", locale: "en", country: "US") '
    "{ title description { text source } variants { price { amount } } } }"
}


class World:
    """A shop's upstreams that are all down, and come up when they are told to."""

    def __init__(self, shop: DemoUpstreams, redis: Server) -> None:
        self._shop = shop
        self.medusa = SocketUpstream(shop.medusa)
        self.sanity = SocketUpstream(shop.sanity)
        self.redis = redis

    async def come_up(self) -> None:
        await self.medusa.heal()
        await self.sanity.heal()
        self.redis.start()

    def settings(self) -> str:
        content = {
            "kind": "sanity",
            "url": f"http://127.0.0.1:{self.sanity.server.port}",
            "project_id": self._shop.project_id,
            "dataset": self._shop.dataset,
        }
        return (
            f"BFF_MEDUSA__URL=http://127.0.0.1:{self.medusa.server.port}\n"
            f"BFF_MEDUSA__PUBLISHABLE_KEY={self._shop.publishable_key}\n"
            f"BFF_CONTENT={json.dumps([content])}\n"
            f"BFF_REDIS_URL={self.redis.url}\n"
            'BFF_LOCALES=["en","es"]\nBFF_DEFAULT_COUNTRY=US\nBFF_PORT=0\n'
            "BFF_RECONCILE_SECONDS=1\nBFF_WARM_TOP=1\nBFF_DEADLINE_SECONDS=5\n"
        )


@asynccontextmanager
async def everything_down() -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        world = World(demo_upstreams(), Server(Path(folder), "--port", "0"))
        async with AsyncExitStack() as stack:
            for upstream in (world.medusa, world.sanity):
                await stack.enter_async_context(upstream)
                upstream.refuse()
            stack.callback(world.redis.kill)
            yield world


async def until(look: Callable[[], Any]) -> Any:
    """Look until something is seen; return that."""
    async with asyncio.timeout(PATIENCE):
        while not (seen := await look()):  # noqa: ASYNC110 - bounded above
            await asyncio.sleep(0.1)
    return seen


async def test_it_starts_alone_and_recovers_by_itself(tmp_path: Path) -> None:
    """Nobody has to restart a service that was started before its shop was."""
    shop = tmp_path / "shop.env"
    async with everything_down() as world:
        shop.write_text(world.settings(), encoding="utf-8")
        with serving(shop) as process:
            url = await asyncio.to_thread(started, process)
            async with httpx.AsyncClient(base_url=url, timeout=30) as client:

                async def is_ready() -> bool:
                    return (await client.get("/readyz")).status_code == 200

                async def page() -> dict[str, Any] | None:
                    told = (await client.post("/graphql", json=QUERY)).json()
                    found: dict[str, Any] | None = (told.get("data") or {}).get("product")
                    is_whole = found is not None and found["description"] is not None
                    return found if is_whole and "extensions" not in told else None

                async def checks() -> dict[str, Any] | None:
                    told: dict[str, Any] = (await client.get("/readyz")).json()
                    return told if told["checks"]["redis"]["ok"] else None

                assert (await client.get("/livez")).status_code == 200
                await until(is_ready)  # shoppers may be told of an outage in plain words
                outage = (await client.post("/graphql", json=QUERY)).json()
                (error,) = outage["errors"]
                assert error["extensions"]["code"].startswith("UPSTREAM_")

                await world.come_up()
                found = await until(page)
                assert found["description"]["source"] == "sanity"
                assert found["variants"][0]["price"]["amount"]
                assert (await until(checks))["ready"]
            assert process.poll() is None
