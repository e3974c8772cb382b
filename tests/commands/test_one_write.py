"""What a connection of `bff serve` writes, and in how many pieces."""

import asyncio

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from bff.commands.one_write import AnswersInOnePiece

_GET = b"GET / HTTP/1.1\r\nhost: shop\r\n\r\n"
_HEAD = b"HEAD / HTTP/1.1\r\nhost: shop\r\n\r\n"
_LAST = b"GET / HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n"


class _Wire(asyncio.Transport):
    """Keeps what is written, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.closed = False
        self.came = asyncio.Event()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.pieces.append(bytes(data))
        self.came.set()

    def close(self) -> None:
        self.closed = True
        self.came.set()

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class _Answer:
    """Answers with parts of a body; waits for `go` between head and body if told to."""

    def __init__(self, *parts: bytes, length: int | None = None, waits: bool = False) -> None:
        self._parts = parts
        self._length = length
        self.go = asyncio.Event()
        if not waits:
            self.go.set()

    async def __call__(self, _: Scope, __: Receive, send: Send) -> None:
        headers = [] if self._length is None else [(b"content-length", b"%d" % self._length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await self.go.wait()
        for part in self._parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _whole(_: Scope, __: Receive, send: Send) -> None:
    headers = [(b"content-length", b"4")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"page"})


async def _fails_after_its_head(_: Scope, __: Receive, send: Send) -> None:
    headers = [(b"content-length", b"4")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    raise RuntimeError


def _connected(app: ASGIApp) -> tuple[AnswersInOnePiece, _Wire]:
    config = uvicorn.Config(app, http=AnswersInOnePiece, access_log=False, log_level="critical")
    connection = AnswersInOnePiece(config, ServerState(), {}, asyncio.get_running_loop())
    wire = _Wire()
    connection.connection_made(wire)
    return connection, wire


async def _ask(connection: AnswersInOnePiece, request: bytes) -> None:
    connection.data_received(request)
    await asyncio.gather(*connection.tasks, return_exceptions=True)


async def test_head_and_body_leave_together() -> None:
    connection, wire = _connected(_whole)
    await _ask(connection, _GET)
    (answer,) = wire.pieces
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\npage")


async def test_the_next_request_on_the_connection_is_answered_alike() -> None:
    connection, wire = _connected(_whole)
    await _ask(connection, _GET)
    await _ask(connection, _GET)
    assert len(wire.pieces) == 2
    assert wire.pieces[0] == wire.pieces[1]


async def test_requests_sent_at_once_are_answered_in_turn() -> None:
    connection, wire = _connected(_whole)
    connection.data_received(_GET + _HEAD + _GET)
    while connection.tasks:
        await asyncio.gather(*connection.tasks)
    assert [piece.endswith(b"page") for piece in wire.pieces] == [True, False, True]


async def test_the_head_of_a_head_request_is_not_kept_back() -> None:
    connection, wire = _connected(_whole)
    await _ask(connection, _HEAD)
    (answer,) = wire.pieces
    assert answer.endswith(b"content-length: 4\r\n\r\n")


async def test_a_head_without_a_length_does_not_wait_for_its_body() -> None:
    app = _Answer(b"slow", waits=True)
    connection, wire = _connected(app)
    connection.data_received(_GET)
    await wire.came.wait()
    assert b"transfer-encoding: chunked" in wire.pieces[0]
    app.go.set()
    await asyncio.gather(*connection.tasks)
    assert b"".join(wire.pieces[1:]) == b"4\r\nslow\r\n0\r\n\r\n"


async def test_a_long_body_is_not_copied_but_is_whole() -> None:
    body = b"x" * 100_000
    connection, wire = _connected(_Answer(body, b"HTTP/1.1 ", length=100_009))
    await _ask(connection, _GET)
    assert wire.pieces[1] == body
    assert b"".join(wire.pieces).endswith(b"\r\n\r\n" + body + b"HTTP/1.1 ")


async def test_the_last_answer_is_written_before_the_connection_closes() -> None:
    connection, wire = _connected(_whole)
    await _ask(connection, _LAST)
    assert wire.pieces[0].endswith(b"page")
    assert wire.closed


async def test_a_failing_answer_closes_with_what_was_written() -> None:
    connection, wire = _connected(_fails_after_its_head)
    await _ask(connection, _GET)
    (head,) = wire.pieces
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert wire.closed


async def test_nothing_is_written_to_a_client_that_has_gone() -> None:
    app = _Answer(b"page", length=4, waits=True)
    connection, wire = _connected(app)
    connection.data_received(_GET)
    await asyncio.sleep(0)
    wire.closed = True
    connection.connection_lost(None)
    app.go.set()
    await asyncio.gather(*connection.tasks)
    assert wire.pieces == []
