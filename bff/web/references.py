"""What cannot be asked of things that others refer to: they come without what is below them.

References may be cyclic, answers may not; and an empty list there would look as if there were
nothing. So such documents are refused before anything is read.
"""

from collections.abc import Mapping
from typing import Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    get_named_type,
)

_PRODUCT: Final = ("Product", "addons")
_CATEGORY: Final = ("Category", "children")

_Field = tuple[str, str]
_Refused = frozenset[_Field]

_REFERRING: Final[Mapping[_Field, _Refused]] = {
    ("AddonGroup", "items"): frozenset({_PRODUCT}),
    ("Page", "items"): frozenset({_PRODUCT}),
    ("MenuItem", "product"): frozenset({_PRODUCT}),
    ("MenuItem", "category"): frozenset({_CATEGORY}),
    ("Product", "categories"): frozenset({_CATEGORY}),
}
"""Fields that refer to something, and what is refused anywhere below each."""

_MESSAGES: Final[Mapping[_Field, str]] = {
    _PRODUCT: "`addons` cannot be asked for here: the addons of products, and the products of "
    "pages and menus, come without their own.",
    _CATEGORY: "`children` cannot be asked for here: the categories of products and menus come "
    "without those below them.",
}


class NothingBelowReferences(ValidationRule):
    """Refuse the fields above wherever a reference leads to them, also through fragments."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        # Fragments may be cyclic, which another rule refuses, and may be used very often.
        self._entered: set[tuple[str, str, _Refused]] = set()

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: object) -> None:
        """Check one operation."""
        if node.operation is OperationType.QUERY and self.context.schema.query_type:
            self._check(node.selection_set, self.context.schema.query_type, frozenset())

    def _check(
        self, selections: SelectionSetNode, shown: GraphQLObjectType, refused: _Refused
    ) -> None:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                self._check_field(node, shown, refused)
            elif isinstance(node, InlineFragmentNode):
                self._check(node.selection_set, shown, refused)
            elif isinstance(node, FragmentSpreadNode):
                self._check_fragment(node.name.value, shown, refused)

    def _check_field(self, node: FieldNode, shown: GraphQLObjectType, refused: _Refused) -> None:
        selected = (shown.name, node.name.value)
        if selected in refused:
            self.report_error(GraphQLError(_MESSAGES[selected], node))
            return
        field = shown.fields.get(node.name.value)
        inner = get_named_type(field.type) if field else None
        if node.selection_set is not None and isinstance(inner, GraphQLObjectType):
            below = refused | _REFERRING.get(selected, frozenset())
            self._check(node.selection_set, inner, below)

    def _check_fragment(self, name: str, shown: GraphQLObjectType, refused: _Refused) -> None:
        entering = (name, shown.name, refused)
        fragment = self.context.get_fragment(name)
        if fragment is not None and entering not in self._entered:
            self._entered.add(entering)
            self._check(fragment.selection_set, shown, refused)
