"""How long a copy of somebody else's data may be used."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """A named lifetime. `fresh` is in seconds, counted from when the fetch began."""

    name: str
    fresh: float

    def is_fresh(self, started_at: float, now: float) -> bool:
        """Tell whether a value whose fetch began at `started_at` may still be served."""
        return now - started_at < self.fresh
