"""Which requests to `/graphql` are looked into at all: one way in for kept and executed answers.

Source: GraphQL over HTTP, working draft of 2026-08. Queries come by POST as JSON or by GET; the
schema has nothing to mutate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import orjson
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from bff.bodies import json_object
from bff.errors import BadInput
from bff.web.bodies import check_is_json, read_body
from bff.web.errors import MethodNotAllowed
from bff.web.executor import Operation
from bff.web.incoming import Caller, Incoming
from bff.web.responses import QuestionHash, question_of

SURFACE: Final = "graphql"

_MOST_SEEN: Final = 4 * 1024 * 1024
"""Bytes of the bodies that are remembered, with what is remembered of them."""
_OVERHEAD: Final = 250
"""Bytes of one of them besides its own. What was read from it is not kept: a few brackets can
become many times as much."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An operation to be answered, be it with what is kept or by executing it.

    `read` returns the operation, which only executing needs.
    """

    question: QuestionHash | None
    read: Callable[[], Operation]


class Admission:
    """Lets operations in, or says why not."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming
        self._seen: dict[bytes, QuestionHash | None] = {}
        self._seen_bytes = 0

    async def admit(self, caller: Caller, scope: Scope, receive: Receive) -> Admitted:
        """Return what is asked.

        Raises:
            Unauthenticated: it asks for a preview and may not have one.
            MethodNotAllowed: it is neither GET nor POST.
            UnsupportedMediaType: its body is not JSON.
            PayloadTooLarge: its body is too long; the rest of it is not read.
            BadInput: it makes no sense.
            ClientDisconnect: the client left before it had sent all.
        """
        self._incoming.check_preview(caller)
        method = scope["method"]
        if method == "POST":
            check_is_json(caller.header(b"content-type"))
            body = await read_body(receive)
            if body in self._seen:
                return Admitted(self._seen[body], partial(_from_body, body))
            return self._remembered(body)
        if method not in {"GET", "HEAD"}:
            msg = "GraphQL is asked by POST or GET"
            raise MethodNotAllowed(msg)
        return _admitted(_from_query(QueryParams(scope["query_string"])))

    def _remembered(self, body: bytes) -> Admitted:
        """Return what a body asks; storefronts send the same ones again and again."""
        admitted = _admitted(_from_body(body))
        self._seen[body] = admitted.question
        self._seen_bytes += len(body) + _OVERHEAD
        while self._seen_bytes > _MOST_SEEN:
            oldest = next(iter(self._seen))
            del self._seen[oldest]
            self._seen_bytes -= len(oldest) + _OVERHEAD
        return admitted


def _from_body(body: bytes) -> Operation:
    sent = json_object(body)
    return _operation(sent.get("query"), sent.get("variables"), sent.get("operationName"))


def _from_query(sent: Mapping[str, str]) -> Operation:
    variables = sent.get("variables")
    try:
        read = orjson.loads(variables) if variables else None
    except ValueError:
        msg = "variables: not JSON"
        raise BadInput(msg) from None
    return _operation(sent.get("query"), read, sent.get("operationName"))


def _operation(query: object, variables: object, name: object) -> Operation:
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


def _admitted(operation: Operation) -> Admitted:
    question = question_of(SURFACE, operation.document, operation.variables, operation.name)
    return Admitted(question, lambda: operation)
