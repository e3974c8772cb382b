"""How far change feeds were read, in Redis."""

from contextlib import suppress

from bff.stores.alone import MemoryCursors
from bff.stores.redis.connection import Connection, Unreachable


class SharedCursors:
    """Remembers cursors for all replicas; what Redis does not know, this process may.

    They have no end: a feed that was not read for months goes on where it was.
    """

    def __init__(self, connection: Connection, prefix: str) -> None:
        self._connection = connection
        self._prefix = f"{prefix}:cursor:"
        self._own = MemoryCursors()

    async def load(self, name: str) -> str | None:
        """See `Cursors.load`."""
        with suppress(Unreachable, UnicodeDecodeError):
            (answer,) = await self._connection.send("cursor", [("GET", self._prefix + name)])
            if isinstance(answer, bytes):
                return answer.decode("utf-8", "surrogatepass")
        return await self._own.load(name)

    async def save(self, name: str, cursor: str) -> None:
        """See `Cursors.save`."""
        await self._own.save(name, cursor)
        written = cursor.encode("utf-8", "surrogatepass")
        with suppress(Unreachable):
            await self._connection.send("cursor", [("SET", self._prefix + name, written)])
