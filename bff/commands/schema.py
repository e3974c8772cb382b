"""`bff schema`."""

import argparse
import sys

from bff.web.schema import build_schema


def print_schema(_: argparse.Namespace) -> int:
    """Print the GraphQL schema."""
    sys.stdout.write(f"{build_schema()}\n")
    return 0
