"""What all of REST shares: how it asks GraphQL, and what its answers and problems look like."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Query, Request, Response

from bff.errors import BffError
from bff.web.answers import caching, degraded_entries, languages, to_json
from bff.web.context import RequestContext
from bff.web.errors import NotFound, Unauthenticated, cause_of, problem
from bff.web.executor import Executor, Operation
from bff.web.incoming import Incoming, request_id
from bff.web.inputs import checked_key, read_optional
from bff.web.links import alternate_links
from bff.web.preview import HEADER
from bff.web.scalars import read_country, read_locale

LocaleParameter = Annotated[
    str | None,
    Query(description="A BCP 47 tag. Without it `Accept-Language` decides, then the default."),
]
CountryParameter = Annotated[
    str | None,
    Query(description="An ISO 3166-1 alpha-2 code. Without it the shop's default market."),
]
SCHEMAS: Final = "#/components/schemas/"
PROBLEM: Final[dict[str, Any]] = {
    "content": {"application/problem+json": {"schema": {"$ref": SCHEMAS + "Problem"}}}
}
UNAUTHENTICATED: Final[dict[int | str, dict[str, Any]]] = {
    401: {
        "description": "The credentials are missing, wrong or out of date.",
        "headers": {
            "WWW-Authenticate": {
                "description": "Which credentials are asked for.",
                "schema": {"type": "string"},
            }
        },
        **PROBLEM,
    }
}
READING: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": HEADER,
            "in": "header",
            "required": False,
            "description": "A token of `POST /v1/preview`: the answer then shows drafts, and is "
            "kept by nobody. Without it only what is published is shown.",
            "schema": {"type": "string"},
        }
    ]
}
"""What every operation that reads takes besides its own parameters."""

_LANGUAGE: Final = {
    "description": "The shop's language that serves the requested one best.",
    "schema": {"type": "string"},
}
_LINK: Final = {
    "description": 'The same in other languages: `<...>; rel="alternate"; hreflang="de"`, for '
    "each of `alternates` that has an absolute address.",
    "schema": {"type": "string"},
}
_FAILURES: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The request cannot be answered.", **PROBLEM},
    **UNAUTHENTICATED,
    500: {"description": "Something went wrong on our side.", **PROBLEM},
    502: {"description": "A source that is needed refused us, or answered nonsense.", **PROBLEM},
    503: {"description": "A source that is needed is not available.", **PROBLEM},
    504: {"description": "A source that is needed did not answer in time.", **PROBLEM},
}


def answers(
    schema: str, *, missing: str = "", has_alternates: bool = False
) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of an operation that reads.

    `missing` is what a 404 says; without it there is none.
    """
    headers = {"Content-Language": _LANGUAGE, **({"Link": _LINK} if has_alternates else {})}
    found = {
        "description": "Found.",
        "headers": headers,
        "content": {"application/json": {"schema": {"$ref": SCHEMAS + schema}}},
    }
    responses = {200: found, **_FAILURES}
    if missing:
        responses[404] = {"description": missing, **PROBLEM}
    return responses


class Reading:
    """Reads by fixed GraphQL documents, so that REST shows the objects of GraphQL."""

    def __init__(self, executor: Executor, incoming: Incoming) -> None:
        self._executor = executor
        self._incoming = incoming

    def context(self, request: Request) -> RequestContext:
        """Return the context of a request; its deadline starts now.

        Raises:
            Unauthenticated: it asks for a preview and may not have one.
        """
        return self._incoming.context(request)

    async def read(
        self,
        document: str,
        variables: Mapping[str, Any],
        view: tuple[str | None, str | None],
        context: RequestContext,
    ) -> Mapping[str, Any]:
        """Return the data for a `view` of language and country, as the client wrote them.

        Raises:
            BffError: the first failure; it ends the whole answer.
        """
        locale, country = view
        chosen = {
            "locale": read_optional("locale", locale, read_locale),
            "country": read_optional("country", country, read_country),
        }
        operation = Operation(document, {**variables, **chosen})
        execution = await self._executor.run(operation, context)
        if execution.errors:
            raise cause_of(execution.errors[0])
        return execution.data or {}

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
        try:
            context = self.context(request)
            variables = {name: checked_key(name, written)}
            ((shown, found),) = (await self.read(document, variables, view, context)).items()
            if found is None:
                msg = f"{name}: there is no such {shown}"
                raise NotFound(msg)
        except BffError as failure:
            return problem_response(failure, request)
        return answer(found, context, has_alternates=True)


def answer(
    body: Mapping[str, Any], context: RequestContext, *, has_alternates: bool = False
) -> Response:
    """Return what was read; `has_alternates` says that it is one thing in one language."""
    whole = not context.degraded
    if not whole:
        body = {**body, "degraded": degraded_entries(context.degraded)}
    headers = {
        **caching(
            is_whole=whole,
            header_resolved=context.header_resolved,
            is_preview=context.is_preview,
        ),
        **languages(context),
    }
    links = alternate_links(body["alternates"]) if has_alternates else None
    if links:
        headers["Link"] = links
    return Response(to_json(body), 200, headers, "application/json")


def problem_response(failure: BaseException, request: Request) -> Response:
    """Return a failure as problem details; nobody is to keep it."""
    details = problem(failure, request_id(request.scope))
    headers = {"Cache-Control": "no-store"}
    if isinstance(failure, Unauthenticated):
        headers["WWW-Authenticate"] = failure.challenge
    return Response(to_json(details), details["status"], headers, "application/problem+json")
