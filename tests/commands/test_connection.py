"""What a client may do to a connection of `bff serve`, and what it hears when it overdoes it."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from bff.telemetry.edge import REFUSED_CONNECTIONS
from tests.commands.ports import LIMITS, Port, Shop, port

GET = b"GET /one HTTP/1.1\r\nhost: shop\r\n\r\n"
POST = b"POST /two HTTP/1.1\r\nhost: shop\r\n"


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.open.set()
    return shop


@pytest.fixture
async def there(shop: Shop) -> AsyncIterator[Port]:
    async with port(shop) as there:
        yield there


def refused(said: bytes) -> tuple[int, str]:
    """Return status and title of the only answer; it must be whole and the connection's last."""
    head, _, body = said.partition(b"\r\n\r\n")
    told = json.loads(body)
    assert b"connection: close" in head
    assert b"content-type: application/problem+json" in head
    assert b"x-content-type-options: nosniff" in head
    assert int(head[9:12]) == told["status"]
    return told["status"], told["title"]


async def test_an_ordinary_client_notices_nothing(there: Port) -> None:
    client = await there.connect()
    for _ in range(3):
        await client.send(GET)
        assert (await client.answer())[::2] == (200, b"/one 0")
    await client.send(POST + b"content-length: 3\r\n\r\n")
    await client.send(b"abc")
    status, head, body = await client.answer()
    assert (status, body) == (200, b"/two 3")
    assert b"connection: close" not in head
    client.writer.close()


MALFORMED = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "two lengths": POST + b"content-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "the same length twice": POST + b"content-length: 1\r\ncontent-length: 1\r\n\r\na",
    "a negative length": POST + b"content-length: -1\r\n\r\n",
    "a length that is no number": POST + b"content-length: 0x1\r\n\r\na",
    "a length of 23 digits": POST + b"content-length: 99999999999999999999999\r\n\r\n",
    "length and chunks": POST
    + b"content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks and length": POST
    + b"transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n",
    "chunks twice": POST + b"transfer-encoding: chunked\r\n" * 2 + b"\r\n0\r\n\r\n",
    "another coding": POST + b"transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "an unknown coding": POST + b"transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk of no size": POST + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
    "a chunk of negative size": POST + b"transfer-encoding: chunked\r\n\r\n-1\r\n",
    "a chunk of 76 bits": POST + b"transfer-encoding: chunked\r\n\r\nfffffffffffffffffff\r\n",
    "a chunk that is longer than it says": POST
    + b"transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nhost : shop\r\n\r\n",
    "a header over two lines": GET[:-2] + b"x: a\r\n b\r\n\r\n",
    "NUL in a header": GET[:-2] + b"x: a\0b\r\n\r\n",
    "lines that end with LF": GET.replace(b"\r\n", b"\n"),
    "an address that is not ASCII": "GET /ä HTTP/1.1\r\nhost: shop\r\n\r\n".encode(),
    "HTTP/2 unasked": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    "a method that nobody knows": b"BREW / HTTP/1.1\r\nhost: shop\r\n\r\n",
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_request(there: Port, sent: bytes) -> None:
    assert refused(await there.tell(sent)) == (400, "Bad Request")


async def test_bad_chunks_after_a_good_one(there: Port, shop: Shop) -> None:
    client = await there.connect()
    await client.send(POST + b"transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
    await shop.was_asked()
    await client.send(b"!!\r\n")
    assert refused(await client.rest()) == (400, "Bad Request")


async def test_a_body_in_very_many_pieces(there: Port, shop: Shop) -> None:
    """Each costs as much as hundreds of bytes: a body of 10 KB would be a megabyte's work."""
    shop.most = 1_000_000
    said = await there.tell(POST + b"transfer-encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 10_000)
    assert refused(said) == (400, "Bad Request")


async def test_a_short_body_in_pieces_of_one_byte(there: Port) -> None:
    """Some clients write it as they make it."""
    client = await there.connect()
    await client.send(POST + b"transfer-encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 500)
    await client.send(b"0\r\n\r\n")
    assert (await client.answer())[::2] == (200, b"/two 500")
    client.writer.close()


@pytest.mark.parametrize(
    "pieces",
    [
        [GET[:-2] + b"x: " + b"a" * 3000 + b"\r\n\r\n"],
        [GET[:-2] + b"x: ", b"a" * 3000],
        [GET[:-2], b"a: b\r\n" * 1000],
        [b"\r\n" * 2000],
        [GET * 3 + GET[:-2] + b"x: " + b"a" * 3000 + b"\r\n\r\n"],
    ],
    ids=["one long header", "without an end", "many", "nothing but lines", "behind others"],
)
async def test_a_head_that_is_too_long(there: Port, pieces: list[bytes]) -> None:
    said = await there.tell(*pieces)
    last = said[said.rindex(b"HTTP/1.1") :]
    assert refused(last) == (431, "Request Header Fields Too Large")


async def test_an_address_that_is_too_long(there: Port) -> None:
    sent = b"GET /" + b"a" * 600 + b" HTTP/1.1\r\nhost: shop\r\n\r\n"
    assert refused(await there.tell(sent)) == (414, "Request-URI Too Long")


async def test_many_small_requests_at_once_are_no_long_head(there: Port) -> None:
    """What counts is each head, not how many bytes have come together."""
    client = await there.connect()
    long = GET[:-2] + b"x: " + b"a" * 1500 + b"\r\n\r\n"
    await client.send(long * 4)
    assert [(await client.answer())[0] for _ in range(4)] == [200] * 4
    client.writer.close()


@pytest.mark.parametrize(
    "after_the_last_chunk", [b"x: " + b"a" * 3000, b"x: y\r\n" * 800], ids=["one", "many"]
)
async def test_trailers_without_end(there: Port, shop: Shop, after_the_last_chunk: bytes) -> None:
    client = await there.connect()
    await client.send(POST + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n")
    await shop.was_asked()
    await client.send(after_the_last_chunk)
    assert refused(await client.rest())[0] == 431


async def test_an_extension_of_a_chunk_without_end(there: Port, shop: Shop) -> None:
    client = await there.connect()
    await client.send(POST + b"transfer-encoding: chunked\r\n\r\n")
    await shop.was_asked()
    await client.send(b"1;" + b"a" * 3000)
    assert refused(await client.rest())[0] == 431


async def test_a_trailer_does_not_become_a_header(there: Port, shop: Shop) -> None:
    """A proxy has looked at the headers; what comes behind the body was seen by nobody."""
    sent = POST + b"transfer-encoding: chunked\r\n\r\n0\r\nx-forwarded-for: 1.2.3.4\r\n\r\n"
    client = await there.connect()
    await client.send(sent)
    assert (await client.answer())[0] == 200
    assert [name for name, _ in shop.headers] == [b"host", b"transfer-encoding"]
    client.writer.close()


SLOW = {
    "a line": [b"GET / HT"],
    "a header": [GET[:-2] + b"x: a"],
    "the end of the head": [GET[:-2]],
    "a body": [POST + b"content-length: 10\r\n\r\nabc"],
    "a chunk": [POST + b"transfer-encoding: chunked\r\n\r\n3\r\na"],
    "the last chunk": [POST + b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n"],
}


@pytest.mark.parametrize("pieces", SLOW.values(), ids=SLOW)
async def test_a_request_that_stops_halfway(there: Port, pieces: list[bytes]) -> None:
    assert refused(await there.tell(*pieces)) == (408, "Request Timeout")


async def test_a_byte_now_and_then_is_not_enough(there: Port) -> None:
    """The time counts from the first byte: sending on does not lengthen it."""
    client = await there.connect()
    await client.send(b"GET / HTTP/1.1\r\n")

    async def drip() -> None:
        for _ in range(200):
            client.writer.write(b"a: b\r\n")
            await asyncio.sleep(0.05)

    dripping = asyncio.create_task(drip())
    try:
        assert refused(await client.rest()) == (408, "Request Timeout")
    finally:
        dripping.cancel()


async def test_a_second_request_that_stops_halfway(there: Port, shop: Shop) -> None:
    """The first one is answered, however long that takes; its answer stays whole."""
    shop.open.clear()
    client = await there.connect()
    await client.send(GET + POST + b"content-length: 10\r\n\r\nabc")
    await asyncio.sleep(2 * LIMITS.receive_seconds)
    shop.open.set()
    said = await client.rest()
    first, _, second = said.partition(b"/one 0")
    assert first.startswith(b"HTTP/1.1 200")
    assert refused(second)[0] == 408
    assert shop.asked == ["/one"]


@pytest.mark.parametrize("sent", [b"", b"\r\n", GET], ids=["nothing", "a line", "one request"])
async def test_a_connection_on_which_nothing_more_comes(there: Port, sent: bytes) -> None:
    """It ends without a word: whoever asks at that moment must not take that for his answer."""
    said = await there.tell(sent)
    assert said == b"" or said.endswith(b"/one 0")


async def test_a_refusal_is_read_by_who_is_still_sending(there: Port) -> None:
    """A client that looks at the answer only after it has sent all."""
    client = await there.connect()
    await client.send(POST + b"content-length: 500000\r\n\r\n")
    for _ in range(5):
        await client.send(b"a" * 100_000)
    status, head, _ = await client.answer()
    assert status == 413
    assert b"connection: close" in head
    assert await client.rest() == b""


async def test_a_client_that_never_stops_sending(there: Port) -> None:
    """It is read for a while, so that it may see the answer, and then cut off."""
    client = await there.connect()
    await client.send(POST + b"content-length: 999999999\r\n\r\n")
    with pytest.raises(OSError, match=r"."):  # noqa: PT012 - some time while it sends
        while True:
            await client.send(b"a" * 100_000)
    client.writer.close()


async def test_more_requests_at_once_than_are_let_wait(there: Port, shop: Shop) -> None:
    shop.open.clear()
    client = await there.connect()
    await client.send(GET * 50)
    shop.open.set()
    said = await client.rest()
    assert said.count(b"/one 0") == 1 + LIMITS.pipelined
    assert refused(said[said.rindex(b"HTTP/1.1") :]) == (400, "Bad Request")
    assert len(shop.asked) == 1 + LIMITS.pipelined


async def test_more_connections_than_there_may_be(there: Port) -> None:
    """Those that are there are served; further ones hear why they are not; then there is room."""
    crowd = [await there.connect() for _ in range(LIMITS.connections)]
    for client in crowd:
        await client.send(GET)
        assert (await client.answer())[0] == 200
    assert refused(await there.tell()) == (503, "Service Unavailable")
    for client in crowd:
        client.writer.close()
        await client.writer.wait_closed()
    while there.server.server_state.connections:  # noqa: ASYNC110 - the ends have to arrive
        await asyncio.sleep(0.01)
    client = await there.connect()
    await client.send(GET)
    assert (await client.answer())[0] == 200
    client.writer.close()


async def test_a_crowd_that_does_not_even_read_the_refusal(there: Port) -> None:
    crowd = [await there.connect() for _ in range(60)]
    said = await asyncio.gather(*(client.rest() for client in crowd), return_exceptions=True)
    told = [each for each in said if isinstance(each, bytes) and b"503" in each]
    cut = [each for each in said if isinstance(each, ConnectionError) or each == b""]
    assert len(told) >= 1
    assert len(told) + len(cut) == 60


async def test_an_answer_that_nobody_reads(there: Port, shop: Shop) -> None:
    """The client is cut off; what was written for it is not kept for ever."""
    shop.answer = b"x" * 50_000_000
    client = await there.connect()
    client.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await client.send(GET)
    while not shop.headers:  # noqa: ASYNC110 - until it is being written
        await asyncio.sleep(0.01)
    async with asyncio.timeout(10):
        while there.server.server_state.connections:  # noqa: ASYNC110 - bounded above
            await asyncio.sleep(0.01)
    client.writer.transport.abort()


@pytest.mark.parametrize("body", [b"", b"abc"], ids=["a question", "with a body"])
async def test_a_client_that_would_like_another_protocol(there: Port, body: bytes) -> None:
    """Java's client asks each time whether it may speak HTTP/2; it is answered in HTTP/1.1."""
    client = await there.connect()
    wish = b"connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAM\r\n"
    length = b"content-length: %d\r\n\r\n" % len(body) if body else b"\r\n"
    for _ in range(2):
        await client.send(POST + wish + length + body + GET)
        assert (await client.answer())[::2] == (200, b"/two %d" % len(body))
        assert (await client.answer())[::2] == (200, b"/one 0")
    client.writer.close()


async def test_a_client_that_wishes_for_it_again_before_its_first_answer(there: Port) -> None:
    wish = b"GET /one HTTP/1.1\r\nhost: shop\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n"
    client = await there.connect()
    await client.send(wish * 3)
    for _ in range(3):
        assert (await client.answer())[::2] == (200, b"/one 0")
    client.writer.close()


async def test_an_old_proxy_that_looks_whether_it_lives(there: Port) -> None:
    """HTTP/1.0 needs no host, and ends with its answer."""
    said = await there.tell(b"GET /livez HTTP/1.0\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in said


async def test_refusals_are_counted_by_why(there: Port) -> None:
    def count() -> float:
        return float(REFUSED_CONNECTIONS.labels("malformed")._value.get())

    before = count()
    await there.tell(b"nonsense\r\n\r\n")
    assert count() == before + 1
