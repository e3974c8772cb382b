"""Between an answer and the store: whoever asks after an edit gets nothing from before it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

import pytest

from bff.catalog.flights import Asking, Flights
from bff.catalog.landing import Fetched
from bff.catalog.read_through import ReadThrough
from bff.domain.freshness import Policy
from bff.domain.marks import Touched
from bff.ports import Call, Entry
from bff.stores.memory import MemoryStore

NOW = 1000.0
PRICE = Policy("COMMERCE", 60, is_price=True)


class _Leases:
    """Gives only what is `free`, at the moments that a test chooses."""

    def __init__(self) -> None:
        self.free: Collection[str] | None = None  # all
        self.may_take, self.may_give_back = asyncio.Event(), asyncio.Event()
        self.given_back = asyncio.Event()
        for each in (self.may_take, self.may_give_back):
            each.set()

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:  # noqa: ARG002 - the port's
        await self.may_take.wait()
        return frozenset(key for key in keys if self.free is None or key in self.free)

    async def give_back(self, keys: Collection[str]) -> None:  # noqa: ARG002 - the port's
        await self.may_give_back.wait()

    async def wait(self, keys: Collection[str], seconds: float) -> None:  # noqa: ARG002 - the port's
        await self.given_back.wait()


class _SlowStore(MemoryStore):
    def __init__(self) -> None:
        super().__init__(1_000_000, lambda: NOW)
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def write(self, entries: Mapping[str, Entry]) -> None:
        await super().write(entries)
        await self.may_end.wait()


class _Shop:
    """One price for all products, read through a cache."""

    def __init__(self) -> None:
        self.store, self.leases = _SlowStore(), _Leases()
        self.price = "old"
        self.fetches: list[Sequence[str]] = []
        self.fetched = asyncio.Event()
        self.cache = ReadThrough(self.store, self.leases, lambda: 0.0, lambda: NOW, 5.0)

    async def fetch(self, keys: Sequence[str], _: Call) -> Mapping[str, Fetched]:
        self.fetches.append(keys)
        self.fetched.set()
        return {key: Fetched(self.price, PRICE, frozenset({f"tag:{key}"})) for key in keys}

    async def read(self, *keys: str) -> Mapping[str, object]:
        found = await self.cache.read("medusa", "products", keys, self.fetch, Call(1.0))
        return found.values

    async def edit(self, key: str) -> None:
        self.price = "new"
        await self.store.mark([Touched(f"tag:{key}")])


@pytest.fixture
def shop() -> _Shop:
    return _Shop()


async def _settled() -> None:
    for _ in range(50):  # nothing here waits for anything but a test's events
        await asyncio.sleep(0)


async def test_brought_by_another_replica_before_the_edit(shop: _Shop) -> None:
    """The flight found it in the store, and is giving its leases back when the edit comes."""
    shop.leases.may_take.clear()
    first = asyncio.create_task(shop.read("tee"))
    await _settled()
    stamp = shop.store.marks.position
    await shop.store.write({"tee": Entry("old", PRICE, NOW, 0.0, stamp, frozenset({"tag:tee"}))})
    shop.leases.may_give_back.clear()
    shop.leases.may_take.set()
    assert await first == {"tee": "old"}

    await shop.edit("tee")
    second = asyncio.create_task(shop.read("tee"))
    await _settled()
    shop.leases.may_give_back.set()

    assert await second == {"tee": "new"}


async def test_fetched_before_the_edit_by_a_flight_that_fetched_more_after_it(shop: _Shop) -> None:
    """What a flight fetched first is as old as its first fetch, not as its last."""
    shop.leases.free = {"tee"}
    first = asyncio.create_task(shop.read("tee", "hat"))
    await _settled()
    await shop.edit("tee")
    shop.leases.free = None
    shop.store.may_end.clear()
    shop.leases.given_back.set()
    await _settled()
    assert shop.fetches == [("tee",), ("hat",)]

    second = asyncio.create_task(shop.read("tee"))
    await _settled()
    shop.store.may_end.set()

    assert await second == {"tee": "new"}
    await first


async def test_not_there_before_the_edit(shop: _Shop) -> None:
    """A flight that found nothing does not speak for what was made since."""
    flights = Flights(shop.store, shop.leases, lambda: 0.0, lambda: NOW, 5.0)

    async def nothing(keys: Sequence[str], call: Call) -> Mapping[str, Fetched]:  # noqa: ARG001 - a `Fetch`
        return {}

    shop.leases.may_give_back.clear()
    before = flights.join(Asking("medusa", "products", nothing, None), {"tee": None}, {}, None)
    await _settled()
    assert before["tee"].told.done()
    position = await shop.store.mark([Touched("handles")])

    now = Asking("medusa", "products", shop.fetch, None)
    after = flights.join(now, {"tee": None}, {}, position)

    assert after["tee"] is not before["tee"]
    shop.leases.may_give_back.set()
    await flights.close()


async def test_a_refresh_that_leaves_the_rest_to_others_is_not_waited_for(shop: _Shop) -> None:
    """Whoever joined it for what it did fetch goes on when it ends."""
    flights = Flights(shop.store, shop.leases, lambda: 0.0, lambda: NOW, 5.0)
    asking = Asking("medusa", "products", shop.fetch, None)
    old = Entry("old", PRICE, NOW - 100, 0.0, 0, frozenset())
    shop.leases.free = {"tee"}
    shop.leases.may_give_back.clear()
    flights.refresh(asking, {"tee": old, "hat": old})
    await _settled()

    shop.leases.may_give_back.set()
    await asyncio.sleep(0)  # its last step has not been taken
    joined = flights.join(asking, {"tee": None}, {}, None)["tee"]
    await _settled()

    assert joined.told.done()
    await flights.close()
