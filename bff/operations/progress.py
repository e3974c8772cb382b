"""How far a long job is, for whoever watches it at a terminal."""

from typing import NoReturn, TextIO

from tqdm import tqdm


class ProgressBar:
    """A bar on a stream, one for each thing that is read; nothing at all where nobody watches."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what = ""
        self._bar: tqdm[NoReturn] | None = None

    def __call__(self, what: str, done: int, total: int | None) -> None:
        """Show how many were read, and of how many."""
        bar = self._bar
        if bar is None or what != self._what:
            self.close()
            bar = tqdm(
                desc=what, file=self._stream, leave=False, disable=None, unit="", mininterval=0
            )
            self._what, self._bar = what, bar
        bar.total = total
        bar.update(done - bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
