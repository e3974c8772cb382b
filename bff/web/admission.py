"""Which requests to `/graphql` are looked into at all: one way in for kept and executed answers.

Source: GraphQL over HTTP, edition of September 2026. Queries come by POST as JSON or by GET; the
schema has nothing to mutate.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.types import Receive, Scope

from bff.web.bodies import check_is_json, read_body
from bff.web.errors import MethodNotAllowed
from bff.web.executor import Operation
from bff.web.incoming import Caller, Incoming
from bff.web.library import Library
from bff.web.parameters import Parameters, from_body, from_query
from bff.web.responses import QuestionHash, question_of
from bff.web.surface import DEFAULT

SURFACE: Final = "graphql"

_MOST_SEEN: Final = 4 * 1024 * 1024
"""Bytes of the bodies that are remembered, with what is remembered of them."""
_OVERHEAD: Final = 250
"""Bytes of one of them besides its own. What was read from it is not kept: a few brackets can
become many times as much."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """An operation to be answered, be it with what is kept or by executing it.

    `read` returns the operation, which only executing needs; it may raise what `admit` does about
    documents, which are forgotten sooner than the answers to them. `teaches` is a document that
    came with its hash, to be remembered if it can be executed.
    """

    question: QuestionHash | None
    read: Callable[[], Operation]
    teaches: str | None = None


class Admission:
    """Lets operations in, or says why not. Without a `library` a document is what is sent.

    A body has at most `most_bytes`.
    """

    def __init__(
        self,
        incoming: Incoming,
        library: Library | None = None,
        most_bytes: int = DEFAULT.body_bytes,
    ) -> None:
        self._incoming = incoming
        self._most_bytes = most_bytes
        self._library = library or Library({}, remembers=False)
        self._seen: dict[bytes, QuestionHash | None] = {}
        self._seen_bytes = 0

    async def admit(self, caller: Caller, scope: Scope, receive: Receive) -> Admitted:
        """Return what is asked.

        Raises:
            RateLimited: its client asks too often.
            Unauthenticated: it asks for a preview and may not have one.
            MethodNotAllowed: it is neither GET nor POST.
            UnsupportedMediaType: its body is not JSON.
            PayloadTooLarge: its body is too long; the rest of it is not read.
            BadInput: it makes no sense.
            DocumentNotAllowed: its document is not among those that are executed here.
            PersistedQueryNotFound: it names a document that nobody here knows.
            PersistedQueryNotSupported: no documents are remembered here.
            PersistedQueryMismatch: it names another document than it sends.
            ClientDisconnect: the client left before it had sent all.
        """
        self._incoming.check_rate(caller)
        self._incoming.check_preview(caller)
        method = scope["method"]
        if method == "POST":
            check_is_json(caller.header(b"content-type"), caller.header(b"content-encoding"))
            body = await read_body(receive, self._most_bytes, caller.header(b"content-length"))
            if body in self._seen:
                return Admitted(self._seen[body], partial(self._operation, body))
            return self._remembered(body)
        if method not in {"GET", "HEAD"}:
            msg = "GraphQL is asked by POST or GET"
            raise MethodNotAllowed(msg)
        return self._admitted(from_query(scope["query_string"]))

    def _remembered(self, body: bytes) -> Admitted:
        """Return what a body asks; storefronts send the same ones again and again.

        One that teaches a document is looked at each time: its document may have been forgotten.
        """
        admitted = self._admitted(from_body(body))
        if admitted.teaches is not None:
            return admitted
        self._seen[body] = admitted.question
        self._seen_bytes += len(body) + _OVERHEAD
        while self._seen_bytes > _MOST_SEEN:
            oldest = next(iter(self._seen))
            del self._seen[oldest]
            self._seen_bytes -= len(oldest) + _OVERHEAD
        return admitted

    def _admitted(self, asked: Parameters) -> Admitted:
        operation = self._meant(asked)
        question = question_of(SURFACE, operation.document, operation.variables, operation.name)
        teaches = operation.document if self._library.teaches(asked) else None
        return Admitted(question, lambda: operation, teaches)

    def _operation(self, body: bytes) -> Operation:
        return self._meant(from_body(body))

    def _meant(self, asked: Parameters) -> Operation:
        return Operation(self._library.find(asked), asked.variables, asked.name)
