"""What tests that ask real systems share."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack

import pytest

from bff.upstream import Upstream, open_client

Opens = Callable[[str, Mapping[str, str], Callable[[int, bytes], str]], Upstream]
"""Opens a way to a system, from its address, headers, and what reads its refusals."""


@pytest.fixture
async def opens() -> AsyncIterator[Opens]:
    """Return what opens systems, all of which are closed after the test."""
    async with AsyncExitStack() as stack:

        def upstream(
            base_url: str, headers: Mapping[str, str], reason_of: Callable[[int, bytes], str]
        ) -> Upstream:
            client = open_client(base_url, headers)
            stack.push_async_callback(client.aclose)
            return Upstream("it", client, time.monotonic, reason_of)

        yield upstream
