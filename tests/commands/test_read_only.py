"""`bff serve` as a container runs it: nobody's user, and not a byte to be written anywhere."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest

from tests.commands.processes import running, said, started

NOBODY = 10001
SETTINGS = {
    "BFF_MEDUSA__URL": "http://127.0.0.1:9",
    "BFF_MEDUSA__PUBLISHABLE_KEY": "pk_1",
    "BFF_DEFAULT_COUNTRY": "DE",
    "BFF_PORT": "0",
    "BFF_DEVELOPMENT": "1",
    "BFF_DRAIN_SECONDS": "0.2",
}
READ_ONLY = """
import os, subprocess, sys
user = int(sys.argv[1])
mounts = [line.split()[1] for line in open("/proc/self/mounts")]
for place in mounts:
    place = place.encode().decode("unicode_escape")
    subprocess.run(["mount", "-o", "remount,bind,ro", place], stderr=subprocess.DEVNULL)
os.setgroups([]); os.setgid(user); os.setuid(user)
for place in ("/tmp", "/var/tmp", "/dev/shm", os.getcwd(), os.environ["HOME"]):
    try:
        open(place + "/written", "w")
    except OSError:
        continue
    sys.exit("can write to " + place)
os.execv(sys.executable, [sys.executable, "-m", "bff", "serve"])
"""
UNWRITABLE = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # no file may get a single byte
os.execv(sys.executable, [sys.executable, "-m", "bff", "serve"])
"""


def serving(*command: str, home: Path) -> AbstractContextManager[subprocess.Popen[str]]:
    """Run the service with a home that it cannot write to, and no place for temporary files."""
    return running(command, {**SETTINGS, "HOME": str(home), "TMPDIR": str(home / "nothing")})


def look_around(process: subprocess.Popen[str]) -> None:
    """Ask for one of everything, then tell it to stop."""
    url = started(process)
    with httpx.Client(base_url=url, timeout=30) as client:
        asked = client.post("/graphql", json={"query": "{ locales { code } }"})
        assert asked.json() == {"data": {"locales": [{"code": "en"}]}}
        for path in ("/livez", "/readyz", "/metrics", "/openapi.json"):
            assert client.get(path).status_code == 200, path
        page = client.get("/v1/products/tee")
        assert page.json()["code"] == "UPSTREAM_UNAVAILABLE"
        assert client.get("/graphiql").status_code in {200, 503}  # 503: not built here
    process.send_signal(signal.SIGTERM)
    said(process, "service_stopped")
    assert process.wait(timeout=30) == 0


def can_make_everything_read_only() -> bool:
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    tried = ["unshare", "--mount", "mount", "-o", "remount,bind,ro", "/"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def can_be_read_by_nobody() -> bool:
    """Tell whether another user can run this Python with this code."""
    code = f"import os; os.setgid({NOBODY}); os.setuid({NOBODY}); import bff.__main__"
    tried = [sys.executable, "-c", code]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not can_make_everything_read_only(), reason="needs root and unshare on Linux")
def test_all_file_systems_are_read_only(tmp_path: Path) -> None:
    """As nobody, if nobody may run this Python; else as root, who may not write there either."""
    user = NOBODY if can_be_read_by_nobody() else 0
    alone = ("unshare", "--mount", "--propagation", "private")
    start = (sys.executable, "-c", READ_ONLY, str(user))
    with serving(*alone, *start, home=tmp_path) as process:
        look_around(process)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_not_a_byte_is_written(tmp_path: Path) -> None:
    """Without root: a process that may write to no file, and has neither home nor a place for
    temporary files."""
    home = tmp_path / "gone"
    with serving(sys.executable, "-c", UNWRITABLE, home=home) as process:
        look_around(process)
    assert not list(tmp_path.iterdir())
