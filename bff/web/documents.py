"""GraphQL documents, parsed and validated once.

Validation is half of the time that an operation costs, and storefronts send the same few
documents over and over.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from bff.web.plans import Plans
from bff.web.references import NothingBelowReferences

MAX_TOKENS = 3_000
"""More than any storefront's document has; parsing ends there."""
MAX_KEPT = 512 * 1024
"""Characters of all kept documents together: parsed, each takes about 95 bytes."""
_CHARACTERS_PER_FIELD = 4  # of a document, for each planned field: pages need one for 8 or more


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or the reasons why it may not.

    `plans` hold on to the nodes of the document: both are kept and dropped together.
    """

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    plans: Plans = field(default_factory=lambda: Plans(0))

    def operation_names(self) -> list[str | None]:
        """Return the names of the operations in the document, `None` for an anonymous one."""
        definitions = self.document.definitions if self.document else ()
        return [
            node.name.value if node.name else None
            for node in definitions
            if isinstance(node, OperationDefinitionNode)
        ]


def is_mutation(text: str, name: str | None) -> bool:
    """Tell whether a mutation is what is to be executed of a document.

    It need not be one that the schema has. What cannot be read, or does not say what is to be
    executed, is none: preparing it tells what is wrong with it.
    """
    if (
        OperationType.MUTATION.value not in text
    ):  # nearly always; the keyword has no other spelling
        return False
    try:
        operation = get_operation_ast(parse(text, max_tokens=MAX_TOKENS), name)
    except (GraphQLError, RecursionError):
        return False
    return operation is not None and operation.operation is OperationType.MUTATION


class KeptDocuments:
    """The documents used last, bounded by their length: that is what their memory goes by.

    `characters` is how many they have together.
    """

    def __init__(self, most_characters: int) -> None:
        self.characters = 0
        self._most = most_characters
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    def get(self, text: str) -> Prepared | None:
        """Return a document that is kept; it now is the one used last."""
        prepared = self._kept.get(text)
        if prepared is not None:
            self._kept.move_to_end(text)
        return prepared

    def keep(self, text: str, prepared: Prepared) -> None:
        """Keep a document that is not kept yet; those used longest ago make room for it."""
        self._kept[text] = prepared
        self.characters += len(text)
        while self.characters > self._most:
            dropped, _ = self._kept.popitem(last=False)
            self.characters -= len(dropped)


class Documents:
    """Prepares documents for one schema, and keeps those that may be executed."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self._schema = schema
        own_rules = (NothingBelowReferences,)
        closed = () if introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*specified_rules, *own_rules, *closed)
        self.kept = KeptDocuments(MAX_KEPT)

    def prepare(self, text: str) -> Prepared:
        """Return a document that may be executed, or why it may not."""
        prepared = self.kept.get(text)
        if prepared is None:
            prepared = self._prepare(text)
            if prepared.document is not None:  # refused ones push nothing out
                self.kept.keep(text, prepared)
        return prepared

    def _prepare(self, text: str) -> Prepared:
        try:
            document = parse(text, max_tokens=MAX_TOKENS)
            errors = validate(self._schema, document, self._rules, hide_suggestions=True)
        except GraphQLError as error:
            return Prepared(None, (error,))
        except RecursionError:
            return Prepared(None, (GraphQLError("The document is nested too deeply."),))
        if errors:
            return Prepared(None, tuple(errors))
        return Prepared(document, (), Plans(len(text) // _CHARACTERS_PER_FIELD))
