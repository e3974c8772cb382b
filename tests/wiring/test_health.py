"""What an operator reads at `/readyz` while a source is down, and that shoppers keep coming."""

import asyncio

import httpx

from bff import wiring
from bff.demo import Faults, demo_upstreams
from tests.clock import HandClock
from tests.wiring.shops import running, settings

HANDLES = (
    "premium-cotton-t-shirt",
    "organic-cotton-tshirt",
    "slim-fit-jeans",
    "casual-sneakers",
    "baseball-cap",
    "wool-blanket",
)


async def visit(client: httpx.AsyncClient) -> list[int]:
    """Let shoppers look at several products at once; return the statuses."""
    answers = await asyncio.gather(
        *(client.get(f"/v1/products/{handle}?country=DE") for handle in HANDLES)
    )
    return [answer.status_code for answer in answers]


async def test_sources_that_are_well() -> None:
    """Each is named before anybody has asked it anything."""
    upstreams = demo_upstreams()
    service = wiring.wire(settings(upstreams), example=None, clients=wiring.demo_client(upstreams))
    async with running(service) as client:
        ready = await client.get("/readyz")

    assert ready.status_code == 200
    assert ready.json()["checks"]["source:medusa"] == {"ok": True}
    assert ready.json()["checks"]["source:sanity"] == {"ok": True}


async def test_a_content_system_that_is_down() -> None:
    """It is said which one, and the service stays in rotation; the end of it is said, too."""
    upstreams = demo_upstreams()
    clock = HandClock()
    service = wiring.wire(
        settings(upstreams),
        example=None,
        clients=wiring.demo_client(upstreams),
        clock=clock,
        now=clock,
    )
    upstreams.sanity.faults = Faults(status=500)
    async with running(service) as client:
        statuses = await visit(client)
        down = await client.get("/readyz")
        upstreams.sanity.faults = Faults()
        clock.advance(60)
        await visit(client)
        back = await client.get("/readyz")

    assert statuses == [200] * len(HANDLES)
    assert (down.status_code, down.json()["ready"]) == (200, True)
    assert down.json()["checks"]["source:sanity"]["ok"] is False
    assert "failures" in down.json()["checks"]["source:sanity"]["detail"]
    assert down.json()["checks"]["source:medusa"] == {"ok": True}
    assert back.json()["checks"]["source:sanity"] == {"ok": True}


async def test_a_medusa_that_is_down() -> None:
    """It is down for every replica: taking one out of service after the other helps nobody."""
    upstreams = demo_upstreams()
    service = wiring.wire(
        settings(upstreams), example=None, clients=wiring.demo_client(upstreams), clock=HandClock()
    )
    async with running(service) as client:
        await client.get(f"/v1/products/{HANDLES[0]}?country=DE")
        upstreams.medusa.faults = Faults(status=500)
        for _ in range(2):
            await visit(client)
        down = await client.get("/readyz")

    assert (down.status_code, down.json()["ready"]) == (200, True)
    assert down.json()["checks"]["source:medusa"]["ok"] is False
