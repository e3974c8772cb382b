"""`bff chaos`."""

import argparse
import json
import sys

from bff.chaos.cells import Fault, Source, cells
from bff.chaos.running import Result
from bff.chaos.spreading import prove_all
from bff.chaos.table import as_json, proof, readme_table
from bff.commands.settings import mute_log
from bff.operations.progress import ProgressBar


def chaos(options: argparse.Namespace) -> int:
    """Let each source fail in each way, and print whether shoppers get what they should."""
    if options.readme:
        sys.stdout.write(f"{readme_table()}\n")
        return 0
    sources = tuple(map(Source, options.source or Source))
    faults = tuple(map(Fault, options.fault or Fault))
    chosen = cells(sources, faults)
    mute_log()
    bar = ProgressBar(sys.stderr)
    done = 0

    def tell(_: Result) -> None:
        nonlocal done
        done += 1
        bar("cells", done, len(chosen))

    try:
        results = prove_all(chosen, tell)
    finally:
        bar.close()
    text = json.dumps(as_json(results), indent=2) if options.json else proof(results)
    sys.stdout.write(f"{text}\n")
    if any(result.was_run and not result.holds for result in results):
        return 1
    return 0 if all(result.was_run for result in results) else 3
