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
    notes = (f"{one.name} {one.words}" for one in odd if not one.is_mistake)
    own = Finding("settings", mistakes, (*notes, *settings_notes(settings)))
    findings = (own, *asyncio.run(_findings(settings)))
    sys.stdout.write("".join(f"{line}\n" for line in finding_lines(findings)))
    return 1 if any(finding.problems for finding in findings) else 0


async def _findings(settings: Settings) -> tuple[Finding, ...]:
    service = wiring.production(settings)
    redis = wiring.redis_probe(settings)
    try:
        found = await check(service.probes, service.shop.clock)
        return (*found, await redis.finding()) if redis else found
    finally:
        await service.close()
