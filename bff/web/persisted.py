"""Documents that clients have sent once, and name by their hash after that.

Source: Apollo's automatic persisted queries. A client sends the hash of a document; if nobody
knows it, the client sends hash and document once, and the hash alone from then on.
"""

import sys
from collections import OrderedDict
from hashlib import sha256
from typing import Final

MOST_BYTES: Final = 4 * 1024 * 1024
"""Bytes of all documents that are remembered: a storefront has some hundred of a few kilobytes."""
_OVERHEAD: Final = 300
"""Bytes of one of them besides its text: its hash, and its place."""


def hash_of(document: str) -> str:
    """Return the hash that a document is known by: SHA-256 in lower-case hexadecimal digits."""
    # Bodies and addresses that hold half a surrogate pair do not get this far.
    return sha256(document.encode("utf-8", "surrogatepass")).hexdigest()


class PersistedDocuments:
    """The documents used last, by their hashes. `bytes` is about how much memory they take."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.bytes = 0
        self._most = most_bytes
        self._kept: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, sha256: str) -> str | None:
        """Return the document of a hash, if it is remembered; it now is the one used last."""
        document = self._kept.get(sha256)
        if document is not None:
            self._kept.move_to_end(sha256)
        return document

    def keep(self, document: str) -> None:
        """Remember a document; those used longest ago make room for it.

        It must be one that can be executed: strangers send these.
        """
        known_by = hash_of(document)
        if known_by in self._kept:
            self._kept.move_to_end(known_by)
            return
        size = _size(document)
        if size > self._most:
            return
        self._kept[known_by] = document
        self.bytes += size
        while self.bytes > self._most:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= _size(oldest)


def _size(document: str) -> int:
    return sys.getsizeof(document) + _OVERHEAD
