"""How the objects of a document are written, worked out once and not for every request.

Below the resolvers of the root everything is a value that is there already, yet graphql-core
prepares each field for waiting, for errors and for incremental delivery: most of what an answer
costs whose data is cached. A plan reads the attributes and writes them, and knows success only.
On anything unusual (a null where none may be, a number too large for its scalar, a resolver that
fails) it gives up, and graphql-core executes that object as ever: only it tells errors.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLString,
    get_argument_values,
    is_leaf_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import Path
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

Run: TypeAlias = "PlanningExecutor"
"""One execution of a document."""
Write: TypeAlias = Callable[[Any, Run], object]
"""Returns the JSON of a value, or that of one field of an object."""

_PLAIN: dict[object, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
"""What these scalars make of a value of this type: itself. They are most of an answer."""
_MOST = 50  # of one document: with n switches it could have 2 to the n


class _UnusualError(Exception):
    """graphql-core has to look at this."""


class Plans:
    """The plans of one document, which must be kept for as long as they are.

    They write `most_fields` fields in all: fragments and switches can make a short document
    have plans for far more, and each takes about 1 kB. What is beyond that is not planned.
    """

    def __init__(self, most_fields: int) -> None:
        self._plans: dict[object, Write | None] = {}
        self._fields_left = most_fields

    def take_field(self) -> None:
        """Count one more field.

        Raises:
            _UnusualError: there are too many already.
        """
        if self._fields_left <= 0:
            raise _UnusualError
        self._fields_left -= 1

    def plan(self, shown: GraphQLObjectType, selected: FieldDetailsList, run: Run) -> Write | None:
        """Return how to write an object, `None` if graphql-core has to do it."""
        # `@include` and `@skip` change what is selected, and look at booleans only.
        variables = run.variable_values.coerced.items()
        switches = tuple(pair for pair in variables if isinstance(pair[1], bool))
        key = (shown.name, tuple(id(details.node) for details in selected), switches)
        if key not in self._plans:
            if len(self._plans) >= _MOST:
                return None
            try:
                self._plans[key] = _object(shown, selected, run)
            except _UnusualError:
                self._plans[key] = None
        return self._plans[key]


class PlanningExecutor(Executor[None]):
    """graphql-core's executor; objects that have a plan are written by it."""

    def __init__(self, *given: Any, plans: Plans, **more: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*given, **more)
        self.plans = plans
        # In one execution the arguments of a field are the same for all objects of a list.
        self.arguments: dict[int, dict[str, Any]] = {}

    def complete_object_value(  # noqa: PLR0917 - graphql-core's signature
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: object,
        position_context: None,
    ) -> Any:  # noqa: ANN401 - graphql-core's signature
        """Write an object."""
        plan = self.plans.plan(return_type, field_details_list, self)
        if plan is not None:
            try:
                return plan(result, self)
            except Exception:  # noqa: BLE001, S110 - it happens again below, and is told there
                pass
        return super().complete_object_value(
            return_type, field_details_list, info, path, result, position_context
        )


def _object(shown: GraphQLObjectType, selected: FieldDetailsList, run: Run) -> Write:
    if shown.is_type_of is not None:
        raise _UnusualError
    fields = [
        (name, _field(shown, details, run))
        for name, details in run.collect_subfields(shown, selected).grouped_field_set.items()
    ]
    return lambda value, run: {name: write(value, run) for name, write in fields}


def _field(shown: GraphQLObjectType, selected: FieldDetailsList, run: Run) -> Write:
    run.plans.take_field()
    node = selected[0].node
    if node.name.value == "__typename":
        return lambda _value, _run: shown.name
    field = run.schema.get_field(shown, node.name.value)
    definition = field and field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if field is None or not isinstance(definition, StrawberryField):
        raise _UnusualError
    write = _value(field.type, selected, run)
    if not definition.is_basic_field:
        return _method(field, definition, node, write)
    attribute = definition.python_name
    shown_type = field.type
    plain = _PLAIN.get(
        shown_type.of_type if isinstance(shown_type, GraphQLNonNull) else shown_type
    )
    if plain is None:
        return lambda value, run: write(getattr(value, attribute), run)

    def write_plain(value: object, run: Run) -> object:
        found = getattr(value, attribute)
        return found if type(found) is plain else write(found, run)

    return write_plain


def _method(
    field: GraphQLField, definition: StrawberryField, node: FieldNode, write: Write
) -> Write:
    """Return how to write what a method returns, if it needs its arguments only."""
    resolve, resolver = field.resolve, definition.base_resolver
    if resolve is None or resolver is None or resolver.info_parameter or definition.is_async:
        raise _UnusualError
    method = resolver.wrapped_func
    if isinstance(method, FunctionType) and not field.args and not definition.extensions:
        return lambda value, run: write(method(value), run)

    def write_result(value: object, run: Run) -> object:
        arguments = run.arguments.get(id(node))
        if arguments is None:
            arguments = get_argument_values(field, node, run.variable_values)
            run.arguments[id(node)] = arguments
        return write(resolve(value, None, **arguments), run)

    return write_result


def _value(shown: GraphQLOutputType, selected: FieldDetailsList, run: Run) -> Write:
    if isinstance(shown, GraphQLNonNull):
        return _required(_present(shown.of_type, selected, run))
    write = _present(shown, selected, run)
    return lambda value, run: None if value is None else write(value, run)


def _required(write: Write) -> Write:
    def write_required(value: object, run: Run) -> object:
        if value is None:
            raise _UnusualError
        return write(value, run)

    return write_required


def _present(shown: GraphQLOutputType, selected: FieldDetailsList, run: Run) -> Write:
    """Return how to write a value that is not `None`."""
    if isinstance(shown, GraphQLObjectType):
        return _object(shown, selected, run)
    if isinstance(shown, GraphQLList):
        return _list(_value(shown.of_type, selected, run))
    if is_leaf_type(shown):
        complete = run.complete_leaf_value  # a static method: it keeps no request alive
        return lambda value, _run: complete(shown, value)
    raise _UnusualError


def _list(write: Write) -> Write:
    def write_list(values: object, run: Run) -> list[object]:
        if not isinstance(values, list | tuple):
            raise _UnusualError
        return [write(value, run) for value in values]

    return write_list
