"""Which Sanity project to read, and how to reach it."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
)

from bff.domain.merge_policy import Field as MergedField
from bff.domain.merge_policy import Reach

OLDEST_API_VERSION = "2025-02-19"  # from here on `published` is the default perspective

_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_HEADER_TOKEN = re.compile(r"[\x21-\x7e]+")


def _blank_is_none(value: object) -> object:
    """An empty environment variable means: not set."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return None if isinstance(text, str) and not text.strip() else value


def _as_version(text: str) -> str:
    version = text.strip().removeprefix("v")
    if not _VERSION.fullmatch(version):
        msg = f"must be a date such as {OLDEST_API_VERSION}"
        raise ValueError(msg)
    date.fromisoformat(version)  # there is no 30th of February
    if version < OLDEST_API_VERSION:
        msg = f"must be {OLDEST_API_VERSION} or later: before it, a token made drafts readable"
        raise ValueError(msg)
    return version


def _as_token(token: SecretStr) -> SecretStr:
    stripped = token.get_secret_value().strip()
    if not _HEADER_TOKEN.fullmatch(stripped):
        msg = "must be one word of printable ASCII"
        raise ValueError(msg)
    return SecretStr(stripped)


class SanitySettings(BaseModel):
    """One dataset of one Sanity project."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kind: Literal["sanity"] = Field("sanity", description="Says that this source is Sanity.")
    project_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,61}$")] = Field(
        description="Sanity's project id, as in its dashboard."
    )
    dataset: Annotated[str, Field(pattern=r"^~?[a-z0-9][A-Za-z0-9_-]{0,63}$")] = Field(
        "production", description="Dataset to read."
    )
    token: Annotated[
        Annotated[SecretStr, AfterValidator(_as_token)] | None, BeforeValidator(_blank_is_none)
    ] = Field(
        None, description="Token with read access; only private datasets need one. Blank is none."
    )
    api_version: Annotated[str, AfterValidator(_as_version)] = Field(
        OLDEST_API_VERSION, description="Date of the API to speak; 2025-02-19 or later."
    )
    use_cdn: bool = Field(
        default=True,
        description="Read from Sanity's CDN; otherwise from the live API, which is never stale "
        "but has a rate limit.",
    )
    url: Annotated[HttpUrl | None, BeforeValidator(_blank_is_none)] = Field(
        None, description="Address to read from instead of Sanity's own: a proxy or a stand-in."
    )
    document_type: Annotated[str, Field(min_length=1, max_length=128)] = Field(
        "product", description="`_type` of the product documents."
    )

    def base_url(self) -> str:
        """Return where the HTTP client has to send its requests, without a slash at the end."""
        if self.url is not None:
            return str(self.url).rstrip("/")
        host = "apicdn" if self.use_cdn else "api"
        return f"https://{self.project_id}.{host}.sanity.io"

    def usual_reach(self, field: MergedField) -> Reach:
        """Return how far this source is asked for a field where the operator says nothing.

        A document's title in the shop's own language is a copy of Medusa's.
        """
        return Reach.TRANSLATED if field is MergedField.TITLE else Reach.CHAIN

    def headers(self) -> dict[str, str]:
        """Return the headers of every request.

        Without a token there is no Authorization at all: Sanity refuses an empty or placeholder
        one even for public datasets. Where the host does not name the project, a header does.
        """
        headers = {}
        if self.url is not None:
            headers["X-Sanity-Project-ID"] = self.project_id
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token.get_secret_value()}"
        return headers
