"""What a request brings along besides its own words, and which of it an answer depends on.

Resolvers can read these only through an object that writes the reading down. A kept answer is
kept under what was read, so that nothing an answer depends on can be missing from its key.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Final

from bff.domain.locale import Locale
from bff.web.preview import HEADER

DRAFTS: Final = "drafts"
"""The value of `Dimension.PREVIEW` where drafts are shown."""

Used = tuple["Dimension", ...]
"""Which dimensions an answer used, in the order of the enum."""


class Dimension(Enum):
    """Something that a header of the request decides; the value is that header."""

    LANGUAGE = "Accept-Language"
    """The locale that the header asks for, as far as the shop understands it."""
    PREVIEW = HEADER
    """Whether drafts are shown."""

    # There is one of each; the enum's own hash is a call of Python in the path of every request.
    __hash__ = object.__hash__


class Dimensions:
    """The dimensions of one request.

    `accept_language` is the header, which nobody sees but `negotiate`: what was negotiated
    decides, and many headers come to the same.
    """

    __slots__ = ("_accept_language", "_is_preview", "_negotiate", "_read")

    def __init__(
        self,
        accept_language: str,
        negotiate: Callable[[str], Locale | None],
        *,
        is_preview: bool,
    ) -> None:
        self._accept_language = accept_language
        self._negotiate = negotiate
        self._is_preview = is_preview
        self._read: set[Dimension] = set()

    def read(self, dimension: Dimension) -> str | None:
        """Return the value of a dimension; the answer depends on it from now on."""
        self._read.add(dimension)
        return self._value(dimension)

    def used(self) -> Used:
        """Return what the answer depends on so far."""
        return tuple(one for one in Dimension if one in self._read)

    def values(self, used: Iterable[Dimension]) -> tuple[str | None, ...]:
        """Return the values under which an answer that used these is kept.

        It is for keys. An answer that looked at them would depend on them.
        """
        return tuple(map(self._value, used))

    def _value(self, dimension: Dimension) -> str | None:
        if dimension is Dimension.LANGUAGE:
            return self._negotiate(self._accept_language)
        return DRAFTS if self._is_preview else None
