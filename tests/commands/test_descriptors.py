"""How many connections a process may have on systems that give it few files."""

import subprocess
import sys

import pytest

CODE = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
from bff.commands.descriptors import room_for
print(room_for(10_000), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("soft", "hard", "room", "then"),
    [
        (1024, 20_000, 10_000, 12_512),  # raised as far as is needed, and no further
        (1024, 1712, 1000, 1712),  # to all that there is: 512 are our own, some are refused
        (100, 100, 50, 100),
    ],
)
def test_a_process_takes_what_it_needs_or_lets_fewer_in(
    soft: int, hard: int, room: int, then: int
) -> None:
    code = CODE.format(soft=soft, hard=hard)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == [str(room), str(then)]
