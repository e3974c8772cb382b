"""How long what is kept, and where, as the operator says."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bff import wiring
from bff.demo import demo_upstreams
from bff.domain.freshness import Policy
from bff.domain.marks import Touched
from bff.ports import Entry
from bff.settings import CacheSettings
from bff.wiring.catalog import lifetimes_of
from bff.wiring.storage import storage_of
from bff.wiring.terms import terms_of
from tests.stores.servers import server
from tests.wiring.shops import is_marked, running, settings


@pytest.fixture(scope="module")
def redis_socket() -> Iterator[Path]:
    with server() as redis:
        yield redis.socket


def test_the_five_lifetimes() -> None:
    """Prices are withheld after six minutes; texts outlive an outage of a day."""
    lifetimes = lifetimes_of(CacheSettings())

    assert lifetimes.commerce == Policy("COMMERCE", 60, 30, 300, is_price=True)
    assert lifetimes.text == Policy("TEXT", 60, 30, 86_400)
    assert lifetimes.content == Policy("CONTENT", 3600, 3600, 86_400)
    assert lifetimes.reference == Policy("REFERENCE", 3600, 0, 86_400)
    assert lifetimes.absent == Policy("ABSENT", 30)


def test_lifetimes_of_ones_own() -> None:
    """Every span of a setting is one of a policy."""
    lifetimes = lifetimes_of(
        CacheSettings(
            commerce_seconds=1,
            commerce_refresh_seconds=2,
            commerce_error_seconds=3,
            content_seconds=10,
            content_refresh_seconds=20,
            content_error_seconds=30,
            reference_seconds=40,
            absent_seconds=5,
        )
    )

    assert lifetimes.commerce == Policy("COMMERCE", 1, 2, 3, is_price=True)
    assert lifetimes.commerce.usable == 4
    assert lifetimes.text == Policy("TEXT", 1, 2, 30)
    assert lifetimes.content == Policy("CONTENT", 10, 20, 30)
    assert lifetimes.reference == Policy("REFERENCE", 40, 0, 30)
    assert lifetimes.absent == Policy("ABSENT", 5)


async def test_one_process_by_itself() -> None:
    """No Redis is no fault: everything is fetched by whoever asks, and kept here."""
    storage = storage_of(settings(demo_upstreams()), lambda: 0.0, lambda: 0.0)

    await storage.start()
    assert storage.shared is None
    assert storage.store.marks.is_live
    assert await storage.leases.take(["a", "b"], 1) == {"a", "b"}
    await storage.close()


async def test_replicas_share_what_changed(redis_socket: Path) -> None:
    """What one of them is told, the other knows."""
    url = f"unix://{redis_socket}"
    one, other = (
        wiring.wire(
            settings(upstreams, redis_url=url), example=None, clients=wiring.demo_client(upstreams)
        )
        for upstreams in (demo_upstreams(), demo_upstreams())
    )

    async with running(one), running(other):
        assert one.storage.shared is not None
        assert one.storage.shared.is_up
        await one.storage.store.mark([Touched("product:prod_1")])
        await other.storage.store.read(["anything"])

        assert is_marked(other, "product:prod_1")


async def test_two_shops_in_one_redis(redis_socket: Path) -> None:
    """By their prefix: what one of them is told is no business of the other."""
    url = f"unix://{redis_socket}"
    one, other = (
        wiring.wire(
            settings(upstreams, redis_url=url, redis={"prefix": prefix, "timeout_seconds": 5}),
            example=None,
            clients=wiring.demo_client(upstreams),
        )
        for prefix, upstreams in (("one", demo_upstreams()), ("other", demo_upstreams()))
    )

    async with running(one), running(other):
        await one.storage.store.mark([Touched("product:prod_2")])
        await other.storage.store.read(["anything"])

        assert not is_marked(other, "product:prod_2")


async def test_a_start_without_redis() -> None:
    """Shoppers are served, and the operator sees it."""
    upstreams = demo_upstreams()
    chosen = settings(upstreams, redis_url="redis://127.0.0.1:1", redis={"channels": True})
    service = wiring.wire(chosen, example=None, clients=wiring.demo_client(upstreams))

    async with running(service) as client:
        product = await client.get("/v1/products/premium-cotton-t-shirt")
        ready = await client.get("/readyz")

    assert product.status_code == 200
    assert ready.status_code == 200
    assert ready.json()["checks"]["redis"]["ok"] is False
    assert "127.0.0.1" not in ready.text


async def test_nothing_runs_on_after_the_end(redis_socket: Path) -> None:
    """Whatever was started with the service ends with it, in whatever state it was."""
    upstreams = demo_upstreams()
    chosen = settings(
        upstreams,
        redis_url=f"unix://{redis_socket}",
        redis={"channels": True, "timeout_seconds": 5},
        reconcile_seconds=1000,
        warm_top=5,
    )
    service = wiring.wire(chosen, example=None, clients=wiring.demo_client(upstreams))
    before = asyncio.all_tasks()

    async with running(service) as client:
        await client.get("/v1/products/premium-cotton-t-shirt")

    assert asyncio.all_tasks() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"cache": {"commerce_error_seconds": 100}},
        {"content": [{"kind": "sanity", "project_id": "demoshop", "dataset": "staging"}]},
        {
            "content": [
                {"kind": "sanity", "project_id": "demoshop", "product": {"title": ["name"]}}
            ]
        },
        {"medusa": {"url": "http://other.test", "publishable_key": "pk_other"}},
        {"medusa": {"url": "http://medusa.test", "publishable_key": "pk_other"}},
    ],
    ids=["lifetimes", "dataset", "fields", "shop", "sales channel"],
)
async def test_settings_that_say_what_is_kept(
    redis_socket: Path, changes: dict[str, object]
) -> None:
    """What was kept by other settings is another shop's, or older than these allow: it is not
    found. With the same settings it is.
    """
    url = f"unix://{redis_socket}"
    upstreams = demo_upstreams()
    same = {"medusa": {"url": "http://medusa.test", "publishable_key": "pk_own"}, "redis_url": url}
    one, alike, other = (
        storage_of(settings(upstreams, **{**same, **more}), time.time, time.monotonic)
        for more in ({}, {"redis": {"timeout_seconds": 6}}, changes)
    )
    for storage in (one, alike, other):
        await storage.start()
    try:
        stamp = (await one.store.read(["a"])).position
        entry = Entry("kept", Policy("X", 60), time.time(), stamp=stamp)
        await one.store.write({"a": entry})

        assert (await alike.store.read(["a"])).kept["a"].entry == entry
        assert not (await other.store.read(["a"])).kept
    finally:
        for storage in (one, alike, other):
            await storage.close()


def test_a_release_that_reads_sources_in_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A price that was read wrongly does not outlive the release that did so."""
    chosen = settings(demo_upstreams())
    before = terms_of(chosen)
    assert terms_of(settings(demo_upstreams())) == before

    monkeypatch.setattr("bff.wiring.terms.version", lambda _: "another")

    assert terms_of(chosen) != before
