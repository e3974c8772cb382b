"""What a client is told whose bytes are no request that anything here could answer.

It is said by the server itself: there is no request yet that the application could look at. The
words are problem details without a code of ours (RFC 9457, section 4.2.1), and the connection
ends after them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import orjson


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a connection ends: the status, a sentence for people, and whether to try again.

    `reason` is what the figures call it.
    """

    status: HTTPStatus
    reason: str
    detail: str
    retryable: bool = False

    def written(self, headers: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
        """Return the whole answer, `headers` among its own."""
        body = orjson.dumps(
            {
                "type": "about:blank",
                "title": self.status.phrase,
                "status": self.status.value,
                "detail": self.detail,
                "retryable": self.retryable,
            }
        )
        own = (
            (b"content-type", b"application/problem+json"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"connection", b"close"),
        )
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}".encode("ascii")]
        lines += [b"%b: %b" % header for header in (*headers, *own)]
        return b"\r\n".join([*lines, b"", body])


MALFORMED: Final = Refusal(HTTPStatus.BAD_REQUEST, "malformed", "this is no HTTP/1.1 request")
TOO_MANY_AT_ONCE: Final = Refusal(
    HTTPStatus.BAD_REQUEST,
    "too_many_at_once",
    "too many requests were sent on one connection before their answers",
)
TOO_SLOW: Final = Refusal(
    HTTPStatus.REQUEST_TIMEOUT, "too_slow", "the request took too long to arrive", retryable=True
)
ADDRESS_TOO_LONG: Final = Refusal(
    HTTPStatus.REQUEST_URI_TOO_LONG, "address_too_long", "the address is too long"
)
HEAD_TOO_LONG: Final = Refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head_too_long", "the headers are too long"
)
FULL: Final = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "full",
    "there are too many connections at this moment",
    retryable=True,
)
