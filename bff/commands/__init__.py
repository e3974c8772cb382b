"""The command line: what an operator types, and what is printed.

Each command reads its arguments and the settings, has the wiring build what it needs, and prints
or serves the result. Exit codes: 0 for success, 1 for what was found wrong, 2 for arguments or
settings that cannot be used, 3 where a command could not look at, or reach, everything.
"""

import argparse
import sys
from collections.abc import Sequence

from bff.commands import cache, checking, coverage, explaining, printing, serving
from bff.settings import SettingsProblem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except SettingsProblem as problem:
        sys.stderr.write(f"The settings cannot be used:\n{problem}\n")
        return 2
    return code


def parser() -> argparse.ArgumentParser:
    """Return what reads a command line; its result has the command to run as `run`."""
    known = argparse.ArgumentParser(
        prog="bff", description="One GraphQL and REST API for a Medusa shop and its content."
    )
    commands = known.add_subparsers(required=True, metavar="command")
    for module in (serving, printing, checking, explaining, coverage, cache):
        module.add_to(commands)
    return known
