"""A world per test, and one Redis for all of them."""

from collections.abc import AsyncIterator, Iterator

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
