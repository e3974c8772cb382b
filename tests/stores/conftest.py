"""What the tests of stores share: a clock, and a real Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clock import HandClock
from tests.stores.servers import Server, server


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that stands still until it is moved."""
    return HandClock()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Path]:
    """Start a Redis of our own and return its unix socket; it is stopped at the end."""
    with server() as running:
        yield running.socket


@pytest.fixture
def own() -> Iterator[Server]:
    """Return a server that the test may break."""
    with server() as running:
        yield running
