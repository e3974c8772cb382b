"""The packages of the clients, installed once for a checkout, and Node.js to run them.

The lock file was made with `npm install --before=2026-09-21`: later versions of what codegen needs
want Node.js 22.

Environment:
BFF_REQUIRE_NODE  1: fail instead of skipping where there is no Node.js or no registry
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
_STAMP = MODULES / ".bff-installed-from"
_LOCK = HERE / "package-lock.json"
_FETCHING = 300.0  # seconds for all packages
_RUNNING = 120.0  # seconds for one client, on a busy machine


def lacking(what: str) -> NoReturn:
    """Skip, or fail where the clients are required."""
    if os.environ.get("BFF_REQUIRE_NODE") == "1":
        pytest.fail(what)
    pytest.skip(what)


def require_node() -> None:
    """Go on where there is a Node.js that the packages accept, and npm."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        lacking("There is no Node.js with npm here.")
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)\.", asked.stdout)
    if found is None or (int(found[1]), int(found[2])) < (20, 19):
        lacking(f"The clients need Node.js 20.19 or newer; here is {asked.stdout.strip()}.")


def install(notes: Path) -> None:
    """Install the packages as the lock file says, unless they are there.

    `notes` is a folder that all workers of this run share: who fails says so to the others.
    """
    with (notes / "npm.lock").open("w") as turn, (HERE / "package.json").open() as checkout:
        fcntl.flock(turn, fcntl.LOCK_EX)  # of this run, for the note
        fcntl.flock(checkout, fcntl.LOCK_EX)  # of this checkout, for the folder
        wanted = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
        if _STAMP.is_file() and _STAMP.read_text("ascii") == wanted:
            return
        note = notes / "npm-failed.txt"
        if not note.is_file():
            reason = _fetched()
            if reason is None:
                _STAMP.write_text(wanted, "ascii")
                return
            note.write_text(reason, "utf-8")
        lacking(note.read_text("utf-8"))


def _fetched() -> str | None:
    """Fetch the packages; return why that failed, in words that name no host."""
    try:
        done = subprocess.run(
            # No package needs a script, and none should run on a developer's machine.
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_FETCHING,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"npm had not fetched the packages within {_FETCHING:.0f} seconds."
    if done.returncode == 0:
        return None
    code = re.search(r"npm (?:error|ERR!) code (E[A-Z0-9_]+)", done.stderr)
    why = code[1] if code else f"exit code {done.returncode}"
    return f"npm could not fetch the packages ({why})."


def run(
    *command: str, folder: Path = HERE, environment: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Run what is in the packages, or Node.js; return what it printed, or fail with it."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1", **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_RUNNING,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.fail(f"{command[0]} was not done within {_RUNNING:.0f} seconds")
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}", pytrace=False)
    return done.stdout
