"""A shop that publishes its changes in Redis: the storefront shows them like any webhook's."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bff.domain.changes import Change, ProductChanged, ProductPart
from bff.domain.commerce import ProductId
from bff.errors import StoreUnavailable
from bff.stores.redis.channels import Channels
from bff.telemetry.metrics import REGISTRY
from tests.stores.replicas import NEVER, SOON, until
from tests.stores.servers import Server, server, wire

TEE = ProductId("prod_tee")


class Heard:
    """Takes changes, and notes them."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.fails: Exception | None = None

    async def __call__(self, changes: Sequence[Change]) -> None:
        self.changes += changes
        if self.fails is not None:
            raise self.fails


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server() as started:
        yield started


@asynccontextmanager
async def listening(
    url: str, heard: Heard, publisher: Server, beat_seconds: float = NEVER
) -> AsyncIterator[None]:
    channels = Channels(url, heard, beat_seconds=beat_seconds)
    task = asyncio.create_task(channels.run())
    await until(lambda: is_heard(publisher))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def is_heard(running: Server) -> bool:
    return bool(running.client.pubsub_numsub("product.updated")[0][1])


def ignored() -> float:
    labels = {"source": "channels", "outcome": "nonsense"}
    return REGISTRY.get_sample_value("bff_webhooks_total", labels) or 0.0


async def test_each_channel(running: Server) -> None:
    """Created, updated and deleted products are passed on as what they are."""
    heard = Heard()
    async with listening(running.url, heard, running):
        for channel in ("created", "updated", "deleted"):
            running.client.publish(f"product.{channel}", '{"id": "prod_tee"}')
        await until(lambda: len(heard.changes) == 3)

    parts = (ProductPart.ALL, ProductPart.ALL, ProductPart.GONE)
    assert heard.changes == [ProductChanged(TEE, part) for part in parts]


@pytest.mark.parametrize(
    "junk",
    [
        *("", "junk", "[]", "null", '"prod_tee"', "{}", '{"id": null}', '{"id": 5}'),
        *('{"id": ""}', '{"id": ["prod_tee"]}', '{"id": "a b\\n"}', '{"id": "' + "x" * 201 + '"}'),
        *(b"\xff\xfe", '{"id": "\\ud800"}', '{"id": "pröd"}'),
    ],
)
async def test_junk(running: Server, junk: str | bytes) -> None:
    """What makes no sense is counted and ignored, and the next change is heard."""
    heard, before = Heard(), ignored()
    async with listening(running.url, heard, running):
        running.client.publish("product.updated", junk)
        running.client.publish("product.updated", '{"id": "prod_tee"}')
        await until(lambda: len(heard.changes) == 1)

    assert heard.changes == [ProductChanged(TEE)]
    assert ignored() == before + 1


async def test_a_burst_is_passed_on_together(running: Server) -> None:
    """Nothing of a thousand changes at once is lost."""
    heard = Heard()
    async with listening(running.url, heard, running):
        pipeline = running.client.pipeline(transaction=False)
        for number in range(1000):
            pipeline.publish("product.updated", f'{{"id": "prod_{number}"}}')
        pipeline.execute()
        await until(lambda: len(heard.changes) == 1000)


async def test_changes_that_cannot_be_shared(running: Server) -> None:
    """If the others cannot be told, or something breaks, the next change is heard all the same."""
    heard = Heard()
    async with listening(running.url, heard, running):
        for failure in (StoreUnavailable("no"), RuntimeError("bug")):
            heard.fails = failure
            running.client.publish("product.updated", '{"id": "prod_tee"}')
            await until(lambda: bool(heard.changes))
            heard.changes.clear()
            heard.fails = None
            await until(lambda: is_heard(running))
        await until(lambda: is_heard(running))
        running.client.publish("product.updated", '{"id": "prod_tee"}')
        await until(lambda: heard.changes == [ProductChanged(TEE)])


async def test_redis_goes_and_comes_back(running: Server) -> None:
    """The channels are heard again by themselves, also after a connection that just hung."""
    heard = Heard()
    async with wire(running.socket) as (line, url), listening(url, heard, running, SOON):
        line.cut()
        await until(lambda: not is_heard(running))
        line.is_cut = False
        await until(lambda: is_heard(running))
        line.swallows = True
        await until(lambda: line.connections == 0)
        line.swallows = False
        await until(lambda: is_heard(running))

        running.client.publish("product.deleted", '{"id": "prod_tee"}')
        await until(lambda: heard.changes == [ProductChanged(TEE, ProductPart.GONE)])


async def test_it_starts_without_redis(caplog: pytest.LogCaptureFixture) -> None:
    """It says so once, and goes on trying until the service ends."""
    channels = Channels("redis://127.0.0.1:1/0?cluster=true", Heard())
    caplog.set_level(logging.WARNING, "bff")
    task = asyncio.create_task(channels.run())
    try:
        await until(lambda: bool(caplog.records))
        assert caplog.messages == ["channels_lost kind=ConnectionError"]
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
