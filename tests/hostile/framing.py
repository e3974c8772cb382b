"""Bytes that are no HTTP, or that two servers would read in two ways; and clients that dawdle."""

from tests.hostile.attempts import HOST, JSON, Attempt, raw, slowly

GET = b"GET /livez HTTP/1.1\r\n"
POST = b"POST /graphql HTTP/1.1\r\n" + HOST + JSON
FINE = b'{"query": "{ __typename }"}'
CHUNKED = POST + b"transfer-encoding: chunked\r\n"
NEXT = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"


def with_body(name: str, framing: bytes, body: bytes) -> Attempt:
    """Return a POST whose length is said in an odd way: refused, and nothing is made of it."""
    return raw(name, POST + framing + b"\r\n" + body, 400)


FRAMING: tuple[Attempt, ...] = (
    with_body("two lengths", b"content-length: 5\r\ncontent-length: 27\r\n", FINE),
    with_body("two lengths in one", b"content-length: 5, 27\r\n", FINE),
    with_body("a length below nothing", b"content-length: -1\r\n", FINE),
    with_body("a length with a sign", b"content-length: +27\r\n", FINE),
    with_body("a length in hexadecimal", b"content-length: 0x1b\r\n", FINE),
    with_body("a length with a blank", b"content-length: 2 7\r\n", FINE),
    with_body("a length of 40 digits", b"content-length: " + b"9" * 40 + b"\r\n", FINE),
    with_body(
        "chunks and a length",
        b"content-length: 27\r\ntransfer-encoding: chunked\r\n",
        b"0\r\n\r\n" + NEXT,
    ),
    with_body("chunks that are not the last", b"transfer-encoding: chunked, identity\r\n", NEXT),
    with_body(
        "chunks twice", b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", NEXT
    ),
    with_body("chunks spelt otherwise", b"transfer-encoding: xchunked\r\n", NEXT),
    with_body("chunks behind a tab", b"transfer-encoding:\tchunked\x0b\r\n", NEXT),
    raw("chunks in HTTP/1.0", CHUNKED.replace(b"1.1", b"1.0") + b"\r\n0\r\n\r\n", 400),
    raw("a chunk of no size", CHUNKED + b"\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
    raw("a chunk of a negative size", CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n", 400),
    raw("a chunk of exabytes", CHUNKED + b"\r\nffffffffffffffff1\r\n{}", 400),
    raw("a chunk longer than it says", CHUNKED + b"\r\n2\r\n{}{}{}\r\n0\r\n\r\n", 400),
    raw("chunks of a byte", CHUNKED + b"\r\n" + b"1\r\n \r\n" * 20_000 + b"0\r\n\r\n", 400),
    raw(
        "a chunk with 100 KB of words",
        CHUNKED + b"\r\n2;" + b"a" * 100_000 + b"\r\n{}\r\n0\r\n\r\n",
        400,
        413,
        431,
    ),
    raw("a folded header", GET + HOST + b"x-a: b\r\n c: d\r\n\r\n", 400),
    raw("NUL in a header", GET + HOST + b"x-a: b\0c\r\n\r\n", 400),
    raw("a line feed in a header", GET + HOST + b"x-a: b\nx-c: d\r\n\r\n", 200, 400),
    raw("a carriage return in a header", GET + HOST + b"x-a: b\rx-c: d\r\n\r\n", 400),
    raw("a blank before the colon", GET + HOST + b"content-length : 5\r\n\r\nhello", 400),
    raw("a header without a name", GET + HOST + b": b\r\n\r\n", 400),
    raw("a header without a colon", GET + HOST + b"nonsense\r\n\r\n", 400),
    raw("two hosts", GET + HOST + b"host: evil.test\r\n\r\n", 400),
    raw("no host", GET + b"\r\n", 400),
    raw("no version", b"GET /livez\r\n\r\n", 400),
    raw("another version", b"GET /livez HTTP/9.9\r\n" + HOST + b"\r\n", 400),
    raw("HTTP/2 at once", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    raw("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, 400),
    raw("zeros", b"\0" * 10_000, 400),
    raw("a method of 10 KB", b"A" * 10_000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n", 400, 414, 431),
    raw("a method nobody knows", b"BREW /graphql HTTP/1.1\r\n" + HOST + b"\r\n", 400, 405),
    raw("a tunnel", b"CONNECT evil.test:443 HTTP/1.1\r\n" + HOST + b"\r\n", 400, 405),
    raw("a blank in the address", b"GET /liv ez HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    raw(
        "another protocol",
        GET + HOST + b"connection: upgrade\r\nupgrade: websocket\r\n\r\n",
        200,
        400,
        426,
    ),
    raw("headers of 100 KB", GET + HOST + b"x-a: " + b"b" * 100_000 + b"\r\n\r\n", 431),
    raw(
        "10 000 headers",
        GET + HOST + b"".join(b"x-%d: a\r\n" % n for n in range(10_000)) + b"\r\n",
        431,
    ),
    raw("headers without end", GET + HOST + b"x-a: bbbbbbbb\r\n" * 60_000, 431),
)
"""Each is refused, and what follows it is not taken for a request."""

_LETTERS = [b"a"] * 60

SLOW: tuple[Attempt, ...] = (
    slowly("a head, letter by letter", GET[:3], [bytes([one]) for one in GET[3:]] * 3, 408, 400),
    slowly("headers one by one", GET + HOST, [b"x-%d: a\r\n" % n for n in range(60)], 408),
    slowly("a head that stops", GET + HOST + b"x-a: ", [], 408),
    slowly("a body, letter by letter", POST + b"content-length: 1000\r\n\r\n", _LETTERS, 408),
    slowly("a body that stops", POST + b"content-length: 1000\r\n\r\n{", [], 408),
    raw(
        "a body that would be too long",
        POST + b"content-length: 9000000\r\nexpect: 100-continue\r\n\r\n",
        413,
        code="PAYLOAD_TOO_LARGE",
    ),
    slowly(
        "a body that never begins",
        POST + b"content-length: 10\r\nexpect: 100-continue\r\n\r\n",
        [],
        100,
        408,
    ),
    slowly("chunks one by one", CHUNKED + b"\r\n", [b"1\r\n \r\n"] * 60, 408),
    slowly("a chunk that stops", CHUNKED + b"\r\nff\r\n{", [], 408),
    slowly(
        "a webhook, letter by letter",
        (POST + b"content-length: 1000\r\n\r\n").replace(b"/graphql", b"/webhooks/medusa"),
        _LETTERS,
        408,
    ),
    slowly(
        "REST with a body that stops", GET + HOST + b"content-length: 10\r\n\r\n", [], 200, 408
    ),
)
"""Each is told that it was too slow, in less than two seconds."""

ATTEMPTS = (*FRAMING, *SLOW)
