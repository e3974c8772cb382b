"""Two processes, one Redis: what one has fetched or marked, the other knows."""

import asyncio
import time
from pathlib import Path

import pytest

from bff.domain.marks import Touched
from bff.ports import Level
from bff.stores.redis.entries import SharedEntries
from tests.stores.replicas import NEVER, PRICE, TEXT, entry, replica, until, value
from tests.stores.servers import Server, server, wire


@pytest.fixture
def fresh(redis_server: Path) -> str:
    """Return the URL of an empty Redis."""
    running = Server(redis_server.parent)
    with running.client as client:
        client.flushall()
        client.config_resetstat()
    return running.url


def commands(url: str) -> int:
    """Return how many commands Redis has carried out, the test's own questions aside."""
    running = Server(Path(url.removeprefix("unix://")).parent)
    with running.client as client:
        told = client.info("commandstats")
    own = {"cmdstat_info", "cmdstat_config", "cmdstat_hello", "cmdstat_client", "cmdstat_flushall"}
    return sum(each["calls"] for name, each in told.items() if name not in own)


async def test_what_one_has_fetched_the_other_shows(fresh: str) -> None:
    """The second process needs no upstream call, and says where it had it from."""
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("red", stamp, "product:tee")})

        kept = (await other.store.read(["tee"])).kept["tee"]
        again = (await other.store.read(["tee"])).kept["tee"]

        assert (kept.entry.value, kept.level, kept.mark) == ("red", Level.SHARED, None)
        assert again.level is Level.MEMORY


async def test_a_hit_in_memory_asks_redis_for_nothing(fresh: str) -> None:
    """What a process has fresh in memory costs no command at all."""
    async with replica(fresh) as one:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("red", stamp)})
        before = commands(fresh)

        for _ in range(100):
            assert await value(one, "tee") == "red"

        assert commands(fresh) == before


async def test_all_keys_of_a_request_in_one_round_trip(redis_server: Path, fresh: str) -> None:
    """A page of fifty products is read from Redis in one exchange, marks included."""
    keys = [f"product {number}" for number in range(50)]
    async with wire(redis_server) as (line, url), replica(fresh) as one, replica(url) as other:
        stamp = (await one.store.read(keys)).position
        await one.store.write({key: entry(key, stamp, key) for key in keys})
        await other.store.read(["warm"])
        before = line.turns

        reading = await other.store.read(keys)

        assert line.turns == before + 1
        assert len(reading.kept) == len(keys)


async def test_many_shoppers_share_few_connections(redis_server: Path, fresh: str) -> None:
    """500 requests at once are served over four connections; none is turned away."""
    async with wire(redis_server) as (line, url), replica(url, connections=4) as one:
        stamp = (await one.store.read(["tee"])).position
        async with replica(fresh) as other:
            entries = {f"product {number}": entry(number, stamp) for number in range(500)}
            await other.store.write(entries)

        read = await asyncio.gather(*(value(one, key) for key in entries))

        assert read == list(range(500))
        assert one.is_up
        assert line.most_connections <= 4 + 2  # one hears of marks, one asked about clusters


async def test_a_mark_reaches_the_other_process(fresh: str) -> None:
    """An edit voids what another process has in memory, in well under 100 ms, unasked."""
    took = []
    async with replica(fresh) as one, replica(fresh) as other:
        for number in range(5):  # of which the machine may spoil some
            tag = f"product:{number}"
            stamp = (await other.store.read([tag])).position
            await other.store.write({tag: entry("old", stamp, tag)})
            assert await value(other, tag) == "old"

            await one.store.mark([Touched(tag)])
            marks = other.store.marks
            took.append(await until(lambda: marks.newest([tag], stamp) is not None))  # noqa: B023

            assert await value(other, tag) is None
    assert min(took) < 0.1


async def test_a_mark_is_there_when_it_is_acknowledged(fresh: str) -> None:
    """Whoever asks Redis after the acknowledgement knows the mark, also before it is heard."""
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, "product:tee")})

        position = await one.store.mark([Touched("product:tee")])
        reading = await other.store.read(["tee"])

        assert reading.position >= position
        assert reading.kept["tee"].mark is not None


async def test_everything_told_of_a_mark_arrives(fresh: str) -> None:
    """That something is gone, its version and when it was edited are known everywhere."""
    touched = Touched("sanity:tee", is_gone=True, version=2**60 + 1, changed_at=1700000000.25)
    async with replica(fresh) as one:
        async with replica(fresh) as hears:
            position = await one.store.mark([touched, Touched("sanity:?")])
            await until(lambda: hears.store.marks.of("sanity:tee") is not None)
            heard = hears.store.marks.newest(["sanity:tee"], 0)
        async with replica(fresh) as reads:
            read = reads.store.marks.newest(["sanity:tee"], 0)

        assert heard is not None
        assert heard == read == one.store.marks.newest(["sanity:tee"], 0)
        assert heard.touched == touched
        assert heard.position == position - 1
        assert abs(heard.marked_at - time.time()) < 5


async def test_a_late_delivery_does_not_take_a_version_back(fresh: str) -> None:
    """Webhooks in the wrong order: the highest version that was told of a document counts."""
    async with replica(fresh) as one, replica(fresh) as other:
        for version in (9, 10, 3, None):
            await one.store.mark([Touched("sanity:tee", version=version)])
        await other.store.read(["tee"])

        mark = other.store.marks.newest(["sanity:tee"], 0)
        assert mark is not None
        assert mark.touched.version == 10

        await one.store.mark([Touched("sanity:tee", is_gone=True)])
        await one.store.mark([Touched("sanity:tee", version=1)])
        await other.store.read(["tee"])

        mark = other.store.marks.newest(["sanity:tee"], 0)
        assert mark is not None
        assert mark.touched.version == 1  # it was deleted and made anew


async def test_fetched_before_the_edit_written_after_it(fresh: str) -> None:
    """A slow fetch that began before an edit is not shown by anybody as fresh."""
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(["tee"])).position
        await other.store.mark([Touched("product:tee")])

        await one.store.write({"tee": entry("old", stamp, "product:tee")})

        assert await value(other, "tee") is None
        assert await value(one, "tee") is None


async def test_a_slow_writer_does_not_undo_a_newer_value(fresh: str) -> None:
    """What was fetched later stays, in whatever order the two are written."""
    async with replica(fresh) as one, replica(fresh) as other, replica(fresh) as third:
        old_stamp = (await one.store.read(["tee"])).position
        await other.store.mark([Touched("product:tee")])
        new_stamp = (await other.store.read(["tee"])).position

        await other.store.write({"tee": entry("new", new_stamp, "product:tee")})
        await one.store.write({"tee": entry("old", old_stamp, "product:tee")})

        assert await value(third, "tee") == "new"
        assert await value(one, "tee") == "new"


async def test_a_younger_copy_of_another_process_is_preferred(fresh: str) -> None:
    """What has grown old in memory is replaced by what another process fetched since."""
    now = time.time()
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(["tee"])).position
        old = entry("old", stamp, policy=PRICE, started_at=now - 70)
        await one.store.write({"tee": old})
        await other.store.write({"tee": entry("new", stamp, policy=PRICE)})

        assert await value(one, "tee") == "new"


async def test_redis_drops_what_nobody_can_use(fresh: str) -> None:
    """A price stays in Redis for what is left of its time, and no longer."""
    now = time.time()
    async with replica(fresh) as one:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write(
            {
                "tee": entry("red", stamp, policy=PRICE, started_at=now - 100),
                "old": entry("dead", stamp, policy=PRICE, started_at=now - PRICE.longest),
            }
        )

    with Server(Path(fresh.removeprefix("unix://")).parent).client as client:
        left = {str(key): client.pttl(key) for key in client.scan_iter("bff:entry:*")}
    assert [key.rpartition(":")[2] for key in left] == ["tee"]
    (only,) = left.values()
    assert PRICE.longest - 105 < int(only) / 1000 <= PRICE.longest - 100


async def test_an_entry_from_the_future_is_not_believed(fresh: str) -> None:
    """A replica whose clock is an hour ahead cannot make a price last an hour longer."""
    ahead = time.time() + 3600
    async with replica(fresh, lambda: ahead) as wrong, replica(fresh) as right:
        stamp = (await wrong.store.read(["tee"])).position
        await wrong.store.write({"tee": entry("old", stamp, policy=PRICE, started_at=ahead)})

        assert (await right.store.read(["tee"])).kept == {}


def test_releases_do_not_overwrite_each_other() -> None:
    """While a release takes the place of another neither finds the other's bytes under a key."""
    old, new = SharedEntries("bff", b"old"), SharedEntries("bff", b"new")

    assert set(old.asking(["tee"])).isdisjoint(new.asking(["tee"]))


async def test_nonsense_under_a_key_is_nothing(fresh: str) -> None:
    """What somebody else wrote there is a miss, and no failure."""
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("red", stamp)})
        with Server(Path(fresh.removeprefix("unix://")).parent).client as client:
            (key,) = client.scan_iter("bff:entry:*")
            for junk in (b"", b"junk", b"1" * 32 + b"junk", b"0" * 32):
                client.set(key, junk)
                assert (await other.store.read(["tee"])).kept == {}
            client.delete(key)
            client.lpush(key, "a list")
            assert (await other.store.read(["tee"])).kept == {}


async def test_what_belongs_under_another_key_is_nothing(fresh: str) -> None:
    """The price of another product is a miss, whoever put it there, or mixed answers up."""
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(["tee", "coat"])).position
        await one.store.write({"tee": entry("9.99", stamp, policy=PRICE)})
        with Server(Path(fresh.removeprefix("unix://")).parent).client as client:
            (key,) = client.scan_iter("bff:entry:*")
            client.copy(key, key.removesuffix("tee") + "coat")

        found = (await other.store.read(["tee", "coat"])).kept

        assert [*found] == ["tee"]


@pytest.mark.parametrize("digit", [7, 27])
async def test_an_entry_that_is_not_as_old_as_it_says(fresh: str, digit: int) -> None:
    """What stands in front of an entry is what it says itself, or it is a miss."""
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("9.99", stamp, policy=PRICE)})
        with Server(Path(fresh.removeprefix("unix://")).parent).client as client:
            (key,) = client.scan_iter("bff:entry:*")
            other_digit = (int(client.getrange(key, digit, digit)) + 9) % 10
            client.setrange(key, digit, str(other_digit))

        assert (await other.store.read(["tee"])).kept == {}


async def test_keys_of_any_characters(fresh: str) -> None:
    """Whatever a shopper typed is a key like any other."""
    keys = ["{a}", "ü ß", "half \ud800", "half \ud801", "x" * 5000, "new\nline", ""]
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(keys)).position
        await one.store.write({key: entry(key[:3], stamp, policy=TEXT) for key in keys[:2]})
        await one.store.write({key: entry(str(n), stamp) for n, key in enumerate(keys)})
        await one.store.mark([Touched("product:half \ud800")])

        assert [await value(other, key) for key in keys] == [str(n) for n in range(len(keys))]


async def test_two_shops_in_one_redis(fresh: str) -> None:
    """Another prefix is another shop: neither sees the other's values or marks."""
    async with replica(fresh, prefix="tees") as tees, replica(fresh, prefix="hats") as hats:
        stamp = (await tees.store.read(["a"])).position
        await tees.store.write({"a": entry("tee", stamp, "product:a")})
        await hats.store.mark([Touched("product:a")])

        assert await value(hats, "a") is None
        assert await value(tees, "a") == "tee"


async def test_two_databases_of_one_redis(fresh: str) -> None:
    """What is published in another database is not taken for news of this one."""
    async with replica(fresh, beat_seconds=NEVER) as live, replica(f"{fresh}?db=1") as staging:
        stamp = (await live.store.read(["tee"])).position
        await live.store.write({"tee": entry("red", stamp, "product:tee")})
        for _ in range(3):
            await staging.store.mark([Touched("product:tee")])

        assert (await live.store.read(["hat"])).position == stamp
        assert await value(live, "tee") == "red"
        assert await value(staging, "tee") is None


async def test_the_keys_that_an_edit_touches(fresh: str) -> None:
    """What this process has read not long ago is known by its tags."""
    async with replica(fresh) as one:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("red", stamp, "product:tee")})
        await one.store.read(["tee"])

        assert list(one.store.hot(["product:tee"])) == ["tee"]
        assert list(one.store.hot(["product:hat"])) == []


async def test_a_shop_that_redis_has_never_seen() -> None:
    """Two processes that start at once on an empty Redis agree on one beginning of the log."""
    with server() as running:
        async with replica(running.url) as one, replica(running.url) as other:
            assert one.store.marks.position == other.store.marks.position
            assert one.store.marks.position > 0
