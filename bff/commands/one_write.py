"""An answer leaves in one piece.

uvicorn hands head and body of an answer to the connection one after the other, and each goes out
by a system call and a packet of its own. That is a tenth of the time of a kept answer, and wakes
the client twice.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_HEAD = b"HTTP/1.1 "
_BODY_FOLLOWS = b"\r\ncontent-length: "
_WORTH_COPYING = 65_536  # bytes; a longer body goes after its head


class OneWrite:
    """A connection that holds the head of an answer back until its body comes.

    Only a head that tells the body's length: one that is still being made has none to tell.
    `lingers` is asked whether a connection that is to be closed must be read on for a while.
    """

    def __init__(
        self, transport: asyncio.Transport, lingers: Callable[[], bool] = lambda: False
    ) -> None:
        self._transport = transport
        self._lingers = lingers
        self._head = b""
        self._has_ended = False
        self.get_extra_info = transport.get_extra_info
        self.is_closing: Callable[[], bool] = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading
        self.set_protocol = transport.set_protocol
        self.abort = transport.abort

    def write(self, data: bytes) -> None:
        """Write a head, or what follows one."""
        if self._has_ended:
            return
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
        if self._head and not self.is_closing():
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close the connection once all that was written is sent.

        Where it lingers, our side ends now and the rest once `hang_up` is called: a connection
        that is closed while something unread is left is reset, and the client never sees what
        was written last.
        """
        if self.is_closing():
            return
        self.flush()
        if self._lingers():
            self._transport.write_eof()
            self._has_ended = True
            self.is_closing = lambda: True
        else:
            self._transport.close()

    def hang_up(self) -> None:
        """Close the connection, whether it has lingered or not."""
        self.is_closing = self._transport.is_closing
        self._transport.close()


class AnswersInOnePiece(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 over `OneWrite`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection."""
        self._written = OneWrite(transport, self.lingers)
        super().connection_made(cast("asyncio.Transport", self._written))

    def lingers(self) -> bool:
        """Tell whether the client may still be sending when the connection is closed."""
        return False

    def on_response_complete(self) -> None:
        """Let the next request on this connection be answered."""
        self._written.flush()
        super().on_response_complete()
