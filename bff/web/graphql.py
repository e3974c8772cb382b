"""`/graphql` over HTTP. It stands in front of the router, whose way costs more than an answer."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from bff.errors import BffError
from bff.web.accept import answer_type
from bff.web.admission import Admission
from bff.web.answering import Answering, Asked, Reply
from bff.web.answers import Answer, to_json
from bff.web.context import RequestContext
from bff.web.documents import is_mutation
from bff.web.errors import STATUSES, MethodNotAllowed, error_entry, headers_of
from bff.web.executor import Execution, Executor, Operation
from bff.web.incoming import Caller
from bff.web.problems import problem_answer


class GraphQLEndpoint:
    """Answers `/graphql`."""

    def __init__(self, executor: Executor, answering: Answering) -> None:
        self._executor = executor
        self._answering = answering
        self._admission = Admission(answering.incoming)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever its method: HEAD as GET, without the body."""
        caller = Caller(scope)
        try:
            status, head, body = await self._reply(caller, scope, receive)
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Exception as fault:  # noqa: BLE001 - the edge: it is logged, and told as INTERNAL
            status, head, body = self._answering.refusal(problem_answer(fault, caller.request_id))
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*head, (b"x-request-id", caller.request_id.encode("latin-1"))],
            }
        )
        if scope["method"] == "HEAD":
            body = b""
        await send({"type": "http.response.body", "body": body})

    async def _reply(self, caller: Caller, scope: Scope, receive: Receive) -> Reply:
        media_type = answer_type(caller.header(b"accept"))
        is_fetch = scope["method"] != "POST"
        try:
            admitted = await self._admission.admit(caller, scope, receive)
            reply = self._answering.find(
                admitted.question, caller, media_type=media_type, is_fetch=is_fetch
            )
            if is_fetch and isinstance(reply, Asked):
                _check_is_safe(admitted.read())
        except BffError as refusal:
            return self._answering.refusal(_refusal(refusal, caller.request_id), media_type)
        if isinstance(reply, Asked):
            execute = partial(self._execute, admitted.read(), caller.request_id)
            reply = await self._answering.make(
                reply, execute, media_type=media_type, is_fetch=is_fetch
            )
        return reply

    async def _execute(
        self, operation: Operation, request_id: str, context: RequestContext
    ) -> Answer:
        execution = await self._executor.run(operation, context)
        response = execution.response(context, request_id)
        has_data = any((response.get("data") or {}).values())
        return Answer(
            _status(execution, response),
            to_json(response),
            None,
            is_whole="errors" not in response and "extensions" not in response,
            may_be_shared="errors" not in response,
            languages=tuple(sorted(context.applied)) if has_data else (),
        )


def _check_is_safe(operation: Operation) -> None:
    """Do nothing for what may be asked by GET.

    Crawlers follow links and caches keep what they lead to, so that a link must change nothing.
    The schema has nothing to mutate, but clients go by the status.

    Raises:
        MethodNotAllowed: it is a mutation (GraphQL over HTTP, working draft of 2026-08).
    """
    if is_mutation(operation.document, operation.name):
        msg = "a mutation is sent by POST, never by GET"
        raise MethodNotAllowed(msg, allowed="POST")


def _status(execution: Execution, response: Mapping[str, Any]) -> int:
    """Return the HTTP status; one fault of ours outweighs what is wrong with the request."""
    if execution.was_executed:
        return 200
    return max(STATUSES[error["extensions"]["code"]] for error in response["errors"])


def _refusal(refusal: BffError, request_id: str) -> Answer:
    body = to_json({"errors": [error_entry(refusal, request_id)]})
    return Answer(STATUSES[refusal.code], body, None, more=headers_of(refusal))
