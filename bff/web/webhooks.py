"""`POST /webhooks/{source}`: what the sources say has changed.

    204  the marks are stored: from now on no replica takes for fresh what it knew before
    400  from the source, but it makes no sense
    401  not from the source, or too old; the log says which
    404  no such source, or it has no secret
    413  longer than any honest one
    429  not from the source, and its client has tried that too often; what is from the source
         is taken whatever others have tried
    503  the marks could not be stored for everybody: whoever tries again, tries again

No source is asked before the answer is given. Senders do not try again after a 4xx, so that
nothing that passes is answered with one.
"""

import logging
import time
from collections.abc import Iterable
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bff.catalog.invalidate import Invalidator
from bff.errors import BadInput, BffError, StoreUnavailable, WebhookRejected
from bff.ports import Delivery, WallClock, WebhookReader
from bff.telemetry import log
from bff.telemetry.metrics import WEBHOOK_LAG, WEBHOOKS
from bff.web.bodies import read_body
from bff.web.client_rate import Clients, WrongAttempts
from bff.web.errors import NotFound, PayloadTooLarge, RateLimited, Unauthenticated
from bff.web.incoming import Caller, request_id
from bff.web.problems import problem_response
from bff.web.seen import seen_of

MAX_BODY: Final = 1024 * 1024
"""Bytes; more is refused while it is still being read."""
_RETRY_AFTER: Final = "5"  # seconds
_UNKNOWN: Final = "unknown"


class Webhooks:
    """Receives webhooks. A source without a reader is not known here.

    `wrong` counts who sends what is not from a source.
    """

    def __init__(
        self,
        readers: Iterable[WebhookReader],
        invalidator: Invalidator,
        now: WallClock,
        wrong: WrongAttempts | None = None,
    ) -> None:
        self._readers = {reader.name: reader for reader in readers}
        self._invalidator = invalidator
        self._now = now
        self._wrong = wrong or Clients.of(None, (), time.monotonic).signatures

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes for `create_app`."""
        return [Route("/webhooks/{name}", self._receive, methods=["POST"])]

    async def _receive(self, request: Request) -> Response:
        reader = self._readers.get(request.path_params["name"])
        source = _UNKNOWN if reader is None else reader.name
        seen_of(request.scope).operation = source
        try:
            if reader is None:
                msg = "there is nothing at this path"
                raise NotFound(msg)  # noqa: TRY301 - answered like all that goes wrong
            outcome = await self._take(reader, request)
        except BffError as failure:
            WEBHOOKS.labels(source, _outcome(failure)).inc()
            try:
                if isinstance(failure, WebhookRejected):
                    self._wrong.count(*Caller(request.scope).came_from)
            except RateLimited as too_often:  # without a line in the log for each
                return problem_response(too_often, request)
            return _refusal(failure, source, request)
        except Exception as fault:
            left = isinstance(fault, ClientDisconnect)
            WEBHOOKS.labels(source, "cut_off" if left else "fault").inc()
            raise
        WEBHOOKS.labels(source, outcome).inc()
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    async def _take(self, reader: WebhookReader, request: Request) -> str:
        """Mark what a delivery says has changed; return what became of it."""
        delivery = Delivery(
            request.method, _path(request), dict(request.headers), await _body(request)
        )
        changes = reader.read(delivery, self._now())
        if not changes:
            return "ignored"
        await self._invalidator.accept(changes, reader.name)
        changed = [one.changed_at for one in changes if one.changed_at is not None]
        if changed:  # not every source dates what it tells
            WEBHOOK_LAG.labels(reader.name).observe(max(0.0, self._now() - min(changed)))
        return "accepted"


def _outcome(failure: BffError) -> str:
    match failure:
        case WebhookRejected():
            return "rejected"
        case StoreUnavailable():
            return "unavailable"
        case PayloadTooLarge():
            return "too_large"
        case BadInput():
            return "nonsense"
        case _:
            return "unknown"


def _refusal(failure: BffError, source: str, request: Request) -> Response:
    reason = failure.reason if isinstance(failure, WebhookRejected) else _outcome(failure)
    current = request_id(request.scope)
    log(
        "webhook_refused",
        level=logging.WARNING,
        source=source,
        reason=reason,
        request_id=current,
    )
    if isinstance(failure, WebhookRejected):
        failure = Unauthenticated(str(failure), challenge="Webhook")
    response = problem_response(failure, request)
    if isinstance(failure, StoreUnavailable):
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _path(request: Request) -> str:
    """Return the path with its query as they were sent: encoded as the sender did."""
    scope = request.scope
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return (raw + b"?" + query if query else raw).decode("latin-1")


async def _body(request: Request) -> bytes:
    """Return the body.

    Raises:
        PayloadTooLarge: it is longer than any honest one.
    """
    return await read_body(request.receive, MAX_BODY, request.headers.get("content-length", ""))
