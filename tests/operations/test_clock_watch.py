"""The wall clock is set back or forward while the service runs."""

from collections.abc import Iterable

from bff.domain.freshness import Policy, Verdict, judge
from bff.domain.marks import EVERYTHING, Tag, Touched
from bff.errors import StoreUnavailable
from bff.operations.clock_watch import ClockWatch
from bff.ports import Entry
from bff.stores.memory import MemoryStore
from tests.clock import HandClock

PRICE = Policy("commerce", 60, 30, 300, is_price=True)


class Clocks:
    """Both clocks of a process, a price in its memory, and the watch over them."""

    def __init__(self) -> None:
        self.clock, self.wall = HandClock(), HandClock()
        self.store = MemoryStore(100_000, self.wall)
        self.purged: list[Tag] = []
        self.failure: Exception | None = None
        self.watch = ClockWatch(self.purge, clock=self.clock, now=self.wall)

    async def purge(self, tags: Iterable[Tag], by: str) -> None:
        assert by == "clock"
        self.purged.extend(tags)
        await self.store.mark([Touched(tag) for tag in tags])
        if self.failure is not None:
            raise self.failure

    async def pass_by(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.wall.advance(seconds)
        await self.watch.look()

    async def keep(self, amount: str = "19.99") -> None:
        stamp = (await self.store.read(["tee"])).position
        price = Entry(amount, PRICE, self.wall(), 0.1, stamp, frozenset({"offer:tee"}))
        await self.store.write({"tee": price})

    async def verdict(self) -> Verdict:
        kept = (await self.store.read(["tee"])).kept["tee"]
        entry, is_marked = kept.entry, kept.mark is not None
        return judge(PRICE, entry.started_at, 0, is_marked=is_marked, now=self.wall(), luck=1.0)


async def test_a_price_that_seems_younger_than_it_is() -> None:
    """It is fetched anew before it is shown, and withheld if that fails."""
    clocks = Clocks()
    await clocks.keep()
    await clocks.pass_by(50)
    clocks.wall.advance(-45)
    await clocks.watch.look()

    assert clocks.purged == [EVERYTHING]
    assert await clocks.verdict() is Verdict.MARKED


async def test_what_is_fetched_after_that() -> None:
    """It is kept, although its fetch seems to be the earlier one, and nothing is voided twice."""
    clocks = Clocks()
    await clocks.keep()
    clocks.wall.advance(-300)
    await clocks.watch.look()
    await clocks.keep("9.99")
    await clocks.pass_by(10)

    assert (await clocks.store.read(["tee"])).kept["tee"].entry.value == "9.99"
    assert await clocks.verdict() is Verdict.FRESH
    assert clocks.purged == [EVERYTHING]


async def test_clocks_that_run_as_they_should() -> None:
    """A clock that is set forward, or corrected a little, costs nobody anything."""
    clocks = Clocks()
    await clocks.keep()
    await clocks.pass_by(30)
    clocks.wall.advance(-1)
    await clocks.watch.look()
    clocks.wall.advance(3600)
    await clocks.watch.look()

    assert clocks.purged == []


async def test_many_small_steps() -> None:
    """A clock that is set back little by little is noticed, too."""
    clocks = Clocks()
    for _ in range(5):
        clocks.wall.advance(-0.5)
        await clocks.pass_by(1)

    assert clocks.purged == [EVERYTHING]


async def test_set_forward_and_back_again() -> None:
    """What was fetched in between comes from the future, and is void."""
    clocks = Clocks()
    clocks.wall.advance(600)
    await clocks.pass_by(1)
    await clocks.keep()
    clocks.wall.advance(-600)
    await clocks.watch.look()

    assert await clocks.verdict() is Verdict.MARKED


async def test_others_cannot_be_told() -> None:
    """The watch goes on: this process knows."""
    clocks = Clocks()
    clocks.failure = StoreUnavailable("down")
    clocks.wall.advance(-10)
    await clocks.watch.look()
    clocks.wall.advance(-10)
    await clocks.watch.look()

    assert len(clocks.purged) == 2
