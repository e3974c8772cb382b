"""`bff serve` and `bff demo`."""

import argparse
import logging
import sys

from bff import wiring
from bff.commands.door import ConnectionLimits
from bff.commands.servers import Ports, run
from bff.commands.settings import settings_of
from bff.commands.wired import production
from bff.demo import demo_upstreams, things_to_try
from bff.settings import Settings, odd_variables
from bff.telemetry import log, show_log

_FINISHING = 3.0  # seconds for answers under way besides what requests and sources may take


def serve(options: argparse.Namespace) -> int:
    """Serve the shop that the settings describe, until told to stop."""
    settings = settings_of(options)
    show_log(settings.log.level, settings.log.format)
    for odd in odd_variables(options.env_file):
        level = logging.WARNING if odd.is_mistake else logging.INFO
        log("variable_without_effect", level=level, variable=odd.name, why=odd.words)

    def started(port: int) -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        log("service_started", url=f"http://{host}:{port}")

    return run(production(settings), ports_of(settings), started)


def demo(options: argparse.Namespace) -> int:
    """Serve the demo shop, until told to stop."""
    host = "127.0.0.1"
    url = f"http://{host}:{options.port}"

    def welcome(_: int) -> None:
        tries = "".join(f"\n  {title}:\n    {command}\n" for title, command in things_to_try(url))
        sys.stdout.write(
            f"The demo shop is at\n  {url}/graphiql   explore\n  {url}/graphql    query\n"
            f"  {url}/docs       REST\n\nThings to try:\n{tries}\nStop it with Ctrl-C.\n"
        )
        sys.stdout.flush()

    return run(wiring.demo(demo_upstreams()), Ports(host, options.port), welcome)


def ports_of(settings: Settings) -> Ports:
    """Return where to listen, what to let in there, and how to stop, as the settings say."""
    limits = settings.limits
    return Ports(
        settings.host,
        settings.port,
        settings.operations_port,
        ConnectionLimits(
            head_bytes=limits.header_kilobytes * 1024,
            receive_seconds=limits.receive_seconds,
            idle_seconds=limits.idle_seconds,
            connections=limits.connections,
        ),
        drain_seconds=settings.drain_seconds,
        finishing_seconds=limits.receive_seconds + settings.deadline_seconds + _FINISHING,
    )
