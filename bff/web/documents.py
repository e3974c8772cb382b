"""GraphQL documents, parsed and validated once.

Validation is half of the time that an operation costs, and storefronts send the same few
documents over and over.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    parse,
    specified_rules,
    validate,
)

from bff.web.plans import Plans

MAX_TOKENS = 5_000
"""More than any storefront's document has; parsing ends there."""
_KEPT = 500


class NoAddonsBelowAddons(ValidationRule):
    """Refuse `addons` anywhere below `addons`: references may be cyclic, answers may not."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._below: dict[str, bool] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        """Check the selections of one operation."""
        self._check(node.selection_set)

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: object) -> None:
        """Check the selections of one fragment."""
        self._check(node.selection_set)

    def _check(self, selections: SelectionSetNode) -> None:
        for node in selections.selections:
            inner = getattr(node, "selection_set", None)
            if inner is None:
                continue
            if _is_addons(node) and self._has_addons(inner):
                message = "`addons` below `addons` cannot be asked for: addons have none."
                self.report_error(GraphQLError(message, node))
            else:
                self._check(inner)

    def _has_addons(self, selections: SelectionSetNode) -> bool:
        """Tell whether `addons` is selected at any depth; each fragment is looked at once."""
        for node in selections.selections:
            if _is_addons(node):
                return True
            if isinstance(node, FragmentSpreadNode):
                if self._fragment_has_addons(node.name.value):
                    return True
                continue
            inner = getattr(node, "selection_set", None)
            if inner is not None and self._has_addons(inner):
                return True
        return False

    def _fragment_has_addons(self, name: str) -> bool:
        if name not in self._below:
            self._below[name] = False  # fragments may be cyclic; another rule refuses that
            fragment = self.context.get_fragment(name)
            self._below[name] = fragment is not None and self._has_addons(fragment.selection_set)
        return self._below[name]


def _is_addons(node: object) -> bool:
    return isinstance(node, FieldNode) and node.name.value == "addons"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or the reasons why it may not.

    `plans` hold on to the nodes of the document: both are kept and dropped together.
    """

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    plans: Plans = field(default_factory=Plans)

    def operation_names(self) -> list[str | None]:
        """Return the names of the operations in the document, `None` for an anonymous one."""
        definitions = self.document.definitions if self.document else ()
        return [
            node.name.value if node.name else None
            for node in definitions
            if isinstance(node, OperationDefinitionNode)
        ]


class Documents:
    """Prepares documents for one schema, and keeps the latest of them."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        own_rules = (NoAddonsBelowAddons,)
        closed = () if introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*specified_rules, *own_rules, *closed)
        self.prepare = lru_cache(maxsize=_KEPT)(self._prepare)

    def _prepare(self, text: str) -> Prepared:
        try:
            document = parse(text, max_tokens=MAX_TOKENS)
            errors = validate(self._schema, document, self._rules, hide_suggestions=True)
        except GraphQLError as error:
            return Prepared(None, (error,))
        except RecursionError:
            return Prepared(None, (GraphQLError("The document is nested too deeply."),))
        return Prepared(None if errors else document, tuple(errors))
