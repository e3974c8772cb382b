"""What every store promises. The same assertions hold for all of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bff.domain.freshness import Policy
from bff.domain.marks import EVERYTHING, Position, Touched
from bff.ports import Entry, Kept, Store
from bff.stores.memory import MemoryStore
from tests.clock import HandClock
from tests.stores.replicas import replica
from tests.stores.servers import Server

ROOM = 1_000_000
SHORT = Policy("short", fresh=60.0)
LONG = Policy("long", fresh=60.0, while_refresh=30.0, if_error=300.0)


@pytest.fixture(params=["memory", "shared"])
async def store(
    request: pytest.FixtureRequest, clock: HandClock, redis_server: Path
) -> AsyncIterator[Store]:
    """Return an empty store with room for all that a test writes."""
    match request.param:
        case "memory":
            yield MemoryStore(ROOM, clock)
        case "shared":
            running = Server(redis_server.parent)
            running.client.flushall()
            async with replica(running.url, clock) as shared:
                yield shared.store
        case other:
            pytest.fail(f"no such store: {other}")


def entry(
    clock: HandClock,
    value: object,
    policy: Policy = SHORT,
    *,
    stamp: Position = 0,
    tags: frozenset[str] = frozenset(),
) -> Entry:
    """Return an entry whose fetch began just now."""
    return Entry(value, policy, clock(), 0.25, stamp, tags)


async def found(store: Store, key: str) -> Kept | None:
    return (await store.read([key])).kept.get(key)


async def is_marked(store: Store, key: str) -> bool:
    kept = await found(store, key)
    assert kept is not None
    return kept.mark is not None


async def test_what_is_written_is_read(store: Store, clock: HandClock) -> None:
    """Entries come back as they were written, with all that is known of them."""
    tee = entry(clock, "tee", LONG, stamp=7, tags=frozenset({"product:tee", "texts"}))
    hat = entry(clock, ("hat", 2, Decimal("9.90")))

    await store.write({"tee": tee, "hat": hat})

    kept = (await store.read(["hat", "tee"])).kept
    assert {key: one.entry for key, one in kept.items()} == {"tee": tee, "hat": hat}


async def test_what_is_not_there_is_absent(store: Store, clock: HandClock) -> None:
    """A key that nobody wrote is not in the answer."""
    await store.write({"tee": entry(clock, "tee")})

    assert set((await store.read(["tee", "hat"])).kept) == {"tee"}


async def test_nothing_asked_nothing_read(store: Store) -> None:
    """No keys, no entries; writing none is allowed as well, and so is marking none."""
    await store.write({})
    await store.mark([])

    assert (await store.read([])).kept == {}


async def test_a_key_asked_twice(store: Store, clock: HandClock) -> None:
    """A key that is asked for twice is in the answer once."""
    await store.write({"tee": entry(clock, "tee")})

    assert list((await store.read(["tee", "tee"])).kept) == ["tee"]


async def test_none_is_a_value(store: Store, clock: HandClock) -> None:
    """That something does not exist can be kept."""
    await store.write({"ghost": entry(clock, None)})

    kept = await found(store, "ghost")

    assert kept is not None
    assert kept.entry.value is None


async def test_an_entry_dies(store: Store, clock: HandClock) -> None:
    """An entry is there as long as its policy has any use for it, and not at that instant."""
    await store.write({"tee": entry(clock, "tee", LONG)})

    clock.advance(359.9)
    assert await found(store, "tee")

    clock.advance(0.2)
    assert await found(store, "tee") is None


async def test_each_entry_has_its_own_lifetime(store: Store, clock: HandClock) -> None:
    """Entries that were written together end each in its own time."""
    await store.write({"short": entry(clock, 1), "long": entry(clock, "a", LONG)})

    clock.advance(60.1)

    assert set((await store.read(["short", "long"])).kept) == {"long"}


async def test_the_lifetime_begins_with_the_fetch(store: Store, clock: HandClock) -> None:
    """What took long to fetch is used for less long."""
    slow = entry(clock, "tee")
    clock.advance(40)
    await store.write({"tee": slow})

    clock.advance(20.1)

    assert await found(store, "tee") is None


async def test_an_entry_that_came_too_late(store: Store, clock: HandClock) -> None:
    """What is of no use any more before it is written is never read."""
    old = entry(clock, "tee")
    clock.advance(60)

    await store.write({"tee": old})

    assert await found(store, "tee") is None


async def test_a_newer_value_replaces_an_older_one(store: Store, clock: HandClock) -> None:
    """The last word counts, with its own lifetime."""
    await store.write({"tee": entry(clock, "old")})
    clock.advance(50)
    await store.write({"tee": entry(clock, "new")})

    clock.advance(30)

    kept = await found(store, "tee")
    assert kept is not None
    assert kept.entry.value == "new"


async def test_a_shorter_lifetime_replaces_a_longer_one(store: Store, clock: HandClock) -> None:
    """What is written later may live less long than what it replaces."""
    await store.write({"tee": entry(clock, "old", LONG)})
    await store.write({"tee": entry(clock, None)})

    clock.advance(60.1)

    assert await found(store, "tee") is None


async def test_a_later_stamp_stays(store: Store, clock: HandClock) -> None:
    """What was fetched before an edit never takes the place of what was fetched after it."""
    after = entry(clock, "after", stamp=8)
    before = replace(entry(clock, "before", stamp=7), started_at=clock() + 1)

    await store.write({"tee": after})
    await store.write({"tee": before})

    kept = await found(store, "tee")
    assert kept is not None
    assert kept.entry.value == "after"


async def test_of_one_stamp_the_later_fetch_stays(store: Store, clock: HandClock) -> None:
    """Between two edits the fetch that began later has the newer stock."""
    slow = entry(clock, "slow", stamp=7)
    clock.advance(1)
    await store.write({"tee": entry(clock, "quick", stamp=7)})
    await store.write({"tee": slow})

    kept = await found(store, "tee")
    assert kept is not None
    assert kept.entry.value == "quick"


async def test_a_mark_condemns(store: Store, clock: HandClock) -> None:
    """After an edit everybody who reads is told which mark makes the old value wrong."""
    tags = frozenset({"product:tee"})
    stamp = (await store.read([])).position
    tee, hat = entry(clock, "tee", stamp=stamp, tags=tags), entry(clock, "hat", stamp=stamp)
    await store.write({"tee": tee, "hat": hat})
    assert not await is_marked(store, "tee")

    touched = Touched("product:tee", is_gone=True, version=4, changed_at=990.0)
    position = await store.mark([touched])

    kept = await found(store, "tee")
    assert kept is not None
    assert kept.mark is not None
    assert kept.mark.touched == touched
    assert kept.mark.position <= position
    assert not await is_marked(store, "hat")


async def test_what_was_fetched_after_a_mark(store: Store, clock: HandClock) -> None:
    """A value with the stamp of the mark is right again, until the next edit."""
    tags = frozenset({"product:tee"})
    position = await store.mark([Touched("product:tee")])
    await store.write({"tee": entry(clock, "tee", stamp=position, tags=tags)})
    assert not await is_marked(store, "tee")

    await store.mark([Touched("product:tee")])

    assert await is_marked(store, "tee")


async def test_a_fetch_that_an_edit_overtook(store: Store, clock: HandClock) -> None:
    """What was fetched before an edit and is written after it is known to be wrong."""
    begun = (await store.read([])).position
    await store.mark([Touched("product:tee")])

    tags = frozenset({"product:tee"})
    await store.write({"tee": entry(clock, "old", stamp=begun, tags=tags)})

    assert await is_marked(store, "tee")


async def test_everything_is_marked(store: Store, clock: HandClock) -> None:
    """The mark on everything condemns what has no tags, too."""
    await store.write({"tee": entry(clock, "tee")})

    await store.mark([Touched(EVERYTHING)])

    assert await is_marked(store, "tee")


async def test_positions_only_grow(store: Store) -> None:
    """Each mark is behind the one before, and whoever reads is told where the log is."""
    positions = [await store.mark([Touched("product:tee")]) for _ in range(3)]

    assert positions == sorted(set(positions))
    assert (await store.read(["tee"])).position >= positions[-1]
    assert store.marks.position >= positions[-1]


async def test_marks_are_counted(store: Store) -> None:
    """Whoever keeps something made of entries can tell that it is to be looked at again."""
    before, position = store.marks.changes, store.marks.position

    await store.mark([Touched("product:tee")])

    assert store.marks.changes > before
    assert store.marks.newest(["product:tee"], position) is not None
    assert store.marks.newest(["product:hat"], position) is None
    assert store.marks.is_live


async def test_hot_is_what_was_read(store: Store, clock: HandClock) -> None:
    """What shoppers look at can be fetched anew before they ask; what nobody reads need not."""
    tags = {"tee": "product:tee", "cap": "product:tee", "hat": "product:hat"}
    await store.write({key: entry(clock, key, tags=frozenset({tag})) for key, tag in tags.items()})
    await store.read(["tee", "hat"])

    await store.mark([Touched("product:tee")])

    assert list(store.hot({"product:tee"})) == ["tee"]
    assert set(store.hot({"product:tee", "product:hat"})) == {"tee", "hat"}
    assert list(store.hot(())) == []
