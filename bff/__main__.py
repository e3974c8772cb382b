"""The command line: what an operator types, and what is printed.

Each command reads its arguments and the settings, has the wiring build what it needs, and prints
or serves the result. Exit codes: 0 for success, 1 for what was found wrong, 2 for arguments or
settings that cannot be used, 3 where `bff coverage` could not look at everything.
"""

import argparse
import asyncio
import gc
import json
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from socket import socket

import uvicorn

from bff import wiring
from bff.demo import demo_upstreams, things_to_try
from bff.domain.commerce import Handle
from bff.domain.coverage import Kind, Report
from bff.domain.locale import Locale, as_locale, language_for
from bff.errors import BffError
from bff.operations.check import TIME_LIMIT, Finding, check, finding_lines
from bff.operations.coverage import USUALLY_FAILING, coverage, found
from bff.operations.coverage_json import as_json
from bff.operations.coverage_table import table
from bff.operations.explain import explanation
from bff.operations.progress import ProgressBar
from bff.ports import Call
from bff.settings import (
    Settings,
    SettingsProblem,
    load_settings,
    odd_variables,
    settings_notes,
    settings_table,
)
from bff.telemetry import log, show_log
from bff.web.inputs import checked_key, read_optional
from bff.web.scalars import read_country, read_locale
from bff.web.schema import build_schema

_LAST_PORT = 65_535
_STOPPING = 5  # seconds for answers that are under way when the service is told to stop


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except SettingsProblem as problem:
        sys.stderr.write(f"The settings cannot be used:\n{problem}\n")
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bff", description="One GraphQL and REST API for a Medusa shop and its content."
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="serve the shop that the settings describe")
    _takes_env_file(serve)
    serve.set_defaults(run=_serve)

    demo = commands.add_parser("demo", help="serve a made-up shop: no account, no other server")
    demo.add_argument("--port", type=_port, default=8000, help="the port to listen on")
    demo.set_defaults(run=_demo)

    schema = commands.add_parser("schema", help="print the GraphQL schema")
    schema.set_defaults(run=_schema)

    checking = commands.add_parser("check", help="say what is wrong with settings and sources")
    _takes_env_file(checking)
    checking.set_defaults(run=_check)

    explain = commands.add_parser("explain", help="say who won each field of a product, and why")
    explain.add_argument("handle", help="the product's handle")
    explain.add_argument("--locale", help="a BCP 47 language tag; the shop's own without it")
    explain.add_argument("--country", help="an ISO 3166-1 alpha-2 code; the default without it")
    explain.add_argument("--demo", action="store_true", help="explain a product of the demo shop")
    _takes_env_file(explain)
    explain.set_defaults(run=_explain)

    missing = commands.add_parser("coverage", help="say what the whole catalogue lacks")
    missing.add_argument("--locale", action="append", type=_locale, help="look only at this one")
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
    _takes_env_file(missing)
    missing.set_defaults(run=_coverage)

    settings = commands.add_parser("settings")  # for the README; not in the help
    settings.set_defaults(run=_settings)
    return parser


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else 0
    if not 1 <= port <= _LAST_PORT:
        msg = f"must be a whole number from 1 to {_LAST_PORT}"
        raise argparse.ArgumentTypeError(msg)
    return port


def _locale(text: str) -> Locale:
    try:
        return as_locale(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def _kinds(text: str) -> frozenset[Kind]:
    if text in {"all", "none"}:
        return frozenset(Kind if text == "all" else ())
    try:
        return frozenset(Kind(name.strip()) for name in text.split(","))
    except ValueError:
        msg = f"must be all, none, or some of {', '.join(Kind)}"
        raise argparse.ArgumentTypeError(msg) from None


def _takes_env_file(command: argparse.ArgumentParser) -> None:
    command.add_argument("--env-file", type=Path, help="read settings from this file too")


def _serve(options: argparse.Namespace) -> int:
    settings = load_settings(options.env_file)
    show_log()

    def started(port: int) -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        log("service_started", url=f"http://{host}:{port}")

    _run(wiring.production(settings), settings.host, settings.port, started)
    return 0


def _demo(options: argparse.Namespace) -> int:
    host = "127.0.0.1"
    url = f"http://{host}:{options.port}"

    def welcome(_: int) -> None:
        tries = "".join(f"\n  {title}:\n    {command}\n" for title, command in things_to_try(url))
        sys.stdout.write(
            f"The demo shop is at\n  {url}/graphiql   explore\n  {url}/graphql    query\n"
            f"  {url}/docs       REST\n\nThings to try:\n{tries}\nStop it with Ctrl-C.\n"
        )
        sys.stdout.flush()

    _run(wiring.demo(demo_upstreams()), host, options.port, welcome)
    return 0


class _Server(uvicorn.Server):
    """Says when it listens, and at which port: not before, since the port may be taken."""

    def __init__(self, config: uvicorn.Config, started: Callable[[int], None]) -> None:
        super().__init__(config)
        self._tell_started = started

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell_started(self.servers[0].sockets[0].getsockname()[1])


def _run(service: wiring.Service, host: str, port: int, started: Callable[[int], None]) -> None:
    # What is there now stays. Looked through by every full collection, it stopped the service
    # for 50 ms each time.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        service.app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
        # Without it a client that sends half a request and then nothing keeps a stopping
        # service alive for as long as it likes.
        timeout_graceful_shutdown=_STOPPING,
    )
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped in order
        _Server(config, started).run()


def _schema(_: argparse.Namespace) -> int:
    sys.stdout.write(f"{build_schema()}\n")
    return 0


def _settings(_: argparse.Namespace) -> int:
    sys.stdout.write(f"{settings_table()}\n")
    return 0


def _check(options: argparse.Namespace) -> int:
    settings = load_settings(options.env_file)
    _mute_log()
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


def _explain(options: argparse.Namespace) -> int:
    settings = None if options.demo else load_settings(options.env_file)
    _mute_log()
    try:
        text = asyncio.run(_explanation(options, settings))
    except BffError as failure:
        sys.stderr.write(f"bff explain: {failure}\n")
        return 1
    if text is None:
        sys.stderr.write(f"bff explain: there is no product with the handle {options.handle!r}\n")
        return 1
    sys.stdout.write(f"{text}\n")
    return 0


async def _explanation(options: argparse.Namespace, settings: Settings | None) -> str | None:
    """Return the text; without settings that of the demo."""
    handle = Handle(checked_key("handle", options.handle))
    locale = read_optional("locale", options.locale, read_locale)
    country = read_optional("country", options.country, read_country)
    service = wiring.production(settings) if settings else wiring.demo(demo_upstreams())
    shop = service.shop
    try:
        return await explanation(
            shop.catalog,
            handle,
            language_for(locale, shop.locales),
            country or shop.default_country,
            Call(shop.clock() + TIME_LIMIT),
        )
    finally:
        await service.close()


def _coverage(options: argparse.Namespace) -> int:
    settings = None if options.demo else load_settings(options.env_file)
    _mute_log()
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


def _mute_log() -> None:
    """Keep log lines out of what is printed: it says the same, in words."""
    logging.getLogger("bff").addHandler(logging.NullHandler())


if __name__ == "__main__":
    sys.exit(main())
