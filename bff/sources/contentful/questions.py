"""What Contentful is asked for, in parts that it takes.

An unknown parameter is an error there, so nothing is sent but what its reference names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bff.upstream import Question

PAGE = 1000
"""Contentful's own limit for entries in an answer."""
_LONGEST_URL = 7_600
_MOST_VALUES = 100  # reading the JSON of a larger answer would hold up the others
_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Search:
    """Entries of one content type whose field `name` has one of `values`, in all languages.

    Without a name all entries are meant. `name` may end in a language's code: filters act on one
    language, by default the space's own.
    """

    operation: str
    content_type: str
    include: int
    name: str = ""
    values: tuple[str, ...] = ()
    select: str = ""
    limit: int = PAGE

    def question(self, path: str, skip: int) -> Question:
        """Return the question for the entries from `skip` on. By id, so that no page overlaps."""
        params = [
            ("content_type", self.content_type),
            ("locale", "*"),
            ("include", str(self.include)),
            ("order", "sys.id"),
            ("limit", str(self.limit)),
        ]
        if self.name:
            params.append((f"fields.{self.name}[in]", ",".join(self.values)))
        if self.select:
            params.append(("select", self.select))
        if skip:
            params.append(("skip", str(skip)))
        return Question(self.operation, path, tuple(params))


def is_askable(value: str) -> bool:
    """Tell whether a value can be asked for; a comma would make it two."""
    return 0 < len(value) <= _LONGEST_VALUE and "," not in value and value.isprintable()


def in_parts(values: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Yield values in groups whose address stays below Contentful's limit.

    `length` is how long the address is without them.
    """
    part: list[str] = []
    room = _LONGEST_URL - length
    for value in values:
        needed = len(quote(value, safe="")) + len("%2C")
        if part and (needed > room or len(part) == _MOST_VALUES):
            yield tuple(part)
            part, room = [], _LONGEST_URL - length
        part.append(value)
        room -= needed
    if part:
        yield tuple(part)


def halves(values: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the first and the second half."""
    middle = len(values) // 2
    return tuple(values[:middle]), tuple(values[middle:])
