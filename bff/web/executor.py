"""Running GraphQL operations; HTTP, REST and tests all come through here.

The schema is Strawberry's, the execution graphql-core's and, below the root, that of plans:
`strawberry.Schema.execute` parses and validates anew each time and knows no kept documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLError, execute

from bff.telemetry.requests import UNNAMED
from bff.web.answers import degraded_entries
from bff.web.context import RequestContext
from bff.web.document_limits import check_variables
from bff.web.documents import Documents, Prepared
from bff.web.errors import QueryTooComplex, graphql_error
from bff.web.explain_extension import explanation
from bff.web.plans import PlanningExecutor
from bff.web.surface import DEFAULT, Surface


@dataclass(frozen=True, slots=True)
class Operation:
    """What a client wants executed. What `is_ours` no client has written: it has no limits."""

    document: str
    variables: Mapping[str, Any] | None = None
    name: str | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Execution:
    """What came of an operation. `data` is `None` when it was not executed at all."""

    data: Mapping[str, Any] | None
    errors: tuple[GraphQLError, ...]
    was_executed: bool

    def response(self, context: RequestContext, request_id: str) -> dict[str, Any]:
        """Return the GraphQL response; faults of ours are logged under the request's id."""
        response: dict[str, Any] = {}
        if self.was_executed:
            response["data"] = self.data
        if self.errors:
            errors = [graphql_error(error, request_id) for error in self.errors]
            response["errors"] = errors
            context.codes.update((error["extensions"]["code"], None) for error in errors)
        extensions: dict[str, Any] = {}
        if degraded := context.degraded:
            extensions["degraded"] = degraded_entries(degraded)
        if self.was_executed and context.explains and context.call.trail is not None:
            extensions["explain"] = explanation(context.shoppers, context.call.trail)
        return {**response, "extensions": extensions} if extensions else response


class Executor:
    """Executes operations against the schema; keeps parsed and validated documents."""

    def __init__(
        self, schema: strawberry.Schema, *, introspection: bool, surface: Surface = DEFAULT
    ) -> None:
        self.schema = schema._schema  # noqa: SLF001 - Strawberry has no public name for it
        self._documents = Documents(
            self.schema, introspection=introspection, limits=surface.limits
        )
        self._surface = surface

    def refusals(self, document: str) -> tuple[GraphQLError, ...]:
        """Return why a document cannot be executed; nothing if it can."""
        return self._documents.prepare(document).errors

    def knows(self, document: str) -> bool:
        """Tell whether a document was seen lately, and can be executed. It costs nothing."""
        return self._documents.kept.get(document) is not None

    async def run(self, operation: Operation, context: RequestContext) -> Execution:
        """Return what came of an operation; its failures are in that."""
        prepared = self._documents.prepare(operation.document, is_ours=operation.is_ours)
        errors = (
            prepared.errors or _ambiguous(prepared, operation) or self._dear(prepared, operation)
        )
        if prepared.document is None or errors:
            return Execution(None, tuple(errors), was_executed=False)
        context.operation = operation.name or prepared.operation_names()[0] or UNNAMED
        running = execute(
            self.schema,
            prepared.document,
            context_value=context,
            variable_values=dict(operation.variables or {}),
            operation_name=operation.name,
            hide_suggestions=True,
            executor_class=PlanningExecutor,
            plans=prepared.plans,
        )
        result: ExecutionResult = await running if isawaitable(running) else running
        failures = tuple(result.errors or ())
        # Wrong variables stop the request before anything is executed: such errors have no path.
        was_executed = result.data is not None or any(error.path for error in failures)
        return Execution(result.data, failures, was_executed)

    def _dear(self, prepared: Prepared, operation: Operation) -> tuple[GraphQLError, ...]:
        """Return why an operation costs too much."""
        if operation.is_ours:
            return ()
        surface = self._surface
        variables = operation.variables or {}
        try:
            check_variables(variables)
            prepared.priced.bill(operation.name, variables, surface.content).check(surface.limits)
        except QueryTooComplex as refusal:
            return (GraphQLError(str(refusal), original_error=refusal),)
        return ()


def _ambiguous(prepared: Prepared, operation: Operation) -> tuple[GraphQLError, ...]:
    """Return why it is not clear what to execute (GraphQL specification, GetOperation)."""
    names = prepared.operation_names()
    if operation.name is not None:
        if operation.name in names:
            return ()
        return (GraphQLError("operationName: the document has no such operation."),)
    if len(names) > 1:
        return (GraphQLError("operationName: the document has several operations; name one."),)
    return ()
