"""`bff check`."""

import argparse
import asyncio
import sys

from bff import wiring
from bff.commands.settings import mute_log, settings_of
from bff.commands.wired import production
from bff.operations.check import Finding, finding_lines
from bff.operations.check import check as ask_all
from bff.settings import Settings, odd_variables, settings_notes


def check(options: argparse.Namespace) -> int:
    """Look at settings, sources and Redis, and print what is wrong."""
    settings = settings_of(options)
    mute_log()
    odd = odd_variables(options.env_file)
    mistakes = tuple(f"{one.name} {one.words}" for one in odd if one.is_mistake)
    notes = (f"{one.name} {one.words}" for one in odd if not one.is_mistake)
    own = Finding("settings", mistakes, (*notes, *settings_notes(settings)))
    findings = (own, *asyncio.run(_findings(settings)))
    sys.stdout.write("".join(f"{line}\n" for line in finding_lines(findings)))
    return 1 if any(finding.problems for finding in findings) else 0


async def _findings(settings: Settings) -> tuple[Finding, ...]:
    service = production(settings)
    redis = wiring.redis_probe(settings)
    try:
        found = await ask_all(service.probes, service.shop.clock)
        return (*found, await redis.finding()) if redis else found
    finally:
        await service.close()
