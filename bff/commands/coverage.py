"""`bff coverage`."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from bff import wiring
from bff.commands.settings import mute_log, settings_of
from bff.demo import demo_upstreams
from bff.domain.coverage import Report
from bff.domain.locale import Locale
from bff.errors import BffError
from bff.operations.coverage import coverage as look_through
from bff.operations.coverage import found
from bff.operations.coverage_json import as_json
from bff.operations.coverage_table import table
from bff.operations.progress import ProgressBar


def coverage(options: argparse.Namespace) -> int:
    """Print what the whole catalogue lacks."""
    settings = None if options.demo else settings_of(options)
    mute_log()
    looked_at = (
        wiring.production_survey(settings) if settings else wiring.demo_survey(demo_upstreams())
    )
    spoken = looked_at.survey.locales.supported
    locales = tuple(dict.fromkeys(options.locale or spoken))
    if not {*locales} <= {*spoken}:
        sys.stderr.write(f"bff coverage: --locale: the shop speaks {', '.join(spoken)}\n")
        return 2
    try:
        report = asyncio.run(_report(looked_at, locales))
    except BffError as failure:
        sys.stderr.write(f"bff coverage: {failure}\n")
        return 3
    failing = options.fail_on & found(report)
    if options.json:
        text = json.dumps(as_json(report, failing), indent=2, ensure_ascii=False)
    else:
        text = table(report, failing, whole=options.all)
    sys.stdout.write(f"{text}\n")
    return 1 if failing else 0


async def _report(looked_at: wiring.OpenSurvey, locales: Sequence[Locale]) -> Report:
    bar = ProgressBar(sys.stderr)
    try:
        return await look_through(looked_at.survey, locales, bar)
    finally:
        bar.close()
        await looked_at.close()
