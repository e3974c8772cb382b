"""Asks one source a question, or tells it something; failures become errors of ours."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import httpx
import orjson
from pydantic import BaseModel

from bff import telemetry
from bff.errors import UpstreamError, UpstreamRejected, UpstreamTimeout
from bff.ports import Call, Clock
from bff.telemetry.spans import TRACING, Kind, Span, trace_id_of
from bff.upstream.address import address
from bff.upstream.answers import (
    failed_exchange,
    is_refusal,
    read_body,
    root_cause,
    told_limit,
    unsuccessful,
    wrong_body,
)
from bff.upstream.guard import Guard

Answer = TypeVar("Answer", bound=BaseModel)

_BODY_LIMIT = 32 * 1024 * 1024
_LARGE = 100_000  # bytes of JSON, whose reading takes a millisecond or two
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_MACHINE_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Question:
    """One read. With a `body` it is POSTed, as JSON: for what is too long for a URL.

    `operation` names it in errors and logs. `path` and `params` are plain text, quoted when they
    are sent; a path cannot leave the client's base URL. `headers` are this question's own, over
    the client's: credentials that change while the service runs. They and the body are not shown.

    Raises:
        ValueError: the path is relative, or has `.` or `..` in it.
    """

    operation: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, object] | None = field(default=None, repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        _check_path(self.operation, self.path)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: `body` is sent as it is, for it may be signed.

    For the rest see `Question`. A connection that is lost may mean that it is sent twice.
    """

    operation: str
    method: str
    path: str
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _check_path(self.operation, self.path)


def _check_path(operation: str, path: str) -> None:
    if not path.startswith("/") or not {".", ".."}.isdisjoint(path.split("/")):
        message = f"{operation}: the path must be absolute and plain"
        raise ValueError(message)


class Upstream:
    """One source's HTTP service. Answers come back as the wire model that is asked for.

    `reason_of(status, body)` turns a refusal's body into a short machine word that names no
    data of the request; it ends up in `UpstreamRejected.reason`. At most `body_limit` bytes of
    an answer are read, counted after unpacking. `guard` retries reads, limits them, and leaves a
    source alone that fails; without one each read is one call.
    """

    def __init__(
        self,
        source: str,
        client: httpx.AsyncClient,
        clock: Clock,
        reason_of: Callable[[int, bytes], str],
        *,
        body_limit: int = _BODY_LIMIT,
        guard: Guard | None = None,
    ) -> None:
        self.source = source
        self._client = client
        self._clock = clock
        self._reason_of = reason_of
        self._body_limit = body_limit
        self._guard = guard
        self._base_url = str(client.base_url).rstrip("/")
        # gzip alone: what it unpacks to can be bounded while it is read.
        ours = {"accept": "application/json", "accept-encoding": "gzip"}
        self._headers = httpx.Headers({**client.headers, **ours})
        self._reading = asyncio.Lock()

    async def read(self, question: Question, call: Call, answer: type[Answer]) -> Answer:
        """Return the answer to a question, validated.

        The call's deadline bounds everything, from waiting for a free connection to the last
        byte of the body.

        Raises:
            UpstreamError: one of its kinds, see `bff.errors`. Nothing else but a cancellation
                leaves, whatever the transport or the wire model raise.
        """
        if self._guard is None:
            return await self._read_once(question, call, answer)
        attempt = partial(self._read_once, question, call, answer)
        return await self._guard.ask(self.source, question.operation, call, attempt)

    async def _read_once(self, question: Question, call: Call, answer: type[Answer]) -> Answer:
        with self._logged(question.operation, call):
            request = self._request(question)
            body = await self._exchange(question.operation, request, call)
            try:
                if len(body) < _LARGE:
                    return _parsed(body, answer)
                async with self._reading:  # so that the event loop gets its turn between two
                    await asyncio.sleep(0)
                    return _parsed(body, answer)
            except Exception as exc:
                raise wrong_body(self.source, question.operation, exc, body) from exc

    async def tell(self, notice: Notice, call: Call) -> None:
        """Tell something. Any success counts, whatever the answer says.

        Raises:
            UpstreamError: as for `read`.
        """
        with self._logged(notice.operation, call):
            request = self._built(notice.method, notice, notice.body)
            await self._exchange(notice.operation, request, call)

    @contextmanager
    def _logged(self, operation: str, call: Call) -> Iterator[None]:
        started_at = self._clock()
        try:
            yield
        except UpstreamError as failure:
            telemetry.log(
                "upstream_failed",
                level=logging.WARNING,
                source=self.source,
                operation=operation,
                code=failure.code,
                detail=failure.detail,
                cause=root_cause(failure),
                seconds=round(self._clock() - started_at, 3),
                **_for_whom(call),
            )
            raise

    async def _exchange(self, operation: str, request: httpx.Request, call: Call) -> bytes:
        """Return the body of a successful answer."""
        with self._traced(operation, request, call) as span:
            return await self._sent(operation, request, call, span)

    @contextmanager
    def _traced(self, operation: str, request: httpx.Request, call: Call) -> Iterator[Span]:
        """Let one exchange have a span, which the source is told as its parent, and be noted."""
        started_at = self._clock()
        outcome = "cancelled"
        try:
            with TRACING.span(
                f"{request.method} {self.source} {operation}",
                parent=call.traceparent,
                kind=Kind.CLIENT,
                words={
                    "http.request.method": request.method,
                    "service.peer.name": self.source,
                    "bff.operation": operation,
                },
            ) as span:
                if span.traceparent is not None and _TRACEPARENT.fullmatch(span.traceparent):
                    request.headers["traceparent"] = span.traceparent
                    if call.tracestate is not None:
                        request.headers["tracestate"] = call.tracestate
                yield span
            outcome = "ok"
        except UpstreamError as failure:
            outcome = failure.code
            raise
        finally:
            if call.journal is not None:
                seconds = self._clock() - started_at
                call.journal.note(self.source, operation, seconds, outcome)

    async def _sent(self, operation: str, request: httpx.Request, call: Call, span: Span) -> bytes:
        seconds = call.deadline - self._clock()
        if seconds <= 0:
            raise UpstreamTimeout(self.source, operation, "no time was left")
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.send(request, stream=True, follow_redirects=False)
                span.note({"http.response.status_code": response.status_code})
                if self._guard is not None and self._guard.is_paced:
                    limit = told_limit(response.headers)
                    if limit is not None:
                        self._guard.tell_limit(limit)
                try:
                    if response.is_success:
                        return await read_body(response, self._body_limit)
                    if is_refusal(response.status_code):
                        raise await self._rejected(operation, response)
                    # Other bodies have nothing to say.
                    raise unsuccessful(self.source, operation, response)
                finally:
                    await response.aclose()
        except UpstreamError:
            raise
        except Exception as exc:
            raise failed_exchange(self.source, operation, exc) from exc

    def _request(self, question: Question) -> httpx.Request:
        if question.body is None:
            return self._built("GET", question, None)
        content = json.dumps(dict(question.body), allow_nan=False).encode()
        return self._built("POST", question, content)

    def _built(
        self, method: str, asked: Question | Notice, content: bytes | None
    ) -> httpx.Request:
        """Build the request: our headers, and nothing of whoever asked us but the trace."""
        headers = self._headers
        if content is not None:
            headers = httpx.Headers(headers)
            headers["content-type"] = "application/json"
        if asked.headers:
            headers = httpx.Headers(headers)
            headers.update(asked.headers)
        where = address(self._base_url, asked.path, asked.params)
        request = httpx.Request(
            method,
            where,
            headers=headers,
            content=content,
            extensions={"timeout": {}},  # the whole is bounded, not each part
        )
        request.url = where  # httpx made a copy, of its own kind
        return request

    async def _rejected(self, operation: str, response: httpx.Response) -> UpstreamRejected:
        status = response.status_code
        try:
            reason = self._reason_of(status, await read_body(response, self._body_limit))
        except Exception:  # noqa: BLE001 - a refusal stays one, even if its body is lost or odd
            reason = ""
        if not _MACHINE_WORD.fullmatch(reason):
            reason = ""
        detail = f"HTTP {status} {reason}".rstrip()
        return UpstreamRejected(self.source, operation, detail, status=status, reason=reason)


def _for_whom(call: Call) -> dict[str, str]:
    """Return the log's words for the request that a call is made for."""
    trace = trace_id_of(call.traceparent)
    return {
        **({"request_id": call.request_id} if call.request_id else {}),
        **({"trace_id": trace} if trace else {}),
    }


def _parsed(body: bytes, answer: type[Answer]) -> Answer:
    if b"NaN" in body or b"Infinity" in body:
        orjson.loads(body)  # these are no JSON numbers, but pydantic takes them for such
    return answer.model_validate_json(body)
