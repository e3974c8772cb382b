"""Counts every request, and tells of those that are worth it: a line in the log, a span.

A kept answer that was given in time is counted, and costs nothing more.
"""

import logging
from enum import Enum
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff.ports import Clock
from bff.telemetry import log
from bff.telemetry.metrics import DEGRADED, DRAFTS, ERRORS, REQUESTS
from bff.telemetry.requests import NONE, RequestFigures
from bff.telemetry.spans import TRACING, Kind, trace_id_of
from bff.web.answers import Answer
from bff.web.cache_status import Way
from bff.web.errors import STATUSES
from bff.web.incoming import Caller, request_id
from bff.web.seen import keep_seen

GRAPHQL: Final = "graphql"
REST: Final = "rest"
WEBHOOK: Final = "webhook"
_WATCHED: Final = (("/v1/", REST), ("/webhooks/", WEBHOOK))
"""What is watched besides GraphQL, by how its paths begin. Probes and pages for people are not."""
_KEPT: Final = Way.KEPT
_DRAFTS: Final = DRAFTS.labels()
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
for _surface_name in (GRAPHQL, REST, WEBHOOK):
    for _code in STATUSES:
        # There from the start: of a series that begins with 1 Prometheus sees no increase.
        ERRORS.labels(_surface_name, _code)
REQUESTS.of(GRAPHQL, NONE)
_FAULT: Final = 500
_MOST_LINES: Final = 100
"""In a second, of troubled requests: in an outage all are, and what ails them shows in a few."""


class Lines(Enum):
    """Which requests get a line in the log."""

    NONE = "none"
    TROUBLED = "troubled"
    """Those that failed, not by the client's own mistake, were degraded or slow."""
    ALL = "all"


class Watch:
    """Watches requests. A request is slow that takes longer than `slow_seconds`."""

    def __init__(self, clock: Clock, slow_seconds: float, lines: Lines) -> None:
        self._clock = clock
        self._slow = slow_seconds
        self._lines = lines
        self._tells_all = lines is Lines.ALL
        self._looked_into = -1.0 if self._tells_all else slow_seconds
        """Seconds from which on even a kept answer is."""
        self._second = 0.0
        self._told = 0

    def begin(self, caller: Caller, method: str, surface: str = GRAPHQL) -> None:
        """Begin to watch a request."""
        seen = caller.seen
        seen.began = self._clock()
        if TRACING.is_on:
            method = method if method in _METHODS else "_OTHER"
            # By the surface, not the path, in which keys stand.
            seen.span = TRACING.begin(
                f"{method} /{surface}",
                parent=caller.traceparent(),
                kind=Kind.SERVER,
                words={"http.request.method": method, "bff.surface": surface},
            )

    def end(self, caller: Caller, status: int, surface: str = GRAPHQL) -> None:
        """Count a request that is answered with an HTTP status, and tell of it."""
        seen = caller.seen
        seconds = self._clock() - seen.began
        answer = seen.answer
        if answer is not None and surface is GRAPHQL:
            figures = answer.figures or _figures_of(answer)
        else:
            figures = REQUESTS.of(surface, seen.operation)
        figures.count(status, seconds)
        if seen.way is not _KEPT or seconds > self._looked_into or seen.span is not None:
            self._tell(caller, status, surface, seconds)
        elif answer is not None and answer.degraded:  # for a moment such are held, too
            _count_degraded(answer)

    def left(self, caller: Caller) -> None:
        """Stop watching a request whose client has left."""
        if caller.seen.span is not None:
            caller.seen.span.fail("client_left")
            caller.seen.span.end()

    def _tell(self, caller: Caller, status: int, surface: str, seconds: float) -> None:
        seen, answer = caller.seen, caller.seen.answer
        codes = (seen.code,) if seen.code else answer.codes if answer is not None else ()
        degraded = answer.degraded if answer is not None else ()
        for code in codes:
            ERRORS.labels(surface, code).inc()
        if answer is not None:
            _count_degraded(answer)
        if answer is not None and caller.asks_for_preview():
            _DRAFTS.inc()
        failed = status >= _FAULT or any(STATUSES.get(code, _FAULT) >= _FAULT for code in codes)
        operation = seen.operation if seen.operation != NONE or not answer else answer.operation
        is_troubled = bool(failed or degraded or seconds > self._slow)
        if self._tells_all or (self._lines is Lines.TROUBLED and is_troubled and self._has_room()):
            log(
                "request_answered",
                level=logging.WARNING if failed else logging.INFO,
                request_id=caller.request_id,
                **_traced(caller),
                surface=surface,
                operation=operation,
                status=status,
                seconds=round(seconds, 4),
                verdict=seen.way.value if seen.way else NONE,
                errors=",".join(codes) or NONE,
                degraded=",".join(sorted({source for source, _, _ in degraded})) or NONE,
                upstream_calls=len(seen.trail.exchanges) if seen.trail else 0,
            )
        if seen.span is not None:
            name = "graphql.operation.name" if surface is GRAPHQL else "bff.operation"
            seen.span.note({"http.response.status_code": status, name: operation})
            if seen.way is not None:
                seen.span.note({"bff.verdict": seen.way.value})
            if failed:
                seen.span.fail(codes[0] if codes else str(status))
            seen.span.end()

    def _has_room(self) -> bool:
        """Tell whether there were not too many lines this second; say how many there were."""
        now = self._clock()
        if now - self._second >= 1.0:
            if self._told > _MOST_LINES:
                log("requests_not_told", level=logging.WARNING, count=self._told - _MOST_LINES)
            self._second, self._told = now, 0
        self._told += 1
        return self._told <= _MOST_LINES


def _count_degraded(answer: Answer) -> None:
    for source, reason, served in answer.degraded:
        DEGRADED.labels(source, reason, served).inc()


def _figures_of(answer: Answer) -> RequestFigures:
    figures = answer.figures = REQUESTS.of(GRAPHQL, answer.operation)
    return figures


def _traced(caller: Caller) -> dict[str, str]:
    trace = trace_id_of(caller.traceparent())
    return {"trace_id": trace} if trace else {}


class Watched:
    """Watches what the router answers."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; count it as soon as its answer begins."""
        surface = _surface(scope)
        if surface is None:
            await self._app(scope, receive, send)
            return
        caller = Caller(scope)
        caller.request_id = request_id(scope)
        keep_seen(scope, caller.seen)
        status = 0

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if caller.seen.operation == NONE:
                    caller.seen.operation = _described(scope)
                self._watch.end(caller, status, surface)
            await send(message)

        self._watch.begin(caller, scope["method"], surface)
        try:
            await self._app(scope, receive, send_noting)
        finally:
            if not status:
                self._watch.left(caller)


def _surface(scope: Scope) -> str | None:
    if scope["type"] != "http":
        return None
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return next((name for begin, name in _WATCHED if path.startswith(begin)), None)


def _described(scope: Scope) -> str:
    """Return what the description of REST calls the route that answers: a name of ours."""
    return getattr(scope.get("route"), "operation_id", None) or NONE
