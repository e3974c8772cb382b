"""A client that costs next to nothing: one connection, one request at a time."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any


class Client:
    """A kept connection to a server on this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, request: bytes) -> bytes:
        """Send a whole HTTP/1.1 request; return the body of the answer, which must be a 200."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        if not head.startswith(b"HTTP/1.1 200"):
            msg = f"the server answered {head!r} {body!r}"
            raise RuntimeError(msg)
        return body

    async def get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON at a path."""
        return json.loads(await self.send(f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode()))


def graphql_request(document: str, variables: Mapping[str, Any]) -> bytes:
    """Return the POST of an operation."""
    body = json.dumps({"query": document, "variables": dict(variables)}).encode()
    head = (
        "POST /graphql HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Client]:
    """Connect to a local port."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()
