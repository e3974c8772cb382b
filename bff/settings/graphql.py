"""How GraphQL is spoken."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bff.settings.wrong import Check, FittingSettings, Wrong
from bff.web.trusted import NotDocuments, read_trusted


def _as_number(value: object) -> object:
    """Return a number that the environment has as text; literals are compared, not read."""
    return int(value) if isinstance(value, str) and value.strip().isdecimal() else value


def documents_in(file: Path) -> dict[str, str]:
    """Return the trusted documents of a file, by their ids.

    Raises:
        NotDocuments: it cannot be read, or does not hold what it should.
    """
    try:
        content = file.read_bytes()
    except OSError as refused:
        is_there = not isinstance(refused, FileNotFoundError)
        msg = "cannot be read" if is_there else "there is no such file"
        raise NotDocuments(msg) from None
    return read_trusted(content)


_PartialStatus = Annotated[Literal[200, 294], BeforeValidator(_as_number)]


class GraphQLSettings(FittingSettings):
    """What clients may send instead of a document, and what partial answers are called."""

    partial_status: _PartialStatus = Field(
        200,
        description="The status of an answer that was executed and has errors, for clients that "
        "accept `application/graphql-response+json`: 200, or 294 as GraphQL over HTTP wants it.",
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
        yield self._can_read_what_it_trusts

    def _has_what_it_trusts(self) -> Iterator[Wrong]:
        if self.trusted_only and self.trusted_documents is None:
            words = ("refuses every document without ", ("trusted_documents",))
            yield Wrong(("trusted_only",), words)

    def _can_read_what_it_trusts(self) -> Iterator[Wrong]:
        if self.trusted_documents is not None:
            try:
                documents_in(self.trusted_documents)
            except NotDocuments as wrong:
                for problem in wrong.problems:
                    yield Wrong(("trusted_documents",), (problem,))
