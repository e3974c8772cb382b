"""Credentials as an operator writes them: they are sent as headers, and are in no log."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr

_WORD = re.compile(r"[\x21-\x7e]+")


def header_word(secret: SecretStr) -> SecretStr:
    """Return a secret without the spaces around it.

    Raises:
        ValueError: it cannot stand in a header.
    """
    text = secret.get_secret_value().strip()
    if not _WORD.fullmatch(text):
        msg = "must be one word of printable ASCII"
        raise ValueError(msg)
    return SecretStr(text)


def blank_is_none(value: object) -> object:
    """Return `None` for an empty environment variable, which means: not set."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return None if isinstance(text, str) and not text.strip() else value


Token = Annotated[SecretStr, AfterValidator(header_word)]
OptionalToken = Annotated[Token | None, BeforeValidator(blank_is_none)]
