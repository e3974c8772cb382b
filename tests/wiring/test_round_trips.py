"""How often a replica asks Redis for one page."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import pytest

from bff import wiring
from bff.demo import demo_upstreams
from bff.stores.redis.clients import Answer, Command
from bff.stores.redis.connection import Connection
from tests.stores.replicas import until
from tests.stores.servers import Server, server
from tests.wiring.shops import running, settings

PAGE = """query Page($handle: String!) {
  product(handle: $handle, locale: "de", country: "DE") {
    title description { text } priceRange { min { amount } }
    addons { items { status product { title priceRange { min { amount } } } } }
  }
}"""
HANDLE = "premium-cotton-t-shirt"


@pytest.fixture
def redis() -> Iterator[Server]:
    with server() as started:
        yield started


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is asked of Redis, but by the watch over it: each is a round trip."""
    operations: list[str] = []
    send = Connection.send

    async def noted(
        connection: Connection,
        operation: str,
        commands: Sequence[Command],
        *,
        is_probe: bool = False,
    ) -> list[Answer]:
        if not is_probe:
            operations.append(operation)
        return await send(connection, operation, commands, is_probe=is_probe)

    monkeypatch.setattr(Connection, "send", noted)
    return operations


def replica_of(socket: Path) -> wiring.Service:
    upstreams = demo_upstreams()
    chosen = settings(upstreams, redis_url=f"unix://{socket}")
    return wiring.wire(chosen, example=None, clients=wiring.demo_client(upstreams))


async def page(client: httpx.AsyncClient, document: str = PAGE) -> httpx.Response:
    variables = {"handle": HANDLE}
    answer = await client.post("/graphql", json={"query": document, "variables": variables})
    assert answer.status_code == 200
    assert "errors" not in answer.json()
    return answer


async def test_a_page_that_another_replica_has_made(redis: Server, asked: list[str]) -> None:
    """Handle, prices, texts and addons come with one round trip, and no source is asked."""
    async with running(replica_of(redis.socket)) as first:
        made = await page(first)
        await until(lambda: bool(redis.client.keys("bff:needs:*")))
        asked.clear()
        async with running(replica_of(redis.socket)) as second:
            await until(lambda: "read" in asked)  # the markets, which it reads at its start
            asked.clear()

            again = await page(second)

            assert asked.count("read") == 1
            assert "lease" not in asked
    assert again.json() == made.json()
    assert "bff-shared;hit" in again.headers["cache-status"]
    assert "bff-sources" not in again.headers["cache-status"]


async def test_a_page_of_which_all_is_in_memory(redis: Server, asked: list[str]) -> None:
    """Asked in other words, it costs a look at what these need, and that only once."""
    words = PAGE.replace("query Page", "query Words")
    async with running(replica_of(redis.socket)) as client:
        await page(client)
        asked.clear()

        await page(client, words)
        assert asked.count("read") == 1
        await page(client, words)
        assert asked.count("read") == 1


async def test_what_was_in_memory_is_no_news(redis: Server) -> None:
    """However a client spells its questions, Redis keeps no list of each spelling."""
    async with running(replica_of(redis.socket)) as client:
        await page(client)
        await until(lambda: bool(redis.client.keys("bff:needs:*")))
        for number in range(20):
            await page(client, PAGE.replace("query Page", f"query Spelling{number}"))

        assert len(list(redis.client.scan_iter("bff:needs:*"))) == 1
