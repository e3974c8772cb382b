"""How an HTTP service fails: each fault as what is done to a request on its socket.

Refusals are worded as the real services word them. Sources: Medusa 2.21 (a bad key is a 400),
Sanity's gateway, Contentful's recorded errors and its own rate limit header, Strapi 5.
"""

import asyncio
from collections.abc import Mapping

import orjson

from bff.chaos.cells import Fault, Source
from bff.demo.sockets import Peer, head, reply
from bff.demo.sockets_upstream import Meant, Misbehaviour, SocketUpstream

_JSON = "content-type: application/json; charset=utf-8"
_LAST = "connection: close"
_PAUSE = 0.02
"""Seconds between two bytes of an answer that never ends."""
_PAGE = (
    b"<!doctype html><html><head><title>Just a moment...</title></head>"
    b"<body><h1>Checking your browser</h1></body></html>"
)

_WISHES: Mapping[Source, str] = {
    Source.CONTENTFUL: "x-contentful-ratelimit-reset: 3553",
}
_USUAL_WISH = "retry-after: 30"

_SERVER_ERRORS: Mapping[Source, object] = {
    Source.MEDUSA: {"code": "unknown_error", "type": "unknown_error", "message": "An error."},
    Source.SANITY: {"statusCode": 500, "error": "Internal Server Error", "message": "An error."},
    Source.CONTENTFUL: {"sys": {"type": "Error", "id": "ServerError"}, "message": "An error."},
    Source.STRAPI: {"data": None, "error": {"status": 500, "name": "InternalServerError"}},
}
_LIMITED: Mapping[Source, object] = {
    Source.MEDUSA: {"type": "too_many_requests", "message": "Slow down."},
    Source.SANITY: {"message": "Rate limit exceeded."},
    Source.CONTENTFUL: {"sys": {"type": "Error", "id": "RateLimitExceeded"}, "message": "Slow."},
    Source.STRAPI: {"data": None, "error": {"status": 429, "name": "RateLimitError"}},
}
_EXPIRED: Mapping[Source, tuple[str, object]] = {
    Source.MEDUSA: (
        "400 Bad Request",
        {
            "type": "not_allowed",
            "message": "A valid publishable key is required to proceed with the request",
        },
    ),
    Source.SANITY: (
        "401 Unauthorized",
        {
            "statusCode": 401,
            "error": "Unauthorized",
            "message": "Session has expired",
            "errorCode": "SIO-401-AEX",
        },
    ),
    Source.CONTENTFUL: (
        "401 Unauthorized",
        {
            "sys": {"type": "Error", "id": "AccessTokenInvalid"},
            "message": "The access token you sent could not be found or is invalid.",
        },
    ),
    Source.STRAPI: (
        "401 Unauthorized",
        {
            "data": None,
            "error": {
                "status": 401,
                "name": "UnauthorizedError",
                "message": "Missing or invalid credentials",
                "details": {},
            },
        },
    ),
}
_WRONG_SHAPES: Mapping[Source, object] = {
    Source.MEDUSA: {"products": {"id": 7}, "regions": "none", "count": "many"},
    Source.SANITY: {"result": "none", "ms": 1},
    Source.CONTENTFUL: {"sys": {"type": "Array"}, "total": "many", "items": {"id": 7}},
    Source.STRAPI: {"data": "none", "meta": []},
}


def fail(upstream: SocketUpstream, source: Source, fault: Fault) -> None:
    """Let an upstream fail in this way from now on.

    Raises:
        KeyError: the source speaks no HTTP.
    """
    if fault is Fault.REFUSED:
        upstream.refuse()
    else:
        upstream.misbehave(_misbehaviour(source, fault))


def _misbehaviour(source: Source, fault: Fault) -> Misbehaviour:
    refused, credentials = _EXPIRED[source]
    limited = "429 Too Many Requests"
    by_fault: Mapping[Fault, Misbehaviour] = {
        Fault.HANG: _hangs,
        Fault.SERVER_ERROR: _says(_SERVER_ERRORS[source], "500 Internal Server Error"),
        Fault.LIMITED_WITH_WISH: _says(
            _LIMITED[source], limited, _WISHES.get(source, _USUAL_WISH)
        ),
        Fault.LIMITED: _says(_LIMITED[source], limited),
        Fault.RESET: _resets,
        Fault.TRUNCATED: _breaks_off,
        Fault.INVALID_JSON: _says_half,
        Fault.WRONG_SHAPE: _says(_WRONG_SHAPES[source], "200 OK"),
        Fault.EMPTY: _says_nothing,
        Fault.DRIP: _drips,
        Fault.HTML: _shows_a_page,
        Fault.EXPIRED_TOKEN: _says(credentials, refused),
    }
    return by_fault[fault]


def _says(body: object, status: str, *headers: str) -> Misbehaviour:
    """Return the fault of a whole answer that is not the right one."""
    answer = reply(orjson.dumps(body), _JSON, _LAST, *headers, status=status)

    async def misbehave(peer: Peer, _: Meant) -> None:
        await peer.send(answer)

    return misbehave


async def _hangs(peer: Peer, _: Meant) -> None:
    await peer.left()


async def _resets(peer: Peer, meant: Meant) -> None:
    await peer.send(_beginning(meant))
    peer.reset()


async def _breaks_off(peer: Peer, meant: Meant) -> None:
    await peer.send(_beginning(meant))


def _beginning(meant: Meant) -> bytes:
    """Return the answer up to the middle of its body."""
    return head(len(meant.body), _JSON) + meant.body[: len(meant.body) // 2]


async def _says_half(peer: Peer, meant: Meant) -> None:
    """Send half of the text as if it were all of it."""
    await peer.send(reply(meant.body[: len(meant.body) // 2], _JSON, _LAST))


async def _says_nothing(peer: Peer, _: Meant) -> None:
    await peer.send(reply(b"", _JSON, _LAST))


async def _drips(peer: Peer, meant: Meant) -> None:
    """Send the answer byte by byte, and spaces after that: what is sent never suffices."""
    await peer.send(head(1_000_000_000, _JSON))
    sent = 0
    while True:
        await peer.send(meant.body[sent : sent + 1] or b" ")
        sent += 1
        await asyncio.sleep(_PAUSE)


async def _shows_a_page(peer: Peer, _: Meant) -> None:
    await peer.send(reply(_PAGE, "content-type: text/html; charset=utf-8", _LAST))
