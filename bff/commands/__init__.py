"""The command line: what an operator types, and what is printed.

Each command reads its arguments and the settings, has the wiring build what it needs, and prints
or serves the result. Exit codes: 0 for success, 1 for what was found wrong, 2 for arguments or
settings that cannot be used, 3 where a command could not look at, or reach, everything.
"""

import sys
from collections.abc import Sequence

from bff.commands.arguments import Refused
from bff.commands.parsing import parser

__all__ = ["main", "parser"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    return code
