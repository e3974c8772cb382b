"""A world per test, and one Redis for all of them."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack

import pytest

from tests.interleavings.world import World, world
from tests.stores.servers import Server, server


@pytest.fixture(scope="session")
def model_server() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
async def over_redis(model_server: Server) -> AsyncIterator[World]:
    """Two replicas over an empty Redis."""
    model_server.client.flushall()
    async with world(model_server.url) as built:
        yield built


@pytest.fixture
async def worlds(model_server: Server) -> AsyncIterator[Sequence[World]]:
    """Several such worlds side by side: while one waits for Redis another goes on."""
    model_server.client.flushall()
    async with AsyncExitStack() as stack:
        built = [world(model_server.url, f"model {number}") for number in range(6)]
        yield [await stack.enter_async_context(each) for each in built]
