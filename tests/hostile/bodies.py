"""Bodies that are no JSON, or more than it seems."""

import gzip
import zlib

from tests.hostile.attempts import BAD_INPUT, COMPLEX, HOST, JSON, Attempt, post, raw
from tests.hostile.shop import OPERATORS_SECRET

FINE = b'{"query": "{ __typename }"}'
BOMB = gzip.compress(b" " * 50_000_000)
PREVIEW = JSON + b"authorization: Bearer " + OPERATORS_SECRET.encode() + b"\r\n"
PACKED = JSON + b"content-encoding: %b\r\n"
MEDIA = "UNSUPPORTED_MEDIA_TYPE"


def variables(
    name: str, value: bytes, *, status: int = 400, code: str | None = BAD_INPUT
) -> Attempt:
    """Return a good document with bad variables."""
    return post(name, b'{"query": "{ __typename }", "variables": ' + value + b"}", status, code)


def said_in_full(name: str, value: bytes) -> Attempt:
    """Return a body that is refused whole."""
    return post(name, value, 400, BAD_INPUT)


ATTEMPTS: tuple[Attempt, ...] = (
    *(
        said_in_full(name, body)
        for name, body in {
            "no body": b"",
            "nothing but blanks": b" " * 1_000,
            "a brace": b"{",
            "null": b"null",
            "a list of operations": b"[" + b",".join([FINE] * 500) + b"]",
            "a number": b"1",
            "NUL": b"\0",
            "no UTF-8": b'{"query": "\xff\xfe"}',
            "overlong UTF-8": b'{"query": "\xc0\xaf"}',
            "a surrogate in UTF-8": b'{"query": "\xed\xa0\x80"}',
            "UTF-16": FINE.decode().encode("utf-16"),
            "a byte order mark": b"\xef\xbb\xbf" + FINE,
            "two objects": FINE + FINE,
            "100 000 brackets": b"[" * 100_000,
            "100 000 brackets, closed": b"[" * 100_000 + b"]" * 100_000,
            "objects in each other": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
            "half a surrogate pair as a query": b'{"query": "\\ud800"}',
            "half a pair as a name": b'{"query": "{ a }", "operationName": "\\udfff"}',
            "half a pair as a key": b'{"query": "{ a }", "\\ud800": 1}',
            "a query that is a list": b'{"query": ["{ a }"]}',
            "a name that is an object": b'{"query": "{ a }", "operationName": {}}',
        }.items()
    ),
    variables("NaN", b'{"n": NaN}'),
    variables("Infinity", b'{"n": -Infinity}'),
    variables("1e999", b'{"n": 1e999}'),
    variables("4 301 digits", b'{"n": ' + b"1" * 4_301 + b"}"),
    variables("200 000 digits", b'{"n": ' + b"1" * 200_000 + b"}"),
    variables("variables in each other", b'{"n": ' + b"[" * 60_000 + b"]" * 60_000 + b"}"),
    variables("half a pair in a variable", b'{"n": "\\ud800"}'),
    variables("half a pair as a variable's name", b'{"\\ud800": 1}'),
    variables("variables that are a list", b"[]"),
    variables(
        "20 000 variables",
        b"{" + b",".join(b'"a%d":1' % n for n in range(20_000)) + b"}",
        code=COMPLEX,
    ),
    variables(
        "one key 20 000 times", b"{" + b",".join([b'"a":1'] * 20_000) + b"}", status=200, code=None
    ),
    post("the largest body and a byte", FINE + b" " * (256 * 1024), 413, "PAYLOAD_TOO_LARGE"),
    raw(
        "a length of exabytes",
        b"POST /graphql HTTP/1.1\r\n"
        + HOST
        + JSON
        + b"content-length: 9223372036854775807\r\n\r\n{",
        400,
        408,
        413,
    ),
    raw(
        "a body without end",
        b"POST /graphql HTTP/1.1\r\n"
        + HOST
        + JSON
        + b"transfer-encoding: chunked\r\n\r\n"
        + (b"10000\r\n" + b" " * 65_536 + b"\r\n") * 20,
        413,
        code="PAYLOAD_TOO_LARGE",
    ),
    post("a gzip bomb", BOMB, 415, MEDIA, headers=PACKED % b"gzip"),
    post(
        "a deflate bomb", zlib.compress(b" " * 50_000_000), 415, MEDIA, headers=PACKED % b"deflate"
    ),
    post("an unknown packing", FINE, 415, MEDIA, headers=PACKED % b"br, gzip"),
    post("a bomb that does not say so", BOMB, 400, BAD_INPUT),
    post(
        "a form",
        b"query={__typename}",
        415,
        MEDIA,
        headers=b"content-type: application/x-www-form-urlencoded\r\n",
    ),
    post(
        "a file",
        b"--x\r\n\r\n--x--",
        415,
        MEDIA,
        headers=b"content-type: multipart/form-data; boundary=x\r\n",
    ),
    post("text from another site", FINE, 415, MEDIA, headers=b"content-type: text/plain\r\n"),
    post("no type", FINE, 415, MEDIA, headers=b""),
    post("two types", FINE, 415, MEDIA, headers=JSON + b"content-type: text/plain\r\n"),
    post("a webhook that nobody signed", b"{}", 401, "UNAUTHENTICATED", path=b"/webhooks/sanity"),
    post(
        "a webhook with a wrong signature",
        b"{}",
        401,
        "UNAUTHENTICATED",
        path=b"/webhooks/sanity",
        headers=JSON + b"sanity-webhook-signature: t=1,v1=AAAA\r\n",
    ),
    post(
        "a webhook with nonsense for a signature",
        b"{}",
        401,
        "UNAUTHENTICATED",
        path=b"/webhooks/sanity",
        headers=JSON + b"sanity-webhook-signature: t=" + b"9" * 5_000 + b",v1=\xff\xfe\r\n",
    ),
    post(
        "a webhook of 100 000 brackets",
        b"[" * 100_000,
        401,
        "UNAUTHENTICATED",
        path=b"/webhooks/medusa",
    ),
    post(
        "a webhook of 2 MB", b" " * 2_000_000, 413, "PAYLOAD_TOO_LARGE", path=b"/webhooks/medusa"
    ),
    post("a webhook of nobody", b"{}", 404, "NOT_FOUND", path=b"/webhooks/nobody"),
    post("a preview without the secret", b"{}", 401, "UNAUTHENTICATED", path=b"/v1/preview"),
    post(
        "a preview with a secret that is no text",
        b"{}",
        401,
        "UNAUTHENTICATED",
        path=b"/v1/preview",
        headers=JSON + b"authorization: Bearer \xff\xfe\r\n",
    ),
    post(
        "a preview for NaN seconds",
        b'{"seconds": NaN}',
        400,
        BAD_INPUT,
        path=b"/v1/preview",
        headers=PREVIEW,
    ),
    post(
        "a preview for ever",
        b'{"seconds": 1e300}',
        400,
        BAD_INPUT,
        path=b"/v1/preview",
        headers=PREVIEW,
    ),
    post(
        "a preview in brackets",
        b"[" * 50_000,
        400,
        BAD_INPUT,
        path=b"/v1/preview",
        headers=PREVIEW,
    ),
    post(
        "a preview packed",
        BOMB,
        415,
        MEDIA,
        path=b"/v1/preview",
        headers=PREVIEW + b"content-encoding: gzip\r\n",
    ),
)
