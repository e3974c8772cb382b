"""What a source may do to us, on the production transport against a real socket."""

import asyncio
import gzip
import json
import logging
import time
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import aiohttp
import httpx
import pytest
import respx
from aiohttp import http_exceptions
from aiohttp.http_exceptions import HttpProcessingError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, field_validator

from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call
from bff.upstream import Question, Upstream, open_client
from tests.fault_server import (
    FaultServer,
    Peer,
    Script,
    answers,
    never_reads,
    nobody_there,
    reply,
    says_and_closes,
    says_and_hangs,
    says_and_resets,
    says_at_once,
)

SECRET = "pk_hush"
TEE = b'{"name":"Tee"}'
ASK = Question("products", "/store/products")
SEARCH = Question("contents", "/query", body={"query": "*"})
JSON_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Thing(BaseModel):
    name: str


class Loose(BaseModel):
    name: Any


class Price(BaseModel):
    amount: Decimal


def soon(seconds: float = 5.0) -> Call:
    return Call(time.monotonic() + seconds)


def word_of(_status: int, body: bytes) -> str:
    return str(json.loads(body)["type"])


def upstream(client: httpx.AsyncClient, *, body_limit: int = 1_000_000) -> Upstream:
    return Upstream("medusa", client, time.monotonic, word_of, body_limit=body_limit)


def opened(url: str, connections: int = 8) -> httpx.AsyncClient:
    return open_client(url, {"x-publishable-api-key": SECRET}, connections=connections)


async def fetched(*scripts: Script, question: Question = ASK, call: Call | None = None) -> Thing:
    async with FaultServer(*scripts) as server, opened(server.url) as client:
        return await upstream(client).read(question, call or soon(), Thing)


def mocked(handler: Callable[[httpx.Request], httpx.Response]) -> Upstream:
    """An upstream over httpx as it comes: the way in for what no socket can produce."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler), base_url="http://shop")
    return upstream(client)


def answering(body: bytes, status: int = 200, **headers: str) -> Upstream:
    return mocked(lambda _: httpx.Response(status, content=body, headers=headers))


# --- what is sent


async def test_a_question_is_sent_as_it_was_asked() -> None:
    """The source sees path, parameters, our key and our name; and no trace when nobody traces."""
    async with FaultServer(answers(reply(TEE))) as server, opened(server.url + "/shop/") as client:
        question = Question("products", "/store/products", (("id[]", "a,b+c $d"), ("q", "ä%41")))
        assert await upstream(client).read(question, soon(), Thing) == Thing(name="Tee")

    asked = server.asked[0]
    address = urlsplit(asked.target)
    assert (asked.method, address.path, asked.body) == ("GET", "/shop/store/products", b"")
    assert tuple(parse_qsl(address.query)) == question.params
    assert dict(asked.headers) == {
        "host": server.url.removeprefix("http://"),
        "accept": "application/json",
        "accept-encoding": "gzip",
        "connection": "keep-alive",
        "user-agent": "bff",
        "x-publishable-api-key": SECRET,
    }


async def test_a_long_question_is_posted_as_json() -> None:
    """A body goes out as JSON, whatever its text holds."""
    body = {"query": "*[_type == 'product']", "params": {"ids": ["ä", "\ud800"]}}
    async with FaultServer(answers(reply(TEE))) as server, opened(server.url) as client:
        await upstream(client).read(Question("contents", "/query", body=body), soon(), Thing)

    asked = server.asked[0]
    assert (asked.method, asked.header("content-type")) == ("POST", "application/json")
    assert json.loads(asked.body) == body


text = st.text(st.characters(exclude_categories=["Cs"]))


@given(
    st.lists(st.tuples(text, text)), st.lists(text.filter(lambda part: part not in {".", ".."}))
)
async def test_any_text_arrives_unchanged(
    params: list[tuple[str, str]], segments: list[str]
) -> None:
    """No character of a parameter or a path changes, and a path never becomes anything else."""
    path = "/" + "/".join(segment.replace("/", "") or "x" for segment in segments)
    if {".", ".."} & set(path.split("/")):
        return
    target = await _sent(Question("products", path, tuple(params)))

    address = urlsplit(f"http://host{target}")
    assert unquote(address.path) == f"/base{path}"
    assert parse_qsl(address.query, keep_blank_values=True) == params


async def _sent(question: Question) -> str:
    """The target as aiohttp writes it, which has its own idea of quoting."""
    targets: list[str] = []

    async def note(
        request: aiohttp.ClientRequest, _send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        targets.append(request.url.raw_path_qs)
        raise aiohttp.ClientConnectionError

    async def pass_on(request: httpx.Request) -> httpx.Response:
        async with aiohttp.ClientSession(middlewares=(note,)) as session:
            await session.request(request.method, str(request.url))
        raise AssertionError

    client = httpx.AsyncClient(transport=httpx.MockTransport(pass_on), base_url="http://host/base")
    with pytest.raises(UpstreamUnavailable):
        await upstream(client).read(question, soon(), Thing)
    return targets[0]


async def test_any_client_can_be_put_in() -> None:
    """Tests and the demo see the same request through httpx as it comes."""
    seen: list[httpx.URL] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(request.url)
        return httpx.Response(200, content=TEE)

    question = Question("products", "/p", (("id[]", "ä,b"), ("q", "x&y")))
    await mocked(note).read(question, soon(), Thing)

    assert seen[0].params.multi_items() == list(question.params)
    assert parse_qsl(seen[0].query.decode()) == list(question.params)
    assert seen[0].raw_path == b"/p?" + seen[0].query
    assert httpx.URL(str(seen[0])) == seen[0]


async def test_half_a_character_is_asked_for_in_vain() -> None:
    """A lone surrogate from a client's JSON finds nothing and breaks nothing."""
    question = Question("products", "/p", (("handle", "tee\ud800"),))
    assert await _sent(question) == "/base/p?handle=tee?"


@pytest.mark.parametrize("path", ["store", "", "/a/../admin", "/.", "http://evil.test/", "/a/.."])
def test_a_path_that_leaves_the_base_is_a_mistake(path: str) -> None:
    """Such a question cannot even be written down."""
    with pytest.raises(ValueError, match="products"):
        Question("products", path)


@pytest.mark.parametrize(
    "path", ["//evil.test/x", "/a?x=1", "/a#b", "/%2e%2e/b", "/a\\b", "/a@b:1"]
)
async def test_a_path_smuggles_nothing(path: str) -> None:
    """Whatever is in a path stays path, on our host."""
    async with FaultServer(answers(reply(TEE))) as server, opened(server.url + "/base") as client:
        await upstream(client).read(Question("products", path), soon(), Thing)
    assert "?" not in server.asked[0].target
    assert unquote(server.asked[0].target) == f"/base{path}"


@pytest.mark.parametrize(
    ("traceparent", "sent"),
    [(TRACE, TRACE), (None, None), ("00-x", None), (f"{TRACE}\r\nx: y", None), ("ä", None)],
)
async def test_only_a_real_trace_is_passed_on(traceparent: str | None, sent: str | None) -> None:
    """The trace of a request goes on to the source; what is no trace goes nowhere."""
    call = Call(time.monotonic() + 5, traceparent)
    async with FaultServer(answers(reply(TEE))) as server, opened(server.url) as client:
        shop = upstream(client)
        await shop.read(ASK, call, Thing)
        await shop.read(ASK, soon(), Thing)
    assert [asked.header("traceparent") for asked in server.asked] == [sent, None]


async def test_a_question_may_have_credentials_of_its_own() -> None:
    """A token that changes goes with one question, is not shown, and is gone for the next."""
    signed = Question("products", "/a", body={"b": SECRET}, headers=(("authorization", SECRET),))
    async with FaultServer(answers(reply(TEE))) as server, opened(server.url) as client:
        shop = upstream(client)
        await shop.read(signed, soon(), Thing)
        await shop.read(ASK, soon(), Thing)
    assert [asked.header("authorization") for asked in server.asked] == [SECRET, None]
    assert [asked.header("x-publishable-api-key") for asked in server.asked] == [SECRET, SECRET]
    assert SECRET not in repr(signed)


async def test_cookies_are_not_kept() -> None:
    """A cookie that a source sets is never sent back."""
    async with (
        FaultServer(answers(reply(TEE, "set-cookie: session=1"))) as server,
        opened(server.url.replace("127.0.0.1", "localhost")) as client,  # jars doubt addresses
    ):
        for _ in range(2):
            await upstream(client).read(ASK, soon(), Thing)
        assert len(client.cookies) == 0
    assert [asked.header("cookie") for asked in server.asked] == [None, None]


async def test_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment does not get to see the shop's key."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobody_there())
    assert await fetched(answers(reply(TEE))) == Thing(name="Tee")


# --- what comes back and what it means

cut_chunk = b'transfer-encoding: chunked\r\n\r\n4\r\n{"na'
packed = gzip.compress(TEE)

FAULTS: dict[str, tuple[Script, type[UpstreamError], str]] = {
    "hangs before the answer": (says_and_hangs(b""), UpstreamTimeout, ""),
    "hangs in the head": (says_and_hangs(JSON_HEAD), UpstreamTimeout, ""),
    "hangs in the body": (
        says_and_hangs(JSON_HEAD + b"content-length: 99\r\n\r\n{"), UpstreamTimeout, ""
    ),
    "accepts and reads nothing": (never_reads, UpstreamTimeout, ""),
    "500": (answers(reply(b"oops", status="500 No")), UpstreamUnavailable, "HTTP 500"),
    "503 that hangs": (
        says_and_hangs(b"HTTP/1.1 503 No\r\ncontent-length: 9\r\n\r\n"),
        UpstreamUnavailable,
        "HTTP 503",
    ),
    "429": (answers(reply(b"", status="429 Slow")), UpstreamUnavailable, "HTTP 429"),
    "closes at once": (says_and_closes(b""), UpstreamUnavailable, "no connection"),
    "resets at once": (says_and_resets(b""), UpstreamUnavailable, "no connection"),
    "closes in the head": (says_and_closes(JSON_HEAD), UpstreamUnavailable, "no connection"),
    "resets in the body": (
        says_and_resets(JSON_HEAD + b"content-length: 99\r\n\r\n{"),
        UpstreamMalformed,
        "answer was cut short",
    ),
    "truncated": (
        says_and_closes(JSON_HEAD + b"content-length: 99\r\n\r\n{"),
        UpstreamMalformed,
        "answer was cut short",
    ),
    "chunks cut short": (
        says_and_closes(JSON_HEAD + cut_chunk), UpstreamMalformed, "answer was cut short"
    ),
    "bad chunk": (
        says_and_closes(JSON_HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n"),
        UpstreamMalformed,
        "not HTTP",
    ),
    "no HTTP at all": (says_and_closes(b"SSH-2.0-x\r\n\r\n"), UpstreamMalformed, "not HTTP"),
    "endless head": (
        says_and_closes(JSON_HEAD + b"x: " + b"y" * 100_000 + b"\r\n\r\n"),
        UpstreamMalformed,
        "not HTTP",
    ),
    "HTML": (
        answers(reply(b"<html>hush", "content-type: text/html")), UpstreamMalformed, "not JSON"
    ),
    "empty": (answers(reply(b"")), UpstreamMalformed, "empty answer"),
    "204": (
        answers(b"HTTP/1.1 204 No Content\r\n\r\n"), UpstreamMalformed, "empty answer"
    ),
    "304": (answers(b"HTTP/1.1 304 Same\r\n\r\n"), UpstreamMalformed, "HTTP 304"),
    "redirect": (
        answers(reply(b"", "location: /hush", status="302 Found")), UpstreamMalformed, "HTTP 302"
    ),
    "redirect to nonsense": (
        answers(reply(b"", "location: http://[", status="301 M")), UpstreamMalformed, "HTTP 301"
    ),
    "gzip cut short": (
        answers(reply(packed[:-9], "content-encoding: gzip")),
        UpstreamMalformed,
        "answer was cut short",
    ),
    "no gzip": (
        answers(reply(TEE, "content-encoding: gzip")), UpstreamMalformed, "answer was cut short"
    ),
    "gzip twice": (
        answers(reply(gzip.compress(packed), "content-encoding: gzip, gzip")),
        UpstreamMalformed,
        "unknown content encoding",
    ),
    "wrong shape": (
        answers(reply(b'{"name":["hush"]}')), UpstreamMalformed, "unexpected shape"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("script", "kind", "detail"), FAULTS.values(), ids=FAULTS)
async def test_each_fault_has_its_error(
    script: Script, kind: type[UpstreamError], detail: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault becomes one of our errors, for GET and POST, and gives nothing away."""
    caplog.set_level(logging.DEBUG)
    for question in (ASK, SEARCH):
        async with FaultServer(script) as server, opened(server.url) as client:
            deadline = 0.5 if kind is UpstreamTimeout else 5
            with pytest.raises(UpstreamError) as caught:
                await upstream(client).read(question, soon(deadline), Thing)

            assert type(caught.value) is kind
            assert caught.value.detail == detail
            # A new connection that fails is not tried again.
            assert len(server.asked) == (0 if script is never_reads else 1)
        told = f"{caught.value!s} {caught.value!r} {caplog.text}"
        assert f"upstream_failed source=medusa operation={question.operation}" in told
        for secret in (SECRET, "hush", "127.0.0.1", "store", "http:"):
            assert secret not in told


async def test_nobody_listens() -> None:
    """A refused connection is an outage, known at once."""
    async with opened(nobody_there()) as client:
        with pytest.raises(UpstreamUnavailable, match="no connection"):
            await upstream(client).read(ASK, soon(), Thing)


async def test_a_name_that_does_not_exist() -> None:
    """A wrong host name is an outage as well, not a crash."""
    async with opened("http://does-not-exist.invalid") as client:
        with pytest.raises(UpstreamError) as caught:
            await upstream(client).read(ASK, soon(2), Thing)
    assert "invalid" not in str(caught.value)


async def test_a_server_without_tls_behind_https() -> None:
    """Plain text where TLS is expected is an outage, known at once."""
    async with (
        FaultServer(says_at_once(b"220 hello\r\n")) as server,
        opened(server.url.replace("http:", "https:")) as client,
    ):
        with pytest.raises(UpstreamUnavailable, match="no connection"):
            await upstream(client).read(ASK, soon(), Thing)
        assert server.asked == []


@pytest.mark.parametrize("question", [ASK, SEARCH])
async def test_a_drip_does_not_outlast_the_deadline(question: Question) -> None:
    """A body that arrives byte by byte for ever ends with the call's deadline."""

    async def drip(peer: Peer) -> None:
        await peer.request()
        await peer.send(JSON_HEAD + b"transfer-encoding: chunked\r\n\r\n")
        while True:
            await peer.send(b"1\r\n \r\n")
            await asyncio.sleep(0)

    started_at = time.monotonic()
    with pytest.raises(UpstreamTimeout):
        await fetched(drip, question=question, call=soon(0.05))
    assert time.monotonic() - started_at < 2


async def test_no_time_left_means_no_call() -> None:
    """A request that has used up its time does not trouble the source."""
    async with FaultServer(answers(reply(TEE))) as server, opened(server.url) as client:
        for late in (0.0, -3.0):
            with pytest.raises(UpstreamTimeout, match="no time was left"):
                await upstream(client).read(ASK, soon(late), Thing)
        assert server.connections == 0


async def test_cancelling_is_not_a_failure() -> None:
    """Whoever stops waiting gets a cancellation, and the connection is not used again."""
    arrived = asyncio.Event()

    async def hang(peer: Peer) -> None:
        await peer.request()
        arrived.set()
        await peer.left()

    async with FaultServer(hang, answers(reply(TEE))) as server, opened(server.url, 1) as client:
        reading = asyncio.create_task(upstream(client).read(ASK, soon(), Thing))
        await arrived.wait()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert await upstream(client).read(ASK, soon(), Thing) == Thing(name="Tee")
        assert server.connections == 2


async def test_a_closed_client_is_an_outage() -> None:
    """What is still under way at shutdown ends in one of our errors."""
    async with FaultServer(answers(reply(TEE))) as server:
        client = opened(server.url)
        await client.aclose()
        with pytest.raises(UpstreamUnavailable):
            await upstream(client).read(ASK, soon(), Thing)
        assert server.connections == 0


@pytest.mark.parametrize("loses", [says_and_closes, says_and_resets])
async def test_a_refusal_counts_even_when_its_body_is_lost(
    loses: Callable[[bytes], Script],
) -> None:
    """A server that refuses an oversized request may hang up before it has said why."""
    head = b"HTTP/1.1 400 Bad\r\ncontent-length: 99\r\n\r\n{"
    with pytest.raises(UpstreamRejected) as caught:
        await fetched(loses(head))
    assert (caught.value.status, caught.value.reason) == (400, "")


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        (b"HTTP/1.1 431 Large\r\nConnection: close\r\n\r\n", 431, ""),
        (reply(b'{"type":"not_allowed","message":"hush"}', status="400 Bad"), 400, "not_allowed"),
        (reply(b"<html>hush", status="404 Not Found"), 404, ""),
        (reply(b'{"type":"hush hush: pk_hush"}', status="401 No"), 401, ""),
        (reply(b'{"type":7}', status="403 No"), 403, "7"),
    ],
)
async def test_a_refusal_names_its_reason(answer: bytes, status: int, reason: str) -> None:
    """A 4xx tells the status, and a reason only when that is a single machine word."""
    with pytest.raises(UpstreamRejected) as caught:
        await fetched(says_and_closes(answer))
    failure = caught.value
    assert (failure.status, failure.reason) == (status, reason)
    assert failure.detail == f"HTTP {status} {reason}".rstrip()
    assert "hush" not in f"{failure!s}{failure!r}"


NOON = "date: Mon, 01 Jun 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (["retry-after: 7"], 7),
        (["retry-after: 0"], 0),
        (["retry-after: -5"], 0),
        (["retry-after:  12 "], 12),
        ([NOON, "retry-after: Mon, 01 Jun 2026 12:00:30 GMT"], 30),
        ([NOON, "retry-after: Mon, 01 Jun 2026 12:00:30 -0000"], 30),
        ([NOON, "retry-after: Mon, 01 Jun 2026 11:00:00 GMT"], 0),
        (["retry-after: Mon, 01 Jun 2020 11:00:00 GMT"], 0),
        ([], None),
        (["retry-after: soon"], None),
        (["retry-after: 1.5"], None),
        (["retry-after: " + "9" * 5000], None),
        (["retry-after: Mon, 99 Jun 99999 11:00:00 GMT"], None),
        (["retry-after: "], None),
    ],
)
@pytest.mark.parametrize("status", ["429 Slow", "503 Down"])
async def test_a_source_says_when_to_come_back(
    status: str, headers: list[str], seconds: float | None
) -> None:
    """Retry-After is understood as seconds or as a date; nonsense is as good as silence."""
    with pytest.raises(UpstreamUnavailable) as caught:
        await fetched(answers(reply(b"", *headers, status=status)))
    assert caught.value.retry_after == seconds


async def test_a_packed_answer_is_unpacked() -> None:
    """gzip, which is what we ask for, is understood."""
    assert await fetched(answers(reply(packed, "content-encoding: GZIP"))) == Thing(name="Tee")


@pytest.mark.parametrize(
    "answer",
    [
        reply(b'"' + b" " * 2_000_000 + b'"'),
        reply(gzip.compress(b'"' + b" " * 50_000_000 + b'"'), "content-encoding: gzip"),
    ],
)
async def test_an_answer_without_end_is_not_taken_in(answer: bytes) -> None:
    """Neither a huge body nor a small one that unpacks to a huge one fills our memory."""
    async with FaultServer(answers(answer)) as server, opened(server.url) as client:
        shop = upstream(client)
        tracemalloc.start()
        try:
            with pytest.raises(UpstreamMalformed, match="answer is too large"):
                await shop.read(ASK, soon(), Thing)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert most < 4_000_000


async def test_an_answer_may_be_as_large_as_the_limit() -> None:
    """The limit is the largest size that is taken, packed or not."""
    for body, *headers in ((TEE,), (packed, "content-encoding: gzip")):
        script = answers(reply(body, *headers))
        async with FaultServer(script) as server, opened(server.url) as client:
            await upstream(client, body_limit=len(TEE)).read(ASK, soon(), Thing)
            with pytest.raises(UpstreamMalformed, match="too large"):
                await upstream(client, body_limit=len(TEE) - 1).read(ASK, soon(), Thing)


# --- connections


@pytest.mark.parametrize("question", [ASK, SEARCH])
@pytest.mark.parametrize("end", [Peer.close, Peer.reset])
async def test_a_stale_connection_is_replaced(
    end: Callable[[Peer], None], question: Question
) -> None:
    """A request that met the source's idle close succeeds, on a new connection."""

    async def stale(peer: Peer) -> None:
        await peer.request()
        await peer.send(reply(TEE))
        await peer.request()
        end(peer)

    async with FaultServer(stale, answers(reply(TEE))) as server, opened(server.url) as client:
        for _ in range(2):
            assert await upstream(client).read(question, soon(), Thing) == Thing(name="Tee")
        assert (server.connections, len(server.asked)) == (2, 3)
        assert server.asked[1] == server.asked[2]


async def test_other_stale_connections_are_not_tried() -> None:
    """When several connections went stale together, the second attempt takes a new one."""
    both = asyncio.Barrier(2)

    async def stale(peer: Peer) -> None:
        await peer.request()
        await both.wait()
        await peer.send(reply(TEE))
        await peer.request()
        peer.close()

    async with (
        FaultServer(stale, stale, answers(reply(TEE))) as server,
        opened(server.url) as client,
    ):
        shop = upstream(client)
        await asyncio.gather(*(shop.read(ASK, soon(), Thing) for _ in range(2)))
        assert await shop.read(ASK, soon(), Thing) == Thing(name="Tee")
        assert (server.connections, len(server.asked)) == (3, 4)


@pytest.mark.parametrize("question", [ASK, SEARCH])
@pytest.mark.parametrize("second", [says_and_closes(b""), says_and_resets(b"")])
async def test_there_is_one_second_attempt(question: Question, second: Script) -> None:
    """A source that closes the new connection as well is down; it is not asked a third time."""

    async def stale(peer: Peer) -> None:
        await peer.request()
        await peer.send(reply(TEE))
        await peer.request()

    async with FaultServer(stale, second) as server, opened(server.url) as client:
        await upstream(client).read(question, soon(), Thing)
        with pytest.raises(UpstreamUnavailable):
            await upstream(client).read(question, soon(), Thing)
        assert (server.connections, len(server.asked)) == (2, 3)


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\nco", JSON_HEAD, b"HTTP/1.1 2"])
async def test_a_begun_answer_is_not_asked_for_again(begun: bytes) -> None:
    """Once the source has begun to answer, the loss of the connection is its failure."""

    async def breaks_off(peer: Peer) -> None:
        await peer.request()
        await peer.send(reply(TEE))
        await peer.request()
        await peer.send(begun)

    async with FaultServer(breaks_off) as server, opened(server.url) as client:
        await upstream(client).read(ASK, soon(), Thing)
        with pytest.raises(UpstreamUnavailable):
            await upstream(client).read(ASK, soon(), Thing)
        assert (server.connections, len(server.asked)) == (1, 2)


async def test_a_timeout_is_not_tried_again() -> None:
    """A source that is slow on a used connection is not asked a second time."""

    async def slow(peer: Peer) -> None:
        await peer.request()
        await peer.send(reply(TEE))
        await peer.request()
        await peer.left()

    async with FaultServer(slow) as server, opened(server.url) as client:
        await upstream(client).read(ASK, soon(), Thing)
        with pytest.raises(UpstreamTimeout):
            await upstream(client).read(ASK, soon(0.05), Thing)
        assert (server.connections, len(server.asked)) == (1, 2)


async def test_connections_are_used_again() -> None:
    """Reads in a row share one connection, after refusals and failures too."""
    script = answers(
        reply(TEE),
        reply(b"{}", status="404 None"),
        reply(b"down", status="503 Down"),
        reply(b"", status="302 Found"),
        reply(TEE),
    )
    async with FaultServer(script) as server, opened(server.url) as client:
        for _ in range(6):
            try:
                await upstream(client).read(ASK, soon(), Thing)
            except UpstreamError:
                continue
        assert (server.connections, len(server.asked)) == (1, 6)


async def test_idle_connections_are_let_go() -> None:
    """A connection that was idle for longer than allowed is not used again."""
    async with (
        FaultServer(answers(reply(TEE))) as server,
        open_client(server.url, {}, idle_seconds=0.0) as client,
    ):
        for _ in range(2):
            await upstream(client).read(ASK, soon(), Thing)
        assert server.connections == 2


async def test_a_crowd_shares_few_connections() -> None:
    """Fifty reads at once open eight connections, and all are answered."""
    full = asyncio.Barrier(8)

    async def waits_for_eight(peer: Peer) -> None:
        await peer.request()
        await full.wait()
        await peer.send(reply(TEE))
        await answers(reply(TEE))(peer)

    async with FaultServer(waits_for_eight) as server, opened(server.url, 8) as client:
        shop = upstream(client)
        things = await asyncio.gather(*(shop.read(ASK, soon(), Thing) for _ in range(50)))
        assert things == [Thing(name="Tee")] * 50
        assert (server.connections, len(server.asked)) == (8, 50)


async def test_waiting_for_a_connection_counts() -> None:
    """When all connections are busy, the deadline ends the wait, and nothing is sent."""
    async with FaultServer(says_and_hangs(b"")) as server, opened(server.url, 1) as client:
        shop = upstream(client)
        calls = (shop.read(ASK, soon(0.05), Thing) for _ in range(3))
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(result) for result in results] == [UpstreamTimeout] * 3
        assert (server.connections, len(server.asked)) == (1, 1)


# --- JSON


@pytest.mark.parametrize(
    ("spelling", "amount"),
    [
        ("0.1", "0.1"),
        ("29.99", "29.99"),
        ("23.436974789915965", "23.436974789915965"),
        ("0", "0"),
        ("4499", "4499"),
        ("32.3892", "32.3892"),
        ("1e2", "100"),
        ("1E-7", "1E-7"),
        ("999999999999.99", "999999999999.99"),
        ('"9.995000000000000000000000000001"', "9.995000000000000000000000000001"),
    ],
)
async def test_amounts_are_exact(spelling: str, amount: str) -> None:
    """A price is the decimal number that the source wrote, not a float near it."""
    price = await answering(b'{"amount":%s}' % spelling.encode()).read(ASK, soon(), Price)
    assert str(price.amount) == amount


@given(st.floats(allow_nan=False, allow_infinity=False))
async def test_every_number_of_a_javascript_source_is_exact(number: float) -> None:
    """What JSON.stringify can write is read without a loss."""
    body = json.dumps({"amount": number}).encode()
    price = await answering(body).read(ASK, soon(), Price)
    assert price.amount == Decimal(repr(number))


@pytest.mark.parametrize(
    "value",
    [
        b"NaN",
        b"-Infinity",
        b"[1, Infinity]",
        b"9" * 4301,
        b"[" * 250 + b"]" * 250,
        b"[" * 100_000,
        b'"\xff"',
        b'"\\ud800"',
        b"'single'",
        b"1,",
        b"tru",
        b'"a"} {"name": 1',
    ],
)
@pytest.mark.parametrize("field", [b"name", b"other"])
async def test_what_is_no_json_is_refused(value: bytes, field: bytes) -> None:
    """Numbers beyond JSON, endless nesting and broken text are refused wherever they stand."""
    body = b'{"name": null, "%s": %s}' % (field, value)
    with pytest.raises(UpstreamMalformed, match="not JSON"):
        await answering(body).read(ASK, soon(), Loose)


async def test_words_that_look_like_numbers_are_text() -> None:
    """A product may be called NaN, or Infinity."""
    body = b'{"name":"NaN Infinity"}'
    assert (await answering(body).read(ASK, soon(), Thing)).name == "NaN Infinity"


async def test_a_wire_model_that_breaks_down_is_malformed_too() -> None:
    """A mistake in a wire model's own checks does not leave as a stranger."""

    class Touchy(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def _fail(cls, _: str) -> str:
            raise KeyError(SECRET)

    with pytest.raises(UpstreamMalformed, match="unexpected shape") as caught:
        await answering(TEE).read(ASK, soon(), Touchy)
    assert SECRET not in str(caught.value)


# --- nothing but our errors leaves


def _exceptions_of(module: object, base: type[Exception]) -> list[type[Exception]]:
    return [
        each for each in vars(module).values() if isinstance(each, type) and issubclass(each, base)
    ]


@pytest.mark.parametrize("kind", _exceptions_of(httpx, httpx.RequestError))
async def test_every_httpx_error_becomes_ours(kind: type[httpx.RequestError]) -> None:
    """An httpx with new errors cannot leak them to shoppers."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise kind(SECRET)

    with pytest.raises(UpstreamError) as caught:
        await mocked(fail).read(ASK, soon(), Thing)

    timed_out = issubclass(kind, httpx.TimeoutException)
    assert type(caught.value) is (UpstreamTimeout if timed_out else UpstreamUnavailable)
    assert type(caught.value.__cause__) is kind
    assert SECRET not in f"{caught.value!s}{caught.value!r}"


def _raised_bare(failure: Exception) -> None:
    raise failure


def _raised_as_httpx(failure: Exception) -> None:
    raise httpx.ConnectTimeout(SECRET) from failure


@pytest.mark.parametrize("kind", _exceptions_of(aiohttp, aiohttp.ClientError))
@pytest.mark.parametrize("raised", [_raised_bare, _raised_as_httpx])
async def test_every_aiohttp_error_becomes_ours(
    kind: type[Exception], raised: Callable[[Exception], None]
) -> None:
    """aiohttp's own word counts, translated by httpx-aiohttp or not."""

    def fail(_: httpx.Request) -> httpx.Response:
        raised(kind.__new__(kind))
        raise AssertionError

    with pytest.raises(UpstreamError) as caught:
        await mocked(fail).read(ASK, soon(), Thing)

    nonsense = (aiohttp.ClientPayloadError, aiohttp.ClientResponseError)
    if issubclass(kind, TimeoutError):
        assert type(caught.value) is UpstreamTimeout
    elif issubclass(kind, nonsense):
        assert type(caught.value) is UpstreamMalformed
    else:
        assert type(caught.value) is UpstreamUnavailable


@pytest.mark.parametrize("kind", _exceptions_of(http_exceptions, HttpProcessingError))
async def test_every_parser_error_becomes_ours(kind: type[Exception]) -> None:
    """Some of aiohttp's parser errors come through as they are: they mean broken HTTP."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise kind.__new__(kind)

    with pytest.raises(UpstreamMalformed, match="not HTTP"):
        await mocked(fail).read(ASK, soon(), Thing)


@pytest.mark.parametrize("failure", [OSError(SECRET), RuntimeError(SECRET), KeyError(SECRET)])
async def test_any_other_error_becomes_ours(failure: Exception) -> None:
    """Whatever a transport raises, callers know one family of errors."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise failure

    with pytest.raises(UpstreamUnavailable) as caught:
        await mocked(fail).read(ASK, soon(), Thing)
    assert caught.value.__cause__ is failure


async def test_causes_that_run_in_a_circle_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    """An error that is the cause of its own cause is reported, and stops nobody for ever.

    respx raises what a side effect raised from an error that was raised from it.
    """

    def fail(_: httpx.Request) -> httpx.Response:
        raise OSError(SECRET)

    async with httpx.AsyncClient(base_url="http://shop") as client:
        with respx.mock(base_url="http://shop") as shop:
            shop.get("/store/products").mock(side_effect=fail)
            with pytest.raises(UpstreamUnavailable) as caught:
                await upstream(client).read(ASK, soon(), Thing)

    failure = caught.value.__cause__
    assert isinstance(failure, OSError)
    assert failure.__cause__ is not None
    assert failure.__cause__.__cause__ is failure  # else this proves nothing
    assert "cause=SideEffectError" in caplog.text


# --- the client by itself


async def test_the_client_works_without_an_upstream() -> None:
    """`bff check` and health checks may use the production client directly."""
    async with FaultServer(answers(reply(b"OK"))) as server, opened(server.url) as client:
        for _ in range(2):
            response = await client.get("/health")
            assert (response.status_code, response.text) == (200, "OK")
        assert server.connections == 1
