"""What a webhook should have told is found by asking, whatever goes wrong on the way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Self

import pytest

from bff.domain.changes import Change, DocumentChanged
from bff.errors import StoreUnavailable, UpstreamUnavailable
from bff.operations.reconcile import BY, Reconciler
from bff.ports import Call, ChangeFeed, Cursors, Leases
from bff.stores.alone import MemoryCursors, NoLeases
from bff.telemetry.metrics import HEALED

INTERVAL = 60.0


class Feed:
    """Tells of one edit per question; its cursors are numbers."""

    def __init__(self, name: str = "sanity") -> None:
        self.name = name
        self.asked: list[str | None] = []
        self.calls: list[Call] = []
        self.answer: Callable[[], Awaitable[None]] | None = None

    async def since(self, cursor: str | None, call: Call) -> tuple[Sequence[Change], str]:
        self.asked.append(cursor)
        self.calls.append(call)
        if self.answer is not None:
            await self.answer()
        if cursor is None:
            return (), "1"
        return (DocumentChanged(self.name, f"doc-{cursor}"),), str(int(cursor) + 1)


class Log:
    """What was accepted, as the invalidator would have it."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, str]] = []
        self.is_down = False
        self.told: set[str] = set()

    def untold(self, changes: Sequence[Change]) -> Sequence[Change]:
        return [
            one
            for one in changes
            if not (isinstance(one, DocumentChanged) and one.document_id in self.told)
        ]

    async def accept(self, changes: Sequence[Change], by: str) -> None:
        if self.is_down:
            raise StoreUnavailable
        self.accepted += [
            (one.document_id, by) for one in changes if isinstance(one, DocumentChanged)
        ]


class Turns:
    """Time that passes only when everybody waits: each `pass_one` ends all pauses."""

    def __init__(self) -> None:
        self.asked_for: list[float] = []
        self._waiting: list[asyncio.Future[None]] = []

    async def pause(self, seconds: float) -> None:
        self.asked_for.append(seconds)
        waits: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waits)
        await waits

    async def pass_one(self) -> None:
        """Let every pause end, and everything that follows happen."""
        waiting, self._waiting = self._waiting, []
        for waits in waiting:
            waits.set_result(None)
        for _ in range(50):
            await asyncio.sleep(0)


class Running:
    """A reconciler that runs, turn by turn."""

    def __init__(
        self,
        *feeds: ChangeFeed,
        log: Log | None = None,
        cursors: Cursors | None = None,
        leases: Leases | None = None,
        luck: Callable[[], float] = lambda: 0.5,
        feed_seconds: float = 30.0,
    ) -> None:
        self.log = log or Log()
        self.turns = Turns()
        self._reconciler = Reconciler(
            feeds,
            self.log.accept,
            cursors or MemoryCursors(),
            lambda: 100.0,
            INTERVAL,
            leases=leases or NoLeases(),
            untold=self.log.untold,
            feed_seconds=feed_seconds,
            pause=self.turns.pause,
            luck=luck,
        )
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._reconciler.run())
        await self.turns.pass_one()
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self._task

    async def turn(self, count: int = 1) -> None:
        for _ in range(count):
            await self.turns.pass_one()


async def test_each_interval_the_source_is_asked_on_from_where_it_was() -> None:
    """The first time nothing counts as changed."""
    feed = Feed()
    async with Running(feed) as running:
        await running.turn(3)

        assert feed.asked == [None, "1", "2"]
        assert running.log.accepted == [("doc-1", BY), ("doc-2", BY)]


async def test_what_is_found_is_counted() -> None:
    """An operator sees that webhooks are lost, or that none are set up."""
    before = HEALED.labels("counted")._value.get()
    async with Running(Feed("counted")) as running:
        await running.turn(3)

    assert HEALED.labels("counted")._value.get() == before + 2


async def test_what_a_webhook_told_is_not_marked_again() -> None:
    """One edit is one fetch, and one call of a storefront; what was lost is marked."""
    before = HEALED.labels("told")._value.get()
    feed, log = Feed("told"), Log()
    log.told = {"doc-1", "doc-3"}
    async with Running(feed, log=log) as running:
        await running.turn(4)

        assert feed.asked == [None, "1", "2", "3"]
        assert log.accepted == [("doc-2", BY)]
    assert HEALED.labels("told")._value.get() == before + 1


async def test_a_change_that_cannot_be_stored_is_asked_for_again() -> None:
    """Otherwise replicas that could not be told would go on showing the old text."""
    feed, cursors = Feed(), MemoryCursors()
    async with Running(feed, cursors=cursors) as running:
        await running.turn(2)
        running.log.is_down = True
        await running.turn(2)
        assert await cursors.load(feed.name) == "2"
        running.log.is_down = False
        await running.turn()

        assert feed.asked == [None, "1", "2", "2", "2"]
        assert running.log.accepted == [("doc-1", BY), ("doc-2", BY)]


class Forgetful(MemoryCursors):
    """A place for cursors that is down."""

    async def load(self, name: str) -> str | None:  # noqa: ARG002 - the port's
        return None


async def test_a_cursor_that_nobody_else_remembers_is_remembered_here() -> None:
    """While Redis is down nothing that is edited is passed over."""
    feed = Feed()
    async with Running(feed, cursors=Forgetful()) as running:
        await running.turn(3)

        assert feed.asked == [None, "1", "2"]


async def test_another_replicas_cursor_counts() -> None:
    """Whoever asked last knows best."""
    feed, cursors = Feed(), MemoryCursors()
    async with Running(feed, cursors=cursors) as running:
        await running.turn()
        await cursors.save(feed.name, "7")
        await running.turn()

        assert feed.asked == [None, "7"]


@pytest.mark.parametrize("wrong", [UpstreamUnavailable("sanity", "changes"), ValueError("odd")])
async def test_a_feed_that_fails_is_asked_again_and_holds_up_no_other(
    wrong: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """One content system is down for an hour; edits in the others heal."""
    bad, good = Feed("bad"), Feed("good")

    async def fail() -> None:
        raise wrong

    bad.answer = fail
    with caplog.at_level(logging.INFO, "bff"):
        async with Running(bad, good) as running:
            await running.turn(3)
            assert bad.asked == [None, None, None]
            bad.answer = None
            await running.turn(2)

            assert bad.asked[-2:] == [None, "1"]
            assert good.asked == [None, "1", "2", "3", "4"]
    crashes = [record for record in caplog.records if "reconcile_crashed" in record.message]
    assert len(crashes) == (3 if isinstance(wrong, ValueError) else 0)
    assert "odd" not in caplog.text  # what was wrong may quote what was sent


async def test_a_feed_that_hangs_holds_up_no_other() -> None:
    """It is given up after its time, and asked again."""
    slow, quick = Feed("slow"), Feed("quick")
    never = asyncio.Event()

    async def hang() -> None:
        await never.wait()

    slow.answer = hang
    async with Running(slow, quick, feed_seconds=0.05) as running:
        await running.turn(3)
        assert quick.asked == [None, "1", "2"]
        slow.answer = None
        async with asyncio.timeout(5):
            while len(slow.asked) == 1:  # until the hung question was given up
                await running.turn()

        assert slow.asked == [None, None]


async def test_the_live_api_is_asked_with_a_deadline() -> None:
    """A CDN that lags would hide the very edit that was lost."""
    feed = Feed()
    async with Running(feed, feed_seconds=7.0) as running:
        await running.turn()

    assert feed.calls == [Call(107.0, after_edit=True, is_awaited=False)]


class OneLease:
    """Leases that several replicas share; `expire` lets the next one take them."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = {}

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:
        free = frozenset(keys) - self.taken.keys()
        self.taken |= dict.fromkeys(free, seconds)
        return free

    async def give_back(self, keys: Collection[str]) -> None:
        for key in keys:
            self.taken.pop(key)

    async def wait(self, keys: Collection[str], seconds: float) -> None:  # noqa: ARG002 - the port's
        raise AssertionError

    def expire(self) -> None:
        self.taken = {}


async def test_of_several_replicas_one_asks_per_interval() -> None:
    """Ten replicas cost a source no more than one; the next interval is anybody's."""
    leases, cursors = OneLease(), MemoryCursors()
    one, other = Feed(), Feed()
    async with (
        Running(one, leases=leases, cursors=cursors) as first,
        Running(other, leases=leases, cursors=cursors) as second,
    ):
        await first.turn()
        await second.turn()
        assert (one.asked, other.asked) == ([None], [])
        assert all(INTERVAL / 2 < seconds < INTERVAL for seconds in leases.taken.values())
        leases.expire()
        await second.turn()
        await first.turn()

        assert (one.asked, other.asked) == ([None], ["1"])


@pytest.mark.parametrize(("luck", "first", "then"), [(0.0, 0, 54), (0.5, 6, 60), (0.999, 12, 66)])
async def test_replicas_that_start_together_do_not_ask_together(
    luck: float, first: float, then: float
) -> None:
    """A tenth of the interval either way."""
    async with Running(Feed(), luck=lambda: luck) as running:
        await running.turn()

        assert running.turns.asked_for[:2] == pytest.approx([first, then], abs=0.1)
