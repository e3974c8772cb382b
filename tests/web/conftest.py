"""The demo's shop behind the real application, and a storefront that talks to it."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from fastapi.dependencies import models

from bff import wiring
from bff.demo import EXAMPLE, DemoUpstreams, demo_upstreams
from tests.web.settings import shop_settings
from tests.web.storefront import Storefront


@pytest.fixture(autouse=True)
def _nobodys_settings(empty_environment: None) -> None:
    """What is set on the machine that runs the tests is not set for them."""


@pytest.fixture(autouse=True)
def _applications_are_let_go() -> Iterator[None]:
    """FastAPI remembers endpoints, and so the applications of hundreds of tests."""
    yield
    for remembered in vars(models).values():
        if hasattr(remembered, "cache_clear"):
            remembered.cache_clear()


@pytest.fixture
def written(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Callable[[], str]:
    """Return all that the process has written: every log line, stdout and stderr."""
    caplog.set_level(logging.DEBUG)
    return lambda: caplog.text + "".join(capfd.readouterr())


@pytest.fixture
def upstreams() -> DemoUpstreams:
    """Medusa and Sanity of the demo; nobody has called them yet."""
    return demo_upstreams()


@pytest.fixture
async def storefront(upstreams: DemoUpstreams) -> AsyncIterator[Storefront]:
    """A client of the demo's shop with nothing cached and no hurry; developer mode is on."""
    settings = shop_settings(upstreams)
    service = wiring.wire(settings, example=EXAMPLE, clients=wiring.demo_client(upstreams))
    async with Storefront(service) as storefront:
        yield storefront


@pytest.fixture
async def live_shop(upstreams: DemoUpstreams) -> AsyncIterator[Storefront]:
    """A client of the same shop as a production service shows it: developer mode is off."""
    settings = shop_settings(upstreams)
    service = wiring.wire(settings, example=None, clients=wiring.demo_client(upstreams))
    async with Storefront(service) as storefront:
        yield storefront
