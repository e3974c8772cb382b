"""The same cache over a cluster of Redis servers."""

from collections.abc import Iterator

import pytest

from bff.domain.marks import Touched
from tests.stores.replicas import SOON, entry, replica, until, value
from tests.stores.servers import Server, cluster

KEYS = [f"product {number}" for number in range(60)]


@pytest.fixture(scope="module")
def masters() -> Iterator[list[Server]]:
    with cluster(3) as servers:
        yield servers


def url(server: Server) -> str:
    return f"redis://127.0.0.1:{server.client.config_get('port')['port']}"


@pytest.mark.parametrize("option", ["", "?cluster=true"])
async def test_entries_are_spread_and_found(masters: list[Server], option: str) -> None:
    """Each server has a part of the entries, whichever of them the setting names.

    That it is a cluster is found out, if the setting does not say it.
    """
    async with (
        replica(url(masters[0]) + option) as one,
        replica(url(masters[2]) + option) as other,
    ):
        stamp = (await one.store.read(KEYS)).position
        await one.store.write({key: entry(key, stamp, key) for key in KEYS})

        reading = await other.store.read(KEYS)

        assert {key: kept.entry.value for key, kept in reading.kept.items()} == {
            key: key for key in KEYS
        }
        assert all(int(str(each.client.dbsize())) > 5 for each in masters)


async def test_marks_are_heard_over_the_cluster(masters: list[Server]) -> None:
    """An edit is known everywhere, and the log lies on one server."""
    async with replica(url(masters[0])) as one, replica(url(masters[1])) as other:
        stamp = (await other.store.read(["tee"])).position
        await other.store.write({"tee": entry("old", stamp, "product:tee")})
        assert await value(other, "tee") == "old"

        await one.store.mark([Touched("product:tee")])
        await until(lambda: other.store.marks.newest(["product:tee"], stamp) is not None)

        assert await value(other, "tee") is None
        assert sum(bool(list(each.client.scan_iter("{bff}:log"))) for each in masters) == 1


async def test_leases_and_cursors_in_a_cluster(masters: list[Server]) -> None:
    """Leases of many keys are taken and given back wherever they lie."""
    async with replica(url(masters[0])) as one, replica(url(masters[1])) as other:
        assert await one.leases.take(KEYS, 60) == set(KEYS)
        assert await other.leases.take(KEYS, 60) == frozenset()
        await one.leases.give_back(KEYS)
        await other.leases.wait(KEYS, 60)
        assert await other.leases.take(KEYS, 60) == set(KEYS)
        await other.leases.give_back(KEYS)

        await one.cursors.save("medusa", "here")
        assert await other.cursors.load("medusa") == "here"


async def test_a_page_is_foreseen_in_a_cluster(masters: list[Server]) -> None:
    """Its list lies on one server and its values on all; memory has them after that."""
    async with replica(url(masters[0])) as one, replica(url(masters[1])) as other:
        stamp = (await one.store.read(KEYS)).position
        await one.store.write({key: entry(key, stamp, key) for key in KEYS})
        one.foresight.remember("a page", set(KEYS))
        await until(lambda: any(each.client.keys("bff:needs:*") for each in masters))

        assert set(await other.foresight.bring("a page")) == set(KEYS)
        assert [await value(other, key) for key in KEYS] == KEYS
        assert not await other.foresight.bring("a page")


async def test_a_server_of_the_cluster_goes_and_comes_back() -> None:
    """While a part is away the cache is slow, not wrong, and it recovers by itself."""
    with cluster(2) as servers:
        async with replica(url(servers[0]), beat_seconds=SOON, timeout_seconds=0.3) as one:
            stamp = (await one.store.read(KEYS)).position
            await one.store.write({key: entry(key, stamp) for key in KEYS})
            servers[1].kill()

            assert len((await one.store.read(["hat", *KEYS])).kept) == len(KEYS)
            for number in range(50):
                await one.store.read([f"absent {number}"])
            await one.store.write({"cap": entry("blue", stamp)})
            assert await value(one, "cap") == "blue"

            servers[1].start()
            await until(lambda: one.is_up and one.store.marks.is_live, 15)
            position = await one.store.mark([Touched("product:tee")])
            assert position > stamp
