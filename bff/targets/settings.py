"""What an operator says about those who are told of changes."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    StringConstraints,
    model_validator,
)

from bff.upstream.credentials import Token

TAGS = "{tags}"
"""Stands for the tags in a template, joined by `separator`."""
TAGS_JSON = "{tags_json}"
"""Stands for the tags in a template, as a JSON list."""

_SHORTEST_KEY = 24  # bytes: what Standard Webhooks asks for
_LABELLED = "whsec_"
_LINE = re.compile(r"[\x20-\x7e]*")
_OURS = frozenset(("host", "content-length", "transfer-encoding", "connection"))
_NOT_TEXT = frozenset(("accept-encoding",))
_CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _as_address(url: HttpUrl) -> HttpUrl:
    path = url.path or "/"
    if url.fragment is not None or url.username is not None or url.password is not None:
        msg = "must have no user name, no password and no #"
        raise ValueError(msg)
    if "%2f" in path.lower() or not {".", ".."}.isdisjoint(unquote(path).split("/")):
        msg = "must have a plain path"
        raise ValueError(msg)
    return url


def signing_key(secret: SecretStr) -> bytes:
    """Return the key that signs; a secret that begins with `whsec_` is Base64 after that.

    Raises:
        ValueError: it begins so, and what follows is not Base64.
    """
    text = secret.get_secret_value()
    if not text.startswith(_LABELLED):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_LABELLED), validate=True)
    except binascii.Error:
        msg = f"must be Base64 after {_LABELLED}"
        raise ValueError(msg) from None  # the cause quotes nothing, and helps nobody


def _as_signing_secret(secret: SecretStr) -> SecretStr:
    if len(signing_key(secret)) < _SHORTEST_KEY:
        msg = f"must have at least {_SHORTEST_KEY} bytes; openssl rand -hex 32 makes some"
        raise ValueError(msg)
    return secret


def _as_line(secret: SecretStr) -> SecretStr:
    if not _LINE.fullmatch(secret.get_secret_value()):
        msg = "must be one line of printable ASCII"
        raise ValueError(msg)
    return secret


Address = Annotated[HttpUrl, AfterValidator(_as_address)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Method = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3,12}$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$", to_lower=True)]
HeaderValue = Annotated[SecretStr, AfterValidator(_as_line)]


class StorefrontSettings(BaseModel):
    """A storefront that forgets pages by tag: it is sent `{"tags": [...]}`, signed."""

    model_config = _CONFIG

    kind: Literal["storefront"] = Field(
        "storefront", description="Says that this target is a storefront."
    )
    name: Name = Field("storefront", description="Its name in logs and metrics.")
    url: Address = Field(
        repr=False, description="Address that takes the tags, such as `/api/revalidate`."
    )
    secret: Annotated[Token, AfterValidator(_as_signing_secret)] = Field(
        description="Signs what is sent, as Standard Webhooks do; 24 bytes or more, or `whsec_` "
        "and Base64."
    )
    keys_per_call: int = Field(1000, ge=1, le=10_000, description="Most tags in one call.")


class PurgeSettings(BaseModel):
    """A CDN's call that drops answers by tag, as a template."""

    model_config = _CONFIG

    kind: Literal["purge"] = Field("purge", description="Says that this target is a CDN.")
    name: Name = Field("cdn", description="Its name in logs and metrics.")
    url: Address = Field(repr=False, description="Address of the CDN's purge call.")
    method: Method = Field("POST", description="Its HTTP method.")
    headers: Mapping[HeaderName, HeaderValue] = Field(
        default_factory=dict,
        description=f"Its headers, secrets among them; `{TAGS}` stands for the tags.",
    )
    body: str | None = Field(
        None,
        repr=False,
        description=f"Its body; `{TAGS_JSON}` stands for the tags as a JSON list, `{TAGS}` for "
        "the tags joined.",
    )
    separator: Literal[" ", ",", ", ", "|"] = Field(
        " ", description=f"What joins the tags of `{TAGS}`."
    )
    keys_per_call: int = Field(30, ge=1, le=1000, description="Most tags in one call.")

    @model_validator(mode="after")
    def _is_a_template(self) -> Self:
        values = [value.get_secret_value() for value in self.headers.values()]
        if not any(TAGS in text or TAGS_JSON in text for text in (*values, self.body or "")):
            msg = f"neither the headers nor the body hold {TAGS} or {TAGS_JSON}"
            raise ValueError(msg)
        if not _OURS.union(_NOT_TEXT).isdisjoint(self.headers):
            msg = f"the headers must not hold {', '.join(sorted(_OURS | _NOT_TEXT))}"
            raise ValueError(msg)
        if self.body is not None and "content-type" not in self.headers:
            try:
                json.loads(self.body.replace(TAGS_JSON, '["a"]').replace(TAGS, "a"))
            except ValueError:
                msg = "the body must be JSON, or the headers say its Content-Type"
                raise ValueError(msg) from None
        return self


TargetSettings = Annotated[StorefrontSettings | PurgeSettings, Field(discriminator="kind")]
"""One target; the kinds are told apart by `kind`."""


def origin(url: HttpUrl) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(str(url))
    return f"{parts.scheme}://{parts.netloc}"
