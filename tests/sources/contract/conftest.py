"""Every content system, with the shop's articles in it."""

from collections.abc import AsyncIterator

import pytest

from tests.sources.contract.harnesses import ALL
from tests.sources.contract.shop import SHOP
from tests.sources.contract.system import Harness, System, opened


@pytest.fixture(params=ALL, ids=lambda harness: harness.name)
def harness(request: pytest.FixtureRequest) -> Harness:
    """Return how each content system takes part."""
    chosen: Harness = request.param
    return chosen


@pytest.fixture
async def system(harness: Harness) -> AsyncIterator[System]:
    """Open each content system."""
    async with opened(harness, SHOP) as ready:
        yield ready
