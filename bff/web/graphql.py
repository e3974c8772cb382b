"""`/graphql` over HTTP. It stands in front of the router, whose way costs more than an answer."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from bff.errors import BadInput, BffError
from bff.web.accept import GRAPHQL, answer_type, goes_by_body
from bff.web.admission import Admission
from bff.web.answering import Answering, Asked, Reply
from bff.web.answers import Answer, to_json
from bff.web.context import RequestContext
from bff.web.documents import is_mutation
from bff.web.errors import STATUSES, MethodNotAllowed, error_entry, headers_of, status_of
from bff.web.executor import Execution, Executor, Operation
from bff.web.incoming import Caller
from bff.web.library import Library
from bff.web.problems import problem_answer
from bff.web.surface import DEFAULT, Surface

# As seen from here, so that it holds below any path.
_TO_GRAPHIQL: Final = Answer(303, b"", "text/plain", more=((b"location", b"graphiql"),))


class GraphQLEndpoint:
    """Answers `/graphql`. `surface` is what it lets in, and how it answers.

    Trusted documents must be executable: they are not looked at again. `has_graphiql` says that
    somebody who looks at it with a browser can be sent there.
    """

    def __init__(
        self,
        executor: Executor,
        answering: Answering,
        surface: Surface = DEFAULT,
        *,
        has_graphiql: bool = False,
    ) -> None:
        self._has_graphiql = has_graphiql
        self._executor = executor
        self._answering = answering
        self._library = Library(
            surface.trusted_documents,
            trusted_only=surface.trusted_only,
            remembers=surface.persisted_queries,
        )
        self._admission = Admission(answering.incoming, self._library, surface.body_bytes)
        self._partial_status = surface.partial_status
        self._explains = surface.explain
        self._watch = answering.watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever its method: HEAD as GET, without the body."""
        caller = Caller(scope)
        self._watch.begin(caller, scope["method"])
        try:
            status, head, body = await self._reply(caller, scope, receive)
        except ClientDisconnect:
            self._watch.left(caller)
            return  # nobody is there to be answered
        except Exception as fault:  # noqa: BLE001 - the edge: it is logged, and told as INTERNAL
            caller.seen.code = "INTERNAL"
            status, head, body = self._answering.refusal(problem_answer(fault, caller.request_id))
        self._watch.end(caller, status)
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
        accept = caller.header(b"accept")
        media_type = answer_type(accept)
        is_fetch = scope["method"] != "POST"
        try:
            admitted = await self._admission.admit(caller, scope, receive)
            reply = self._answering.find(
                admitted.question,
                caller,
                media_type=media_type,
                is_fetch=is_fetch,
                explains=self._explains and caller.asks_for_explanation(),
            )
            was_kept = not isinstance(reply, Asked)
            if isinstance(reply, Asked):
                operation = admitted.read()
                if is_fetch:
                    _check_is_safe(operation)
                execute = partial(self._execute, operation, caller)
                reply = await self._answering.make(
                    reply, execute, media_type=media_type, is_fetch=is_fetch
                )
        except BffError as refusal:
            if self._has_graphiql and _looks_around(scope, accept):
                return self._answering.refusal(_TO_GRAPHIQL)
            caller.seen.code = refusal.code
            return self._answering.refusal(_refusal(refusal, caller.request_id), media_type)
        taught = admitted.teaches
        if taught is not None and (was_kept or self._executor.knows(taught)):
            self._library.remember(taught)
        return reply

    async def _execute(
        self, operation: Operation, caller: Caller, context: RequestContext
    ) -> Answer:
        execution = await self._executor.run(operation, context)
        response = execution.response(context, caller.request_id)
        has_data = any((response.get("data") or {}).values())
        return Answer(
            self._status(execution, response, caller.header(b"accept")),
            to_json(response),
            None,
            is_whole="errors" not in response and "extensions" not in response,
            may_be_shared="errors" not in response,
            languages=tuple(sorted(context.applied)) if has_data else (),
        )

    def _status(self, execution: Execution, response: Mapping[str, Any], accept: str) -> int:
        """Return the HTTP status; one fault of ours outweighs what is wrong with the request.

        An answer with errors is given to nobody else, so that it may depend on what is accepted.
        """
        if execution.was_executed:
            is_partial = "errors" in response and answer_type(accept) == GRAPHQL
            return self._partial_status if is_partial else 200
        codes = {error["extensions"]["code"] for error in response["errors"]}
        if codes == {BadInput.code} and goes_by_body(accept):
            return 200
        return max(STATUSES[code] for code in codes)


def _looks_around(scope: Scope, accept: str) -> bool:
    """Tell whether a browser has come to see what is here."""
    return scope["method"] == "GET" and not scope["query_string"] and "text/html" in accept


def _check_is_safe(operation: Operation) -> None:
    """Do nothing for what may be asked by GET.

    Crawlers follow links and caches keep what they lead to, so that a link must change nothing.
    The schema has nothing to mutate, but clients go by the status.

    Raises:
        MethodNotAllowed: it is a mutation (GraphQL over HTTP, September 2026).
    """
    if is_mutation(operation.document, operation.name):
        msg = "a mutation is sent by POST, never by GET"
        raise MethodNotAllowed(msg, allowed="POST")


def _refusal(refusal: BffError, request_id: str) -> Answer:
    body = to_json({"errors": [error_entry(refusal, request_id)]})
    return Answer(status_of(refusal), body, None, more=headers_of(refusal))
