"""The connections to Redis: few, shared by all requests, and given up on quickly.

What is asked within one turn of the event loop, or while all connections are busy, goes out
together in one pipeline. So a few connections serve any number of requests, nobody waits for a
free one, and a burst costs fewer round trips rather than more.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from redis.exceptions import ReadOnlyError
from redis.exceptions import TimeoutError as TookTooLong

from bff.stores.redis.asked import Asked, Queue, Unreachable, without_repeats
from bff.stores.redis.clients import FAILURES, TURNS, Answer, Clients, Command
from bff.stores.redis.patience import is_done
from bff.stores.redis.refusal import Refusal, Refusals
from bff.telemetry import log
from bff.telemetry.metrics import STORE_FAULTS, STORE_REFUSES, STORE_UP

__all__ = ["Connection", "Unreachable"]

_PATIENT = 10
"""So many times the limit, less than redis-py's own (`clients`), and no more than
`_LONGEST_PATIENCE` where the limit itself is shorter."""
_LONGEST_PATIENCE = 1.0  # seconds


class Connection:
    """Sends commands to one Redis, or a cluster of them.

    `url` is like redis://, rediss:// or unix://; with `cluster=true` among its options it is a
    cluster, without it the server is asked. It is down until `found`: whoever watches over it
    (the feed) says so after it has read what was missed. While it is down, commands fail at once
    unless they are for finding out (`is_probe`).
    """

    def __init__(self, url: str, *, connections: int, timeout_seconds: float) -> None:
        self.lost = asyncio.Event()
        """Set when it went down or is to be looked at, for whoever watches over it to clear."""
        self.refusal: Refusal | None = None
        """Why Redis stores no marks, as far as is known; see `refuses`."""
        self._clients = Clients(url, connections=connections, timeout_seconds=timeout_seconds)
        self._connections = connections
        self._timeout = timeout_seconds
        self._generation = 0
        self._known = 0
        """How many connections there are that worked: making one takes longer."""
        self._is_up: bool | None = None
        self._queue = Queue()
        self._under_way: set[asyncio.Task[None]] = set()
        self._works: set[asyncio.Task[list[Answer]]] = set()
        self._patient: set[asyncio.Task[list[Answer]]] = set()
        """Those of them that are not to be cut off when others give up."""
        self._is_telling = False
        """Whether something patient is under way."""
        self._is_called = False
        self._is_closed = False
        self._refusals = Refusals()
        self._failures = 0
        """How often in a row it went down, or was found to be still down."""
        self._show()

    @property
    def database(self) -> int:
        """The number of the database; the messages in a channel are for all of a server."""
        return self._clients.database

    @property
    def is_cluster(self) -> bool:
        """Whether it is known to be a cluster, whose parts do not know each other's keys."""
        return self._clients.is_cluster

    @property
    def is_up(self) -> bool:
        """Whether commands are sent."""
        return bool(self._is_up)

    @property
    def is_known_down(self) -> bool:
        """Whether it is down and was asked again in vain: one late answer is not enough."""
        return self._is_closed or (not self._is_up and self._failures > 1)

    @property
    def patience(self) -> float:
        """How long, in seconds, what must not be given up early may take: see `send`."""
        return min(_PATIENT * self._timeout, max(self._timeout, _LONGEST_PATIENCE))

    async def send(
        self,
        operation: str,
        commands: Sequence[Command],
        *,
        is_probe: bool = False,
        is_patient: bool = False,
    ) -> list[Answer]:
        """Return the answers to some commands, in their order.

        A command that Redis refused has an exception for an answer; it has been counted. Equal
        reading commands of several requests may be sent once for all.

        What `is_patient` may take longer than a shopper would wait, and goes on if others give
        up meanwhile.

        Raises:
            Unreachable: Redis did not answer in time.
        """
        if self._is_closed or not (self._is_up or is_probe):
            raise Unreachable
        loop = asyncio.get_running_loop()
        asked = Asked(operation, commands, is_patient, loop.create_future())
        self._queue.add(asked)
        if not self._is_called:
            self._is_called = True
            loop.call_soon(self._dispatch)
        return await asked.answers

    async def check(self, key: str) -> None:
        """Make sure that every part answers, and that this is no replica, by writing to a key.

        Raises:
            Unreachable: it is not so.
        """
        generation = self._generation
        try:
            await self._clients.check_all()
        except FAILURES as exc:
            self._went_down("check", exc, generation)
            raise Unreachable from exc
        await self.send("write", [("SET", key, "1", "PX", 1000)], is_probe=True)

    def found(self) -> None:
        """Take note that Redis works, and that nothing is missed any more."""
        if self._is_up is False:
            log("shared_cache_back")
        self._is_up = True
        self._show()

    def refuses(self, why: Refusal | None) -> None:
        """Take note that Redis answers and stores no marks; `None`: it does."""
        if why is not self.refusal:
            self.refusal = why
            self._show()

    async def address_of(self, key: str) -> dict[str, Any]:
        """Return how to connect to the server that has a key, in redis-py's words.

        Raises:
            Unreachable: the cluster did not say.
        """
        generation = self._generation
        try:
            return await self._clients.address_of(key)
        except FAILURES as exc:
            self._went_down("connect", exc, generation)
            raise Unreachable from exc

    async def close(self) -> None:
        """End what is under way and close all connections."""
        self._is_closed = True
        self._is_up = self.refusal = None
        self._show()
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        self._queue.fail()
        for work in tuple(self._patient):
            work.cancel()
        await self._clients.close()
        for work in tuple(self._works):
            work.cancel()
        await asyncio.gather(*self._works, return_exceptions=True)

    def _dispatch(self) -> None:
        self._is_called = False
        while not self._is_closed and len(self._under_way) < self._connections:
            batch = self._queue.next_batch(may_be_patient=not self._is_telling)
            if not batch:
                return
            task = asyncio.create_task(self._exchange(batch, len(self._under_way) + 1))
            self._under_way.add(task)
            if batch[0].is_patient:
                self._is_telling = True
                task.add_done_callback(self._end_telling)
            task.add_done_callback(self._end)

    def _end_telling(self, _: "asyncio.Task[None]") -> None:
        self._is_telling = False

    def _end(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        self._dispatch()

    def _see(self, work: "asyncio.Task[list[Answer]]") -> None:
        """Look at what became of an exchange that nobody may wait for any more.

        One that takes too long is never cut off in the middle, where a connection could be left
        with an answer that the next one would take for its own. It ends when its connection does:
        none is used again after a failure.
        """
        self._works.discard(work)
        if not work.cancelled():
            work.exception()

    def _begin(self, sent: Sequence[Command], *, is_patient: bool) -> "asyncio.Task[list[Answer]]":
        work = asyncio.create_task(self._clients.carry_out(sent))
        self._works.add(work)
        work.add_done_callback(self._see)
        if is_patient:
            self._patient.add(work)
            work.add_done_callback(self._patient.discard)
        return work

    async def _exchange(self, batch: Sequence[Asked], number: int) -> None:
        """Send a batch in one pipeline and hand out the answers.

        `number` tells how many connections are needed just now, with the one for this.
        """
        generation = self._generation
        is_new = number > self._known
        sent, places = without_repeats(batch)
        work = self._begin(sent, is_patient=batch[0].is_patient)
        try:
            limit = self.patience if batch[0].is_patient else self._timeout
            if not await self._is_done(work, generation, limit, is_new=is_new):
                raise TookTooLong  # noqa: TRY301 - as redis-py would
            answers = work.result()
            if generation == self._generation:
                self._known = max(self._known, number)
                self._failures = 0
        except FAILURES as exc:
            for asked in batch:
                STORE_FAULTS.labels(asked.operation).inc()
            self._went_down(batch[0].operation, exc, generation)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the cache is merely slow then
            log("shared_cache_crashed", level=logging.ERROR, kind=type(exc).__name__)
            self._went_down(batch[0].operation, exc, generation)
        else:
            for asked, mine in zip(batch, places, strict=True):
                own = [answers[place] for place in mine]
                self._refusals.note(asked.operation, own)
                if not asked.answers.done():  # its request may be gone
                    asked.answers.set_result(own)
        finally:  # also if this is ended by `close`: whoever waits must not wait for ever
            for asked in batch:
                asked.fail()

    async def _is_done(
        self, work: "asyncio.Task[list[Answer]]", generation: int, limit: float, *, is_new: bool
    ) -> bool:
        """Wait for an exchange; return whether it has ended in time.

        Where its connection may have to be made first it has more time, but not if others have
        found meanwhile that Redis is gone.
        """
        if await is_done(work, limit):
            return True
        has_more = is_new and generation == self._generation
        return has_more and await is_done(work, (TURNS - 1) * self._timeout)

    def _went_down(self, operation: str, exc: Exception, generation: int) -> None:
        if generation != self._generation:
            return  # what is known since then counts
        self._generation += 1
        self._failures += 1
        self._known = 0
        self._clients.leave(self._patient, self.patience)
        was_up, self._is_up = self._is_up, False
        self.refusal = Refusal.REPLICA if isinstance(exc, ReadOnlyError) else None
        self._show()
        if was_up is not False:
            log(
                "shared_cache_lost",
                level=logging.WARNING,
                operation=operation,
                kind=type(exc).__name__,
            )
        self.lost.set()
        self._queue.fail()

    def _show(self) -> None:
        STORE_UP.set(self.is_up and self.refusal is None)
        for why in Refusal:
            STORE_REFUSES.labels(why.value).set(why is self.refusal)
