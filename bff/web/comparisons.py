"""The standard rule that fields of one name do not contradict each other, with a bound.

Each pair of such fields is compared, also across fragments, and a document within all limits can
have a great many pairs. graphql-core gives up after 500 000 steps, which is half a second.
"""

from typing import Any, Final

from graphql import (
    GraphQLError,
    OverlappingFieldsCanBeMergedRule,
    SelectionSetNode,
    ValidationContext,
)
from graphql.validation.validate import ValidationAbortedError

from bff.web.errors import QueryTooComplex

MOST_STEPS: Final = 15_000
"""Of graphql-core, about a microsecond each; the largest of a storefront's pages take hundreds."""


class BoundedComparisons(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule; it refuses what takes too long to compare."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MOST_STEPS

    def enter_selection_set(
        self,
        selection_set: SelectionSetNode,
        _key: Any,  # noqa: ANN401 - graphql-core's signature
        parent: Any,  # noqa: ANN401 - graphql-core's signature
        *_args: Any,  # noqa: ANN401 - graphql-core's signature
    ) -> None:
        """Compare the fields of one selection with each other."""
        try:
            super().enter_selection_set(selection_set, _key, parent, *_args)
        except ValidationAbortedError:
            if self.rule_context.remaining_complexity_budget < 0:
                msg = "the document has too many fields of the same names to compare them all"
                refusal = QueryTooComplex(msg)
                self.report_error(GraphQLError(msg, original_error=refusal))
            raise
