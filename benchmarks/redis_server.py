"""A real Redis of the benchmark's own, which can be killed."""

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.stores.redis_server import bundled_program, program_to_run

_START_SECONDS = 10


class RedisServer:
    """A server that keeps nothing, always at the same socket."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "s"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"unix://{self._socket}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = (
            program_to_run(bundled_program()),
            *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *("--dir", str(self._folder), "--save", "", "--appendonly", "no"),
        )
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        patience = time.monotonic() + _START_SECONDS
        while not self._answers():
            if time.monotonic() > patience:
                msg = "Redis did not start"
                raise RuntimeError(msg)
            time.sleep(0.005)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.settimeout(1)
            probe.connect(str(self._socket))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a server."""
    # A socket's path may be no longer than 104 bytes on some systems.
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()
