"""What the tests of all probes share."""

from collections.abc import AsyncIterator

import httpx
import pytest


@pytest.fixture
async def clients() -> AsyncIterator[list[httpx.AsyncClient]]:
    """Clients put in here are closed after the test."""
    opened: list[httpx.AsyncClient] = []
    yield opened
    for client in opened:
        await client.aclose()
