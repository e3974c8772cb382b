"""Time that passes by itself, and can be made to pass at once: what was kept is old then."""

import time


class PassingTime:
    """Both clocks of a service, in seconds. They leap together, as real ones would have moved."""

    def __init__(self) -> None:
        self._leapt = 0.0

    def clock(self) -> float:
        """Return the clock that deadlines go by."""
        return time.monotonic() + self._leapt

    def now(self) -> float:
        """Return the clock that lifetimes go by."""
        return time.time() + self._leapt

    def leap(self, seconds: float) -> None:
        """Let so much time have passed."""
        self._leapt += seconds
