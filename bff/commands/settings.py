"""The settings that a command works with, and `bff settings` for whoever writes the README."""

import argparse
import logging
import sys

from bff.commands.arguments import Refused
from bff.settings import Settings, SettingsProblem, load_settings, settings_table


def settings_of(options: argparse.Namespace) -> Settings:
    """Return the settings for a command that takes an env file.

    Raises:
        Refused: they cannot be used.
    """
    try:
        settings: Settings = load_settings(options.env_file)
    except SettingsProblem as problem:
        raise Refused(unusable(problem)) from None
    return settings


def unusable(problem: SettingsProblem) -> str:
    """Return what an operator is told of settings that cannot be used."""
    return f"The settings cannot be used:\n{problem}"


def mute_log() -> None:
    """Keep log lines out of what is printed: it says the same, in words."""
    logging.getLogger("bff").addHandler(logging.NullHandler())


def print_table(_: argparse.Namespace) -> int:
    """Print the table of all settings."""
    sys.stdout.write(f"{settings_table()}\n")
    return 0
