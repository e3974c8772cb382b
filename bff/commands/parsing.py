"""Which commands there are, and what they take.

Nothing here imports what a command works with: that takes more than a second, and whoever asks for
help, or has misspelled an option, waits for none of it.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from bff.chaos.cells import Fault, Source
from bff.commands.arguments import country, kinds_of_fault, locale, number, port
from bff.domain.coverage import Kind
from bff.operations.coverage import USUALLY_FAILING

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it


@dataclass(frozen=True, slots=True)
class Later:
    """A command that imports its module when it is run."""

    module: str
    name: str

    def command(self) -> Callable[[argparse.Namespace], int]:
        """Return the command itself."""
        command: Callable[[argparse.Namespace], int]
        command = getattr(import_module(f"bff.commands.{self.module}"), self.name)
        return command

    def __call__(self, options: argparse.Namespace) -> int:
        """Run the command; return the exit code."""
        return self.command()(options)


def parser() -> argparse.ArgumentParser:
    """Return what reads a command line; its result has the command to run as `run`."""
    known = argparse.ArgumentParser(
        prog="bff", description="One GraphQL and REST API for a Medusa shop and its content."
    )
    commands = known.add_subparsers(required=True, metavar="command")
    _add_serving(commands)
    _add_printing(commands)
    _add_checking(commands)
    _add_explaining(commands)
    _add_coverage(commands)
    _add_cache(commands)
    _add_chaos(commands)
    return known


def _add_serving(commands: _Commands) -> None:
    serve = commands.add_parser("serve", help="serve the shop that the settings describe")
    _takes_env_file(serve)
    serve.set_defaults(run=Later("serving", "serve"))

    demo = commands.add_parser("demo", help="serve a made-up shop: no account, no other server")
    demo.add_argument("--port", type=port, default=8000, help="the port to listen on")
    demo.set_defaults(run=Later("serving", "demo"))


def _add_printing(commands: _Commands) -> None:
    schema = commands.add_parser("schema", help="print the GraphQL schema")
    schema.set_defaults(run=Later("schema", "print_schema"))

    settings = commands.add_parser("settings")  # for whoever writes the README: not in the help
    settings.set_defaults(run=Later("settings", "print_table"))

    figures = commands.add_parser("figures")  # likewise
    figures.set_defaults(run=Later("monitoring", "print_figures"))

    monitoring = commands.add_parser(
        "monitoring", help="print a dashboard for Grafana, or alert rules for Prometheus"
    )
    monitoring.add_argument("what", choices=("dashboard", "alerts", "alerts-test"))
    monitoring.set_defaults(run=Later("monitoring", "print_file"))


def _add_checking(commands: _Commands) -> None:
    check = commands.add_parser("check", help="say what is wrong with settings and sources")
    _takes_env_file(check)
    check.set_defaults(run=Later("checking", "check"))


def _add_explaining(commands: _Commands) -> None:
    explain = commands.add_parser("explain", help="say who won each field of a product, and why")
    explain.add_argument("handle", help="the product's handle")
    explain.add_argument("--locale", help="a BCP 47 language tag; the shop's own without it")
    explain.add_argument("--country", help="an ISO 3166-1 alpha-2 code; the default without it")
    explain.add_argument("--demo", action="store_true", help="explain a product of the demo shop")
    _takes_env_file(explain)
    explain.set_defaults(run=Later("explaining", "explain"))


def _add_coverage(commands: _Commands) -> None:
    missing = commands.add_parser("coverage", help="say what the whole catalogue lacks")
    missing.add_argument("--locale", action="append", type=locale, help="look only at this one")
    missing.add_argument(
        "--fail-on",
        type=kinds_of_fault,
        default=USUALLY_FAILING,
        metavar="KINDS",
        help=f"what makes the exit code 1: some of {', '.join(Kind)} with commas between them, "
        "or all, or none; all but the unsold ones without it",
    )
    missing.add_argument("--all", action="store_true", help="not only the first few of each kind")
    missing.add_argument("--json", action="store_true", help="everything, for machines")
    missing.add_argument("--demo", action="store_true", help="look at the demo shop")
    _takes_env_file(missing)
    missing.set_defaults(run=Later("coverage", "coverage"))


def _add_cache(commands: _Commands) -> None:
    cache = commands.add_parser("cache", help="look into the shared cache, purge it, or fill it")
    kinds = cache.add_subparsers(required=True, metavar="command")

    inspect = kinds.add_parser("inspect", help="say what is kept of a product")
    inspect.add_argument("product", help="the product's id (prod_...) or handle")
    _takes_some(inspect)
    _takes_env_file(inspect)
    inspect.set_defaults(run=Later("cache", "inspect"))

    purge = kinds.add_parser("purge", help="mark tags as changed, for all replicas and targets")
    chosen = purge.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--tag", action="extend", nargs="+", help="such as product:prod_...")
    chosen.add_argument("--everything", action="store_true", help="all that is kept")
    _takes_env_file(purge)
    purge.set_defaults(run=Later("cache", "purge"))

    warm = kinds.add_parser("warm", help="read the newest products into the shared cache")
    warm.add_argument("--top", type=number, required=True, metavar="N", help="how many")
    _takes_some(warm)
    _takes_env_file(warm)
    warm.set_defaults(run=Later("cache", "warm"))


def _add_chaos(commands: _Commands) -> None:
    chaos = commands.add_parser("chaos", help="prove what shoppers get when something fails")
    what = chaos.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--matrix", action="store_true", help="let each source of a made-up shop fail in each way"
    )
    what.add_argument("--readme", action="store_true", help=argparse.SUPPRESS)
    chaos.add_argument(
        "--source",
        action="extend",
        nargs="+",
        choices=[*map(str, Source)],
        metavar="NAME",
        help=f"only some: {', '.join(Source)}",
    )
    chaos.add_argument(
        "--fault",
        action="extend",
        nargs="+",
        choices=[*map(str, Fault)],
        metavar="NAME",
        help=f"only some: {', '.join(Fault)}",
    )
    chaos.add_argument("--json", action="store_true", help="everything, for machines")
    chaos.set_defaults(run=Later("chaos", "chaos"))


def _takes_env_file(command: argparse.ArgumentParser) -> None:
    """Let a command read the settings."""
    command.add_argument("--env-file", type=Path, help="read settings from this file too")


def _takes_some(command: argparse.ArgumentParser) -> None:
    command.add_argument("--locale", action="append", type=locale, help="only this language")
    command.add_argument("--country", action="append", type=country, help="only this country")
