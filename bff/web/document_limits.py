"""How large a document is, whatever it is made of: told before anything else looks at it.

Each fragment is measured once and its size added wherever it is used, never written out: a few
hundred bytes of fragments that use each other twice stand for more fields than there are atoms.
What other libraries count by walking such a document would keep them busy for ever, and so would
graphql-core's own rules: what passes here is small enough for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

from bff.web.errors import QueryTooComplex
from bff.web.surface import DocumentLimits

MOST_CHARACTERS: Final = 64 * 1024
"""Of a document: of text within quotes, only reading every character tells where it ends."""
MOST_INPUTS: Final = 300
"""Arguments, variables, and what is in them, as written: each error about an object repeats all
of it, and each product of a list looks at the arguments of its fields. As many values may be in
the variables that come with a document."""
MOST_DEFINITIONS: Final = 100
"""Operations and fragments, as written: rules follow the fragments from each operation."""
_A_LOT: Final = 1_000_000
"""Where counting stops: a number with a thousand digits is no use to anybody."""


class _Directed(Protocol):
    @property
    def directives(self) -> Sequence[DirectiveNode] | None: ...


@dataclass(frozen=True, slots=True)
class Size:
    """How large a part of a document is, with all fragments that it uses."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def __add__(self, other: "Size") -> "Size":
        """Return the size of both, side by side."""
        return Size(
            max(self.depth, other.depth),
            min(self.fields + other.fields, _A_LOT),
            min(self.aliases + other.aliases, _A_LOT),
            min(self.directives + other.directives, _A_LOT),
        )


def check_length(text: str) -> None:
    """Do nothing for a document that is short enough to be read.

    Raises:
        QueryTooComplex: it is too long.
    """
    _check("characters", len(text), MOST_CHARACTERS)


def check_size(document: DocumentNode, limits: DocumentLimits) -> None:
    """Do nothing for a document that is within the limits, all its operations together.

    Fragments that do not exist count nothing, and one within itself counts nothing there: the
    standard rules tell what is wrong with these.

    Raises:
        QueryTooComplex: it is too large; the message says in what.
        RecursionError: it is nested more deeply than anything that was ever within the limits.
    """
    _check("operations and fragments", len(document.definitions), MOST_DEFINITIONS)
    sizes = Sizes(document)
    size = sizes.whole()
    _check("arguments, variables and values in them", sizes.inputs, MOST_INPUTS)
    _check("levels of fields", size.depth, limits.depth)
    _check("fields", size.fields, limits.fields)
    _check("aliases", size.aliases, limits.aliases)
    _check("directives", size.directives, limits.directives)


def check_variables(variables: Mapping[str, Any]) -> None:
    """Do nothing for variables that have few enough values in them.

    Raises:
        QueryTooComplex: there are too many. They came as JSON, and are not nested deeply.
    """
    found, waiting = 0, [*variables.values()]
    while waiting and found <= MOST_INPUTS:
        found += len(waiting)
        several = [each for each in waiting if isinstance(each, dict | list)]
        waiting = [
            inner
            for each in several
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if found + len(waiting) > MOST_INPUTS:
        msg = f"the variables have more than {MOST_INPUTS} values"
        raise QueryTooComplex(msg)


def _check(what: str, found: int, most: int) -> None:
    if found > most:
        said = f"more than {_A_LOT}" if found >= _A_LOT else f"{found}"
        msg = f"the document has {said} {what}; {most} are the most"
        raise QueryTooComplex(msg)


class Sizes:
    """Sizes of one document's parts; those of its fragments are worked out once.

    `inputs` are its arguments, variables and the values in them, each as often as it is written.
    """

    def __init__(self, document: DocumentNode) -> None:
        self.inputs = 0
        self._definitions = document.definitions
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._known: dict[str, Size] = {}

    def whole(self) -> Size:
        """Return the size of all operations, and of what none of them uses."""
        size = Size()
        for node in self._definitions:
            if isinstance(node, OperationDefinitionNode):
                size += self._directives(node)
                for variable in node.variable_definitions or ():
                    self.inputs += 1 + _inner_inputs(variable.default_value)
                    size += self._directives(variable)
                size += self.of(node.selection_set)
        for name in self._fragments:
            if name not in self._known:  # the standard rules look at unused fragments, too
                size += self._fragment(name)
        return size

    def of(self, selections: SelectionSetNode) -> Size:
        """Return the size of what is selected at one place."""
        size = Size()
        for node in selections.selections:
            size += self._directives(node)
            if isinstance(node, FieldNode):
                self._take_arguments(node.arguments)
                inner = self.of(node.selection_set) if node.selection_set else Size()
                aliases = inner.aliases + (node.alias is not None)
                size += Size(inner.depth + 1, inner.fields + 1, aliases, inner.directives)
            elif isinstance(node, InlineFragmentNode):
                size += self.of(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                size += self._fragment(node.name.value)
        return size

    def _directives(self, node: _Directed) -> Size:
        directives = node.directives or ()
        for directive in directives:
            self._take_arguments(directive.arguments)
        return Size(directives=len(directives))

    def _take_arguments(self, arguments: Sequence[ArgumentNode] | None) -> None:
        for argument in arguments or ():
            self.inputs += 1 + _inner_inputs(argument.value)

    def _fragment(self, name: str) -> Size:
        known = self._known.get(name)
        fragment = self._fragments.get(name)
        if known is None:
            self._known[name] = known = Size()  # what it is within itself
            if fragment is not None:
                known = self._directives(fragment) + self.of(fragment.selection_set)
                self._known[name] = known
        return known


def _inner_inputs(value: ValueNode | None) -> int:
    """Return how many values there are in a value: fields of objects, and items of lists."""
    if isinstance(value, ObjectValueNode):
        return sum(1 + _inner_inputs(field.value) for field in value.fields)
    if isinstance(value, ListValueNode):
        return sum(1 + _inner_inputs(item) for item in value.values)
    return 0
