"""What all of REST shares: how it asks GraphQL, and what its answers look like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import Request, Response

from bff.errors import BffError
from bff.web.answering import Answering, Asked
from bff.web.answers import JSON, Answer, Head, degraded_entries, to_json
from bff.web.context import RequestContext
from bff.web.errors import NotFound, cause_of
from bff.web.executor import Executor, Operation
from bff.web.incoming import Caller, request_id
from bff.web.inputs import checked_key, read_optional
from bff.web.links import alternate_links
from bff.web.problems import problem_response
from bff.web.responses import question_of
from bff.web.scalars import read_country, read_locale
from bff.web.seen import seen_of


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of the data that was read; `has_alternates` says it is one thing."""

    body: Mapping[str, Any]
    has_alternates: bool = False


class Reading:
    """Reads by fixed GraphQL documents, so that REST shows the objects of GraphQL."""

    def __init__(self, executor: Executor, answering: Answering) -> None:
        self.executor = executor
        self._answering = answering

    async def answer(
        self,
        request: Request,
        document: str,
        variables: Callable[[], Mapping[str, Any]],
        view: tuple[str | None, str | None],
        show: Callable[[Mapping[str, Any]], Shown],
    ) -> Response:
        """Answer with what is read by a document, or with the first failure as a problem.

        Args:
            request: the request.
            document: asks for it.
            variables: what it takes, read from the request; may refuse that with `BadInput`.
            view: language and country, as the client wrote them.
            show: makes the answer of the data; may raise `NotFound`.
        """
        caller = Caller(request.scope)
        caller.request_id = request_id(request.scope)
        caller.seen = seen_of(request.scope)
        try:
            self._answering.incoming.check_preview(caller)
            asked = {**variables(), **_chosen(*view)}
            operation = Operation(document, asked, is_ours=True)
            question = question_of("rest", document, operation.variables, None)
            reply = self._answering.find(question, caller, media_type=JSON, is_fetch=True)
            if isinstance(reply, Asked):
                execute = partial(self._execute, operation, show)
                reply = await self._answering.make(reply, execute, media_type=JSON, is_fetch=True)
        except BffError as failure:
            return problem_response(failure, request)
        return _Written(*reply)

    async def one(
        self,
        document: str,
        key: tuple[str, str],
        view: tuple[str | None, str | None],
        request: Request,
    ) -> Response:
        """Answer with one thing by its `key`: the argument's name and what the client wrote.

        The document's only field is that thing, and takes the key under that name.
        """
        name, written = key

        def show(data: Mapping[str, Any]) -> Shown:
            ((shown, found),) = data.items()
            if found is None:
                msg = f"{name}: there is no such {shown}"
                raise NotFound(msg)
            return Shown(found, has_alternates=True)

        return await self.answer(
            request, document, lambda: {name: checked_key(name, written)}, view, show
        )

    async def _execute(
        self,
        operation: Operation,
        show: Callable[[Mapping[str, Any]], Shown],
        context: RequestContext,
    ) -> Answer:
        execution = await self.executor.run(operation, context)
        if execution.errors:
            raise cause_of(execution.errors[0])
        shown = show(execution.data or {})
        degraded = context.degraded
        body = {**shown.body, "degraded": degraded_entries(degraded)} if degraded else shown.body
        links = alternate_links(body["alternates"]) if shown.has_alternates else None
        return Answer(
            200,
            to_json(body),
            is_whole=not degraded,
            may_be_shared=True,
            languages=tuple(sorted(context.applied)),
            more=((b"link", links.encode("ascii")),) if links else (),
        )


class _Written(Response):
    """A response whose headers are all written already."""

    def __init__(self, status: int, head: Head, body: bytes) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [*head]


def _chosen(locale: str | None, country: str | None) -> Mapping[str, Any]:
    return {
        "locale": read_optional("locale", locale, read_locale),
        "country": read_optional("country", country, read_country),
    }
