"""An answer leaves in one piece.

uvicorn hands head and body of an answer to the connection one after the other, and each goes out
by a system call and a packet of its own. That is a tenth of the time of a kept answer, and wakes
the client twice.
"""

import asyncio
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/1.1 "
_BODY_FOLLOWS = b"\r\ncontent-length: "
_WORTH_COPYING = 65_536  # bytes; a longer body goes after its head


class OneWrite:
    """A connection that holds the head of an answer back until its body comes.

    Only a head that tells the body's length: one that is still being made has none to tell.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""
        self.get_extra_info = transport.get_extra_info
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading
        self.set_protocol = transport.set_protocol
        self.abort = transport.abort

    def write(self, data: bytes) -> None:
        """Write a head, or what follows one."""
        head = self._head
        if head:
            self._head = b""
            if len(data) < _WORTH_COPYING:
                data = head + data
            else:
                self._transport.write(head)
        elif data.startswith(_HEAD) and _BODY_FOLLOWS in data:
            self._head = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        """Write a head that nothing followed, as in the answer to a HEAD request."""
        if self._head and not self._transport.is_closing():
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close the connection once all that was written is sent."""
        self.flush()
        self._transport.close()


class AnswersInOnePiece(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 over `OneWrite`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection."""
        self._written = OneWrite(transport)
        super().connection_made(cast("asyncio.Transport", self._written))

    def on_response_complete(self) -> None:
        """Let the next request on this connection be answered."""
        self._written.flush()
        super().on_response_complete()
