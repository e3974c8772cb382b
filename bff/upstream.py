"""The only caller of other people's HTTP services: deadline, error mapping, JSON to models."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from bff.errors import UpstreamMalformed, UpstreamRejected, UpstreamTimeout, UpstreamUnavailable
from bff.ports import Call, Clock

Answer = TypeVar("Answer", bound=BaseModel)

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_CLIENT_ERROR = 400


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

    async def get(
        self,
        operation: str,
        path: str,
        params: Sequence[tuple[str, str]],
        call: Call,
        answer: type[Answer],
    ) -> Answer:
        """Return the answer to a GET, validated.

        Raises:
            UpstreamError: one of its kinds, see `bff.errors`.
        """
        return await self._read(operation, "GET", path, params, None, call, answer)

    async def post(
        self,
        operation: str,
        path: str,
        params: Sequence[tuple[str, str]],
        body: Mapping[str, object],
        call: Call,
        answer: type[Answer],
    ) -> Answer:
        """Return the answer to a read that is too long for a URL, validated.

        Raises:
            UpstreamError: one of its kinds, see `bff.errors`.
        """
        return await self._read(operation, "POST", path, params, body, call, answer)

    async def _read(
        self,
        operation: str,
        method: str,
        path: str,
        params: Sequence[tuple[str, str]],
        body: Mapping[str, object] | None,
        call: Call,
        answer: type[Answer],
    ) -> Answer:
        try:
            response = await self._client.request(
                method,
                path,
                params=list(params),
                json=body,
                timeout=max(0.0, call.deadline - self._clock()),
            )
        except httpx.TimeoutException as exc:
            raise UpstreamTimeout(self.source, operation) from exc
        except httpx.TransportError as exc:
            raise UpstreamUnavailable(self.source, operation) from exc
        if response.status_code == _TOO_MANY_REQUESTS or response.status_code >= _SERVER_ERROR:
            raise UpstreamUnavailable(self.source, operation)
        if response.status_code >= _CLIENT_ERROR:
            reason = self._reason_of(response.status_code, response.content)
            raise UpstreamRejected(
                self.source, operation, reason, status=response.status_code, reason=reason
            )
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as exc:
            raise UpstreamMalformed(self.source, operation) from exc
