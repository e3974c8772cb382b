"""Which requests to `/graphql` are looked into at all: one way in for kept and executed answers.

Source: GraphQL over HTTP, working draft of 2026-08. Queries come by POST as JSON or by GET; the
schema has nothing to mutate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope

from bff.errors import BadInput
from bff.web.bodies import check_is_json, json_object, read_body
from bff.web.errors import MethodNotAllowed
from bff.web.executor import Operation
from bff.web.incoming import Caller, Incoming
from bff.web.responses import Question, question_of

SURFACE: Final = "graphql"

_MOST_SEEN: Final = 2 * 1024 * 1024
"""Bytes of the bodies that are remembered; what was read from them takes about as much again."""


@dataclass(slots=True)
class Admitted:
    """An operation to be answered, be it with what is kept or by executing it."""

    operation: Operation
    question: Question | None


class Admission:
    """Lets operations in, or says why not."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming
        self._seen: dict[bytes, Admitted] = {}
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
            return self._seen.get(body) or self._read(body)
        if method not in {"GET", "HEAD"}:
            msg = "GraphQL is asked by POST or GET"
            raise MethodNotAllowed(msg)
        return _from_query(QueryParams(scope["query_string"]))

    def _read(self, body: bytes) -> Admitted:
        """Return what a body asks; remember that, since storefronts send the same ones again."""
        sent = json_object(body)
        admitted = _admitted(sent.get("query"), sent.get("variables"), sent.get("operationName"))
        self._seen[body] = admitted
        self._seen_bytes += len(body)
        while self._seen_bytes > _MOST_SEEN:
            oldest = next(iter(self._seen))
            del self._seen[oldest]
            self._seen_bytes -= len(oldest)
        return admitted


def _from_query(sent: Mapping[str, str]) -> Admitted:
    variables = sent.get("variables")
    try:
        read = orjson.loads(variables) if variables else None
    except ValueError:
        msg = "variables: not JSON"
        raise BadInput(msg) from None
    return _admitted(sent.get("query"), read, sent.get("operationName"))


def _admitted(query: object, variables: object, name: object) -> Admitted:
    if not isinstance(query, str) or not query.strip():
        msg = "query: a GraphQL document is needed"
        raise BadInput(msg)
    if variables is not None and not isinstance(variables, dict):
        msg = "variables: must be a JSON object"
        raise BadInput(msg)
    if name is not None and not isinstance(name, str):
        msg = "operationName: must be text"
        raise BadInput(msg)
    operation = Operation(query, variables, name or None)
    return Admitted(operation, question_of(SURFACE, query, variables, name or None))
