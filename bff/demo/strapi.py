"""An embedded Strapi, of version 5 or 4: the part of its REST API that our adapter asks.

It keeps the real server's manners where an adapter can trip over them: a row per language, what
is not asked for by name is not there, who says nothing is forbidden and who is not known is
unauthorized, few logins a minute, and each version's own envelope and blind spots.
"""

import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bff.demo.catalogue import OPENED, Catalogue, Entity
from bff.demo.strapi_model import TYPES
from bff.demo.strapi_parameters import tree_of
from bff.demo.strapi_queries import files, page
from bff.demo.strapi_refusals import Refusal, forbidden, invalid, not_found, too_many, unauthorized
from bff.demo.strapi_rows import Stored, document_id, stored, written

_LONGEST_LINE = 16 * 1024
_LOGINS = 10
_WINDOW = 60.0  # seconds
_NO_METHOD = 405
_FIVE = 5


def strapi_app(
    catalogue: Catalogue,
    token: str,
    account: tuple[str, str],
    version: Literal[5, 4] = 5,
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """Return an ASGI app that serves the catalogue's content to who may find it.

    That is who sends the API token `token`, or the session of a login with `account`: identifier
    and password. Ten logins a minute are let in, by `clock` in seconds.
    """
    strapi = _Strapi(catalogue, version, _Door(token, account, clock))
    return Starlette(
        routes=[
            Route("/_health", strapi.health),
            Route("/api/auth/local", strapi.log_in, methods=["POST"]),
            Route("/api/i18n/locales", strapi.locales),
            Route("/api/upload/files", strapi.files),
            *(Route(f"/api/{name}", strapi.listing(name)) for name in TYPES),
        ],
        exception_handlers={HTTPException: _no_route, Refusal: _refuse},
    )


@dataclass(slots=True)
class _Door:
    """Who is let in: by an API token, which may only read, or by the session of a login."""

    token: str
    account: tuple[str, str]
    clock: Callable[[], float]
    _sessions: set[str] = field(default_factory=set)
    _tried: deque[float] = field(default_factory=deque)

    def check(self, request: Request, *, by_session: bool = False) -> None:
        """Refuse who may not read.

        Raises:
            Refusal: 403 of who says nothing, or may not do this; 401 of who is not known.
        """
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not given:
            raise forbidden()
        if given not in {self.token, *self._sessions}:
            raise unauthorized()
        if by_session and given not in self._sessions:
            raise forbidden()

    def log_in(self, identifier: object, password: object) -> str:
        """Return a session. Right passwords count among the tries, too.

        Raises:
            Refusal: too many tries, or nobody knows the account.
        """
        now = self.clock()
        while self._tried and now - self._tried[0] >= _WINDOW:
            self._tried.popleft()
        if len(self._tried) >= _LOGINS:
            raise too_many()
        self._tried.append(now)
        if (identifier, password) != self.account:
            message = "Invalid identifier or password"
            raise invalid(message)
        session = secrets.token_urlsafe(32)
        self._sessions.add(session)
        return session


class _Strapi:
    """One server. What is in it is written down when it is first asked for."""

    def __init__(self, catalogue: Catalogue, version: Literal[5, 4], door: _Door) -> None:
        self._catalogue = catalogue
        self._version = version
        self._door = door
        self._kept: Stored | None = None

    @property
    def _stored(self) -> Stored:
        if self._kept is None:
            self._kept = stored(self._catalogue)
        return self._kept

    def listing(self, endpoint: str) -> Callable[[Request], Awaitable[Response]]:
        """Return what lists the entries of a type."""
        default = next(iter(self._catalogue["locales"]))

        async def endpoint_(request: Request) -> Response:
            if _is_too_long(request):
                return Response(status_code=431)
            self._door.check(request)
            asked = tree_of(request.query_params.multi_items())
            return _json(page(self._stored, self._version, default, endpoint, asked))

        return endpoint_

    async def health(self, _request: Request) -> Response:
        """Say that there is a server."""
        return Response(status_code=204)

    async def files(self, request: Request) -> Response:
        """List the media library."""
        self._door.check(request)
        asked = tree_of(request.query_params.multi_items())
        return _json(files(self._stored, self._version, asked))

    async def locales(self, request: Request) -> Response:
        """List the languages: not for an API token, which may only find."""
        self._door.check(request, by_session=True)
        tags = [*self._catalogue["locales"]]
        return _json([self._locale(number, tag) for number, tag in enumerate(tags, start=1)])

    def _locale(self, number: int, tag: str) -> Entity:
        names = self._catalogue["locales"]
        own = {"documentId": document_id("locale", tag)} if self._version == _FIVE else {}
        when = dict.fromkeys(("createdAt", "updatedAt"), written(OPENED))
        told = {"name": f"{names[tag]} ({tag})", "code": tag, **when}
        return {"id": number, **own, **told, "isDefault": tag == next(iter(names))}

    async def log_in(self, request: Request) -> Response:
        """Log the service account in."""
        try:
            said = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            said = None
        said = said if isinstance(said, dict) else {}
        session = self._door.log_in(said.get("identifier"), said.get("password"))
        name, _ = self._door.account
        user = {"id": 1, "username": name, "confirmed": True, "blocked": False}
        return _json({"jwt": session, "user": user})


def _is_too_long(request: Request) -> bool:
    """Tell whether Node would not even read the request's line."""
    return len(request.scope["raw_path"]) + len(request.scope["query_string"]) > _LONGEST_LINE


def _json(body: Entity | list[Entity], status: int = 200) -> Response:
    sent = orjson.dumps(body)
    return Response(sent, status, {"vary": "Origin"}, "application/json; charset=utf-8")


async def _refuse(_request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, Refusal):
        raise refusal
    return _json(refusal.body, refusal.status)


async def _no_route(_request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == _NO_METHOD:
        return PlainTextResponse("Method Not Allowed", _NO_METHOD, error.headers)
    return _json(not_found().body, 404)
