"""What a GraphQL operation is going to look at, so that nothing else is asked for.

| what is selected | what it costs |
|---|---|
| of a product: `id handle tags options context`, variants without words or pictures | no CMS |
| `priceRange`, `availability`, `variants`; `addons` | Medusa's prices and stock |
| of the collection and categories of a product or a menu: `id handle` | nothing more |
| anything else of a collection or a category | the CMSs that write about these |
| `items` of a page | one call to Medusa for all of them |
| `product`, `status` or `url` in a menu | one call to Medusa: addresses hold its handles |

The lines of a menu are followed to all depths. Documents that ask for something below references
do not come this far: see `references`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
)

from bff.catalog.product_page import Wants

_OFFER = frozenset({"priceRange", "availability", "variants"})
_COMMERCE = _OFFER | {
    *("id", "handle", "collection", "categories", "tags", "options", "context", "__typename"),
}
"""Fields of a product that no content system has a say in, as long as it is not below them."""
_VARIANT_CONTENT = frozenset({"title", "images"})
_GROUP_COMMERCE = frozenset({"id", "handle", "__typename"})
_MENU_PRODUCTS = frozenset({"product", "status", "url"})


class Selected:
    """The fields that are selected somewhere in an operation, fragments included."""

    def __init__(
        self, nodes: Sequence[FieldNode], fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self.names = frozenset(node.name.value for node in nodes)
        self._nodes = nodes
        self._fragments = fragments

    def below(self, *path: str) -> "Selected":
        """Return what is selected below the fields of that path."""
        found = self
        for name in path:
            if name not in found.names:
                return _NOTHING
            inside = [node for node in found._nodes if node.name.value == name]
            found = Selected(_below(inside, self._fragments), self._fragments)
        return found

    def __or__(self, other: "Selected") -> "Selected":
        return Selected([*self._nodes, *other._nodes], self._fragments)


_NOTHING = Selected((), {})


def selected_in(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Sequence[FieldNode]:
    """Return the fields of the root that an operation selects; a name may be there often."""
    return _below([operation], fragments)


def selected_by(info: strawberry.Info[Any, Any]) -> Selected:
    """Return what is selected below the field that is being resolved."""
    resolving = info._raw_info  # noqa: SLF001 - `selected_fields` copies the whole tree
    return Selected(_below(resolving.field_nodes, resolving.fragments), resolving.fragments)


def wants_of(info: strawberry.Info[Any, Any], *path: str) -> Wants:
    """Return what is needed for the product below `path` of the field being resolved."""
    return product_wants(selected_by(info).below(*path))


def wants_of_page(info: strawberry.Info[Any, Any]) -> Wants:
    """Return what is needed for a page, and for the products on it."""
    return page_wants(selected_by(info))


def page_wants(page: Selected) -> Wants:
    """Return what is needed for a page of which that is selected."""
    wants = product_wants(page.below("items", "product"))
    return replace(
        wants,
        alternates=wants.alternates or "alternates" in page.names,
        products="items" in page.names,
    )


def wants_of_menu(info: strawberry.Info[Any, Any]) -> Wants:
    """Return what is needed for a menu, and for the products that it leads to."""
    return menu_wants(selected_by(info))


def menu_wants(menu: Selected) -> Wants:
    """Return what is needed for a menu of which that is selected."""
    level = menu.below("items")
    lines = level
    while level.names:
        level = level.below("children")
        lines |= level
    wants = product_wants(lines.below("product"))
    return replace(
        wants,
        groups=wants.groups or not _groups(lines, "category", "collection") <= _GROUP_COMMERCE,
        products=not lines.names.isdisjoint(_MENU_PRODUCTS),
    )


def product_wants(selected: Selected) -> Wants:
    """Return what is needed for a product of which that is selected."""
    names = selected.names
    addon = selected.below("addons", "items", "product")
    return Wants(
        offer=not names.isdisjoint(_OFFER),
        content=not names <= _COMMERCE or _has_variant_content(selected),
        addons="addons" in names,
        groups=not _groups(selected) <= _GROUP_COMMERCE,
        addon_groups=not _groups(addon) <= _GROUP_COMMERCE,
        alternates="alternates" in names | addon.names,
        products=False,
    )


def _has_variant_content(product: Selected) -> bool:
    return not product.below("variants").names.isdisjoint(_VARIANT_CONTENT)


def _groups(selected: Selected, *fields: str) -> frozenset[str]:
    """Return what is selected of groups: of those that a product is in, or below `fields`."""
    asked = fields or ("collection", "categories")
    return frozenset().union(*(selected.below(name).names for name in asked))


def _below(
    nodes: Sequence[FieldNode | OperationDefinitionNode],
    fragments: Mapping[str, FragmentDefinitionNode],
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
