"""Who may fetch what, agreed upon in Redis."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from uuid import uuid4

from bff.stores.redis.clients import Command
from bff.stores.redis.connection import Connection, Unreachable
from bff.stores.redis.scripts import GIVE_BACK, RENEW

_FIRST_LOOK = 0.02  # seconds until we look whether a notice got lost
_RAREST_LOOK = 0.5
_RENEWED_AFTER = 0.25  # of its term


class SharedLeases:
    """Leases of one process; see the `Leases` port.

    Each lasts for `term` seconds, and is renewed for as long as it is needed: a process that died
    or stands still holds nobody up for longer, and a slow fetch keeps its lease. Who waits is told
    by a notice as soon as one is given back, and looks by itself when it may have ended.
    """

    def __init__(self, connection: Connection, prefix: str, term: float = 1.0) -> None:
        self.channel = f"{{{prefix}}}:released:{connection.database}"
        self._connection = connection
        self._prefix = f"{prefix}:lease:"
        self._term = term
        self._token = uuid4().hex
        self._held: dict[bytes, float] = {}
        """Until when a lease is to be renewed, by the clock of the event loop."""
        self._renewing: asyncio.Task[None] | None = None
        self._awaited: dict[bytes, set[asyncio.Event]] = {}

    def stop(self) -> None:
        """Renew nothing any more."""
        if self._renewing is not None:
            self._renewing.cancel()
        self._held.clear()

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:
        """See `Leases.take`."""
        many, left = tuple(dict.fromkeys(keys)), _milliseconds(min(seconds, self._term))
        try:
            answers = await self._connection.send(
                "lease", [("SET", self._key(key), self._token, "NX", "PX", left) for key in many]
            )
        except Unreachable:
            return frozenset(many)
        # Refused is in doubt, too: only that it is there says that somebody else has it.
        taken = frozenset(
            key for key, answer in zip(many, answers, strict=True) if answer is not None
        )
        self._hold(taken, seconds)
        return taken

    async def give_back(self, keys: Collection[str]) -> None:
        """See `Leases.give_back`."""
        given = tuple(map(self._key, keys))
        for key in given:
            self._held.pop(key, None)
        with suppress(Unreachable):
            await self._connection.send(
                "lease",
                [("EVAL", GIVE_BACK, 1, key, self._token, self.channel, key) for key in given],
            )

    async def wait(self, keys: Collection[str], seconds: float) -> None:
        """See `Leases.wait`."""
        told = asyncio.Event()
        awaited = frozenset(map(self._key, keys))
        for key in awaited:
            self._awaited.setdefault(key, set()).add(told)
        try:
            async with asyncio.timeout(seconds):
                pause = _FIRST_LOOK
                while awaited and not told.is_set():
                    left = await self._left(awaited)
                    if left <= 0:
                        return
                    with suppress(TimeoutError):
                        await asyncio.wait_for(told.wait(), min(pause, left))
                    pause = min(2 * pause, _RAREST_LOOK)
        except TimeoutError:
            return
        finally:
            for key in awaited:
                self._awaited[key].discard(told)
                if not self._awaited[key]:
                    del self._awaited[key]

    def heard(self, message: bytes) -> None:
        """Take note that a lease was given back."""
        for told in self._awaited.get(message, ()):
            told.set()

    async def _left(self, keys: Collection[bytes]) -> float:
        """Return after how many seconds the first of these ends if nobody renews it."""
        try:
            answers = await self._connection.send("lease", [("PTTL", key) for key in keys])
        except Unreachable:
            return 0.0
        return min(
            (answer + 1) / 1000 if isinstance(answer, int) and answer >= 0 else 0.0
            for answer in answers
        )

    def _hold(self, keys: Collection[str], seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        self._held.update((self._key(key), until) for key in keys)
        if self._held and (self._renewing is None or self._renewing.done()):
            self._renewing = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        time = asyncio.get_running_loop().time
        while self._held:
            await asyncio.sleep(self._term * _RENEWED_AFTER)
            now = time()
            self._held = {key: until for key, until in self._held.items() if until > now}
            commands: list[Command] = [
                ("EVAL", RENEW, 1, key, self._token, _milliseconds(min(until - now, self._term)))
                for key, until in self._held.items()
            ]
            if commands:
                with suppress(Unreachable):
                    await self._connection.send("lease", commands)

    def _key(self, key: str) -> bytes:
        return (self._prefix + key).encode("utf-8", "surrogatepass")


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
