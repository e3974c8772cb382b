"""What an attempt at the service is: bytes, when they are sent, and what has to come of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

HOST = b"host: shop.test\r\n"
JSON = b"content-type: application/json\r\n"
BAD_INPUT = "BAD_USER_INPUT"
COMPLEX = "QUERY_TOO_COMPLEX"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One connection of a hostile client.

    `sends` are pieces of bytes, with `pause` seconds between them; it goes on until it is
    answered. `statuses` are what it may be answered with, 0 for a connection that ends without a
    word; `code` is that of the answer, where the application gives it. What has to be `said` is
    in the answer's body, and `answers` have to come.
    """

    name: str
    sends: Sequence[bytes]
    statuses: frozenset[int]
    code: str | None = None
    said: str = ""
    pause: float = 0.0
    answers: int = 1

    def __str__(self) -> str:
        return self.name


def post(
    name: str,
    body: bytes,
    status: int,
    code: str | None = None,
    *,
    path: bytes = b"/graphql",
    headers: bytes = JSON,
    said: str = "",
) -> Attempt:
    """Return a POST that is well-formed HTTP."""
    head = b"POST %b HTTP/1.1\r\n%b%bcontent-length: %d\r\n\r\n" % (path, HOST, headers, len(body))
    return Attempt(name, (head + body,), frozenset({status}), code, said)


def get(
    name: str,
    path: bytes,
    status: int | tuple[int, ...],
    code: str | None = None,
    *,
    headers: bytes = b"",
    said: str = "",
) -> Attempt:
    """Return a GET that is well-formed HTTP, whatever its path and headers hold."""
    statuses = frozenset(status if isinstance(status, tuple) else (status,))
    sent = b"GET %b HTTP/1.1\r\n%b%b\r\n" % (path, HOST, headers)
    return Attempt(name, (sent,), statuses, code, said)


def document(
    name: str,
    text: str,
    status: int = 400,
    code: str | None = COMPLEX,
    *,
    variables: Mapping[str, Any] | None = None,
    said: str = "",
) -> Attempt:
    """Return a GraphQL document sent as it should be."""
    body = json.dumps({"query": text, "variables": variables}).encode()
    return post(name, body, status, code, said=said)


def asked(name: str, text: str, status: int, code: str | None = None) -> Attempt:
    """Return a GraphQL document sent by GET."""
    return get(name, b"/graphql?query=" + quote(text).encode(), status, code)


def raw(name: str, sent: bytes, *statuses: int, code: str | None = None) -> Attempt:
    """Return bytes that may be no HTTP at all."""
    return Attempt(name, (sent,), frozenset(statuses), code)


def slowly(name: str, first: bytes, then: Sequence[bytes], *statuses: int) -> Attempt:
    """Return a client that takes its time: after its `first` bytes the others, 0.2 s apart."""
    return Attempt(name, (first, *then), frozenset(statuses), pause=0.2)
