"""How settings say what is wrong with them: where, and in words, never with a value."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_core import PydanticCustomError


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that only several values together make wrong; `place` is where to mend it."""

    place: tuple[str | int, ...]
    words: str


def refuse(found: Iterator[Wrong]) -> None:
    """Raise all that was found as one error, whose context holds it as `wrong`.

    Raises:
        PydanticCustomError: something was found.
    """
    wrong = tuple(found)
    if wrong:
        words = "; ".join(f"{'.'.join(map(str, one.place))} {one.words}" for one in wrong)
        kind = "wrong_together"
        raise PydanticCustomError(kind, "{words}", {"words": words, "wrong": wrong})
