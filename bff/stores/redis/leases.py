"""Who may fetch what, agreed upon in Redis."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from uuid import uuid4

from bff.stores.redis.connection import Connection, Unreachable
from bff.stores.redis.scripts import GIVE_BACK

_FIRST_LOOK = 0.02  # seconds until we look whether a notice got lost
_RAREST_LOOK = 0.5


class SharedLeases:
    """Leases of one process; see the `Leases` port.

    Redis ends them by itself after their time, so a process that died holds nobody up for long.
    Who waits is told by a notice as soon as one is given back, and looks by itself now and then.
    """

    def __init__(self, connection: Connection, prefix: str) -> None:
        self.channel = f"{{{prefix}}}:released:{connection.database}"
        self._connection = connection
        self._prefix = f"{prefix}:lease:"
        self._token = uuid4().hex
        self._awaited: dict[bytes, set[asyncio.Event]] = {}

    async def take(self, keys: Sequence[str], seconds: float) -> frozenset[str]:
        """See `Leases.take`."""
        many, left = tuple(dict.fromkeys(keys)), max(1, int(seconds * 1000))
        try:
            answers = await self._connection.send(
                "lease", [("SET", self._key(key), self._token, "NX", "PX", left) for key in many]
            )
        except Unreachable:
            return frozenset(many)
        # Refused is in doubt, too: only that it is there says that somebody else has it.
        return frozenset(
            key for key, answer in zip(many, answers, strict=True) if answer is not None
        )

    async def give_back(self, keys: Collection[str]) -> None:
        """See `Leases.give_back`."""
        with suppress(Unreachable):
            await self._connection.send(
                "lease",
                [
                    ("EVAL", GIVE_BACK, 1, key, self._token, self.channel, key)
                    for key in map(self._key, keys)
                ],
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
                while awaited and not (told.is_set() or await self._is_any_free(awaited)):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(told.wait(), pause)
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

    async def _is_any_free(self, keys: Collection[bytes]) -> bool:
        try:
            answers = await self._connection.send("lease", [("EXISTS", key) for key in keys])
        except Unreachable:
            return True
        return not all(answer == 1 for answer in answers)

    def _key(self, key: str) -> bytes:
        return (self._prefix + key).encode("utf-8", "surrogatepass")
