"""A client that sends any bytes, and reads what comes back; next to it, an honest one."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

from tests.hostile.attempts import HOST, Attempt

PATIENCE = 20.0
"""Seconds after which a test gives up; nothing depends on it."""
_FEW = 1 << 20


@dataclass(frozen=True, slots=True)
class Told:
    """One answer, as far as it came."""

    status: int
    headers: bytes
    body: bytes

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its errors or of its problem."""
        try:
            said: Any = json.loads(self.body)
        except ValueError:
            return frozenset()
        if not isinstance(said, dict):
            return frozenset()
        problems = [said, *(error["extensions"] for error in said.get("errors", ()))]
        return frozenset(one["code"] for one in problems if "code" in one)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt, how many seconds after its last byte but one."""

    answers: Sequence[Told]
    seconds: float


async def attempt(port: int, made: Attempt) -> Outcome:
    """Make an attempt; the answers are all that came until the connection ended or fell silent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_FEW)
    began = time.monotonic()
    sending = asyncio.create_task(_send(writer, made))
    try:
        answers = await asyncio.wait_for(_answers(reader, made.answers), PATIENCE)
        return Outcome(answers, time.monotonic() - began)
    finally:
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await sending
        writer.transport.abort()


async def _send(writer: asyncio.StreamWriter, made: Attempt) -> None:
    with contextlib.suppress(OSError):  # it was told enough
        for piece in made.sends:
            writer.write(piece)
            await writer.drain()
            if made.pause:
                await asyncio.sleep(made.pause)  # the client is slow: that is what is tried


async def _answers(reader: asyncio.StreamReader, count: int) -> Sequence[Told]:
    answers: list[Told] = []
    with contextlib.suppress(asyncio.IncompleteReadError, OSError):
        while len(answers) < count:
            answer = await _answer(reader)
            if answer.status != 100:
                answers.append(answer)
    return answers


async def _answer(reader: asyncio.StreamReader) -> Told:
    head = await reader.readuntil(b"\r\n\r\n")
    line, _, headers = head.partition(b"\r\n")
    status = int(line.split(b" ")[1])
    length = 0
    for header in headers.lower().split(b"\r\n"):
        if header.startswith(b"content-length:"):
            length = int(header.partition(b":")[2])
    body = await reader.readexactly(length) if length else b""
    return Told(status, headers, body)


class Bystander:
    """An honest shopper on a connection of his own, who asks for the same page all the time.

    `longest` is how many seconds he has waited at most for an answer, `answered` how often he got
    one.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._turn = asyncio.Lock()
        self.answered = 0
        self.longest = 0.0

    @classmethod
    @contextlib.asynccontextmanager
    async def shopping(cls, port: int) -> AsyncIterator[Self]:
        """Let him shop until the end; whatever fails for him, fails the test."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        shopper = cls(reader, writer)
        await shopper.look()
        going = asyncio.create_task(shopper._shop())
        try:
            yield shopper
        finally:
            going.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await going
            writer.transport.abort()

    async def look(self) -> None:
        """Look at the page once."""
        body = b'{"query": "{ product(handle: \\"organic-cotton-tshirt\\") { title } }"}'
        sent = b"POST /graphql HTTP/1.1\r\n%bcontent-type: application/json\r\n" % HOST
        async with self._turn:
            began = time.monotonic()
            self._writer.write(sent + b"content-length: %d\r\n\r\n%b" % (len(body), body))
            answer = await asyncio.wait_for(_answer(self._reader), PATIENCE)
            self.longest = max(self.longest, time.monotonic() - began)
        assert answer.status == 200, answer
        assert b"title" in answer.body
        self.answered += 1

    async def _shop(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(0.005)
