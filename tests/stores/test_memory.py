"""What memory promises besides what all stores do: so many bytes, and quick to read."""

import random
import time

import pytest

from bff.domain.freshness import Policy
from bff.domain.marks import EVERYTHING, Mark, Touched
from bff.ports import Entry, Level, Store
from bff.stores.codec import decode, encode
from bff.stores.mark_table import MarkTable
from bff.stores.memory import MemoryStore
from bff.telemetry.metrics import REGISTRY
from tests.clock import HandClock

ROOM = 200_000
DAY = Policy("day", fresh=86_400.0)
MINUTE = Policy("minute", fresh=60.0)


def text(number: int) -> str:
    """Return what takes about a thousand bytes, deflated as it is."""
    return random.Random(number).randbytes(900).hex()


class Shelf:
    """A memory and short ways to use it."""

    def __init__(self, clock: HandClock, max_bytes: int = ROOM) -> None:
        self.clock = clock
        self.marks = MarkTable()
        self.memory = MemoryStore(max_bytes, clock, self.marks)
        self.store: Store = self.memory

    def entry(self, value: object, *tags: str, policy: Policy = DAY, stamp: int = 0) -> Entry:
        return Entry(value, policy, self.clock(), 0.1, stamp, frozenset(tags))

    def put(self, key: str, value: object, *tags: str, policy: Policy = DAY) -> None:
        self.memory.put({key: self.entry(value, *tags, policy=policy)})

    def fill(self, name: str, count: int, policy: Policy = DAY) -> None:
        for number in range(count):
            self.put(f"{name} {number}", text(number), policy=policy)

    def here(self, *keys: str) -> set[str]:
        return set(self.memory.look(keys))

    def count(self, name: str, of: int) -> int:
        return len(self.memory.look([f"{name} {number}" for number in range(of)]))


@pytest.fixture
def shelf(clock: HandClock) -> Shelf:
    return Shelf(clock)


def figures() -> dict[str, float]:
    names = {
        "evictions": ("bff_cache_evictions_total", {"level": "memory"}),
        "too large": ("bff_cache_refusals_total", {"level": "memory", "reason": "too_large"}),
        "unwritable": ("bff_cache_refusals_total", {"level": "memory", "reason": "unwritable"}),
        "bytes": ("bff_cache_bytes", {"level": "memory"}),
    }
    return {
        name: REGISTRY.get_sample_value(sample, labels) or 0.0
        for name, (sample, labels) in names.items()
    }


def test_room_is_bounded(shelf: Shelf) -> None:
    """However much is written, no more bytes are kept than there is room for."""
    before = figures()
    for number in range(1000):
        shelf.put(f"product {number}", text(number))
        assert shelf.memory.used <= ROOM

    kept = shelf.count("product", 1000)

    assert 50 < kept < 200
    assert shelf.here("product 999")
    assert figures()["evictions"] - before["evictions"] == 1000 - kept
    assert figures()["bytes"] == shelf.memory.used > ROOM / 2


def test_one_large_answer_is_bounded_too(shelf: Shelf) -> None:
    """A list of more products than there is room for is kept in part."""
    shelf.memory.put({f"product {number}": shelf.entry(text(number)) for number in range(1000)})

    assert shelf.memory.used <= ROOM
    assert 50 < shelf.count("product", 1000) < 200


def test_long_keys_take_room(clock: HandClock) -> None:
    """What many long addresses ask for cannot fill the machine."""
    shelf = Shelf(clock, 100_000)
    for number in range(1000):
        shelf.put("x" * 2000 + str(number), None)

    assert sum(len(shelf.here("x" * 2000 + str(number))) for number in range(1000)) < 50


def test_what_is_used_stays(shelf: Shelf) -> None:
    """What shoppers look at is not pushed out by what nobody reads."""
    shelf.put("tee", "tee")
    for number in range(1000):
        shelf.put(f"product {number}", text(number))
        assert shelf.here("tee")


def test_what_expired_makes_room_first(shelf: Shelf) -> None:
    """What has outlived its policy does not push out what has not."""
    shelf.fill("text", 40)
    shelf.fill("price", 40, policy=MINUTE)
    shelf.clock.advance(60)

    shelf.fill("new", 50)

    assert shelf.count("text", 40) == 40


def test_one_entry_may_not_take_it_all(shelf: Shelf) -> None:
    """A page of a megabyte does not push out the whole shop, and is counted."""
    shelf.put("page", "short")
    shelf.put("tee", "tee")
    before = figures()

    encoded = shelf.memory.put({"page": shelf.entry("".join(map(text, range(30))))})

    assert shelf.here("page", "tee") == {"tee"}
    assert figures()["too large"] - before["too large"] == 1
    assert set(encoded) == {"page"}  # other levels may have more room


def test_what_nobody_can_write(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    """A value of a kind that was forgotten is not kept, does not fail, and is told."""
    before = figures()

    encoded = shelf.memory.put({"odd": shelf.entry(object()), "tee": shelf.entry("tee")})

    assert shelf.here("odd", "tee") == set(encoded) == {"tee"}
    assert figures()["unwritable"] - before["unwritable"] == 1
    assert "entry_unwritable" in caplog.text


def test_what_is_read_often_is_not_read_again(shelf: Shelf) -> None:
    """Two requests in a row share one value, so that the second costs nothing."""
    shelf.put("tee", {"a": [1]})

    first, second = (shelf.memory.look(["tee"])["tee"] for _ in range(2))

    assert first is second


def test_values_make_way_before_bytes_do(shelf: Shelf) -> None:
    """What is read seldom is still there, as bytes, and is the same again."""
    for number in range(60):
        shelf.put(f"product {number}", [text(number)])

    for number in range(60):
        assert shelf.memory.look([f"product {number}"])[f"product {number}"].entry.value == [
            text(number)
        ]


def test_a_value_too_large_to_keep_decoded(shelf: Shelf) -> None:
    """It is decoded each time, and marks are seen all the same."""
    large = [text(number) for number in range(15)]
    shelf.put("page", large, "sanity:page")
    assert shelf.memory.look(["page"])["page"].entry.value == large

    shelf.marks.add([Mark(Touched("sanity:page"), 5, 0.0)])

    assert shelf.memory.look(["page"])["page"].mark is not None
    assert shelf.memory.hot({"sanity:page"}) == []


def test_damaged_memory(shelf: Shelf) -> None:
    """What cannot be read is as if it were not there."""
    shelf.memory._room.keep("tee", encode(shelf.entry("tee"))[:-1] + b"?")

    assert shelf.memory.look(["tee"]) == {}
    assert shelf.memory._room.find("tee") is None


def test_a_mark_is_seen_by_the_next_reader(shelf: Shelf) -> None:
    """However often it was read before, after an edit the old value is known to be wrong."""
    shelf.put("tee", "tee", "product:tee")
    assert shelf.memory.look(["tee"])["tee"].mark is None

    shelf.marks.add([Mark(Touched("product:tee"), 7, 0.0)])
    assert shelf.memory.look(["tee"])["tee"].mark == Mark(Touched("product:tee"), 7, 0.0)

    shelf.marks.add([Mark(Touched("product:hat"), 9, 0.0)])
    assert shelf.memory.look(["tee"])["tee"].mark == Mark(Touched("product:tee"), 7, 0.0)


def test_a_mark_that_was_overtaken(shelf: Shelf) -> None:
    """Another replica's edit counts although one from after it was heard of first."""
    shelf.put("tee", "tee", "product:tee")
    shelf.marks.add([Mark(Touched("product:hat"), 9, 0.0)])
    assert shelf.memory.look(["tee"])["tee"].mark is None

    shelf.marks.add([Mark(Touched("product:tee"), 8, 0.0)])

    assert shelf.memory.look(["tee"])["tee"].mark is not None


async def test_what_another_replica_fetched(shelf: Shelf, clock: HandClock) -> None:
    """It is kept as if it had been fetched here, without being written down again."""
    other = Shelf(clock)
    entry = shelf.entry("tee", "product:tee", stamp=3)
    encoded = other.memory.put({"tee": entry})

    taken = shelf.memory.take_in(encoded)

    assert (taken["tee"].entry, taken["tee"].mark, taken["tee"].level) == (
        *(entry, None),
        Level.SHARED,
    )
    assert shelf.memory.look(["tee"])["tee"].level is Level.MEMORY
    assert shelf.memory._room.find("tee") is encoded["tee"]
    assert (await shelf.store.read(["tee"])).kept["tee"].entry == entry


def test_what_another_replica_fetched_before_an_edit(shelf: Shelf) -> None:
    """The marks that are known here judge it."""
    shelf.marks.add([Mark(Touched("product:tee"), 7, 0.0)])

    taken = shelf.memory.take_in({"tee": encode(shelf.entry("tee", "product:tee", stamp=3))})

    assert taken["tee"].mark is not None


def test_what_another_replica_fetched_earlier(shelf: Shelf) -> None:
    """What is newer here is used, rather than what is shared."""
    shelf.memory.put({"tee": shelf.entry("new", stamp=7)})

    taken = shelf.memory.take_in({"tee": encode(shelf.entry("old", stamp=3))})

    assert (taken["tee"].entry.value, taken["tee"].level) == ("new", Level.MEMORY)


def test_what_is_no_entry(shelf: Shelf) -> None:
    """Rubbish, other releases' and dead entries in the shared cache are as if not there."""
    dead = encode(shelf.entry("tee", policy=MINUTE))
    shelf.clock.advance(60)

    assert shelf.memory.take_in({"a": b"", "b": b"\0" * 200, "c": dead}) == {}
    assert shelf.here("a", "b", "c") == set()


async def test_hot_is_for_some_minutes(shelf: Shelf) -> None:
    """What was looked at an hour ago is not fetched again after an edit, until it is asked for."""
    shelf.put("tee", "tee", "product:tee")
    shelf.put("cap", "cap", "product:cap")
    shelf.memory.look(["tee"])

    assert shelf.memory.hot({"product:tee"}) == ["tee"]
    assert shelf.memory.hot({EVERYTHING}) == ["tee"]
    shelf.clock.advance(3600)
    assert shelf.memory.hot({"product:tee"}) == []


def test_what_was_dropped_is_not_hot(shelf: Shelf) -> None:
    """What made way is fetched when somebody asks."""
    shelf.put("tee", "tee", "product:tee")
    shelf.memory.look(["tee"])

    shelf.fill("product", 1000)

    assert shelf.here("tee") == set()
    assert shelf.memory.hot({"product:tee"}) == []


def test_hot_reads_are_quick(shelf: Shelf) -> None:
    """A page's keys are found in microseconds; generous, for a busy machine."""
    keys = ("text", "offer", "content")
    for key in keys:
        shelf.put(key, text(1), *(f"variant:{number}" for number in range(12)))

    started_at = time.process_time()
    for _ in range(1000):
        shelf.memory.look(keys)

    assert (time.process_time() - started_at) / 3000 < 10e-6


def test_what_is_kept_is_what_is_shared(shelf: Shelf) -> None:
    """The bytes that other replicas get are the entry."""
    entry = shelf.entry("tee", "product:tee", stamp=3)

    assert decode(shelf.memory.put({"tee": entry})["tee"]) == entry


async def test_room_is_saved_where_it_is_scarce(shelf: Shelf) -> None:
    """A shop of few products spends no time on squeezing them; one of many has room for them."""
    text = "cotton " * 1000  # too large to be kept decoded, too

    async def taken(number: int) -> int:
        before = shelf.memory.used
        await shelf.store.write({f"product {number}": shelf.entry(text)})
        return shelf.memory.used - before

    sizes = [await taken(number) for number in range(30)]

    assert sizes[0] > len(text)
    assert max(sizes[5:]) < 1000
    assert shelf.count("product", 30) == 30
