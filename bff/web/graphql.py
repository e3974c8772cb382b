"""`/graphql` over HTTP.

Source: GraphQL over HTTP, working draft of 2026-08. Queries come by POST as JSON or by GET; the
schema has nothing to mutate.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bff.errors import BadInput, BffError
from bff.web.accept import answer_type
from bff.web.answers import caching, languages, to_json
from bff.web.bodies import check_is_json, json_object, read_body
from bff.web.context import RequestContext
from bff.web.errors import (
    STATUSES,
    MethodNotAllowed,
    Unauthenticated,
    error_entry,
)
from bff.web.executor import Execution, Executor, Operation
from bff.web.incoming import Incoming, request_id


class GraphQLEndpoint:
    """Answers `/graphql`."""

    def __init__(self, executor: Executor, incoming: Incoming) -> None:
        self._executor = executor
        self._incoming = incoming

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever its method."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            context = self._incoming.context(request)
            operation = await _operation(request)
        except BffError as refusal:
            return _refusal(request, refusal)
        execution = await self._executor.run(operation, context)
        response = execution.response(context)
        return _answer(request, _status(execution, response), response, context)


async def _operation(request: Request) -> Operation:
    if request.method == "GET":
        return _from_query(request.query_params)
    if request.method != "POST":
        msg = "GraphQL is asked by POST or GET"
        raise MethodNotAllowed(msg)
    check_is_json(request)
    sent = json_object(await read_body(request))
    return _checked(sent.get("query"), sent.get("variables"), sent.get("operationName"))


def _from_query(sent: Mapping[str, str]) -> Operation:
    variables = sent.get("variables")
    try:
        read = orjson.loads(variables) if variables else None
    except ValueError:
        msg = "variables: not JSON"
        raise BadInput(msg) from None
    return _checked(sent.get("query"), read, sent.get("operationName"))


def _checked(query: object, variables: object, name: object) -> Operation:
    if not isinstance(query, str) or not query.strip():
        msg = "query: a GraphQL document is needed"
        raise BadInput(msg)
    if variables is not None and not isinstance(variables, dict):
        msg = "variables: must be a JSON object"
        raise BadInput(msg)
    if name is not None and not isinstance(name, str):
        msg = "operationName: must be text"
        raise BadInput(msg)
    return Operation(query, variables, name or None)


def _status(execution: Execution, response: Mapping[str, Any]) -> int:
    """Return the HTTP status; one fault of ours outweighs what is wrong with the request."""
    if execution.was_executed:
        return 200
    return max(STATUSES[error["extensions"]["code"]] for error in response["errors"])


def _refusal(request: Request, refusal: BffError) -> Response:
    entry = error_entry(refusal, request_id(request.scope))
    response = _answer(request, STATUSES[refusal.code], {"errors": [entry]}, None)
    if isinstance(refusal, MethodNotAllowed):
        response.headers["Allow"] = "GET, HEAD, POST"
    if isinstance(refusal, Unauthenticated):
        response.headers["WWW-Authenticate"] = refusal.challenge
    return response


def _answer(
    request: Request, status: int, response: Mapping[str, Any], context: RequestContext | None
) -> Response:
    headers = dict(
        caching(
            is_whole="errors" not in response and "extensions" not in response,
            header_resolved=context is not None and context.header_resolved,
            type_negotiated=True,
            is_preview=context is not None and context.is_preview,
        )
    )
    if context is not None and any((response.get("data") or {}).values()):
        headers.update(languages(context))
    media_type = answer_type(", ".join(request.headers.getlist("accept")))
    return Response(to_json(response), status, headers, media_type)
