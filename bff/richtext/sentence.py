"""A sentence whose pieces carry their marks with them, as nested inlines."""

from dataclasses import dataclass, field

from bff.domain.richtext import Inline, Mark, Marked, lines_of
from bff.domain.text import printable


@dataclass(slots=True)
class Sentence:
    """Gathers pieces from left to right; neighbours under the same marks become one."""

    _inlines: list[Inline] = field(default_factory=list)
    _texts: list[str] = field(default_factory=list)
    _marks: tuple[Mark, ...] = ()

    def add(self, text: str, marks: tuple[Mark, ...] = ()) -> None:
        """Add a piece of text under `marks`, of which the first is the outermost."""
        if not text:
            return
        if marks != self._marks:
            self._flush()
            self._marks = marks
        self._texts.append(text)

    def put(self, inline: Inline) -> None:
        """Add what is no piece of text, such as a link."""
        self._flush()
        self._inlines.append(inline)

    def close(self) -> tuple[Inline, ...]:
        """Return the sentence."""
        self._flush()
        return tuple(self._inlines)

    def _flush(self) -> None:
        if not self._texts:
            return
        inside = lines_of(printable("".join(self._texts)))
        self._texts.clear()
        if not inside:
            return
        for mark in reversed(self._marks):
            inside = (Marked(mark, inside),)
        self._inlines.extend(inside)
