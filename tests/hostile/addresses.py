"""Addresses, parameters and headers that nobody honest sends."""

from tests.hostile.attempts import BAD_INPUT, Attempt, get

TEE = b"/v1/products/organic-cotton-tshirt"
LIST = b"/v1/products?handles="
TYPENAME = b"/graphql?query=%7B__typename%7D"


def with_header(name: str, header: bytes, status: int | tuple[int, ...] = 200) -> Attempt:
    """Return a good request with one more header."""
    return get(name, TYPENAME, status, headers=header + b"\r\n")


ATTEMPTS: tuple[Attempt, ...] = (
    get("an address of 100 KB", b"/graphql?query=" + b"a" * 100_000, (400, 414, 431)),
    get("an address that is no UTF-8", b"/graphql?query=%ff%fe", 400, BAD_INPUT),
    get("half an escape", b"/graphql?query=%7B__typename%7D%2", 400, BAD_INPUT),
    get("NUL in an address", b"/graphql?query=%00", 400, BAD_INPUT),
    get("two queries", TYPENAME + b"&query=%7Ba%7D", 400, BAD_INPUT),
    get("2 000 parameters", b"/graphql?" + b"&".join([b"a=1"] * 1_500), 400, BAD_INPUT),
    get("variables that are none", TYPENAME + b"&variables=%5B%5D", 400, BAD_INPUT),
    get("NaN for a variable", TYPENAME + b"&variables=%7B%22a%22:NaN%7D", 400, BAD_INPUT),
    get("brackets for variables", TYPENAME + b"&variables=" + b"[" * 5_000, 400, BAD_INPUT),
    get("a name that is half a pair", TYPENAME + b"&operationName=%ed%a0%80", 400, BAD_INPUT),
    get("a handle that climbs", b"/v1/products/..%2f..%2fadmin", (400, 404)),
    get("a handle of a NUL", b"/v1/products/%00", 400, BAD_INPUT),
    get("a handle that is no UTF-8", b"/v1/products/%ff", (400, 404)),
    get("a handle of 7 KB", b"/v1/products/" + b"a" * 7_000, 400, BAD_INPUT),
    get("200 handles", LIST + b",".join(b"h%d" % n for n in range(200)), 400, BAD_INPUT),
    get("1 000 commas", LIST + b"," * 1_000, 400, BAD_INPUT),
    get("handles and ids", LIST + b"a&ids=b", 400, BAD_INPUT),
    get("REST for a locale that is none", TEE + b"?locale=..%2f..%2fetc", 400, BAD_INPUT),
    get("a locale of 5 KB", TEE + b"?locale=" + b"de-" * 1_700, 400, BAD_INPUT),
    get("REST for a country that is none", TEE + b"?country=D%00", 400, BAD_INPUT),
    get("REST for a country that nobody serves", TEE + b"?country=ZZ", 400, "UNKNOWN_MARKET"),
    get("a page that is no UTF-8", b"/v1/pages/%ff%fe", (400, 404)),
    get("a way out of the pages", b"/graphiql/..%2f..%2f..%2fetc%2fpasswd", 404, "NOT_FOUND"),
    get("a way out with backslashes", b"/docs/..%5c..%5cetc", 404, "NOT_FOUND"),
    get("another host's path", b"//evil.test/v1/products", 404, "NOT_FOUND"),
    with_header("languages of 10 KB", b"accept-language: " + b"de-AT;q=0.1," * 800),
    with_header("languages that are none", b"accept-language: \xff\xfe;q=NaN,*;q=1e9,,;;,de;q=-1"),
    with_header("types of 10 KB", b"accept: " + b"a/b;q=0.1," * 1_000, (200, 406)),
    with_header("types that are none", b"accept: \xff/;;q==,,", (200, 406)),
    with_header("a trace that is none", b"traceparent: 00-\xff-" + b"0" * 2_000),
    with_header("a trace of nobody", b"traceparent: 00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01"),
    with_header("a request id that breaks lines", b"x-request-id: a\x0bset-cookie: b", (200, 400)),
    with_header("a request id of 10 KB", b"x-request-id: " + b"a" * 10_000),
    with_header("tags of 10 KB", b"if-none-match: " + b'"a", ' * 2_000),
    with_header("tags that are none", b'if-none-match: W/"\xff, ***, ""'),
    with_header("who it comes from, 10 KB of it", b"x-forwarded-for: " + b"1.2.3.4, " * 1_100),
    with_header("who it comes from, made up", b"x-forwarded-for: \xff, ::::, 999.1.1.1, -"),
    with_header("a preview made up", b"x-bff-preview: " + b"a.b.c" * 500, 401),
    with_header("a preview without an algorithm", b"x-bff-preview: eyJhbGciOiJub25lIn0.e30.", 401),
    with_header("a preview that is no text", b"x-bff-preview: \xff\xfe.\xff.", 401),
    with_header(
        "somebody else's origin",
        b"origin: https://evil.test\r\naccess-control-request-method: POST",
    ),
    with_header("an explanation", b"x-bff-explain: 1"),
    get("GraphiQL", b"/graphiql", 404, "NOT_FOUND"),
    get("settings by guess", b"/.env", 404, "NOT_FOUND"),
)
