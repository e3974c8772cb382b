"""What every store promises. The same assertions hold for all of them."""

import pytest

from bff.ports import Entry, Store
from bff.stores.memory import MemoryStore
from tests.clock import HandClock

MANY = 50


@pytest.fixture(params=["memory"])
def store(clock: HandClock) -> Store:
    """Return an empty store with room for `MANY` entries."""
    return MemoryStore(MANY, clock)


def entry(clock: HandClock, value: object, fresh_for: float = 60) -> Entry:
    """Return an entry whose fetch began just now."""
    return Entry(value, clock(), fresh_for)


async def test_what_is_written_is_read(store: Store, clock: HandClock) -> None:
    """Entries come back as they were written."""
    tee, hat = entry(clock, "tee"), entry(clock, ("hat", 2), fresh_for=5)

    await store.write({"tee": tee, "hat": hat})

    assert await store.read(["hat", "tee"]) == {"tee": tee, "hat": hat}


async def test_what_is_not_there_is_absent(store: Store, clock: HandClock) -> None:
    """A key that nobody wrote is not in the answer."""
    await store.write({"tee": entry(clock, "tee")})

    assert set(await store.read(["tee", "hat"])) == {"tee"}


async def test_nothing_asked_nothing_read(store: Store) -> None:
    """No keys, no entries; writing none is allowed as well."""
    await store.write({})

    assert await store.read([]) == {}


async def test_a_key_asked_twice(store: Store, clock: HandClock) -> None:
    """A key that is asked for twice is in the answer once."""
    await store.write({"tee": entry(clock, "tee")})

    assert list(await store.read(["tee", "tee"])) == ["tee"]


async def test_none_is_a_value(store: Store, clock: HandClock) -> None:
    """That something does not exist can be kept."""
    await store.write({"ghost": entry(clock, None)})

    found = await store.read(["ghost"])

    assert found["ghost"].value is None


async def test_an_entry_expires(store: Store, clock: HandClock) -> None:
    """An entry is read until its time is over, and not at that instant."""
    await store.write({"tee": entry(clock, "tee", fresh_for=60)})

    clock.advance(59.9)
    assert set(await store.read(["tee"])) == {"tee"}

    clock.advance(0.1)
    assert await store.read(["tee"]) == {}


async def test_each_entry_has_its_own_lifetime(store: Store, clock: HandClock) -> None:
    """Entries that were written together expire each in its own time."""
    await store.write({"price": entry(clock, 1, 60), "text": entry(clock, "a", 3600)})

    clock.advance(60)

    assert set(await store.read(["price", "text"])) == {"text"}


async def test_the_lifetime_begins_with_the_fetch(store: Store, clock: HandClock) -> None:
    """What took long to fetch is used for less long."""
    slow = entry(clock, "tee", fresh_for=60)
    clock.advance(40)
    await store.write({"tee": slow})

    clock.advance(20)

    assert await store.read(["tee"]) == {}


async def test_an_entry_that_came_too_late(store: Store, clock: HandClock) -> None:
    """What has expired before it is written is never read."""
    old = entry(clock, "tee", fresh_for=60)
    clock.advance(60)

    await store.write({"tee": old})

    assert await store.read(["tee"]) == {}


async def test_a_newer_value_replaces_an_older_one(store: Store, clock: HandClock) -> None:
    """The last word counts, with its own lifetime."""
    await store.write({"tee": entry(clock, "old", fresh_for=10)})
    clock.advance(5)
    await store.write({"tee": entry(clock, "new", fresh_for=60)})

    clock.advance(30)

    assert (await store.read(["tee"]))["tee"].value == "new"


async def test_a_shorter_lifetime_replaces_a_longer_one(store: Store, clock: HandClock) -> None:
    """What is written later may live less long than what it replaces."""
    await store.write({"tee": entry(clock, "old", fresh_for=3600)})
    await store.write({"tee": entry(clock, None, fresh_for=10)})

    clock.advance(10)

    assert await store.read(["tee"]) == {}


async def test_room_is_bounded(store: Store, clock: HandClock) -> None:
    """However much is written, a store holds no more than it has room for."""
    for number in range(3 * MANY):
        await store.write({f"product {number}": entry(clock, number)})

    kept = await store.read([f"product {number}" for number in range(3 * MANY)])

    assert len(kept) <= MANY
    assert kept[f"product {3 * MANY - 1}"].value == 3 * MANY - 1


async def test_one_large_answer_is_bounded_too(store: Store, clock: HandClock) -> None:
    """An answer of more entries than there is room for is kept in part."""
    await store.write({f"product {number}": entry(clock, number) for number in range(3 * MANY)})

    kept = await store.read([f"product {number}" for number in range(3 * MANY)])

    assert 0 < len(kept) <= MANY


async def test_what_is_used_stays(store: Store, clock: HandClock) -> None:
    """What shoppers look at is not pushed out by what nobody reads."""
    await store.write({"tee": entry(clock, "tee")})

    for number in range(2 * MANY):
        await store.write({f"product {number}": entry(clock, number)})
        assert "tee" in await store.read(["tee"])


async def test_expired_entries_make_room_first(store: Store, clock: HandClock) -> None:
    """What has expired does not push out what is still fresh."""
    await store.write(
        {f"text {number}": entry(clock, number, 3600) for number in range(MANY // 2)}
    )
    await store.write({f"price {number}": entry(clock, number, 60) for number in range(MANY // 2)})
    clock.advance(60)

    await store.write({f"new {number}": entry(clock, number, 60) for number in range(MANY // 2)})

    texts = await store.read([f"text {number}" for number in range(MANY // 2)])
    assert len(texts) == MANY // 2
