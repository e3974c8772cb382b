"""`bff coverage`."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from bff import wiring
from bff.commands.arguments import Commands, locale, mute_log, takes_env_file
from bff.demo import demo_upstreams
from bff.domain.coverage import Kind, Report
from bff.domain.locale import Locale
from bff.errors import BffError
from bff.operations.coverage import USUALLY_FAILING, coverage, found
from bff.operations.coverage_json import as_json
from bff.operations.coverage_table import table
from bff.operations.progress import ProgressBar
from bff.settings import load_settings


def add_to(commands: Commands) -> None:
    """Add the command."""
    missing = commands.add_parser("coverage", help="say what the whole catalogue lacks")
    missing.add_argument("--locale", action="append", type=locale, help="look only at this one")
    missing.add_argument(
        "--fail-on",
        type=_kinds,
        default=USUALLY_FAILING,
        metavar="KINDS",
        help=f"what makes the exit code 1: some of {', '.join(Kind)} with commas between them, "
        "or all, or none; all but the unsold ones without it",
    )
    missing.add_argument("--all", action="store_true", help="not only the first few of each kind")
    missing.add_argument("--json", action="store_true", help="everything, for machines")
    missing.add_argument("--demo", action="store_true", help="look at the demo shop")
    takes_env_file(missing)
    missing.set_defaults(run=_coverage)


def _kinds(text: str) -> frozenset[Kind]:
    if text in {"all", "none"}:
        return frozenset(Kind if text == "all" else ())
    try:
        return frozenset(Kind(name.strip()) for name in text.split(","))
    except ValueError:
        msg = f"must be all, none, or some of {', '.join(Kind)}"
        raise argparse.ArgumentTypeError(msg) from None


def _coverage(options: argparse.Namespace) -> int:
    settings = None if options.demo else load_settings(options.env_file)
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
        return await coverage(looked_at.survey, locales, bar)
    finally:
        bar.close()
        await looked_at.close()
