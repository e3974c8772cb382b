"""A Redis that answers and stores nothing: what is edited now is known to nobody else."""

import time
from collections.abc import Callable

import pytest

from bff.domain.freshness import Verdict, judge
from bff.domain.marks import Touched
from bff.errors import StoreUnavailable
from bff.stores.redis import Shared
from bff.telemetry.metrics import REGISTRY
from tests.clock import HandClock
from tests.stores.replicas import PRICE, SOON, TEXT, entry, faults, replica, until, value
from tests.stores.servers import Server

Act = Callable[[Server], object]


def _fill(own: Server) -> None:
    own.client.config_set("maxmemory-policy", "noeviction")
    own.client.config_set("maxmemory", "1")


def _spoil_disk(own: Server) -> None:
    """Put something in the place of what it saves to, and let it find out."""
    (own.socket.parent / "dump.rdb").mkdir()
    own.client.config_set("save", "3600 1")
    own.client.bgsave()
    while own.client.info("persistence")["rdb_last_bgsave_status"] == "ok":
        time.sleep(0.01)


def _lock(own: Server) -> None:
    own.client.acl_setuser("default", enabled=True, categories=["-@write"])


def _unlock(own: Server) -> None:
    own.client.acl_setuser("default", enabled=True, categories=["+@all"])


def _misplace(own: Server) -> None:
    own.client.rename("{bff}:about", "{bff}:elsewhere")
    own.client.set("{bff}:about", "something else")


def _replace(own: Server) -> None:
    own.client.rename("{bff}:elsewhere", "{bff}:about")


MISSAVED = "it cannot save or copy what it has, and "
REFUSALS: list[tuple[Act, Act, str, str]] = [
    (_fill, lambda own: own.client.config_set("maxmemory", "0"), "full", "it is full and "),
    (
        lambda own: own.client.replicaof("127.0.0.1", "1"),
        lambda own: own.client.replicaof("NO", "ONE"),
        "replica",
        "it is a replica and ",
    ),
    (
        lambda own: own.client.config_set("min-replicas-to-write", "1"),
        lambda own: own.client.config_set("min-replicas-to-write", "0"),
        "disk",
        MISSAVED,
    ),
    (_spoil_disk, lambda own: own.client.config_set("save", ""), "disk", MISSAVED),
    (_lock, _unlock, "rights", "its user lacks rights, and it "),
    (_misplace, _replace, "other", "it "),
]
NAMES = {why for _, _, why, _ in REFUSALS}


def refuses(why: str) -> float:
    return REGISTRY.get_sample_value("bff_shared_cache_refuses", {"why": why}) or 0.0


def trouble(shared: Shared) -> str:
    return shared.trouble or ""


def is_live(*replicas: Shared) -> bool:
    return all(each.store.marks.is_live for each in replicas)


def is_doubted(*replicas: Shared) -> bool:
    return not any(each.store.marks.is_live for each in replicas)


async def verdicts(shared: Shared, now: float, *keys: str) -> list[Verdict]:
    """Return what the cache would do with entries, in their order."""
    kept = (await shared.store.read(keys)).kept
    found = [(kept[key].entry, kept[key].mark is not None) for key in keys]
    return [
        judge(each.policy, each.started_at, 0.0, is_marked=is_marked, now=now, luck=1.0)
        for each, is_marked in found
    ]


@pytest.mark.parametrize(("breaks", "mends", "why", "words"), REFUSALS)
async def test_an_edit_that_redis_does_not_store(
    own: Server, breaks: Act, mends: Act, why: str, words: str
) -> None:
    """Every replica stops trusting its memory, says why, and has the edit once that is over."""
    async with (
        replica(own.url, beat_seconds=SOON) as one,
        replica(own.url, beat_seconds=SOON) as other,
    ):
        stamp = (await one.store.read(["tee"])).position
        await one.store.mark([Touched("product:hat")])
        stamp = one.store.marks.position
        await one.store.write({"tee": entry("old", stamp, "product:tee")})
        assert await value(other, "tee") == "old"
        assert trouble(other) == ""

        breaks(own)
        with pytest.raises(StoreUnavailable):
            await one.store.mark([Touched("product:tee")])
        await until(lambda: is_doubted(one, other))

        assert await value(one, "tee") is None
        assert trouble(other).startswith(f"{words}refuses to store")
        assert refuses(why) == 1
        assert REGISTRY.get_sample_value("bff_shared_cache_up") == 0

        mends(own)
        await until(lambda: is_live(one, other))
        assert await value(other, "tee") is None
        assert trouble(other) == ""
        assert REGISTRY.get_sample_value("bff_shared_cache_up") == 1
        assert sum(map(refuses, NAMES)) == 0


async def test_memory_is_doubted_within_two_seconds(own: Server) -> None:
    """That Redis is full is found at the next beat, while nobody edits or asks anything."""
    async with replica(own.url, beat_seconds=0.5) as one:
        before = faults("beat")
        _fill(own)

        took = await until(lambda: not is_live(one))

        assert took < 2.0
        assert faults("beat") > before
        assert one.is_up  # what it has can still be read


async def test_bounds_of_what_a_full_redis_has(own: Server, clock: HandClock) -> None:
    """Neither memory nor Redis is fresh for longer than the bounds, not even for a newcomer."""
    async with replica(own.url, clock, beat_seconds=SOON) as one:
        stamp, at = (await one.store.read(["tee"])).position, clock()
        await one.store.write(
            {
                "price": entry(1, stamp, policy=PRICE, started_at=at),
                "text": entry("red", stamp, policy=TEXT, started_at=at),
            }
        )
        _fill(own)
        await until(lambda: not is_live(one))
        async with replica(own.url, clock, beat_seconds=SOON) as new:
            assert not is_live(new)
            for seconds, expected in (
                (4.9, [Verdict.FRESH, Verdict.FRESH]),
                (5.0, [Verdict.EXPIRED, Verdict.FRESH]),
                (59.9, [Verdict.EXPIRED, Verdict.FRESH]),
                (60.0, [Verdict.EXPIRED, Verdict.EXPIRED]),
            ):
                clock.now = at + seconds
                assert await verdicts(one, clock(), "price", "text") == expected
                assert await verdicts(new, clock(), "price", "text") == expected


@pytest.mark.parametrize(("breaks", "mends", "why", "words"), REFUSALS)
async def test_a_refusal_is_over_when_others_have_told(
    own: Server, breaks: Act, mends: Act, why: str, words: str
) -> None:
    """Who finds room first trusts nothing before the one that knows of an edit has told it."""
    del why, words
    async with (
        replica(own.url, beat_seconds=SOON) as one,
        replica(own.url, beat_seconds=SOON) as other,
    ):
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, "product:tee")})
        assert await value(other, "tee") == "old"
        breaks(own)
        with pytest.raises(StoreUnavailable):
            await one.store.mark([Touched("product:tee")])
        await until(lambda: is_doubted(one, other) and trouble(other) != "")
        mends(own)

        await until(lambda: other.trouble is None)
        assert not is_live(other)
        await until(lambda: is_live(other))

        assert other.store.marks.newest(["product:tee"], stamp) is not None


async def test_a_process_that_starts_while_redis_is_full(own: Server) -> None:
    """It trusts nothing from the start, and all of it once there is room."""
    async with replica(own.url) as one:
        await one.store.mark([Touched("product:tee")])
    _fill(own)

    async with replica(own.url, beat_seconds=SOON) as new:
        assert new.is_up
        assert not is_live(new)
        own.client.config_set("maxmemory", "0")
        await until(lambda: is_live(new))
