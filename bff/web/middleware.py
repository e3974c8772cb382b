"""What happens to every request, whatever answers it: its id, faults of ours, HEAD."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff.web.client_rate import ClientRates
from bff.web.errors import RateLimited
from bff.web.incoming import Caller, request_id
from bff.web.problems import problem_response

_UNCOUNTED: Final = ("/livez", "/readyz", "/metrics", "/webhooks/")


class RequestIds:
    """Answers every request with its id in `X-Request-Id`.

    And with the word that browsers are to take the answer for what it says that it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        current = request_id(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = current
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, send_with_id)


class Faults:
    """Answers a fault of our own as a problem, without a word about what it was."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer in its place when that fails."""
        has_started = False

        async def send_noting(message: Message) -> None:
            nonlocal has_started
            has_started = has_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except ClientDisconnect:
            return  # the client left while it was still sending: nobody is there to be answered
        except Exception as fault:
            if scope["type"] != "http" or has_started:
                raise
            await problem_response(fault, Request(scope))(scope, receive, send)


class Rated:
    """Refuses who asks too often. Probes are not counted, nor are webhooks, which sign."""

    def __init__(self, app: ASGIApp, rates: ClientRates) -> None:
        self._app = app
        self._rates = rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer in its place."""
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            if not path.startswith(_UNCOUNTED):
                try:
                    self._rates.check(*Caller(scope).came_from)
                except RateLimited as refusal:
                    await problem_response(refusal, Request(scope))(scope, receive, send)
                    return
        await self._app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD with what GET would answer, without the body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a HEAD on as a GET, and the answer back with its headers only."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] != "http.response.start":
                more = message.get("more_body", False)
                message = {"type": "http.response.body", "body": b"", "more_body": more}
            await send(message)

        # A copy: the server has to go on knowing that it was HEAD.
        await self._app({**scope, "method": "GET"}, receive, send_headers)
