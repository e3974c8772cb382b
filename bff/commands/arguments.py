"""What several commands take, and how it is read."""

import argparse
import logging
from pathlib import Path
from typing import TypeAlias

from bff.domain.locale import Locale, as_locale

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - as below
"""Where a command is added; argparse has no public name for it."""

_LAST_PORT = 65_535


def takes_env_file(command: argparse.ArgumentParser) -> None:
    """Let a command read the settings."""
    command.add_argument("--env-file", type=Path, help="read settings from this file too")


def takes_shopper(command: argparse.ArgumentParser) -> None:
    """Let a command be asked for one language and market."""
    command.add_argument("--locale", help="a BCP 47 language tag; the shop's own without it")
    command.add_argument("--country", help="an ISO 3166-1 alpha-2 code; the default without it")


def port(text: str) -> int:
    """Read a port that one can listen on.

    Raises:
        ArgumentTypeError: it is none.
    """
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= _LAST_PORT:
        msg = f"must be a whole number from 1 to {_LAST_PORT}"
        raise argparse.ArgumentTypeError(msg)
    return number


def locale(text: str) -> Locale:
    """Read a language tag.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        return as_locale(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def mute_log() -> None:
    """Keep log lines out of what is printed: it says the same, in words."""
    logging.getLogger("bff").addHandler(logging.NullHandler())
