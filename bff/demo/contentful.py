"""An embedded Contentful: the part of its Content Delivery API that our adapter asks.

It keeps the real service's manners where an adapter can trip over them: one token of one space,
every parameter is known or refused, links lead into `includes`, to `errors` or nowhere, and all
refusals have Contentful's own ids. Nothing is ever edited, so that a sync has nothing to tell.
"""

import hashlib
import time
import zlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bff.demo.catalogue import Catalogue, Entity
from bff.demo.contentful_entries import ENVIRONMENT, Published, published
from bff.demo.contentful_queries import Parameters, Refusal, entries, invalid, page_of

_LONGEST_ADDRESS = 7_600
_PER_SECOND = 55
"""Answers per second that Contentful grants most customers, and tells in a header."""
_SECOND = 1.0
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_MEDIA_TYPE = "application/vnd.contentful.delivery.v1+json"
_NOT_FOUND = "The resource could not be found."
_TOO_MANY = (
    "You have exceeded the rate limit of the Organization this Space belongs to by making too "
    "many API requests within a short timespan. Please wait a moment before trying the request "
    "again."
)
_TOO_MANY_REQUESTS = 429

Answer = Callable[["_Delivery", Parameters], Entity]


def contentful_app(
    catalogue: Catalogue,
    space_id: str,
    token: str,
    per_second: int | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """Return an ASGI app that delivers the catalogue's content from one space.

    Its one environment is `master`; who does not send `token` is refused, and so is whoever asks
    more than `per_second` times within a second, by `clock`. By default nobody is, as if its CDN
    had every answer.
    """
    delivery = _Delivery(catalogue, space_id, token, _Rate(per_second, clock))
    at = "/spaces/{space}/environments/{environment}"
    read = {"entries": _Delivery.entries, "content_types": _Delivery.content_types}
    read |= {"locales": _Delivery.locales, "sync": _Delivery.sync}
    return Starlette(
        routes=[
            *(Route(f"{at}/{name}", delivery.answering(one)) for name, one in read.items()),
            Route("/{path:path}", delivery.answering(_Delivery.nothing), methods=_METHODS),
        ],
    )


@dataclass(slots=True)
class _Rate:
    """How many requests are let in within any second. Those that are refused do not count."""

    per_second: int | None
    clock: Callable[[], float]
    _let_in: deque[float] = field(default_factory=deque)

    def check(self) -> None:
        """Count a request.

        Raises:
            Refusal: there were too many within the last second.
        """
        if self.per_second is None:
            return
        now = self.clock()
        while self._let_in and now - self._let_in[0] >= _SECOND:
            self._let_in.popleft()
        if len(self._let_in) >= self.per_second:
            raise Refusal(429, "RateLimitExceeded", _TOO_MANY)
        self._let_in.append(now)


class _Delivery:
    """One space. What is in it is written down when it is first asked for."""

    def __init__(self, catalogue: Catalogue, space_id: str, token: str, rate: _Rate) -> None:
        self._rate = rate
        self._catalogue = catalogue
        self._space_id = space_id
        self._authorization = f"Bearer {token}"
        self._published: Published | None = None

    def answering(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that is open to who may read this space."""

        async def endpoint(request: Request) -> Response:
            asked = Parameters({**request.query_params})
            try:
                self._rate.check()
                self._check(request)
                return self._sent(request, answer(self, asked))
            except Refusal as refusal:
                return self._sent(request, _told(request, refusal), refusal.status)

        return endpoint

    def _check(self, request: Request) -> None:
        if len(str(request.url)) > _LONGEST_ADDRESS:
            raise Refusal(414, "UriTooLong", "The request URI is too long")
        if request.headers.get("authorization") != self._authorization:
            message = "The access token you sent could not be found or is invalid."
            raise Refusal(401, "AccessTokenInvalid", message)
        space, environment = (
            request.path_params.get("space"),
            request.path_params.get("environment"),
        )
        if space != self._space_id:
            details = {"type": "Space", "id": space} if space else None
            raise Refusal(404, "NotFound", _NOT_FOUND, details)
        if environment != ENVIRONMENT:
            details = {"type": "Environment", "id": environment, "space": space}
            raise Refusal(404, "NotFound", _NOT_FOUND, details)

    def _sent(self, request: Request, body: Entity, status: int = 200) -> Response:
        sent = orjson.dumps(body)
        headers = {
            "etag": f'"{zlib.crc32(sent):08x}"',
            "cache-control": "max-age=0",
            "contentful-api": "cda_cached",
            "x-contentful-request-id": _request_id(request),
            "x-contentful-ratelimit-second-limit": str(self._rate.per_second or _PER_SECOND),
        }
        if status == _TOO_MANY_REQUESTS:
            headers["x-contentful-ratelimit-reset"] = "1"
        return Response(sent, status, headers, media_type=_MEDIA_TYPE)

    @property
    def _space(self) -> Published:
        if self._published is None:
            self._published = published(self._catalogue, self._space_id)
        return self._published

    def entries(self, asked: Parameters) -> Entity:
        """Return entries."""
        return entries(self._space, asked)

    def content_types(self, asked: Parameters) -> Entity:
        """Return what fields entries have, and which of them are in languages."""
        asked.check(frozenset({"limit", "skip"}))
        return page_of(self._space.content_types, asked)

    def locales(self, asked: Parameters) -> Entity:
        """Return the space's languages; each falls back to the default on the server, too."""
        asked.check(frozenset({"limit", "skip"}))
        default = self._space.default
        told = [
            {
                "sys": {"id": _word(code), "type": "Locale", "version": 1},
                "code": code,
                "name": name,
                "default": code == default,
                "fallbackCode": None if code == default else default,
            }
            for code, name in self._space.codes.items()
        ]
        return page_of(told, asked)

    def sync(self, asked: Parameters) -> Entity:
        """Return everything there is, and for the token that ends it that nothing changed."""
        asked.check(frozenset({"initial", "sync_token", "limit"}))
        token, everything = _word(self._space_id), asked.values.get("initial") == "true"
        if everything == ("sync_token" in asked.values):
            raise invalid(["initial"], "Either initial=true or a sync_token is needed")
        if not everything and asked.values["sync_token"] != token:
            raise Refusal(400, "BadRequest", "Invalid sync token")
        there = [*self._space.entries.values(), *self._space.assets.values()]
        at = f"/spaces/{self._space_id}/environments/{ENVIRONMENT}/sync?sync_token={token}"
        return {
            "sys": {"type": "Array"},
            "items": there if everything else [],
            "nextSyncUrl": f"https://cdn.contentful.com{at}",
        }

    def nothing(self, _asked: Parameters) -> Entity:
        """Refuse what nobody of ours asks for, as if it were not there."""
        raise Refusal(404, "NotFound", _NOT_FOUND)


def _word(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:22]


def _request_id(request: Request) -> str:
    return _word(str(request.url))


def _told(request: Request, refusal: Refusal) -> Entity:
    """Return what Contentful says of a refusal."""
    body: Entity = {"sys": {"type": "Error", "id": refusal.error}, "message": refusal.message}
    if refusal.details is not None:
        body["details"] = refusal.details
    return {**body, "requestId": _request_id(request)}
