"""`bff serve` itself, as operators run it, and what can be seen of its process from outside."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import on_core

_PAGE = 4096
_MEGABYTE = 1_000_000
_START_SECONDS = 60


class Command:
    """A running service. Its log is a file, so that nobody has to read it in time."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def port(self) -> int:
        """Where it listens; waits until it does.

        Raises:
            RuntimeError: it has ended, or takes too long.
        """
        patience = time.monotonic() + _START_SECONDS
        while time.monotonic() < patience and self.process.poll() is None:
            found = re.search(r"service_started .*url=\S+:(\d+)", self.log())
            if found:
                return int(found[1])
            time.sleep(0.05)
        msg = f"the service did not start:\n{self.log()}"
        raise RuntimeError(msg)

    def log(self) -> str:
        """Return all that it has logged."""
        return self._log.read_text(encoding="utf-8")

    def events(self) -> Counter[str]:
        """Return how often each event was logged."""
        lines = (line.split() for line in self.log().splitlines())
        return Counter(words[3] for words in lines if len(words) > 3)

    def megabytes(self) -> float:
        """Return its resident memory."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * _PAGE / _MEGABYTE

    def seconds(self) -> float:
        """Return the processor time that it has taken."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").split()
        return (int(words[13]) + int(words[14])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self) -> int:
        """Return how many files and connections it has open."""
        return len([*Path(f"/proc/{self.process.pid}/fd").iterdir()])


@contextmanager
def served(settings: Mapping[str, str], core: int = 0) -> Iterator[Command]:
    """Run `bff serve` with these variables, on one core; it is gone afterwards."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BFF_")}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as written, on_core(core):
            process = subprocess.Popen(
                [sys.executable, "-m", "bff", "serve"],
                env={**plain, **settings, "BFF_PORT": "0"},
                stderr=written,
            )
        try:
            yield Command(process, log)
        finally:
            process.kill()
            process.wait()
