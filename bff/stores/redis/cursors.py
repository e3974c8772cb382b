"""How far change feeds were read, in Redis."""

from contextlib import suppress

from bff.stores.redis.connection import Connection, Unreachable


class SharedCursors:
    """Remembers cursors for all replicas, without an end: see `Cursors`.

    A feed that was not read for months goes on where it was.
    """

    def __init__(self, connection: Connection, prefix: str) -> None:
        self._connection = connection
        self._prefix = f"{prefix}:cursor:"

    async def load(self, name: str) -> str | None:
        """See `Cursors.load`."""
        with suppress(Unreachable, UnicodeDecodeError):
            (answer,) = await self._connection.send("cursor", [("GET", self._prefix + name)])
            if isinstance(answer, bytes):
                return answer.decode("utf-8", "surrogatepass")
        return None

    async def save(self, name: str, cursor: str) -> None:
        """See `Cursors.save`."""
        written = cursor.encode("utf-8", "surrogatepass")
        with suppress(Unreachable):
            await self._connection.send("cursor", [("SET", self._prefix + name, written)])
