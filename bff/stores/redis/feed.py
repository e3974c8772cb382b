"""The marks of other replicas as they are made, and the watch over Redis."""

import asyncio
import logging
import math
from collections.abc import Callable, Mapping
from contextlib import suppress

from bff.ports import Clock
from bff.stores.redis.clients import FAILURES
from bff.stores.redis.connection import Connection, Unreachable
from bff.stores.redis.ending import end
from bff.stores.redis.log import Refused, SharedLog
from bff.stores.redis.subscription import Subscription, subscribed
from bff.telemetry import log
from bff.telemetry.metrics import STORE_FAULTS

_BEAT = 0.5
_SILENCE = 3  # beats
_SETTLING = 2  # beats
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
_STEADY = 10.0
_LONGEST_REST = 2.0


class Feed:
    """Keeps the table of marks up with the other replicas, for as long as it runs.

    At every beat the server must answer on the subscription, and the news are read once more:
    so a connection that hangs, a flush and a message that got lost are found within four beats,
    also while no request asks Redis for anything. Then `is_live` of the table is false, until a
    new subscription stands and the news behind the cursor have been read.

    At every beat it also tries whether Redis would take a mark. One that answers and stores
    nothing (full, a replica, its disk cannot be written) has no mark of what is edited now, for
    nobody. So `is_live` is false then, too, and `is_whole` of the log: neither memory nor what
    lies in Redis is trusted for longer than the bounds, since the mark that condemns it may be
    known to one other replica only. That lasts two beats longer than the refusal: by then others
    have told what they could not tell, or are down themselves.

    It is also what finds out that Redis is back.
    """

    def __init__(
        self,
        connection: Connection,
        shared_log: SharedLog,
        others: Mapping[str, Callable[[bytes], None]],
        clock: Clock,
        *,
        timeout_seconds: float,
        beat_seconds: float = _BEAT,
    ) -> None:
        self._connection = connection
        self._log = shared_log
        self._others = others
        self._clock = clock
        self._timeout = timeout_seconds
        self._beat_seconds = beat_seconds
        self._task: asyncio.Task[None] | None = None
        self._tried = asyncio.Event()
        self._missed = asyncio.Event()
        self._heard_at = 0.0
        self._is_following = False
        self._refused_at = -math.inf
        self._found_at = -math.inf
        self._rest = 0.0
        self._is_said = False
        shared_log.table.is_live = False

    async def start(self) -> None:
        """Begin; return once it works, or the first attempt failed."""
        self._task = asyncio.create_task(self._run())
        await self._tried.wait()

    async def close(self) -> None:
        """End it."""
        if self._task is not None:
            await end(self._task)
        self._log.table.is_live = False

    async def _run(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            was_following = False
            try:
                await self._follow()
            except Unreachable:
                pass  # said and counted where it was met
            except FAILURES as exc:
                self._say_lost(exc)
            except Exception as exc:  # noqa: BLE001 - without it there would be no shared cache
                log("marks_feed_crashed", level=logging.ERROR, kind=type(exc).__name__)
            finally:
                was_following, self._is_following = self._is_following, False
                self._log.table.is_live = False
                self._tried.set()
            pause = _FIRST_PAUSE if was_following else min(2 * pause, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _follow(self) -> None:
        """Follow the log until the subscription is lost."""
        with suppress(Refused):
            await self._probe()
        address = await self._connection.address_of(self._log.key)
        channels = (self._log.channel, *self._others)
        async with subscribed(address, channels, 3 * self._timeout) as subscription:
            # What was marked before the subscription stood is in no message.
            await self._log.catch_up(is_probe=True)
            self._is_following = True
            self._settle()
            self._heard_at = self._clock()
            self._tried.set()
            if self._is_said:
                self._is_said = False
                log("marks_feed_back")
            beats = asyncio.create_task(self._beat(subscription))
            listens = asyncio.create_task(self._listen(subscription))
            both = {beats, listens}
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await end(*both)
            for task in both:
                if not task.cancelled() and (failure := task.exception()) is not None:
                    raise failure

    async def _listen(self, subscription: Subscription) -> None:
        while True:
            heard = await subscription.next(self._beat_seconds)
            if heard is None:
                continue
            self._heard_at = self._clock()
            channel, message = heard
            if channel == self._log.channel:
                if not self._log.heard(message):
                    self._missed.set()
            elif channel in self._others:
                self._others[channel](message)

    async def _beat(self, subscription: Subscription) -> None:
        read_at = self._clock()
        while True:
            await self._wait_for_beat()
            await subscription.ping()
            try:
                await self._probe()
                read_at = self._clock()
            except Refused:
                read_at = self._clock()  # it is there
            except Unreachable:
                pass
            silence = self._clock() - min(read_at, self._heard_at)
            if silence > _SILENCE * self._beat_seconds:
                raise TimeoutError

    async def _wait_for_beat(self) -> None:
        """Wait until the next beat, or until something seems to be wrong: not again at once."""
        await asyncio.sleep(self._beat_seconds / 10)
        reasons = {
            asyncio.create_task(self._missed.wait()),
            asyncio.create_task(self._connection.lost.wait()),
        }
        try:
            await asyncio.wait(
                reasons, timeout=self._beat_seconds, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for task in reasons:
                task.cancel()
            await asyncio.gather(*reasons, return_exceptions=True)

    async def _probe(self) -> None:
        """Read the news, and try to store; if Redis was away, find out whether it is back.

        Raises:
            Refused: it is there, and does not tell or store anything.
            Unreachable: it is not.
        """
        self._missed.clear()
        self._connection.lost.clear()
        try:
            await self._log.catch_up(is_probe=True)
            if not self._connection.is_up:
                await self._connection.check(f"{self._log.key}:probe")
            try:
                await self._log.try_marking()
                await self._log.tell_untold()
            finally:
                # One that is full is up all the same: what it has can be read.
                if not (self._connection.is_up or self._connection.lost.is_set()):
                    self._trust_again()
        except Unreachable:
            if self._connection.refusal is not None:
                self._refused_at = self._clock()
                self._log.is_whole = self._log.table.is_live = False
            raise
        self._settle()

    def _settle(self) -> None:
        """Trust what is kept if nothing is refused, and others had the time to tell marks."""
        if self._connection.refusal is None:
            settled_at = self._refused_at + _SETTLING * self._beat_seconds
            self._log.is_whole = self._clock() >= settled_at
            self._log.table.is_live = self._is_following and self._log.is_whole

    def _trust_again(self) -> None:
        """Use Redis again: at once, but later and later if it went away again and again."""
        now = self._clock()
        if now < self._found_at + self._rest:
            return
        is_steady = now > self._found_at + _STEADY
        self._rest = 0.0 if is_steady else min(max(2 * self._rest, _FIRST_PAUSE), _LONGEST_REST)
        self._found_at = now
        self._connection.found()

    def _say_lost(self, exc: BaseException) -> None:
        STORE_FAULTS.labels("feed").inc()
        # If Redis is away altogether, that is said by whoever asks it next: by the probe.
        if self._connection.is_up and not self._is_following and not self._is_said:
            self._is_said = True
            log("marks_feed_lost", level=logging.WARNING, kind=type(exc).__name__)
