"""Checks on what clients name products, languages and markets with, wherever they write it."""

from collections.abc import Callable
from typing import TypeVar

from bff.errors import BadInput

Value = TypeVar("Value")

MAX_KEY = 256
"""The longest handle or id, in characters: longer ones than any shop has are refused."""
MAX_KEYS = 100
"""How many products may be asked for by handle or id at once."""


def checked_key(argument: str, key: str) -> str:
    """Return a handle or an id that may be asked for.

    Raises:
        BadInput: it is blank, too long, or no text at all.
    """
    if not key.strip():
        msg = f"{argument}: must not be empty"
        raise BadInput(msg)
    if len(key) > MAX_KEY:
        msg = f"{argument}: at most {MAX_KEY} characters"
        raise BadInput(msg)
    if not key.isprintable():  # lone surrogates and control characters too
        msg = f"{argument}: has characters that cannot be printed"
        raise BadInput(msg)
    return key


def read_optional(argument: str, text: str | None, read: Callable[[str], Value]) -> Value | None:
    """Return what `read` makes of an argument, `None` when it was not given.

    Raises:
        BadInput: `read` refuses it; the message names the argument.
    """
    try:
        return None if text is None else read(text)
    except BadInput as refusal:
        msg = f"{argument}: {refusal}"
        raise BadInput(msg) from None
