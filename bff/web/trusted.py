"""Documents that the storefront was built with, in the files that its compilers write.

| written by | a file of |
|---|---|
| Relay's compiler (`persistConfig`) | `{id: document}` |
| Apollo's `generate-persisted-query-manifest` | `{format, operations: [{id, body}]}` |
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from bff.web.persisted import hash_of

HASHED: Final = "sha256:"
"""How the id of a document begins that is its hash (GraphQL over HTTP, persisted documents)."""

_APOLLO: Final = "apollo-persisted-query-manifest"


class NotDocuments(ValueError):
    """A file does not hold trusted documents. `problems` are all reasons, in words."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_trusted(content: bytes) -> dict[str, str]:
    """Return the documents that a file holds, by their ids.

    Raises:
        NotDocuments: it is neither Relay's nor Apollo's, or a part of it makes no sense.
    """
    try:
        held = orjson.loads(content)
    except ValueError:
        msg = "is not JSON"
        raise NotDocuments(msg) from None
    if not isinstance(held, dict):
        msg = "must be a JSON object: document by id, or Apollo's manifest"
        raise NotDocuments(msg)
    pairs = [*(_of_apollo(held) if held.get("format") == _APOLLO else held.items())]
    problems = [*_wrong(pairs)]
    if not pairs:
        problems.append("has no document in it")
    if problems:
        raise NotDocuments(*problems)
    return dict(pairs)


def _of_apollo(manifest: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    operations = manifest.get("operations")
    if manifest.get("version") != 1 or not isinstance(operations, list):
        msg = "is an Apollo manifest, but not of version 1 with a list of operations"
        raise NotDocuments(msg)
    for operation in operations:
        if not isinstance(operation, dict):
            msg = "is an Apollo manifest with an operation that is no object"
            raise NotDocuments(msg)
        yield operation.get("id"), operation.get("body")


def _wrong(pairs: list[tuple[Any, Any]]) -> Iterator[str]:
    """Say what is wrong with ids and documents; an id may come twice with the same document."""
    seen: dict[str, str] = {}
    for known_by, document in pairs:
        if not isinstance(known_by, str) or not known_by:
            yield "has a document without an id"
        elif not isinstance(document, str) or not document.strip():
            yield f"{known_by}: must be the text of a document"
        elif seen.setdefault(known_by, document) != document:
            yield f"{known_by}: stands for two documents"
        elif known_by.startswith(HASHED) and known_by != HASHED + hash_of(document):
            yield f"{known_by}: is the hash of another document"


class TrustedDocuments:
    """The trusted documents, by their ids and by their hashes."""

    def __init__(self, by_id: Mapping[str, str]) -> None:
        self._texts = frozenset(by_id.values())
        hashes = {hash_of(text): text for text in self._texts}
        prefixed = {HASHED + known_by: text for known_by, text in hashes.items()}
        # What the file says comes first: an id of 64 digits need not be a hash.
        self._named = {**hashes, **prefixed, **by_id}

    def __contains__(self, text: str) -> bool:
        return text in self._texts

    def get(self, name: str) -> str | None:
        """Return the document that an id or a hash stands for."""
        return self._named.get(name)
