"""Asks one source a question and gives back a validated answer or one of our errors."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import orjson
from pydantic import BaseModel

from bff import telemetry
from bff.errors import UpstreamError, UpstreamRejected, UpstreamTimeout
from bff.ports import Call, Clock
from bff.upstream.address import address
from bff.upstream.answers import (
    failed_exchange,
    is_refusal,
    read_body,
    root_cause,
    unsuccessful,
    wrong_body,
)

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
        if not self.path.startswith("/") or not {".", ".."}.isdisjoint(self.path.split("/")):
            message = f"{self.operation}: the path must be absolute and plain"
            raise ValueError(message)


class Upstream:
    """One source's HTTP service. Answers come back as the wire model that is asked for.

    `reason_of(status, body)` turns a refusal's body into a short machine word that names no
    data of the request; it ends up in `UpstreamRejected.reason`. At most `body_limit` bytes of
    an answer are read, counted after unpacking.
    """

    def __init__(
        self,
        source: str,
        client: httpx.AsyncClient,
        clock: Clock,
        reason_of: Callable[[int, bytes], str],
        *,
        body_limit: int = _BODY_LIMIT,
    ) -> None:
        self.source = source
        self._client = client
        self._clock = clock
        self._reason_of = reason_of
        self._body_limit = body_limit
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
        started_at = self._clock()
        try:
            body = await self._ask(question, call, call.deadline - started_at)
            try:
                if len(body) < _LARGE:
                    return _parsed(body, answer)
                async with self._reading:  # so that the event loop gets its turn between two
                    await asyncio.sleep(0)
                    return _parsed(body, answer)
            except Exception as exc:
                raise wrong_body(self.source, question.operation, exc, body) from exc
        except UpstreamError as failure:
            telemetry.log(
                "upstream_failed",
                level=logging.WARNING,
                source=self.source,
                operation=question.operation,
                code=failure.code,
                detail=failure.detail,
                cause=root_cause(failure),
                seconds=round(self._clock() - started_at, 3),
            )
            raise

    async def _ask(self, question: Question, call: Call, seconds: float) -> bytes:
        """Return the body of a successful answer."""
        if seconds <= 0:
            raise UpstreamTimeout(self.source, question.operation, "no time was left")
        request = self._request(question, call)
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.send(request, stream=True, follow_redirects=False)
                try:
                    if response.is_success:
                        return await read_body(response, self._body_limit)
                    if is_refusal(response.status_code):
                        raise await self._rejected(question, response)
                    # Other bodies have nothing to say.
                    raise unsuccessful(self.source, question.operation, response)
                finally:
                    await response.aclose()
        except UpstreamError:
            raise
        except Exception as exc:
            raise failed_exchange(self.source, question.operation, exc) from exc

    def _request(self, question: Question, call: Call) -> httpx.Request:
        """Build the request: our headers and the trace, nothing else of whoever asked us."""
        headers = self._headers
        content = None
        if question.headers:
            headers = httpx.Headers(headers)
            headers.update(question.headers)
        if call.traceparent is not None and _TRACEPARENT.fullmatch(call.traceparent):
            headers = httpx.Headers(headers)
            headers["traceparent"] = call.traceparent
        if question.body is not None:
            headers = httpx.Headers(headers)
            headers["content-type"] = "application/json"
            content = json.dumps(dict(question.body), allow_nan=False).encode()
        where = address(self._base_url, question.path, question.params)
        request = httpx.Request(
            "GET" if content is None else "POST",
            where,
            headers=headers,
            content=content,
            extensions={"timeout": {}},  # the whole is bounded, not each part
        )
        request.url = where  # httpx made a copy, of its own kind
        return request

    async def _rejected(self, question: Question, response: httpx.Response) -> UpstreamRejected:
        status = response.status_code
        try:
            reason = self._reason_of(status, await read_body(response, self._body_limit))
        except Exception:  # noqa: BLE001 - a refusal stays one, even if its body is lost or odd
            reason = ""
        if not _MACHINE_WORD.fullmatch(reason):
            reason = ""
        detail = f"HTTP {status} {reason}".rstrip()
        return UpstreamRejected(
            self.source, question.operation, detail, status=status, reason=reason
        )


def _parsed(body: bytes, answer: type[Answer]) -> Answer:
    if b"NaN" in body or b"Infinity" in body:
        orjson.loads(body)  # these are no JSON numbers, but pydantic takes them for such
    return answer.model_validate_json(body)
