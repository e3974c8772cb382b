"""One connection of a client: uvicorn's HTTP/1.1, with bounds on all that a client may do.

httptools refuses bad framing and knows no length; uvicorn knows no time. Here a request has to
arrive in time and in moderate size, or the connection ends with a word about why. Whatever a
client does, it costs a bounded time and bounded memory, and no request of anybody else.

    waiting     nothing of a request is here; until `due` it may begin
    receiving   a request began; until `due` it must be here as a whole
    answering   the application has it; it has deadlines of its own
    deaf        it was told the last word: what still comes is thrown away until `due`
"""

import asyncio
from typing import Any, Final

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from bff.commands.door import DEFAULT, NEVER, ConnectionLimits, Door
from bff.commands.one_write import AnswersInOnePiece
from bff.commands.refusals import (
    ADDRESS_TOO_LONG,
    FULL,
    HEAD_TOO_LONG,
    MALFORMED,
    TOO_MANY_AT_ONCE,
    TOO_SLOW,
    Refusal,
)

_PIECES: Final = 4096
_BYTES_OF_A_PIECE: Final = 64
"""A body may come in so many pieces, and in one more for each so many bytes: each piece costs as
much as hundreds of bytes."""
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_OF_UPGRADES: Final = frozenset({b"upgrade", b"http2-settings"})
_BETWEEN_HEADERS: Final = 4  # bytes: a colon, a space, the end of the line
_IN_THE_FIRST_LINE: Final = 20  # bytes besides the address: the method, the version


class _Refused(Exception):
    """Ends the parsing of what has come."""


class GuardedConnection(AnswersInOnePiece):
    """A connection that ends when its client overdoes it."""

    door: Door
    """Of the port that it came to; see `guarded`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.due = NEVER
        self._clock = self.loop.time
        self._limits = self.door.limits
        self._active: RequestResponseCycle | None = None  # whose answer is next to be written
        self._is_deaf = False
        self._was_told = False  # our side of the connection has ended
        self._thrown_away = 0
        self._refusal: Refusal | None = None  # to be said once earlier requests are answered
        # Of the request that is arriving:
        self._is_receiving = False
        self._has_begun = False
        self._in_body = False
        self._keep_alive = False
        self._unaccounted = 0  # bytes since anything was made of them
        self._is_pipelined = False
        self._is_upgrading = False
        self._hosts = 0
        self._codings = b""
        self._pieces = 0
        self._body_bytes = 0

    # What the transport tells

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection, or say that there are too many."""
        has_room = self.door.enter(self)
        super().connection_made(transport)
        self.due = self._clock() + self._limits.receive_seconds
        if has_room:
            return
        if self.door.is_overcrowded():
            self.door.count(FULL)
            self._go_deaf()
            transport.abort()
        else:
            self._refuse(FULL)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection that is gone."""
        self.door.leave(self)
        if self._active is not None and not self._active.response_complete:
            self._active.disconnected = True  # uvicorn thinks of the newest one only
            self._active.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what has come, unless everything was said."""
        if self._is_deaf:
            self._throw_away(len(data))
            return
        if not self._is_receiving:
            self._receive(len(data))
        else:
            self._unaccounted += len(data)
        try:
            self._read(data)
        except httptools.HttpParserError:
            self._refuse(self._refusal or MALFORMED)
            return
        if self._unaccounted > self._limits.head_bytes and self._is_receiving:
            self._refuse(HEAD_TOO_LONG)

    def pause_writing(self) -> None:
        """Note that the client does not read its answer."""
        super().pause_writing()
        if self.due is NEVER:
            self.due = self._clock() + self._limits.taking_seconds

    def resume_writing(self) -> None:
        """Note that it does."""
        super().resume_writing()
        if not self._is_receiving and self._is_answering():
            self.due = NEVER

    # What the parser tells

    def on_message_begin(self) -> None:
        """Begin a request; one that follows another within the same bytes, too."""
        super().on_message_begin()
        if not self._is_receiving:
            self._receive(0)
            self._is_pipelined = True
        self._has_begun = True
        self._in_body = False
        self._hosts = 0
        self._codings = b""
        self._pieces = self._body_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take the address, or the next part of it."""
        self.url += url
        if len(self.url) > self._limits.address_bytes:
            self._stop(ADDRESS_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer is left out, since everybody has read the headers by then."""
        name = name.lower()
        if self._in_body:
            return
        if name == b"host":
            self._hosts += 1
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        elif name == b"transfer-encoding":
            self._codings += value
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Let the application begin, if the head is one that may be passed on."""
        if self._is_pipelined or self._unaccounted > self._limits.head_bytes:
            self._measure_head()
        if self.parser.get_http_version() not in _VERSIONS:
            self._stop(MALFORMED)
        if self._hosts != 1 and (self._hosts or self._is_newest_version()):
            self._stop(MALFORMED)  # RFC 9112, section 3.2
        if self._codings and not (
            self._codings.lower() == b"chunked" and self._is_newest_version()
        ):
            self._stop(MALFORMED)  # section 6.1: proxies before us may read it otherwise
        if len(self.pipeline) >= self._limits.pipelined:
            self._stop(TOO_MANY_AT_ONCE)
        if self.parser.should_upgrade():
            if self.parser.get_method() == b"CONNECT":
                self._stop(MALFORMED)
            self._is_upgrading = True
            return
        super().on_headers_complete()
        self._in_body = True
        self._unaccounted = 0
        # An answer that is given before its request is here as a whole ends the connection.
        self._keep_alive = self.cycle.keep_alive and not self.door.is_closing
        self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._unaccounted = 0
        self._pieces += 1
        self._body_bytes += len(body)
        if self._pieces > _PIECES + self._body_bytes // _BYTES_OF_A_PIECE:
            self._stop(MALFORMED)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that a request is here as a whole."""
        if self._is_upgrading:
            return
        super().on_message_complete()
        self._is_receiving = self._has_begun = self._in_body = False
        self._unaccounted = 0
        if not self.cycle.response_started:
            self.cycle.keep_alive = self._keep_alive
        self.due = NEVER

    # What uvicorn tells

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._active = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Go on to the next request, or wait for one. No timer is set for that."""
        self._written.flush()
        self.server_state.total_requests += 1
        self._active = None
        if self.transport.is_closing():
            return
        if self.pipeline:
            self.flow.resume_reading()
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        elif self._refusal is not None:
            self._tell(self._refusal)
        else:
            self.flow.resume_reading()
            if not self._is_receiving:
                self.due = self._clock() + self._limits.idle_seconds

    def lingers(self) -> bool:
        """See `AnswersInOnePiece`."""
        if self._is_receiving or self._is_deaf:
            self._go_deaf()
            self._was_told = True
            return True
        # A client that reads nothing would keep what was written here for ever.
        self.due = self._clock() + self._limits.taking_seconds
        return False

    def shutdown(self) -> None:
        """End once everything is answered that has begun to arrive."""
        if self._in_body or self._is_answering():
            if not self.cycle.response_started:
                self._keep_alive = self.cycle.keep_alive = False
        elif not self._has_begun:  # of half a head nothing is known yet that could be told
            self._written.hang_up()

    # What the door tells

    def overdue(self, now: float) -> None:
        """Do what is to be done at `due`; see the states above."""
        if self._was_told or self.transport.is_closing():
            self.due = now + self._limits.taking_seconds
            if self._was_told:
                self._was_told = False
                self._written.hang_up()
            else:
                self._written.abort()
        elif self.flow.write_paused:
            self._written.abort()
        elif self._has_begun and self.flow.read_paused:
            self.due = now + self._limits.receive_seconds  # it is we who do not read on
        elif self._has_begun:
            self._refuse(TOO_SLOW)
        elif not self._is_answering():
            # Not a word: what asks next must not take it for its answer.
            self._go_deaf()
            self._was_told = True
            self._written.hang_up()

    # How a connection ends

    def _receive(self, count: int) -> None:
        self._is_receiving = True
        self._is_pipelined = False
        self._unaccounted = count
        self.due = self._clock() + self._limits.receive_seconds

    def _is_newest_version(self) -> bool:
        return self.parser.get_http_version() == "1.1"

    def _read(self, data: bytes) -> None:
        """Read what has come; each request in it may wish for another protocol.

        Raises:
            HttpParserError: it is not to be read on.
        """
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as wish:
                data = self._without_wish() + data[wish.args[0] :]
            else:
                return

    def _without_wish(self) -> bytes:
        """Return the head of a request as if it wished for no other protocol (RFC 9110, 7.8).

        Some clients always do, and httptools takes all that follows for that protocol's: what is
        read next begins with this head.
        """
        self._is_upgrading = False
        lines = [b"%b %b HTTP/1.1" % (self.parser.get_method(), self.url)]
        for name, value in self.headers:
            if name == b"connection":
                value = b"close" if b"close" in value.lower() else b"keep-alive"  # noqa: PLW2901
            if name not in _OF_UPGRADES:
                lines.append(b"%b: %b" % (name, value))
        self.parser = httptools.HttpRequestParser(self)
        return b"\r\n".join([*lines, b"", b""])

    def _measure_head(self) -> None:
        """Stop if the head is too long. More came with it, so that its parts are counted."""
        headers = sum(len(name) + len(value) + _BETWEEN_HEADERS for name, value in self.headers)
        if headers + len(self.url) + _IN_THE_FIRST_LINE > self._limits.head_bytes:
            self._stop(HEAD_TOO_LONG)

    def _stop(self, refusal: Refusal) -> None:
        self._refusal = refusal
        raise _Refused

    def _is_answering(self) -> bool:
        return self._active is not None and not self._active.response_complete

    def _refuse(self, refusal: Refusal) -> None:
        """Hear no more of this connection, and say why, once earlier requests are answered."""
        self.door.count(refusal)
        arriving = self.cycle if self._in_body else None
        self._refusal = refusal
        self._go_deaf()
        self.due = NEVER
        if arriving is not None and arriving is self._active:
            if arriving.response_started:
                return  # it ends with its answer, as one that was not here as a whole
            arriving.disconnected = True
            arriving.message_event.set()
            self._active = None
        elif arriving is not None:
            self.pipeline = type(self.pipeline)(
                waiting for waiting in self.pipeline if waiting[0] is not arriving
            )
        if not self._is_answering():
            self._tell(refusal)

    def _tell(self, refusal: Refusal) -> None:
        self.transport.write(refusal.written(self.server_state.default_headers))
        self.transport.close()

    def _go_deaf(self) -> None:
        """Throw away from now on what still comes: for a while, and not without end."""
        self._is_deaf = True
        self._is_receiving = self._has_begun = self._in_body = False
        self.flow.resume_reading()
        self.due = self._clock() + self._limits.receive_seconds

    def _throw_away(self, count: int) -> None:
        self._thrown_away += count
        if self._thrown_away > self._limits.lingering_bytes:
            self._written.abort()


def guarded(limits: ConnectionLimits = DEFAULT) -> type[GuardedConnection]:
    """Return the connections of one port, for uvicorn. The port's `Door` is their `door`."""

    class Connection(GuardedConnection):
        door = Door(limits)

    return Connection
