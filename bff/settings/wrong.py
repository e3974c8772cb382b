"""How settings say what is wrong with them: where, and in words, never with a value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self, TypeAlias

from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError

from bff.settings.values import CONFIG

Place: TypeAlias = tuple[str | int, ...]
"""Where a value is in the settings: `("content", 0, "locales")`."""
TOGETHER = "wrong_together"
"""The type of the error that settings raise which do not fit together."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that only several values together make wrong; `place` is where to mend it.

    Of the words those that are places stand for settings: whoever prints them says what sets
    these.
    """

    place: Place
    words: tuple[str | Place, ...]

    def within(self, outer: Place) -> Self:
        """Return the same, as seen from what these settings are a part of."""
        words = (word if isinstance(word, str) else (*outer, *word) for word in self.words)
        return type(self)((*outer, *self.place), tuple(words))

    def said(self, where: Callable[[Place], str]) -> str:
        """Return the words; `where` names what sets a place."""
        return "".join(word if isinstance(word, str) else where(word) for word in self.words)


Check: TypeAlias = Callable[[], Iterator[Wrong]]
"""Looks at values that must fit together, at as few as will do."""


class FittingSettings(BaseModel):
    """Settings of which some make sense only together."""

    model_config = CONFIG

    def checks(self) -> Iterator[Check]:
        """Return all checks, each of which can be made without the others."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        wrong = tuple(one for check in self.checks() for one in check())
        if wrong:
            words = "; ".join(f"{_path(one.place)} {one.said(_path)}" for one in wrong)
            raise PydanticCustomError(TOGETHER, "{words}", {"words": words})
        return self


def wrong_together(known: BaseModel, at: Place = ()) -> Iterator[Wrong]:
    """Return what does not fit together in settings of which some attributes may be missing.

    What is missing is not known, and a check that needs it cannot tell.
    """
    if isinstance(known, FittingSettings):
        for check in _possible(known):
            yield from (one.within(at) for one in check)
    for name, value in vars(known).items():
        if isinstance(value, BaseModel):
            yield from wrong_together(value, (*at, name))


def _possible(known: FittingSettings) -> Iterator[tuple[Wrong, ...]]:
    for check in known.checks():
        try:
            yield tuple(check())
        except AttributeError:
            continue


def _path(place: Place) -> str:
    return ".".join(map(str, place))
