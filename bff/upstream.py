"""The only caller of other people's HTTP services: deadline, error mapping, JSON to models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from bff.errors import UpstreamMalformed, UpstreamRejected, UpstreamTimeout, UpstreamUnavailable
from bff.ports import Call, Clock

Answer = TypeVar("Answer", bound=BaseModel)

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_CLIENT_ERROR = 400


@dataclass(frozen=True, slots=True)
class Question:
    """One read. With a `body` it is POSTed, as JSON: for what is too long for a URL.

    `operation` names it in errors and logs.
    """

    operation: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, object] | None = None


class Upstream:
    """One source's HTTP service. Answers come back as the wire model that is asked for.

    `reason_of(status, body)` turns a refusal's body into a short machine word that names no
    data of the request; it ends up in `UpstreamRejected.reason`.
    """

    def __init__(
        self,
        source: str,
        client: httpx.AsyncClient,
        clock: Clock,
        reason_of: Callable[[int, bytes], str],
    ) -> None:
        self.source = source
        self._client = client
        self._clock = clock
        self._reason_of = reason_of

    async def read(self, question: Question, call: Call, answer: type[Answer]) -> Answer:
        """Return the answer to a question, validated.

        Raises:
            UpstreamError: one of its kinds, see `bff.errors`.
        """
        try:
            response = await self._client.request(
                "GET" if question.body is None else "POST",
                question.path,
                params=question.params,
                json=question.body,
                timeout=max(0.0, call.deadline - self._clock()),
            )
        except httpx.TimeoutException as exc:
            raise UpstreamTimeout(self.source, question.operation) from exc
        except httpx.TransportError as exc:
            raise UpstreamUnavailable(self.source, question.operation) from exc
        status = response.status_code
        if status == _TOO_MANY_REQUESTS or status >= _SERVER_ERROR:
            raise UpstreamUnavailable(self.source, question.operation)
        if status >= _CLIENT_ERROR:
            reason = self._reason_of(status, response.content)
            raise UpstreamRejected(
                self.source, question.operation, reason, status=status, reason=reason
            )
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as exc:
            raise UpstreamMalformed(self.source, question.operation) from exc
