"""`bff check`."""

import argparse
import asyncio
import sys

from bff import wiring
from bff.commands.arguments import Commands, mute_log, takes_env_file
from bff.operations.check import Finding, check, finding_lines
from bff.settings import Settings, load_settings, odd_variables, settings_notes


def add_to(commands: Commands) -> None:
    """Add the command."""
    checking = commands.add_parser("check", help="say what is wrong with settings and sources")
    takes_env_file(checking)
    checking.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    settings = load_settings(options.env_file)
    mute_log()
    odd = odd_variables(options.env_file)
    mistakes = tuple(f"{one.name} {one.words}" for one in odd if one.is_mistake)
    findings = (Finding("settings", mistakes), *asyncio.run(_findings(settings)))
    notes = (f"{one.name} {one.words}" for one in odd if not one.is_mistake)
    told = [f"settings: note: {words}" for words in (*notes, *settings_notes(settings))]
    sys.stdout.write("".join(f"{line}\n" for line in (*told, *finding_lines(findings))))
    return 1 if any(finding.problems for finding in findings) else 0


async def _findings(settings: Settings) -> tuple[Finding, ...]:
    service = wiring.production(settings)
    try:
        return await check(service.probes, service.shop.clock)
    finally:
        await service.close()
