"""What questions needed when they were last answered, remembered for all replicas.

A page is read in steps: its handle gives an id, its content gives addons. Each step is a round
trip to Redis for a replica that has nothing in memory. Whoever knows the keys of all steps from
last time reads them in one.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from contextlib import suppress

from bff.stores.redis.connection import Connection, Unreachable
from bff.stores.redis.store import SharedStore

_SECONDS = 300
"""A question that is still asked is answered anew, and so remembered anew, each minute."""
_LONGEST = 400
_MOST_KEYS = 50_000


class SharedForesight:
    """Satisfies `Foresight`.

    Questions are kept apart by `prefix`, with which two releases do not share any.
    """

    def __init__(self, connection: Connection, store: SharedStore, prefix: str) -> None:
        self._connection = connection
        self._store = store
        self._prefix = prefix
        self._known: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._keys = 0
        self._telling: set[asyncio.Task[None]] = set()

    async def bring(self, question: str) -> frozenset[str]:
        """See `Foresight.bring`."""
        known = self._known.get(question)
        if known is not None:
            self._known.move_to_end(question)
            return await self._store.read_lacking(known)
        return await self._store.read_listed(self._key(question))

    def remember(self, question: str, keys: Collection[str]) -> None:
        """See `Foresight.remember`; the others are told in the background."""
        many = tuple(sorted(keys))
        if not many or len(many) > _LONGEST or any("\n" in key or not key for key in many):
            return
        self._keys += len(many) - len(self._known.pop(question, ()))
        self._known[question] = many
        while self._keys > _MOST_KEYS:
            self._keys -= len(self._known.popitem(last=False)[1])
        task = asyncio.create_task(self._tell(question, many))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def close(self) -> None:
        """Tell nobody any more."""
        for task in tuple(self._telling):
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _tell(self, question: str, keys: tuple[str, ...]) -> None:
        listed = "\n".join(keys).encode("utf-8", "surrogatepass")
        with suppress(Unreachable):
            await self._connection.send(
                "write", [("SET", self._key(question), listed, "EX", _SECONDS)]
            )

    def _key(self, question: str) -> bytes:
        return (self._prefix + question).encode()
