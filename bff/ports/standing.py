"""How the sources are doing, as far as that decides whether anybody waits for them."""

import asyncio
from enum import Enum
from typing import Protocol


class Standing(Enum):
    """What becomes of a question to a source now."""

    WELL = "well"
    """It is let through."""
    RESTING = "resting"
    """It is refused: the source failed, and rests, or one call finds out whether it is back."""
    UNTRIED = "untried"
    """The source failed, and has rested: the next question finds out whether it is back."""


class Standings(Protocol):
    """Tells of sources, by their names, how they are doing."""

    def standing(self, source: str) -> Standing:
        """Return how a source is doing."""
        ...

    def hanging(self, source: str) -> "asyncio.Future[None] | None":
        """Return what is done once a source is found to hang; `None` if nobody would tell."""
        ...


class AllWell:
    """Says that every source is well: where nobody keeps count of failures."""

    def standing(self, source: str) -> Standing:  # noqa: ARG002 - any
        """Return that it is well."""
        return Standing.WELL

    def hanging(self, source: str) -> "asyncio.Future[None] | None":  # noqa: ARG002 - any
        """Return that nobody would tell."""
        return None
