"""Changes to marks, and what follows a mark: refetching what is read often, telling others.

    deliveries ── some ms ──> one mark ──> all of them are answered
                                 │
                                 └──> hot keys are read again ──> targets are told

What follows is coalesced, too: while one round goes on, what is marked waits for the next one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from bff.catalog.notify import Sleep, Teller
from bff.catalog.tasks import Background
from bff.domain.changes import Change, DocumentChanged, merged, touched
from bff.domain.marks import Position, Tag, Touched
from bff.domain.tags import document_tag
from bff.domain.told import was_told
from bff.errors import StoreUnavailable
from bff.ports import Clock, Store, Target, WallClock
from bff.telemetry import log
from bff.telemetry.metrics import MARKS

Refetch = Callable[[Sequence[str]], Awaitable[None]]
"""Reads keys again, as far as it can."""

GATHERING: Final = 0.004
"""Seconds that a delivery waits for others. A sender wants its answer within 50 ms."""
ROUND: Final = 0.1
"""Seconds from one round of what follows to the next; twice as many after each that was needed."""
LONGEST_ROUND: Final = 1.6
"""Seconds. Whoever asks for something that was marked has it fetched at once all the same."""
MOST_REFETCHED: Final = 200
"""Keys of one round; the others are read again when somebody asks for them."""
REFETCH_SECONDS: Final = 30.0
CLOSING: Final = 5.0


class _Batch:
    """Deliveries that are marked together."""

    def __init__(self) -> None:
        self.by: dict[str, dict[Tag, None]] = {}
        self.failure: Exception | None = None
        self._touched: list[Touched] = []
        self._ended = asyncio.Event()

    def add(self, several: Sequence[Touched], by: str) -> None:
        self._touched.extend(several)
        self.by.setdefault(by, {}).update((one.tag, None) for one in several)

    @property
    def touched(self) -> tuple[Touched, ...]:
        return merged(self._touched)

    def end(self, failure: Exception | None) -> None:
        self.failure = failure
        self._ended.set()

    async def wait(self) -> None:
        """Return once the batch is stored."""
        await self._ended.wait()
        if isinstance(self.failure, StoreUnavailable):
            # One for each who waits: an exception collects the places where it was raised.
            msg = "not everybody could be told of the change"
            raise StoreUnavailable(msg) from self.failure
        if self.failure is not None:
            raise self.failure


class Invalidator:
    """Marks what has changed, for all replicas, and sees to what follows."""

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        now: WallClock,
        refetch: Refetch,
        targets: Sequence[Target] = (),
        sleep: Sleep = asyncio.sleep,
        close_seconds: float = CLOSING,
    ) -> None:
        self._store = store
        self._now = now
        self._refetch = refetch
        self._sleep = sleep
        self._close_seconds = close_seconds
        self._background = Background()
        self._tellers = [Teller(one, self._background, clock, sleep) for one in targets]
        self._open: _Batch | None = None
        self._is_marking = False
        self._untold: Position = -1
        """Marks up to here may be known to this process alone."""
        self._marked: dict[Tag, None] = {}
        self._is_following = False

    async def accept(self, changes: Iterable[Change], by: str) -> None:
        """Return once the marks are stored; what follows goes on in the background.

        Whoever stops waiting does not stop it. `by` names who told: a source, `reconciler`,
        `operator`.

        Raises:
            StoreUnavailable: not all replicas could be told. This process knows, and its store
                tells them when it can; a sender that tries again does no harm.
        """
        await self._accept(touched(changes), by)

    async def purge(self, tags: Iterable[Tag], by: str = "operator") -> None:
        """Mark tags as an operator names them; see `accept`.

        Raises:
            StoreUnavailable: not all replicas could be told.
        """
        await self._accept(merged(map(Touched, tags)), by)

    def untold(self, changes: Sequence[Change]) -> Sequence[Change]:
        """Return those changes that no mark has told everybody of yet: see `bff.domain.told`.

        What others could not be told counts as untold until it is marked again.
        """
        marks, now = self._store.marks, self._now()
        found: list[Change] = []
        for change in changes:
            mark = None
            if isinstance(change, DocumentChanged):
                mark = marks.of(document_tag(change.source, change.document_id))
            if mark is None or mark.position <= self._untold or not was_told(change, mark, now):
                found.append(change)
        return tuple(found)

    async def close(self) -> None:
        """Let what goes on end, within bounds."""
        await self._background.end(self._close_seconds)

    async def _accept(self, several: Sequence[Touched], by: str) -> None:
        if not several:
            return
        if self._open is None:
            self._open = _Batch()
        batch = self._open
        batch.add(several, by)
        if not self._is_marking:
            self._is_marking = True
            self._background.start(self._mark_all())
        await batch.wait()

    async def _mark_all(self) -> None:
        """Mark batch by batch: whoever comes during a call is part of the next one."""
        try:
            while self._open is not None:
                await self._sleep(GATHERING)
                batch, self._open = self._open, None
                await self._mark(batch)
        finally:
            self._is_marking = False
            if self._open is not None:  # we are being ended
                self._open.end(StoreUnavailable("this process ends"))

    async def _mark(self, batch: _Batch) -> None:
        several = batch.touched
        failure: Exception | None = StoreUnavailable("this process ends")
        try:
            await self._store.mark(several)
            failure = None
        except Exception as fault:  # noqa: BLE001 - those who wait are told
            failure = fault
        finally:
            if failure is not None:  # it was marked here, up to there
                self._untold = self._store.marks.position
            batch.end(failure)
        for by, tags in batch.by.items():
            MARKS.labels(by).inc(len(tags))
        self._tell_log(several, batch.by, failure)
        self._follow(one.tag for one in several)

    def _tell_log(
        self, several: Sequence[Touched], by: Mapping[str, object], failure: Exception | None
    ) -> None:
        edited = [one.changed_at for one in several if one.changed_at is not None]
        log(
            "cache_marked" if failure is None else "cache_not_marked",
            level=logging.INFO if failure is None else logging.ERROR,
            tags=len(several),
            by=",".join(sorted(by)),
            oldest_edit_seconds=round(self._now() - min(edited), 3) if edited else None,
        )

    def _follow(self, tags: Iterable[Tag]) -> None:
        """See to what follows also when others could not be told: what is kept here is wrong."""
        self._marked.update(dict.fromkeys(tags))
        if not self._is_following:
            self._is_following = True
            self._background.start(self._follow_all())

    async def _follow_all(self) -> None:
        pause = ROUND
        try:
            while self._marked:
                tags, self._marked = self._marked, {}
                await self._refetch_hot(tags)
                for teller in self._tellers:
                    teller.tell(tags)
                await self._sleep(pause)
                pause = min(2 * pause, LONGEST_ROUND)
        finally:
            self._is_following = False

    async def _refetch_hot(self, tags: Mapping[Tag, None]) -> None:
        keys = self._store.hot(tags.keys())[:MOST_REFETCHED]
        if not keys:
            return
        try:
            async with asyncio.timeout(REFETCH_SECONDS):
                await self._refetch(keys)
        except Exception as fault:  # noqa: BLE001 - the next reader asks, and is told
            log("refetch_failed", level=logging.WARNING, keys=len(keys), kind=type(fault).__name__)
