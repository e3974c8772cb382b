"""Credentials as an operator writes them: they are sent as headers, and are in no log."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr

_WORD = re.compile(r"[\x21-\x7e]+")
_LINE = re.compile(r"[\x20-\x7e]+")
_SHORTEST_WEBHOOK_SECRET = 16  # characters


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


def _as_webhook_secret(secret: SecretStr) -> SecretStr:
    """Refuse a short one: whoever guesses it makes us ask the sources again and again."""
    text = secret.get_secret_value().strip()
    if not _LINE.fullmatch(text):
        msg = "must be one line of printable ASCII"
        raise ValueError(msg)
    if len(text) < _SHORTEST_WEBHOOK_SECRET:
        msg = f"must have at least {_SHORTEST_WEBHOOK_SECRET} characters"
        raise ValueError(msg)
    return SecretStr(text)


def blank_is_none(value: object) -> object:
    """Return `None` for an empty environment variable, which means: not set."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return None if isinstance(text, str) and not text.strip() else value


Token = Annotated[SecretStr, AfterValidator(header_word)]
OptionalToken = Annotated[Token | None, BeforeValidator(blank_is_none)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_as_webhook_secret)]
OptionalWebhookSecret = Annotated[WebhookSecret | None, BeforeValidator(blank_is_none)]
