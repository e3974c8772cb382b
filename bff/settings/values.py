"""Single values as an operator writes them: language tags, countries, secrets."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, SecretStr

from bff.domain.locale import parse_locale

CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)

_COUNTRY = re.compile(r"[A-Z]{2}")
_HEADER_WORD = re.compile(r"[\x21-\x7e]+")
_SHORTEST_SECRET = 32  # characters


@dataclass(frozen=True, slots=True)
class Words:
    """What a setting's type is called in the README."""

    text: str


def as_locale(text: str) -> str:
    """Return the canonical tag.

    Raises:
        ValueError: it is none.
    """
    locale = parse_locale(text.strip())
    if locale is None:
        msg = "must be a BCP 47 language tag such as en or de-AT"
        raise ValueError(msg)
    return locale


def _as_country(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _checked_country(code: str) -> str:
    if not _COUNTRY.fullmatch(code):
        msg = "must be an ISO 3166-1 alpha-2 code such as DE"
        raise ValueError(msg)
    return code


def _as_secret(secret: SecretStr) -> SecretStr:
    """Take spaces off; it is sent as a header, and whoever guesses it reads drafts."""
    text = secret.get_secret_value().strip()
    if len(text) < _SHORTEST_SECRET:
        msg = f"must have at least {_SHORTEST_SECRET} characters; openssl rand -hex 32 makes some"
        raise ValueError(msg)
    if not _HEADER_WORD.fullmatch(text):
        msg = "must be one word of printable ASCII"
        raise ValueError(msg)
    return SecretStr(text)


Tag = Annotated[str, AfterValidator(as_locale), Words("language tag")]
Country = Annotated[
    str, BeforeValidator(_as_country), AfterValidator(_checked_country), Words("country code")
]
Secret = Annotated[SecretStr, AfterValidator(_as_secret)]
