"""What a GraphQL operation is going to look at, so that nothing else is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
)

from bff.catalog.product_page import Wants

_OFFER = frozenset({"priceRange", "availability", "variants"})
_COMMERCE = _OFFER | {
    *("id", "handle", "collection", "categories", "tags", "options", "context", "__typename"),
}
"""Fields of a product that no content system has a say in."""


def wants_of(info: strawberry.Info[Any, Any], *path: str) -> Wants:
    """Return what is needed for the product below `path` of the field being resolved."""
    resolving = info._raw_info  # noqa: SLF001 - `selected_fields` copies the whole tree
    nodes = _below(resolving.field_nodes, resolving.fragments)
    for name in path:
        inside = [node for node in nodes if node.name.value == name]
        nodes = _below(inside, resolving.fragments)
    names = {node.name.value for node in nodes}
    return Wants(
        offer=not names.isdisjoint(_OFFER),
        content=not names <= _COMMERCE,
        addons="addons" in names,
    )


def _below(
    nodes: Sequence[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Sequence[FieldNode]:
    """Return the fields selected directly below some fields; each fragment is entered once."""
    waiting: list[SelectionNode] = []
    for node in nodes:
        waiting.extend(node.selection_set.selections if node.selection_set else ())
    found: list[FieldNode] = []
    entered: set[str] = set()
    while waiting:
        selection = waiting.pop()
        if isinstance(selection, FieldNode):
            found.append(selection)
        elif isinstance(selection, InlineFragmentNode):
            waiting.extend(selection.selection_set.selections)
        elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in entered:
            entered.add(selection.name.value)
            waiting.extend(fragments[selection.name.value].selection_set.selections)
    return found
