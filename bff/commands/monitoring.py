"""`bff monitoring`, and `bff figures` for whoever writes the README."""

import argparse
import sys
from importlib.resources import files

from bff.telemetry.described import figures_table

FILES = {"dashboard": "grafana.json", "alerts": "alerts.yml", "alerts-test": "alerts_test.yml"}
"""What there is, and the file that it is in."""


def print_file(options: argparse.Namespace) -> int:
    """Print a file for Grafana or Prometheus."""
    file = files("bff.telemetry").joinpath("monitoring", FILES[options.what])
    sys.stdout.write(file.read_text("utf-8"))
    return 0


def print_figures(_: argparse.Namespace) -> int:
    """Print the table of all figures."""
    sys.stdout.write(f"{figures_table()}\n")
    return 0
