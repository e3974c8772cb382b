"""How what an operator types is read, and refused."""

import argparse

from bff.domain.commerce import CountryCode
from bff.domain.coverage import Kind
from bff.domain.locale import Locale, as_locale
from bff.errors import BadInput

_LAST_PORT = 65_535


class Refused(Exception):
    """A command was not begun; the message says why."""


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


def number(text: str) -> int:
    """Read how many.

    Raises:
        ArgumentTypeError: it is none, or no number.
    """
    many = int(text) if text.isdecimal() else 0
    if not many:
        msg = "must be a whole number from 1"
        raise argparse.ArgumentTypeError(msg)
    return many


def locale(text: str) -> Locale:
    """Read a language tag.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        return as_locale(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def country(text: str) -> CountryCode:
    """Read a country, as the API does.

    Raises:
        ArgumentTypeError: it is none.
    """
    from bff.web.scalars import read_country  # noqa: PLC0415 - takes half a second: not for help

    try:
        return read_country(text)
    except BadInput as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def kinds_of_fault(text: str) -> frozenset[Kind]:
    """Read what `bff coverage` is to fail on: kinds with commas between them, or all, or none.

    Raises:
        ArgumentTypeError: there is no such kind.
    """
    if text in {"all", "none"}:
        return frozenset(Kind if text == "all" else ())
    try:
        return frozenset(Kind(name.strip()) for name in text.split(","))
    except ValueError:
        msg = f"must be all, none, or some of {', '.join(Kind)}"
        raise argparse.ArgumentTypeError(msg) from None
