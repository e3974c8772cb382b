"""A change is marked before its sender is answered; all else follows, and holds up nobody."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

import pytest

from bff.catalog.invalidate import GATHERING, LONGEST_ROUND, MOST_REFETCHED, ROUND, Invalidator
from bff.catalog.notify import CALL_SECONDS, PAUSES
from bff.domain import tags
from bff.domain.changes import Change, DocumentChanged, Kind, ProductChanged, ShopChanged
from bff.domain.commerce import ProductId
from bff.domain.marks import Mark, Position, Tag, Touched
from bff.errors import (
    StoreUnavailable,
    UpstreamError,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, Entry, Message, Reading, Target
from bff.stores.mark_table import MarkTable
from bff.telemetry.metrics import REGISTRY
from tests.clock import HandClock

SHIRT = DocumentChanged("sanity", "shirt")
SHIRT_TAG = tags.document_tag("sanity", "shirt")


class Marks:
    """A store that remembers what it was told to mark, and fails or waits when told to."""

    def __init__(self) -> None:
        self.marks = MarkTable()
        self.calls: list[tuple[Touched, ...]] = []
        self.failures: list[Exception] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.has_begun = asyncio.Event()
        self.keys: dict[str, set[Tag]] = {}

    async def read(self, keys: Sequence[str]) -> Reading:
        raise NotImplementedError(keys)

    async def write(self, entries: Mapping[str, Entry]) -> None:
        raise NotImplementedError(entries)

    async def mark(self, touched: Sequence[Touched]) -> Position:
        self.has_begun.set()
        await self.may_go_on.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.calls.append(tuple(touched))
        return len(self.calls)

    def hot(self, tags: Collection[Tag]) -> Sequence[str]:
        return [key for key, has in self.keys.items() if not has.isdisjoint(tags)]

    @property
    def tags(self) -> list[set[Tag]]:
        return [{one.tag for one in call} for call in self.calls]


class Pauses:
    """Sleeping that takes no time; the seconds are written down."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Listener:
    """A target that hears, or fails as often as it is told to."""

    def __init__(self, name: str = "storefront") -> None:
        self.name = name
        self.heard: list[tuple[Tag, ...]] = []
        self.failures: list[Exception] = []
        self.calls = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.deadlines: list[float] = []
        self.numbers: list[str] = []

    async def tell(self, message: Message, call: Call) -> None:
        self.calls += 1
        self.numbers.append(message.number)
        self.deadlines.append(call.deadline)
        await self.may_go_on.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.heard.append(tuple(message.tags))


class Readers:
    """Reads keys again, when it may."""

    def __init__(self) -> None:
        self.read: list[list[str]] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def __call__(self, keys: Sequence[str]) -> None:
        self.read.append([*keys])
        await self.may_go_on.wait()


@pytest.fixture
def store() -> Marks:
    return Marks()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


def invalidator(
    store: Marks,
    *targets: Target,
    refetch: Callable[[Sequence[str]], Awaitable[None]] | None = None,
    pauses: Pauses | None = None,
    close_seconds: float = 5.0,
) -> Invalidator:
    return Invalidator(
        store,
        clock=HandClock(),
        now=HandClock(),
        refetch=refetch or Readers(),
        targets=targets,
        sleep=pauses or Pauses(),
        close_seconds=close_seconds,
    )


def numbered(number: int) -> list[Change]:
    return [DocumentChanged("sanity", f"d{number}", number)]


def counted(target: str, outcome: str) -> float:
    labels = {"target": target, "outcome": outcome}
    return REGISTRY.get_sample_value("bff_notifications_total", labels) or 0.0


async def settled() -> None:
    """Let everything run that waits for nothing from outside."""
    for _ in range(100):
        await asyncio.sleep(0)


async def test_a_sender_is_answered_when_the_mark_is_stored_and_not_before(store: Marks) -> None:
    store.may_go_on.clear()
    accepting = asyncio.create_task(invalidator(store).accept([SHIRT], "sanity"))
    await store.has_begun.wait()

    assert not accepting.done()
    store.may_go_on.set()
    await accepting
    assert store.tags == [{SHIRT_TAG, tags.names_tag("sanity")}]


async def test_three_thousand_deliveries_at_once_are_few_marks(store: Marks) -> None:
    """As many as Medusa tells after its first start."""
    subject = invalidator(store)

    await asyncio.gather(*(subject.accept(numbered(one), "sanity") for one in range(3_000)))

    assert len(store.calls) <= 3
    assert set[Tag]().union(*store.tags) >= {
        tags.document_tag("sanity", f"d{one}") for one in range(3_000)
    }


async def test_what_comes_during_a_mark_is_one_mark_afterwards(store: Marks) -> None:
    """A slow shared cache makes few calls, not many that wait for each other."""
    subject = invalidator(store)
    store.may_go_on.clear()
    first = asyncio.create_task(subject.accept(numbered(0), "sanity"))
    await store.has_begun.wait()
    others = [asyncio.create_task(subject.accept(numbered(one), "sanity")) for one in (1, 2, 3)]
    await settled()

    store.may_go_on.set()
    await asyncio.gather(first, *others)
    assert len(store.calls) == 2


async def test_a_delivery_waits_a_moment_for_others(store: Marks) -> None:
    """What arrives within some milliseconds is one mark."""
    moment_ends = asyncio.Event()

    async def sleep(seconds: float) -> None:
        if seconds == GATHERING:
            await moment_ends.wait()

    subject = Invalidator(
        store, clock=HandClock(), now=HandClock(), refetch=Readers(), sleep=sleep
    )
    first = asyncio.create_task(subject.accept(numbered(1), "sanity"))
    await settled()
    second = asyncio.create_task(subject.accept(numbered(2), "sanity"))
    await settled()

    assert store.calls == []
    moment_ends.set()
    await asyncio.gather(first, second)
    assert len(store.calls) == 1


async def test_a_product_told_of_by_every_event_of_a_burst_is_marked_once(store: Marks) -> None:
    subject = invalidator(store)
    change = ProductChanged(ProductId("prod_1"))

    await asyncio.gather(*(subject.accept([change], "medusa") for _ in range(1_000)))

    (call,) = store.calls
    assert len(call) == len({one.tag for one in call})


async def test_whoever_waits_hears_that_others_could_not_be_told(store: Marks) -> None:
    """All of one batch; the next one is another matter."""
    store.failures = [StoreUnavailable("down")]
    subject = invalidator(store)

    outcomes = await asyncio.gather(
        *(subject.accept(numbered(one), "sanity") for one in range(3)), return_exceptions=True
    )

    assert [type(one) for one in outcomes] == [StoreUnavailable] * 3
    await subject.accept([SHIRT], "sanity")


async def test_what_is_kept_here_is_read_again_though_others_could_not_be_told(
    store: Marks,
) -> None:
    """This process knows, and so should the storefront that asks it."""
    store.failures = [StoreUnavailable("down")]
    store.keys = {"content|shirt": {SHIRT_TAG}}
    refetch, storefront = Readers(), Listener()

    with pytest.raises(StoreUnavailable):
        await invalidator(store, storefront, refetch=refetch).accept([SHIRT], "medusa")
    await settled()

    assert refetch.read == [["content|shirt"]]
    assert len(storefront.heard) == 1


async def test_a_fault_of_ours_is_no_success(store: Marks) -> None:
    store.failures = [RuntimeError("bug")]
    subject = invalidator(store)

    with pytest.raises(RuntimeError):
        await subject.accept([SHIRT], "sanity")
    await subject.accept([SHIRT], "sanity")


async def test_a_sender_that_leaves_does_not_stop_the_mark(store: Marks) -> None:
    store.may_go_on.clear()
    accepting = asyncio.create_task(invalidator(store).accept([SHIRT], "sanity"))
    await store.has_begun.wait()
    accepting.cancel()
    await settled()

    store.may_go_on.set()
    await settled()
    assert len(store.calls) == 1


async def test_nothing_of_interest_marks_nothing(store: Marks) -> None:
    await invalidator(store).accept([], "medusa")

    assert store.calls == []


async def test_an_operator_marks_tags_by_name(store: Marks) -> None:
    await invalidator(store).purge(["texts", "texts", "sanity:*"])

    assert store.tags == [{"texts", "sanity:*"}]


def found_by_asking(version: int = 4) -> list[Change]:
    """Return what a source says it has edited, asked after its webhook."""
    edited = HandClock().now - 5
    return [DocumentChanged("contentful", "shirt", version, changed_at=edited, is_exact=True)]


class Remembering(Marks):
    """A store that knows its own marks, also those that others could not be told of."""

    async def mark(self, touched: Sequence[Touched]) -> Position:
        now = HandClock().now
        first = self.marks.position + 1
        self.marks.add(Mark(one, first + place, now) for place, one in enumerate(touched))
        return await super().mark(touched)


async def test_what_a_webhook_told_is_no_news_when_it_is_found_by_asking() -> None:
    subject = invalidator(Remembering())
    await subject.accept(found_by_asking(), "contentful")

    assert subject.untold(found_by_asking()) == ()
    assert subject.untold(found_by_asking(5)) == tuple(found_by_asking(5))


async def test_what_others_could_not_be_told_is_news() -> None:
    """A replica that was cut off goes on showing the old text until it hears of it."""
    store = Remembering()
    subject = invalidator(store)
    store.failures = [StoreUnavailable("down")]
    with pytest.raises(StoreUnavailable):
        await subject.accept(found_by_asking(), "contentful")

    assert subject.untold(found_by_asking()) == tuple(found_by_asking())
    await subject.accept(found_by_asking(), "reconciler")
    assert subject.untold(found_by_asking()) == ()


async def test_what_is_read_often_is_read_again_at_once(store: Marks) -> None:
    """The next shopper does not wait for it."""
    store.keys = {"content|shirt": {SHIRT_TAG}, "content|jeans": {"sanity:jeans"}}
    refetch = Readers()

    await invalidator(store, refetch=refetch).accept([SHIRT], "sanity")
    await settled()

    assert refetch.read == [["content|shirt"]]


async def test_while_something_is_read_again_later_marks_collect(store: Marks) -> None:
    """Thousands of events become few reads of Medusa."""
    store.keys = {f"k{one}": {tags.document_tag("sanity", f"d{one}")} for one in range(50)}
    refetch = Readers()
    refetch.may_go_on.clear()
    subject = invalidator(store, refetch=refetch)
    for one in range(50):
        await subject.accept(numbered(one), "sanity")
    refetch.may_go_on.set()
    await settled()

    assert len(store.calls) == 50
    assert len(refetch.read) == 2
    assert {key for keys in refetch.read for key in keys} == store.keys.keys()


async def test_a_long_burst_is_followed_ever_less_often(store: Marks) -> None:
    """Medusa is left alone for most of an import; the first edit after it is as quick as ever."""
    rounds: list[float] = []

    async def sleep(seconds: float) -> None:
        if seconds >= ROUND:
            rounds.append(seconds)
            if len(rounds) < 8:  # more comes while it pauses
                await subject.accept(numbered(len(rounds)), "medusa")

    subject = Invalidator(
        store, clock=HandClock(), now=HandClock(), refetch=Readers(), sleep=sleep
    )
    await subject.accept([SHIRT], "medusa")
    await settled()
    await subject.accept([SHIRT], "sanity")
    await settled()

    assert rounds[:3] == [ROUND, 2 * ROUND, 4 * ROUND]
    assert max(rounds) == rounds[7] == LONGEST_ROUND
    assert rounds[8:] == [ROUND]


async def test_only_so_much_is_read_again_at_once(store: Marks) -> None:
    """After an edit of everything Medusa is not asked for everything."""
    store.keys = {f"k{one}": {tags.OFFERS} for one in range(MOST_REFETCHED * 3)}
    refetch = Readers()

    await invalidator(store, refetch=refetch).accept([ShopChanged(Kind.OFFERS)], "medusa")
    await settled()

    assert [len(keys) for keys in refetch.read] == [MOST_REFETCHED]


async def test_a_storefront_is_told_after_the_new_text_was_read(store: Marks) -> None:
    """Else it would ask for a page that still has to be made."""
    store.keys = {"content|shirt": {SHIRT_TAG}}
    refetch, storefront = Readers(), Listener()
    refetch.may_go_on.clear()
    subject = invalidator(store, storefront, refetch=refetch)
    await subject.accept([SHIRT], "sanity")
    await settled()

    assert storefront.heard == []
    refetch.may_go_on.set()
    await settled()
    assert [{*heard} for heard in storefront.heard] == [{SHIRT_TAG, tags.names_tag("sanity")}]


async def test_a_failed_reading_keeps_nobody_from_being_told(store: Marks) -> None:
    async def fail(keys: Sequence[str]) -> None:
        raise UpstreamTimeout(keys[0], keys[0])

    store.keys = {"content|shirt": {SHIRT_TAG}}
    storefront = Listener()

    await invalidator(store, storefront, refetch=fail).accept([SHIRT], "sanity")
    await settled()

    assert len(storefront.heard) == 1


async def test_a_slow_storefront_delays_neither_senders_nor_a_cdn(store: Marks) -> None:
    """What it misses meanwhile goes along with its next call, all at once."""
    slow, quick = Listener("slow"), Listener("cdn")
    slow.may_go_on.clear()
    subject = invalidator(store, slow, quick)
    for one in range(20):
        await subject.accept(numbered(one), "sanity")
        await settled()

    assert (slow.calls, len(quick.heard)) == (1, 20)
    slow.may_go_on.set()
    await settled()
    assert slow.calls == 2
    assert len({tag for heard in slow.heard for tag in heard}) == 21


async def test_a_burst_is_few_calls_of_a_storefront(store: Marks) -> None:
    storefront = Listener()
    subject = invalidator(store, storefront)

    await asyncio.gather(*(subject.accept(numbered(one), "sanity") for one in range(3_000)))
    await settled()

    assert storefront.calls <= 3


@pytest.mark.parametrize(
    "failure", [UpstreamTimeout("storefront", "tell"), UpstreamUnavailable("storefront", "tell")]
)
async def test_a_storefront_that_is_away_is_told_when_it_is_back(
    store: Marks, pauses: Pauses, failure: UpstreamError
) -> None:
    storefront = Listener("restarting")
    storefront.failures = [failure, failure]

    await invalidator(store, storefront, pauses=pauses).accept([SHIRT], "sanity")
    await settled()

    assert (storefront.calls, len(storefront.heard)) == (3, 1)
    assert storefront.deadlines == [HandClock().now + CALL_SECONDS] * 3
    assert [each for each in pauses.slept if each in PAUSES] == [*PAUSES[:2]]


async def test_what_a_storefront_is_told_again_is_the_same_message(
    store: Marks, pauses: Pauses
) -> None:
    """It may have taken it before it was lost: then it drops the second one by its number."""
    storefront = Listener("cut off")
    storefront.failures = [UpstreamTimeout("cut off", "tell")]
    subject = invalidator(store, storefront, pauses=pauses)
    await subject.accept([SHIRT], "sanity")
    await settled()
    await subject.accept([SHIRT], "sanity")
    await settled()

    first, again, another = storefront.numbers
    assert first == again != another


async def test_a_storefront_that_stays_away_is_given_up(store: Marks) -> None:
    """The lifetime of its copies has to do; what comes later is told all the same."""
    storefront = Listener("gone")
    storefront.failures = [UpstreamTimeout("gone", "tell")] * 5
    subject = invalidator(store, storefront)
    await subject.accept([SHIRT], "sanity")
    await settled()

    assert (storefront.calls, storefront.heard) == (5, [])
    assert (counted("gone", "failed"), counted("gone", "given_up")) == (5, 1)
    await subject.accept([SHIRT], "sanity")
    await settled()
    assert (len(storefront.heard), counted("gone", "told")) == (1, 1)


@pytest.mark.parametrize(
    "failure", [UpstreamRejected("odd", "tell", status=403), RuntimeError("bug")]
)
async def test_a_storefront_that_refuses_us_is_not_asked_again(
    store: Marks, failure: Exception
) -> None:
    storefront = Listener("odd")
    storefront.failures = [failure]

    await invalidator(store, storefront).accept([SHIRT], "sanity")
    await settled()

    assert (storefront.calls, storefront.heard) == (1, [])


@pytest.mark.parametrize(("asked", "waited"), [(20.0, 20.0), (0.1, 0.5), (9_999.0, 60.0)])
async def test_a_busy_cdn_says_for_how_long_to_wait(
    store: Marks, pauses: Pauses, asked: float, waited: float
) -> None:
    """It is believed within reason."""
    cdn = Listener()
    cdn.failures = [UpstreamUnavailable("cdn", "tell", retry_after=asked)]

    await invalidator(store, cdn, pauses=pauses).accept([SHIRT], "sanity")
    await settled()

    assert waited in pauses.slept
    assert len(cdn.heard) == 1


async def test_what_goes_on_may_end_before_the_process_does(store: Marks) -> None:
    storefront = Listener()
    storefront.may_go_on.clear()
    subject = invalidator(store, storefront)
    await subject.accept([SHIRT], "sanity")
    closing = asyncio.create_task(subject.close())
    await settled()

    assert not closing.done()
    storefront.may_go_on.set()
    await closing
    assert len(storefront.heard) == 1


async def test_a_storefront_that_hangs_does_not_keep_the_process(store: Marks) -> None:
    storefront = Listener()
    storefront.may_go_on.clear()
    subject = invalidator(store, storefront, close_seconds=0.01)
    await subject.accept([SHIRT], "sanity")

    await subject.close()
    assert storefront.heard == []


async def test_whoever_waits_at_the_end_is_not_left_waiting(store: Marks) -> None:
    store.may_go_on.clear()
    subject = invalidator(store, close_seconds=0.01)
    waiting = [asyncio.create_task(subject.accept([SHIRT], "sanity"))]
    await store.has_begun.wait()
    waiting.append(asyncio.create_task(subject.accept([SHIRT], "sanity")))
    await settled()

    closing = asyncio.create_task(subject.close())
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    await closing

    assert [type(one) for one in outcomes] == [StoreUnavailable] * 2


async def test_a_shared_cache_that_hangs_does_not_keep_the_process(store: Marks) -> None:
    store.may_go_on.clear()
    subject = invalidator(store, close_seconds=0.01)
    waiting = asyncio.create_task(subject.accept([SHIRT], "sanity"))
    await store.has_begun.wait()

    await subject.close()
    with pytest.raises(StoreUnavailable):
        await waiting
