"""The first shopper after a start waits for his page, and not for what all pages need as well."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bff import wiring
from bff.demo import DemoUpstreams, Faults, demo_upstreams
from bff.ports import Call
from bff.telemetry.metrics import REGISTRY
from tests.stores.servers import server
from tests.wiring.shops import running, settings

PAGE = "/v1/products/premium-cotton-t-shirt?locale=es&country=DE"
MARKETS = "/store/regions"


@pytest.fixture(scope="module")
def redis_socket() -> Iterator[Path]:
    with server() as redis:
        yield redis.socket


@pytest.fixture
def upstreams() -> DemoUpstreams:
    """Medusa and Sanity, whom nobody has asked anything yet."""
    return demo_upstreams()


def wire(upstreams: DemoUpstreams, **changes: object) -> wiring.Service:
    chosen = settings(upstreams, **changes)
    return wiring.wire(chosen, example=None, clients=wiring.demo_client(upstreams))


def calls(upstreams: DemoUpstreams) -> int:
    return upstreams.medusa.calls.total() + upstreams.sanity.calls.total()


def failures() -> float:
    """Return how many fetches from Medusa are counted as failed."""
    labels = {"source": "medusa", "outcome": "UPSTREAM_UNAVAILABLE"}
    return REGISTRY.get_sample_value("bff_fetches_total", labels) or 0.0


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what the service tells nobody."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0)


async def test_it_costs_three_calls(upstreams: DemoUpstreams) -> None:
    """Two to Medusa and one to Sanity: the markets are there already, or on their way."""
    async with running(wire(upstreams)) as client:
        await until(lambda: calls(upstreams) == 1)
        assert upstreams.medusa.calls[MARKETS] == 1
        page = await client.get(PAGE)

    assert page.status_code == 200
    assert calls(upstreams) == 1 + 3


async def test_a_shopper_who_is_there_at_once(upstreams: DemoUpstreams) -> None:
    """He waits for the question that is on its way, and it is not asked twice."""
    upstreams.medusa.faults = Faults(delay=0.05)
    async with running(wire(upstreams)) as client:
        page = await client.get(PAGE)

    assert page.status_code == 200
    assert upstreams.medusa.calls[MARKETS] == 1


async def test_medusa_says_nothing(upstreams: DemoUpstreams) -> None:
    """The service is up and ready all the same, and ends at once when it is told to."""
    upstreams.medusa.faults = Faults(hang=True)
    async with asyncio.timeout(30), running(wire(upstreams)) as client:
        await until(lambda: calls(upstreams) == 1)
        answers = [await client.get(path) for path in ("/livez", "/readyz")]

    assert [answer.status_code for answer in answers] == [200, 200]


async def test_medusa_is_away(upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture) -> None:
    """It is counted and said once; whoever comes when Medusa is back is served."""
    caplog.set_level(logging.INFO)
    before = failures()
    upstreams.medusa.faults = Faults(status=503)
    async with running(wire(upstreams)) as client:
        await until(lambda: "markets_not_read" in caplog.text)
        upstreams.medusa.faults = Faults()
        page = await client.get(PAGE)

    assert page.status_code == 200
    assert failures() == before + 1
    assert caplog.text.count("markets_not_read") == 1
    assert "background_crashed" not in caplog.text


async def test_several_replicas(upstreams: DemoUpstreams, redis_socket: Path) -> None:
    """One of them asks; the others, and one that starts later, find it in Redis."""
    upstreams.medusa.faults = Faults(delay=0.05)
    url = f"unix://{redis_socket}"
    *early, late = (wire(upstreams, redis_url=url) for _ in range(4))

    await asyncio.gather(*(service.start() for service in early))
    await until(lambda: calls(upstreams) > 0)
    for service in early:
        await service.shop.catalog.markets(Call(service.shop.clock() + 30))
    await late.start()
    await late.shop.catalog.markets(Call(late.shop.clock() + 30))
    for service in (*early, late):
        await service.close()

    assert calls(upstreams) == upstreams.medusa.calls[MARKETS] == 1


async def test_a_warm_up_reads_them_itself(upstreams: DemoUpstreams) -> None:
    """Then there is nothing left to read beside it."""
    async with running(wire(upstreams, warm_top=1)) as client:
        await until(lambda: upstreams.sanity.calls.total() > 0)
        await client.get(PAGE)

    assert upstreams.medusa.calls[MARKETS] == 1


async def test_what_is_no_service_does_not_ask(upstreams: DemoUpstreams) -> None:
    """Commands open what they need, and end before anybody wants to know the markets."""
    service = wire(upstreams)
    await service.storage.start()
    await asyncio.sleep(0)
    await service.close()

    assert calls(upstreams) == 0
