"""Which document a request means: by its text, by an id, by a hash, or by several of them."""

from collections.abc import Mapping
from typing import Final

from bff.web.errors import (
    DocumentNotAllowed,
    PersistedQueryMismatch,
    PersistedQueryNotFound,
    PersistedQueryNotSupported,
)
from bff.web.parameters import Parameters
from bff.web.persisted import PersistedDocuments, hash_of
from bff.web.trusted import HASHED, TrustedDocuments

_UNKNOWN: Final = "documentId: there is no such document"


class Library:
    """The documents that are known here, and what may be executed.

    Args:
        trusted: documents by the ids that a storefront was built with.
        trusted_only: nothing else is executed.
        remembers: whether documents are remembered by their hashes once they were sent.
    """

    def __init__(
        self, trusted: Mapping[str, str], *, trusted_only: bool = False, remembers: bool = True
    ) -> None:
        self._persisted = PersistedDocuments() if remembers and not trusted_only else None
        self._trusted = TrustedDocuments(trusted)
        self._trusted_only = trusted_only

    def find(self, asked: Parameters) -> str:
        """Return the text of the document that a request means. Nothing is parsed here.

        With trusted documents only, a text must be one of theirs to the letter: two texts that
        mean the same are not looked for.

        Raises:
            DocumentNotAllowed: it is not a trusted one, and no others are executed.
            PersistedQueryNotFound: nobody here knows the id or the hash.
            PersistedQueryNotSupported: hashes are not remembered here.
            PersistedQueryMismatch: the request names two different documents.
        """
        text = asked.query
        if text is None:
            found: list[str] = [
                *([self._by_id(asked.document_id)] if asked.document_id is not None else ()),
                *([self._by_hash(asked.sha256)] if asked.sha256 is not None else ()),
            ]
            if found[0] != found[-1]:
                raise PersistedQueryMismatch
            return found[0]
        if self._trusted_only and text not in self._trusted:
            raise DocumentNotAllowed
        if asked.sha256 is not None:
            self._check(asked.sha256, asked.sha256, text)
        if asked.document_id is not None:
            self._check(asked.document_id, _hash_in(asked.document_id), text)
        return text

    def teaches(self, asked: Parameters) -> bool:
        """Tell whether a request, once it was found to be in order, names a document to remember.

        That is for `remember`, once it was seen that the document can be executed.
        """
        if self._persisted is None or asked.query is None or asked.query in self._trusted:
            return False
        return asked.sha256 is not None or _hash_in(asked.document_id or "") is not None

    def remember(self, document: str) -> None:
        """Know a document by its hash from now on."""
        if self._persisted is not None:
            self._persisted.keep(document)

    def _by_id(self, name: str) -> str:
        found = self._trusted.get(name)
        digits = _hash_in(name)
        if found is None and self._persisted is not None and digits is not None:
            found = self._persisted.get(digits)
        if found is not None:
            return found
        if self._trusted_only:
            raise DocumentNotAllowed
        raise PersistedQueryNotFound(_UNKNOWN, is_apollos=False)

    def _by_hash(self, sha256: str) -> str:
        found = self._trusted.get(sha256)  # Apollo's clients send the ids of a manifest here, too
        if found is not None:
            return found
        if self._trusted_only:
            raise DocumentNotAllowed
        if self._persisted is None:
            raise PersistedQueryNotSupported
        found = self._persisted.get(sha256)
        if found is None:
            raise PersistedQueryNotFound
        return found

    def _check(self, name: str, digits: str | None, text: str) -> None:
        """Do nothing if a name is that of a text. `digits` are the hash that it is, if it is one.

        Of an id that nobody here knows it cannot be told: a storefront may be newer than the
        file. Then the text counts, where texts do.

        Raises:
            PersistedQueryMismatch: it is the name of another one.
        """
        known = self._trusted.get(name)
        is_right = known == text if known is not None else digits in {None, hash_of(text)}
        if not is_right:
            raise PersistedQueryMismatch


def _hash_in(name: str) -> str | None:
    """Return the hash that an id is; `None` for an id of another kind."""
    return name.removeprefix(HASHED) if name.startswith(HASHED) else None
