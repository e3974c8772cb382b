"""How long a copy of somebody else's data may be used."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """A named lifetime. `fresh` is in seconds, counted from when the fetch began.

    `name` is what operators are to read it by, in logs and metrics.
    """

    name: str
    fresh: float
