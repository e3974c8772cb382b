"""All benchmarks of one run on this machine: `python -m benchmarks [--check] [--only NAME]`.

Ratios are what counts. With `--check` a missed target ends the run with exit code 1.
"""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence

import uvloop

from benchmarks import (
    cold,
    content,
    edits,
    floor,
    limits,
    memory,
    outages,
    processor,
    rolling,
    soak,
    stampede,
    warm,
)
from benchmarks.figures import Section, load, surroundings

_BENCHMARKS: dict[str, Callable[[], Awaitable[Sequence[Section]]]] = {
    "cold": cold.measure,
    "processor": processor.measure,
    "warm": warm.measure,
    "floor": floor.measure,
    "content": content.measure,
    "stampede": stampede.measure,
    "edits": edits.measure,
    "outages": outages.measure,
    "memory": memory.measure,
}
_ON_DEMAND: dict[str, Callable[[], Awaitable[Sequence[Section]]]] = {
    "limits": limits.measure,
    "rolling": rolling.measure,
    "soak": soak.measure,
}
"""What takes minutes by itself: run if it is named."""


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=[*_BENCHMARKS, *_ON_DEMAND], help="one of them")
    parser.add_argument("--check", action="store_true", help="fail when a target is missed")
    options = parser.parse_args()
    print(surroundings(), flush=True)
    missed = []
    for name in [options.only] if options.only else _BENCHMARKS:
        for section in uvloop.run(_sections(name)):
            print(f"\n{section.text()}", flush=True)
            missed += [figure.name for figure in section.figures if not figure.holds]
    print(f"\n{load()} at the end; " + (f"missed: {', '.join(missed)}" if missed else "all held"))
    return 1 if missed and options.check else 0


async def _sections(name: str) -> Sequence[Section]:
    return await {**_BENCHMARKS, **_ON_DEMAND}[name]()


if __name__ == "__main__":
    sys.exit(main())
