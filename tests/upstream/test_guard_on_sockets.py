"""What passes the production transport to and from a source that is guarded; calls are counted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import pytest
from pydantic import BaseModel

from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call
from bff.upstream import Guard, Notice, Question, Upstream, open_client
from tests.fault_server import (
    FaultServer,
    Peer,
    Script,
    answers,
    nobody_there,
    reply,
    says_and_closes,
    says_and_hangs,
    says_and_resets,
)

ASK = Question("contents", "/entries")
POSTED = Question("contents", "/query", body={"query": "*"})
TEE = b'{"name":"Tee"}'
WHOLE = reply(TEE)
HALF = WHOLE[:-5]
SLOW = 30.0
"""Seconds that no test takes: nothing is late by chance, however busy the machine is."""


class Thing(BaseModel):
    name: str


class Waits:
    """The pauses before retries; they end at once, and the clock moves by them alone."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.ahead = 0.0

    def clock(self) -> float:
        return 1000.0 + self.ahead

    async def pause(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.ahead += seconds


@asynccontextmanager
async def guarded(
    url: str, *, slow_after: float = SLOW, per_second: float | None = None
) -> AsyncIterator[tuple[Upstream, Guard, Waits]]:
    waits = Waits()
    guard = Guard(
        "sockets",
        waits.clock,
        connections=4,
        slow_after=slow_after,
        requests_per_second=per_second,
        pause=waits.pause,
        luck=lambda: 0.5,
    )
    async with open_client(url, {}, connections=8) as client:
        yield (
            Upstream("cms", client, waits.clock, lambda _status, _body: "word", guard=guard),
            guard,
            waits,
        )


async def read(upstream: Upstream, waits: Waits, question: Question = ASK) -> Thing:
    return await upstream.read(question, Call(waits.clock() + 20.0), Thing)


@pytest.mark.parametrize("question", [ASK, POSTED], ids=["GET", "POST"])
@pytest.mark.parametrize(
    "fault",
    [
        says_and_closes(reply(b"", status="503 Later")),
        says_and_closes(reply(b"", status="500 Oops")),
        says_and_closes(reply(b"", status="429 Too Many")),
        says_and_closes(b""),
        says_and_resets(b""),
        says_and_closes(HALF),
        says_and_resets(HALF),
    ],
    ids=["503", "500", "429", "closed", "reset", "cut short", "reset midway"],
)
async def test_what_was_only_in_passing(fault: Script, question: Question) -> None:
    """Twice a failure, then an answer: the shopper sees the answer, the source three calls."""
    async with (
        FaultServer(fault, fault, answers(WHOLE)) as server,
        guarded(server.url) as (upstream, guard, waits),
    ):
        assert await read(upstream, waits, question) == Thing(name="Tee")
        assert len(server.asked) == 3
        assert waits.asked == pytest.approx([0.075, 0.15])
        assert guard.trouble is None


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (answers(reply(b"<!doctype html>")), UpstreamMalformed),
        (answers(reply(b"")), UpstreamMalformed),
        (answers(reply(b'{"title": 1}')), UpstreamMalformed),
        (answers(reply(b"", "location: /", status="302 Found")), UpstreamMalformed),
        (answers(reply(b"{}", status="401 No")), UpstreamRejected),
        (answers(reply(b"{}", status="404 No")), UpstreamRejected),
    ],
    ids=["a page", "nothing", "wrong shape", "elsewhere", "expired token", "not found"],
)
async def test_what_is_the_same_the_next_time(fault: Script, error: type[UpstreamError]) -> None:
    """One call for each question; and the source is not gone, however often."""
    async with FaultServer(fault) as server, guarded(server.url) as (upstream, guard, waits):
        for _ in range(9):
            with pytest.raises(error):
                await read(upstream, waits)
        assert len(server.asked) == 9
        assert guard.trouble is None


async def test_nobody_there() -> None:
    """Three attempts each for five shoppers; the sixth is told at once."""
    async with guarded(nobody_there()) as (upstream, guard, waits):
        for _ in range(5):
            with pytest.raises(UpstreamUnavailable):
                await read(upstream, waits)
        assert len(waits.asked) == 10

        with pytest.raises(UpstreamUnavailable, match="resting"):
            await read(upstream, waits)

        assert len(waits.asked) == 10
        assert guard.trouble is not None


async def test_an_answer_that_never_ends() -> None:
    """It is late at its bound, and asked for once."""
    async with (
        FaultServer(says_and_hangs(HALF)) as server,
        guarded(server.url) as (upstream, _, waits),
    ):
        with pytest.raises(UpstreamTimeout):
            await upstream.read(ASK, Call(waits.clock() + 0.05), Thing)
        assert len(server.asked) == 1


def _too_many(*headers: str) -> bytes:
    return reply(b"", *headers, status="429 Too Many Requests")


@pytest.mark.parametrize(
    "headers",
    [
        ("retry-after: 2",),
        ("x-contentful-ratelimit-reset: 2",),
        (
            f"date: {formatdate(1e9, usegmt=True)}",
            f"retry-after: {formatdate(1e9 + 2, usegmt=True)}",
        ),
    ],
    ids=["seconds", "Contentful's", "date"],
)
async def test_a_source_says_when_to_come_again(headers: tuple[str, ...]) -> None:
    """Its wish fits into the time there is: it is asked again then, and not before."""
    async with (
        FaultServer(answers(_too_many(*headers), WHOLE)) as server,
        guarded(server.url) as (upstream, guard, waits),
    ):
        assert await read(upstream, waits) == Thing(name="Tee")
        assert len(server.asked) == 2
        assert waits.asked == pytest.approx([2.05])
        assert guard.trouble is None


@pytest.mark.parametrize(
    ("header", "rest"),
    [
        ("retry-after: 25", 25.0),
        ("retry-after: 3553", 60.0),
        ("x-contentful-ratelimit-reset: 3553", 60.0),
    ],
)
async def test_a_wish_that_does_not_fit(header: str, rest: float) -> None:
    """It is not asked again for as long as it says, and never longer than a minute."""
    async with (
        FaultServer(answers(_too_many(header), WHOLE)) as server,
        guarded(server.url) as (upstream, guard, waits),
    ):
        with pytest.raises(UpstreamUnavailable) as told:
            await read(upstream, waits)
        assert told.value.status == 429
        waits.ahead += rest - 1.0
        with pytest.raises(UpstreamUnavailable, match="resting"):
            await read(upstream, waits)
        assert (len(server.asked), waits.asked) == (1, [])
        assert guard.trouble == "resting for 1.0 s as it asked"
        waits.ahead += 1.0

        assert await read(upstream, waits) == Thing(name="Tee")


async def test_a_source_that_hangs() -> None:
    """It is left alone although its calls go on; and asked as usual once it answers."""
    is_well = asyncio.Event()

    async def answers_when_well(peer: Peer) -> None:
        await peer.request()
        await is_well.wait()
        await peer.send(WHOLE)

    async with (
        FaultServer(answers_when_well) as server,
        guarded(server.url, slow_after=0.02) as (upstream, guard, waits),
    ):
        hung = [asyncio.create_task(read(upstream, waits)) for _ in range(6)]
        while guard.trouble is None:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.005)
        with pytest.raises(UpstreamUnavailable, match="resting"):
            await read(upstream, waits)
        is_well.set()
        ends = await asyncio.gather(*hung, return_exceptions=True)

        assert Thing(name="Tee") in ends
        assert guard.trouble is None


async def test_one_finds_out_that_it_is_back() -> None:
    """Of those who come at the same moment exactly one reaches the source."""
    asked, may_answer = asyncio.Event(), asyncio.Event()

    async def holds_back(peer: Peer) -> None:
        await peer.request()
        asked.set()
        await may_answer.wait()
        await peer.send(WHOLE)

    fails = says_and_closes(reply(b"", "retry-after: 30", status="503 Later"))
    async with (
        FaultServer(fails, holds_back) as server,
        guarded(server.url) as (upstream, _, waits),
    ):
        with pytest.raises(UpstreamUnavailable):
            await read(upstream, waits)
        waits.ahead += 30.0
        probe = asyncio.create_task(read(upstream, waits))
        await asyncio.wait_for(asked.wait(), SLOW)
        for _ in range(20):
            with pytest.raises(UpstreamUnavailable, match="resting"):
                await read(upstream, waits)
        may_answer.set()

        assert await probe == Thing(name="Tee")
        assert len(server.asked) == 2


async def test_contentful_tells_its_limit() -> None:
    """With every answer; from then on it sees no more than that in a second."""
    told = reply(TEE, "x-contentful-ratelimit-second-limit: 2")
    async with (
        FaultServer(answers(told)) as server,
        guarded(server.url, per_second=55) as (upstream, _, waits),
    ):
        await read(upstream, waits)
        await read(upstream, waits)

        with pytest.raises(UpstreamTimeout, match="no turn"):
            await upstream.read(ASK, Call(waits.clock() + 0.05), Thing)

        assert len(server.asked) == 2
        waits.ahead += 1.0
        assert await read(upstream, waits) == Thing(name="Tee")


async def test_what_is_told_is_told_once() -> None:
    """Who is told of changes has a queue with patience of its own, and a purge is not a read."""
    async with (
        FaultServer(answers(reply(b"", status="503 Later"))) as server,
        guarded(server.url) as (upstream, guard, waits),
    ):
        for _ in range(9):
            with pytest.raises(UpstreamUnavailable):
                await upstream.tell(Notice("purge", "POST", "/purge"), Call(waits.clock() + 20.0))
        assert len(server.asked) == 9
        assert guard.trouble is None
