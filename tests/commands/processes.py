"""`bff serve` as a process of its own, and what it says of itself."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def serving(shop: Path) -> Iterator[subprocess.Popen[str]]:
    """Run the service; whatever happens, it is gone afterwards."""
    with running([sys.executable, "-m", "bff", "serve", "--env-file", str(shop)], {}) as process:
        yield process


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Run a command with these variables, and none of the service's besides."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BFF_")}
    process = subprocess.Popen(
        command, env={**kept, **environment}, stderr=subprocess.PIPE, text=True
    )
    impatience = threading.Timer(60, process.kill)
    impatience.start()
    try:
        yield process
    finally:
        impatience.cancel()
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str], event: str) -> str:
    """Return the line of the log with an event, once it is there."""
    assert process.stderr
    for line in process.stderr:
        if event in line:
            return line
    pytest.fail(f"it ended without {event}")


def started(process: subprocess.Popen[str]) -> str:
    """Return where it listens, as it says itself."""
    found = re.search(r"url=(\S+)$", said(process, "service_started"))
    assert found
    return found[1]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
