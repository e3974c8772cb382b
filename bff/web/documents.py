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
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    OverlappingFieldsCanBeMergedRule,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from bff.web.comparisons import BoundedComparisons
from bff.web.document_cost import Priced
from bff.web.document_limits import check_length, check_size
from bff.web.errors import QueryTooComplex
from bff.web.plans import Plans
from bff.web.references import NothingBelowReferences
from bff.web.surface import DocumentLimits

MAX_TOKENS = 3_000
"""More than any storefront's document has; parsing ends there."""
_MOST_ERRORS = 10
_LONGEST_MESSAGE = 500
"""Of a document's errors, in characters: they repeat what is wrong, however long that is."""
_TOO_MANY_TOKENS = "Syntax Error: Document contains more than"
_NESTED_TOO_DEEPLY = "the document is nested too deeply"
_TOO_DEEP = "Syntax Error: Document is nested"
MAX_KEPT = 512 * 1024
"""Characters of all kept documents together: parsed, each takes about 95 bytes."""
_CHARACTERS_PER_FIELD = 4  # of a document, for each planned field: pages need one for 8 or more


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be executed, or the reasons why it may not.

    `plans` hold on to the nodes of the document, and so does `priced`, which tells what its
    operations cost: they are kept and dropped together.
    """

    document: DocumentNode | None
    errors: tuple[GraphQLError, ...] = ()
    plans: Plans = field(default_factory=lambda: Plans(0))
    priced: Priced = field(default_factory=lambda: Priced({}))

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
        check_length(text)
        operation = get_operation_ast(parse(text, max_tokens=MAX_TOKENS), name)
    except (GraphQLError, QueryTooComplex, RecursionError):
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
    """Prepares documents for one schema, and keeps those that may be executed.

    What is too large is refused before anything else looks at it.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        introspection: bool,
        limits: DocumentLimits = DocumentLimits(),  # noqa: B008 - it is frozen
    ) -> None:
        self._schema = schema
        self._limits = limits
        standard = (
            BoundedComparisons if rule is OverlappingFieldsCanBeMergedRule else rule
            for rule in specified_rules
        )
        closed = () if introspection else (NoSchemaIntrospectionCustomRule,)
        self._rules = (*standard, NothingBelowReferences, *closed)
        self.kept = KeptDocuments(MAX_KEPT)

    def prepare(self, text: str, *, is_ours: bool = False) -> Prepared:
        """Return a document that may be executed, or why it may not.

        Those that are ours have no limits: REST asks by them, whatever clients may ask.
        """
        prepared = self.kept.get(text)
        if prepared is None:
            prepared = self._prepare(text, is_ours=is_ours)
            if prepared.document is not None:  # refused ones push nothing out
                self.kept.keep(text, prepared)
        return prepared

    def _prepare(self, text: str, *, is_ours: bool) -> Prepared:
        try:
            document = _parsed(text)
            if not is_ours:
                check_size(document, self._limits)
            errors = self._validated(document)
        except QueryTooComplex as refusal:
            return _too_complex(refusal)
        except GraphQLError as error:
            return Prepared(None, (_shortened(error),))
        except RecursionError:
            return _too_complex(QueryTooComplex(_NESTED_TOO_DEEPLY))
        if errors:
            return Prepared(None, errors)
        plans = Plans(len(text) // _CHARACTERS_PER_FIELD)
        return Prepared(document, (), plans, Priced.of(document))

    def _validated(self, document: DocumentNode) -> tuple[GraphQLError, ...]:
        """Return what is wrong with a document; that it is too complex outweighs all else."""
        errors = validate(
            self._schema, document, self._rules, max_errors=_MOST_ERRORS, hide_suggestions=True
        )
        too_complex = (
            error for error in errors if isinstance(error.original_error, QueryTooComplex)
        )
        first = next(too_complex, None)
        return tuple(map(_shortened, errors)) if first is None else (first,)


def _parsed(text: str) -> DocumentNode:
    """Return what a document says.

    Raises:
        QueryTooComplex: it is too long, or nested too deeply.
        GraphQLSyntaxError: it is none.
    """
    check_length(text)
    try:
        return parse(text, max_tokens=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        if error.message.startswith(_TOO_MANY_TOKENS):
            msg = f"the document has more than {MAX_TOKENS} tokens"
            raise QueryTooComplex(msg) from None
        if error.message.startswith(_TOO_DEEP):
            raise QueryTooComplex(_NESTED_TOO_DEEPLY) from None
        raise


def _too_complex(refusal: QueryTooComplex) -> Prepared:
    return Prepared(None, (GraphQLError(str(refusal), original_error=refusal),))


def _shortened(error: GraphQLError) -> GraphQLError:
    """Return an error that repeats no more than the beginning of what is wrong."""
    if len(error.message) > _LONGEST_MESSAGE:
        error.message = error.message[:_LONGEST_MESSAGE] + "…"
    return error
