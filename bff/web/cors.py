"""Pages of other origins: which of them may read answers in a browser (Fetch, section 3.2).

Only origins of a list may, and none with cookies or other credentials: nothing here depends on
these. Without a list there is nothing of this at all.

Starlette's own middleware is not used. It stands behind `/graphql`, which is answered before all
middlewares. It says `Vary: Origin` only to those who send an origin, so that what a server or a
crawler was given first would be kept by a shared cache and refused by every browser. And it
answers unknown origins with a 400 of its own words.
"""

from collections.abc import Iterable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff.web.answers import Head

_READ: Final = ("/graphql", "/v1/products", "/v1/pages")
"""What browsers may ask for. Tokens are minted by servers: their secret is not for pages."""

_MAY_SEND: Final = ", ".join(
    (
        *("accept", "accept-language", "content-type", "if-none-match", "x-request-id"),
        *("traceparent", "tracestate", "baggage", "x-bff-preview", "x-bff-explain"),
        *("apollo-require-preflight", "x-apollo-operation-name", "x-apollo-operation-id"),
        *("apollographql-client-name", "apollographql-client-version"),
        *("graphql-require-preflight", "cache-control", "pragma"),
    )
).encode("ascii")
_MAY_READ: Final = (
    b"cache-status, content-language, etag, link, retry-after, server-timing, x-request-id"
)
_TWO_HOURS: Final = b"7200"
"""Seconds; no browser remembers a preflight for much longer."""


class Cors:
    """Lets pages of some origins read what an application answers."""

    def __init__(self, app: ASGIApp, origins: Iterable[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.encode("ascii") for origin in origins)
        # If there is but one, everybody may be told the same, and caches keep one answer.
        self._only = next(iter(self._origins)) if len(self._origins) == 1 else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight; let everything else be answered, and say who may read that."""
        if scope["type"] != "http" or not _is_for_browsers(scope):
            await self._app(scope, receive, send)
            return
        asked, is_preflight = _asked(scope)
        origin = asked if asked in self._origins else None
        if is_preflight and origin is not None:
            await send(
                {"type": "http.response.start", "status": 204, "headers": _preflight(origin)}
            )
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_to(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self._told(message["headers"], origin)
                message = {**message, "headers": headers}
            await send(message)

        await self._app(scope, receive, send_to)

    def _told(self, headers: Iterable[tuple[bytes, bytes]], origin: bytes | None) -> Head:
        """Return the headers of an answer, which others share, with who may read it."""
        if self._only is None:
            told = _varying(headers)
        else:
            told, origin = [*headers], self._only
        if origin is not None:
            told.append((b"access-control-allow-origin", origin))
            told.append((b"access-control-expose-headers", _MAY_READ))
        return told


def _is_for_browsers(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).startswith(_READ)


def _asked(scope: Scope) -> tuple[bytes, bool]:
    """Return the origin that asks, and whether it only asks whether it may ask."""
    origin, is_preflight = b"", False
    for name, value in scope["headers"]:
        if name == b"origin":
            origin = value
        elif name == b"access-control-request-method":
            is_preflight = scope["method"] == "OPTIONS"
    return origin, is_preflight


def _preflight(origin: bytes) -> Head:
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", b"GET, HEAD, POST"),
        (b"access-control-allow-headers", _MAY_SEND),
        (b"access-control-max-age", _TWO_HOURS),
        (b"cache-control", b"no-store"),
        (b"vary", b"Origin"),
        (b"x-content-type-options", b"nosniff"),
    ]


def _varying(headers: Iterable[tuple[bytes, bytes]]) -> Head:
    """Return headers that say, too, that the answer depends on who asks."""
    told, varies = [], [b"Origin"]
    for header in headers:
        if header[0].lower() == b"vary":
            varies.insert(-1, header[1])
        else:
            told.append(header)
    told.append((b"vary", b", ".join(varies)))
    return told
