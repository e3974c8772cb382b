"""How GraphQL is spoken."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field

from bff.settings.wrong import Check, FittingSettings, Wrong


class GraphQLSettings(FittingSettings):
    """What clients may send instead of a document, and what partial answers are called."""

    partial_status: Literal[200, 294] = Field(
        200,
        description="The status of an answer with data and errors, for clients that accept "
        "`application/graphql-response+json`; 294 is what the draft of GraphQL over HTTP says.",
    )
    persisted_queries: bool = Field(
        default=True, description="Documents may be sent once and named by their hash after that."
    )
    trusted_documents: Path | None = Field(
        None,
        description="File of the documents that a storefront was built with: JSON, by id, as "
        "Relay's compiler writes it, or Apollo's manifest.",
    )
    trusted_only: bool = Field(
        default=False, description="Refuse all documents that are not in that file."
    )

    def checks(self) -> Iterator[Check]:
        """See `FittingSettings`."""
        yield self._has_what_it_trusts

    def _has_what_it_trusts(self) -> Iterator[Wrong]:
        if self.trusted_only and self.trusted_documents is None:
            words = ("refuses every document without ", ("trusted_documents",))
            yield Wrong(("trusted_only",), words)
