"""Single values as an operator writes them: language tags, countries, secrets."""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, SecretStr

from bff.domain.locale import as_locale
from bff.upstream.credentials import Token

CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)

_COUNTRY = re.compile(r"[A-Z]{2}")
_SHORTEST_SECRET = 32  # characters
_REDIS = ("redis", "rediss", "unix")
_WORD = re.compile(r"[\x21-\x7e]+")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Words:
    """What a setting's type is called in the README."""

    text: str


def _as_country(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


def _checked_country(code: str) -> str:
    if not _COUNTRY.fullmatch(code):
        msg = "must be an ISO 3166-1 alpha-2 code such as DE"
        raise ValueError(msg)
    return code


def _as_secret(secret: SecretStr) -> SecretStr:
    """Refuse a short one: whoever guesses it reads drafts."""
    if len(secret.get_secret_value()) < _SHORTEST_SECRET:
        msg = f"must have at least {_SHORTEST_SECRET} characters; openssl rand -hex 32 makes some"
        raise ValueError(msg)
    return secret


def _as_redis_url(secret: SecretStr) -> SecretStr:
    """Refuse what no client could open. The address may hold a password: it is never repeated."""
    text = secret.get_secret_value().strip()
    scheme, found, rest = text.partition("://")
    try:
        parts = urlsplit(text)
        is_usable = bool(rest) and (scheme == "unix" or bool(parts.hostname)) and parts.port != 0
    except ValueError:
        is_usable = False
    if not found or scheme not in _REDIS or not is_usable or not _WORD.fullmatch(text):
        starts = ", ".join(f"{scheme}://" for scheme in _REDIS)
        msg = f"must be the address of a Redis, with one of {starts} before it"
        raise ValueError(msg)
    return SecretStr(text)


def _checked_origin(origin: str) -> str:
    """Return an origin as browsers write it (RFC 6454, section 6.2); there is no wildcard."""
    if not _ORIGIN.fullmatch(origin):
        msg = "must be an origin such as https://shop.example.com: no path, no capitals, no *"
        raise ValueError(msg)
    return origin


Tag = Annotated[str, AfterValidator(as_locale), Words("language tag")]
Country = Annotated[
    str, BeforeValidator(_as_country), AfterValidator(_checked_country), Words("country code")
]
Secret = Annotated[Token, AfterValidator(_as_secret)]
RedisUrl = Annotated[SecretStr, AfterValidator(_as_redis_url), Words("URL, secret")]
Origin = Annotated[str, AfterValidator(_checked_origin)]
