"""`POST /v1/preview`: whoever knows the operators' secret gets a token that shows drafts."""

from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from bff.bodies import json_object
from bff.errors import BadInput, BffError
from bff.web.answers import to_json
from bff.web.bodies import check_is_json, read_body
from bff.web.client_rate import Clients
from bff.web.errors import Unauthenticated
from bff.web.incoming import Caller
from bff.web.preview import SHORTEST, Preview
from bff.web.problems import problem_response
from bff.web.rest_description import PROBLEM, RATE_LIMITED, SCHEMAS, UNAUTHENTICATED

_CHALLENGE: Final = 'Bearer realm="preview"'
_MINTED: Final = {
    "description": "Send it as `X-Bff-Preview` until it ends. Nobody may keep this answer.",
    "content": {"application/json": {"schema": {"$ref": SCHEMAS + "PreviewToken"}}},
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: _MINTED,
    400: {"description": "The body cannot be read, or asks for too long a time.", **PROBLEM},
    **UNAUTHENTICATED,
    413: {"description": "The body is too large.", **PROBLEM},
    415: {"description": "The body is not JSON.", **PROBLEM},
    **RATE_LIMITED,
    500: {"description": "Something went wrong on our side.", **PROBLEM},
}


class PreviewMint:
    """Answers `/v1/preview`. Where there is no preview there is no such path."""

    def __init__(self, preview: Preview, clients: Clients, most_bytes: int) -> None:
        self._preview = preview
        self._clients = clients
        self._most_bytes = most_bytes
        self.router = APIRouter(prefix="/v1", tags=["preview"])
        self.router.add_api_route(
            "/preview",
            self.mint,
            methods=["POST"],
            response_class=Response,
            responses=_RESPONSES,
            operation_id="createPreview",
            summary="A token that shows drafts",
            openapi_extra={
                "security": [{"operators": []}],
                "requestBody": {
                    "required": False,
                    "content": {"application/json": {"schema": {"$ref": SCHEMAS + "PreviewWish"}}},
                },
            },
        )

    async def mint(self, request: Request) -> Response:
        """Return a token and when it ends. Without a body it is valid as long as is allowed."""
        try:
            # First of all: who does not know the secret is not read any further.
            self._check_secret(Caller(request.scope), request.headers.get("authorization", ""))
            seconds = await self._seconds(request)
        except BffError as failure:
            return problem_response(failure, request)
        token, expires_at = self._preview.tokens.mint(seconds)
        ends = datetime.fromtimestamp(expires_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        body = to_json({"token": token, "expiresAt": ends})
        return Response(body, 200, {"Cache-Control": "no-store"}, "application/json")

    def _check_secret(self, caller: Caller, authorization: str) -> None:
        """Do nothing for who knows the operators' secret, and has not guessed too often.

        Raises:
            Unauthenticated: the secret is missing or wrong.
            RateLimited: it was wrong so often that it is not even looked at.
        """
        self._clients.secrets.check(*caller.came_from)
        if not self._preview.admits(authorization):
            if authorization:
                self._clients.secrets.count(*caller.came_from)
            msg = "the operators' secret is needed"
            raise Unauthenticated(msg, challenge=_CHALLENGE)

    async def _seconds(self, request: Request) -> int:
        longest = self._preview.tokens.longest
        body = await read_body(
            request.receive, self._most_bytes, request.headers.get("content-length", "")
        )
        if not body:
            return longest
        headers = request.headers
        check_is_json(headers.get("content-type", ""), headers.get("content-encoding", ""))
        sent = json_object(body)
        seconds = sent.get("seconds", longest)
        is_number = isinstance(seconds, int) and not isinstance(seconds, bool)
        if not is_number or not SHORTEST <= seconds <= longest:
            msg = f"seconds: a whole number from {SHORTEST} to {longest}"
            raise BadInput(msg)
        return int(seconds)
