"""Which calls to sources something has cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call to a source. `outcome` is `ok`, or the code of the error that it ended with."""

    source: str
    operation: str
    seconds: float
    outcome: str


class Journal:
    """The exchanges of one flight, in the order in which they ended.

    Everybody who waits for the flight refers to the same one, so that nothing counts twice.
    """

    __slots__ = ("exchanges",)

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def note(self, source: str, operation: str, seconds: float, outcome: str) -> None:
        """Write an exchange down."""
        self.exchanges.append(Exchange(source, operation, seconds, outcome))
