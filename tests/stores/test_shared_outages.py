"""A broken Redis is a slow cache and nothing worse: shoppers and editors do not see it."""

import asyncio
import time
from pathlib import Path

import pytest

from bff.domain.freshness import Verdict, judge
from bff.domain.marks import EVERYTHING, Touched
from bff.errors import StoreUnavailable
from bff.ports import Kept
from bff.stores.redis import Shared
from bff.stores.redis.log import Limits
from bff.telemetry.metrics import REGISTRY
from tests.clock import HandClock
from tests.stores.replicas import PRICE, SOON, TEXT, entry, faults, replica, until, value
from tests.stores.servers import Server, server, wire

NOWHERE = "unix:///nowhere/at/all"


@pytest.fixture(autouse=True)
def _everything_is_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "bff")


def is_up() -> float:
    return REGISTRY.get_sample_value("bff_shared_cache_up") or 0.0


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    said = [record.getMessage().split(" ")[0] for record in caplog.records]
    return [each for each in said if each.startswith(("shared_cache", "marks_feed"))]


async def kept(shared: Shared, key: str) -> Kept | None:
    return (await shared.store.read([key])).kept.get(key)


def verdict(found: Kept, now: float) -> Verdict:
    """Return what the cache would do with an entry."""
    entry = found.entry
    is_marked = found.mark is not None
    return judge(entry.policy, entry.started_at, 0.0, is_marked=is_marked, now=now, luck=1.0)


async def test_redis_was_never_there(caplog: pytest.LogCaptureFixture) -> None:
    """A process starts without Redis, keeps what it fetches, and says once what is wrong."""
    async with replica(NOWHERE, beat_seconds=SOON) as one:
        await one.store.write({"tee": entry("red", 0, "product:tee")})

        assert await value(one, "tee") == "red"
        assert await one.leases.take(["tee"], 5) == {"tee"}
        await one.leases.wait(["tee"], 60)
        await one.leases.give_back(["tee"])
        await one.cursors.save("medusa", "yesterday")
        assert await one.cursors.load("medusa") is None  # the reconciler remembers it
        assert (one.is_up, is_up()) == (False, 0)
        assert events(caplog) == ["shared_cache_lost"]


async def test_an_edit_that_others_cannot_be_told_of(own: Server) -> None:
    """The sender is told to try again; this process knows it at once, the others when they can."""
    async with replica(own.url, beat_seconds=SOON) as one, replica(own.url) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, "product:tee")})
        assert await value(other, "tee") == "old"
        own.client.config_set("maxmemory", "1")  # full: it refuses, and is there all the same

        with pytest.raises(StoreUnavailable):
            await one.store.mark([Touched("product:tee")])

        assert await value(one, "tee") is None
        own.client.config_set("maxmemory", "0")
        await until(lambda: other.store.marks.newest(["product:tee"], stamp) is not None)
        assert await value(other, "tee") is None


async def test_killed_and_back(own: Server, caplog: pytest.LogCaptureFixture) -> None:
    """Reads and writes go on without it, and it is used again by itself; two lines are logged."""
    async with replica(own.url, beat_seconds=SOON) as one:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("red", stamp)})
        caplog.clear()
        before = faults("read") + faults("news") + faults("feed")
        own.kill()
        await until(lambda: not one.is_up)

        for number in range(100):
            await one.store.write({str(number): entry(number, stamp)})
            assert await value(one, str(number)) == number
            await one.store.read(["hat"])
        assert events(caplog) == ["shared_cache_lost"]
        assert faults("read") + faults("news") + faults("feed") > before
        assert is_up() == 0

        own.start()
        took = await until(lambda: one.is_up and one.store.marks.is_live)
        assert took < 3
        assert is_up() == 1
        assert "shared_cache_back" in events(caplog)
        assert len([each for each in events(caplog) if each != "shared_cache_voided"]) == 2


async def test_while_it_hangs_requests_do_not_wait(own: Server) -> None:
    """One request waits for the time limit; those after it do not, and it is found by itself."""
    async with replica(own.url, timeout_seconds=0.1, beat_seconds=0.2) as one:
        await one.store.read(["tee"])
        own.pause()

        began = time.monotonic()
        await asyncio.gather(*(one.store.read([f"product {number}"]) for number in range(300)))
        first = time.monotonic() - began
        began = time.monotonic()
        for number in range(300):
            await one.store.read([f"product {number}"])
        rest = time.monotonic() - began

        assert first < 3.0  # on a busy machine; 300 times the limit would be 30
        assert rest < 3.0
        assert not one.is_up

        own.resume()
        await until(lambda: one.is_up and one.store.marks.is_live)


async def test_our_own_slowness_is_no_outage(own: Server) -> None:
    """A process that was busy for longer than Redis may take does not take Redis for gone."""
    async with replica(own.url, timeout_seconds=0.2) as one:
        stamp = (await one.store.read(["tee"])).position
        async with replica(own.url) as other:
            await other.store.write({"tee": entry("red", stamp)})
        before = faults("read")
        reading = asyncio.create_task(value(one, "tee"))
        for _ in range(5):  # until it is under way
            await asyncio.sleep(0)

        time.sleep(0.8)  # noqa: ASYNC251 - as rendering a large answer would

        assert await reading == "red"
        assert one.is_up
        assert faults("read") == before


async def test_a_crowd_is_no_outage(own: Server) -> None:
    """More connections are made while a crowd keeps the process busy: Redis is not late for it."""
    async with replica(own.url, timeout_seconds=0.06, connections=8) as one:
        await one.store.read(["tee"])
        before = faults("lease")
        asking = []
        for number in range(8):  # each in turns of its own, so that each needs a connection
            asking.append(asyncio.create_task(one.leases.take([f"hat {number}"], 60)))
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        while not all(each.done() for each in asking):
            time.sleep(0.005)  # noqa: ASYNC251 - as one answer after the other would
            await asyncio.sleep(0)

        assert one.is_up
        assert faults("lease") == before


async def test_a_hung_server_is_not_waited_for_by_new_connections(own: Server) -> None:
    """What would have had time to connect gives up, too, once an old connection has shown it."""
    async with replica(own.url, timeout_seconds=1.0, connections=8) as one:
        await one.store.read(["tee"])
        own.pause()
        began = time.monotonic()
        asking = []
        for number in range(8):
            asking.append(asyncio.create_task(one.store.read([f"hat {number}"])))
            await asyncio.sleep(0)
            await asyncio.sleep(0)

        await asyncio.gather(*asking)

        assert time.monotonic() - began < 2.5  # three, if each had its time
        assert not one.is_up


async def test_a_server_that_comes_and_goes(own: Server, caplog: pytest.LogCaptureFixture) -> None:
    """One that fails again and again is left alone for a while, and fills no log."""
    async with replica(own.url, beat_seconds=SOON, timeout_seconds=0.05) as one:
        caplog.clear()
        for _ in range(20):
            own.pause()
            await one.store.read(["tee"])
            own.resume()
            await one.store.read(["tee"])

        assert len(events(caplog)) < 20
        await until(lambda: one.is_up)


async def test_a_hung_server_is_found_without_any_request(own: Server) -> None:
    """Within two seconds memory is no longer trusted, though connections still stand."""
    async with replica(own.url, timeout_seconds=0.1, beat_seconds=0.5) as one:
        assert one.store.marks.is_live
        own.pause()

        took = await until(lambda: not one.store.marks.is_live)

        assert took < 3.0  # two, and one for a busy machine
        own.resume()
        await until(lambda: one.store.marks.is_live)


async def test_a_wire_that_swallows_everything(own: Server) -> None:
    """A half-open connection, as a firewall leaves it, is found as a hung server is."""
    async with (
        wire(own.socket) as (line, url),
        replica(url, timeout_seconds=0.1, beat_seconds=SOON) as one,
    ):
        assert one.store.marks.is_live
        line.swallows = True

        await until(lambda: not one.store.marks.is_live)

        line.swallows = False
        line.drop()
        await until(lambda: one.store.marks.is_live)


async def test_bounds_of_memory_while_marks_do_not_arrive(own: Server, clock: HandClock) -> None:
    """Without Redis a price is fresh for 5 s and a text for 60 s, then fetched first."""
    async with replica(own.url, clock, beat_seconds=SOON) as one:
        stamp = (await one.store.read(["tee"])).position
        at = clock()
        await one.store.write(
            {
                "price": entry(1, stamp, policy=PRICE, started_at=at),
                "text": entry("red", stamp, policy=TEXT, started_at=at),
            }
        )
        own.kill()
        await until(lambda: not one.store.marks.is_live)

        seen = []
        for seconds in (0, 4.9, 5.0, 59.9, 60.0, PRICE.usable, 1000.0):
            clock.now = at + seconds
            reading = (await one.store.read(["price", "text"])).kept
            seen.append(tuple(verdict(reading[key], clock()) for key in ("price", "text")))

        assert seen == [
            (Verdict.FRESH, Verdict.FRESH),
            (Verdict.FRESH, Verdict.FRESH),
            (Verdict.EXPIRED, Verdict.FRESH),
            (Verdict.EXPIRED, Verdict.FRESH),
            (Verdict.EXPIRED, Verdict.EXPIRED),
            (Verdict.DEAD, Verdict.EXPIRED),
            (Verdict.DEAD, Verdict.EXPIRED),
        ]


async def test_a_lost_subscription_alone(
    own: Server, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Redis answers but its marks do not arrive: what is older than the bounds is asked of it."""
    async with (
        wire(own.socket) as (line, url),
        replica(url, clock, beat_seconds=SOON) as one,
        replica(own.url, clock) as other,
    ):
        at = clock()
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry(1, stamp, "product:tee", policy=PRICE, started_at=at)})
        line.refuses_subscriptions = True
        line.drop()
        await until(lambda: not one.store.marks.is_live)
        await until(lambda: one.is_up)
        await other.store.mark([Touched("product:tee")])

        clock.now = at + 5.0
        lent = await kept(one, "tee")
        assert lent is not None
        assert lent.mark is not None  # read from Redis just now

        await until(lambda: "marks_feed_lost" in events(caplog))
        line.refuses_subscriptions = False
        await until(lambda: one.store.marks.is_live)
        assert events(caplog).count("marks_feed_lost") == 1
        assert events(caplog)[-1] == "marks_feed_back"


async def test_marks_made_while_the_subscription_was_lost(own: Server) -> None:
    """Edits that were published to nobody are known as soon as the subscription stands again."""
    async with (
        wire(own.socket) as (line, url),
        replica(url, beat_seconds=SOON) as one,
        replica(own.url) as other,
    ):
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, "product:tee")})
        line.cut()
        await until(lambda: not one.store.marks.is_live)
        await other.store.mark([Touched("product:tee")])

        line.is_cut = False
        await until(lambda: one.store.marks.is_live)

        assert await value(one, "tee") is None


async def test_a_flush_voids_memory(own: Server) -> None:
    """After FLUSHALL no process shows what it had in memory, though nobody asked Redis."""
    async with (
        replica(own.url, beat_seconds=SOON) as one,
        replica(own.url, beat_seconds=SOON) as other,
    ):
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp)})
        assert await value(other, "tee") == "old"

        own.client.flushall()
        for each in (one, other):
            await until(lambda each=each: each.store.marks.newest([], stamp) is not None)  # type: ignore[misc]

        assert await value(one, "tee") is None
        assert await value(other, "tee") is None


async def test_a_flush_is_noticed_once(own: Server) -> None:
    """Ten processes notice one flush: there is one mark on everything, not ten."""
    replicas = [replica(own.url) for _ in range(10)]
    running = [await each.__aenter__() for each in replicas]
    try:
        own.client.flushall()
        await asyncio.gather(*(each.store.read(["tee"]) for each in running))
        positions = {each.store.marks.position for each in running}
        marks = {each.store.marks.newest([], 0) for each in running}

        assert len(positions) == 1
        assert len(marks) == 1
    finally:
        for each in replicas:
            await each.__aexit__(None, None, None)


async def test_a_restart_that_lost_the_last_marks(own: Server) -> None:
    """Redis comes back with what it saved before an edit: the old value is not shown by anybody.

    Not even by a process that starts only now and has never heard of the edit.
    """
    async with replica(own.url) as one:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, "product:tee")})
        own.client.save()
        await one.store.mark([Touched("product:tee")])
    own.kill()
    own.start()

    assert list(own.client.scan_iter("bff:entry:*:tee"))
    async with replica(own.url) as new, replica(own.url) as newer:
        assert await value(new, "tee") is None
        assert await value(newer, "tee") is None
        assert new.store.marks.newest([], 0) == newer.store.marks.newest([], 0)


async def test_a_log_that_went_back(own: Server) -> None:
    """The same server forgets marks that a process knows of: all that is older is void."""
    async with replica(own.url, beat_seconds=SOON) as one, replica(own.url) as other:
        before = own.client.hgetall("{bff}:log")
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp)})
        await one.store.mark([Touched("product:hat")])
        pipeline = own.client.pipeline()
        for field, was in before.items():
            pipeline.hset("{bff}:log", field, was)
        pipeline.delete("{bff}:marks", "{bff}:about")
        pipeline.execute()
        await until(lambda: one.store.marks.newest([], stamp) is not None)

        assert await value(one, "tee") is None
        assert await value(other, "tee") is None


@pytest.mark.parametrize("part", ["log", "marks", "about"])
async def test_a_part_of_the_log_was_evicted(own: Server, part: str) -> None:
    """A Redis that makes room by dropping any key has dropped marks: all that is older is void."""
    async with replica(own.url) as one:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, "product:tee")})
        await one.store.mark([Touched("product:tee"), Touched("product:hat")])
    own.client.delete(f"{{bff}}:{part}")

    async with replica(own.url) as new, replica(own.url) as newer:
        assert await value(new, "tee") is None
        position = new.store.marks.position
        assert newer.store.marks.position == position  # noticed once
        await newer.store.write({"tee": entry("new", position, "product:tee")})
        assert await value(new, "tee") == "new"


async def test_a_full_redis(own: Server, caplog: pytest.LogCaptureFixture) -> None:
    """It refuses writes: reading goes on, the refusals are counted, and said once."""
    async with replica(own.url) as one, replica(own.url) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("red", stamp)})
        caplog.clear()
        before = faults("write")
        own.client.config_set("maxmemory", "1")

        for number in range(10):
            await one.store.write({f"hat {number}": entry(number, stamp)})

        assert await value(one, "hat 3") == 3
        assert await value(other, "tee") == "red"
        assert one.is_up
        assert faults("write") == before + 10
        assert events(caplog) == ["shared_cache_refused"]
        assert await one.leases.take(["tee"], 5) == {"tee"}

        own.client.config_set("maxmemory", "0")
        await one.store.write({"cap": entry("blue", stamp)})
        assert await value(other, "cap") == "blue"
        await one.leases.take(["cap"], 5)
        assert events(caplog)[1:] == ["shared_cache_accepted"]


async def test_more_marks_than_there_is_room_for(own: Server) -> None:
    """Of too many edits the oldest are forgotten, and all that is as old counts as edited."""
    limits = Limits(marks=100)
    async with replica(own.url, limits=limits) as one:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, "product:0")})
        await one.store.mark([Touched(f"product:{number}") for number in range(300)])
        later = one.store.marks.position
        await one.store.write({"hat": entry("new", later, "product:0")})

        async with replica(own.url) as other:
            assert other.store.marks.newest(["product:0"], stamp) is not None
            assert await value(other, "tee") is None
            assert await value(other, "hat") == "new"
        assert own.client.zcard("{bff}:marks") <= 101
        assert own.client.hlen("{bff}:about") == own.client.zcard("{bff}:marks")


async def test_marks_older_than_any_entry(own: Server) -> None:
    """Old marks are dropped with the next edit, and what is as old counts as edited."""
    async with replica(own.url, limits=Limits(seconds=0.0)) as one:
        first = await one.store.mark([Touched("product:tee")])
        await one.store.mark([Touched("product:hat")])
        await one.store.mark([Touched("product:cap")])

        assert own.client.zscore("{bff}:marks", "product:tee") is None
        async with replica(own.url) as other:
            mark = other.store.marks.newest(["product:tee"], first - 1)
            assert mark is not None
            assert mark.touched.tag == EVERYTHING


async def test_thousands_of_edits_at_once(own: Server) -> None:
    """A large import is marked in parts; a process that starts later reads all of it."""
    touched = [Touched(f"product:{number}") for number in range(5000)]
    async with replica(own.url, timeout_seconds=0.5) as one:
        stamp = one.store.marks.position
        await one.store.mark(touched)
        async with replica(own.url, timeout_seconds=0.5) as other:
            known = other.store.marks
            assert all(known.newest([each.tag], stamp) is not None for each in touched)
            assert known.position == one.store.marks.position


async def test_junk_on_the_channel(own: Server) -> None:
    """What somebody else publishes there changes nothing, and marks still arrive."""
    async with replica(own.url, beat_seconds=SOON) as one, replica(own.url) as other:
        for junk in ("", "junk", "[]", "{}", '["1","2",[["a"]]]', '["x","y",[]]', "[1,2,3]"):
            own.client.publish("{bff}:news:0", junk)
        stamp = one.store.marks.position
        await other.store.mark([Touched("product:tee")])

        await until(lambda: one.store.marks.newest(["product:tee"], stamp) is not None)
        assert one.is_up


async def test_a_password_that_is_wrong(tmp_path: Path) -> None:
    """Redis refuses us: the same as if it were not there, and the password is in no log."""
    del tmp_path
    with server("--port", "0", "--requirepass", "right") as running:
        url = f"{running.url}?password=wrong"
        async with replica(url) as one:
            await one.store.write({"tee": entry("red", 0)})

            assert await value(one, "tee") == "red"
            assert not one.is_up


async def test_a_request_that_is_given_up(own: Server) -> None:
    """A client that leaves in the middle of a read takes nothing from those who stay."""
    async with replica(own.url, connections=1) as one:
        leaving = [asyncio.create_task(one.store.read([f"a {n}"])) for n in range(20)]
        staying = [asyncio.create_task(one.store.read([f"b {n}"])) for n in range(20)]
        await asyncio.sleep(0)
        for task in leaving:
            task.cancel()

        readings = await asyncio.gather(*staying)

        assert len(readings) == 20
        assert one.is_up
