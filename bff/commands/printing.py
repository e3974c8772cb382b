"""`bff schema`, and `bff settings` for whoever writes the README."""

import argparse
import sys

from bff.commands.arguments import Commands
from bff.settings import settings_table
from bff.web.schema import build_schema


def add_to(commands: Commands) -> None:
    """Add the commands."""
    schema = commands.add_parser("schema", help="print the GraphQL schema")
    schema.set_defaults(run=_schema)

    settings = commands.add_parser("settings")  # not in the help
    settings.set_defaults(run=_settings)


def _schema(_: argparse.Namespace) -> int:
    sys.stdout.write(f"{build_schema()}\n")
    return 0


def _settings(_: argparse.Namespace) -> int:
    sys.stdout.write(f"{settings_table()}\n")
    return 0
