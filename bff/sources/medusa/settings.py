"""What an operator says about the Medusa shop."""

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

from bff.domain.locale import as_locale
from bff.upstream.credentials import OptionalWebhookSecret, Token, blank_is_none

IDLE_SECONDS = 4.0
"""How long an idle connection may be kept: Medusa's Node server closes it after five seconds."""


def _as_address(url: HttpUrl) -> HttpUrl:
    if url.query is not None or url.fragment is not None:
        msg = "must end before any ? or #"
        raise ValueError(msg)
    return url


def _as_publishable_key(key: SecretStr) -> SecretStr:
    if key.get_secret_value().startswith("sk_"):
        msg = "is a secret key; a publishable one starts with pk_"
        raise ValueError(msg)
    return key


def _as_secret_key(key: SecretStr) -> SecretStr:
    if not key.get_secret_value().startswith("sk_"):
        msg = "is no secret key; those start with sk_"
        raise ValueError(msg)
    return key


def _as_tag(text: str) -> str:
    if not text.strip():
        msg = "must not be blank"
        raise ValueError(msg)
    return text.strip()


class MedusaSettings(BaseModel):
    """Where the shop is, with which key it is read, and how it answers."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: Annotated[HttpUrl, AfterValidator(_as_address)] = Field(
        repr=False, description="Address of the Medusa server, without `/store`."
    )
    publishable_key: Annotated[Token, AfterValidator(_as_publishable_key)] = Field(
        description="Publishable API key (`pk_...`); what its sales channels sell is shown."
    )
    sales_channel_id: str | None = Field(
        default=None,
        min_length=1,
        description="The one sales channel to show (`sc_...`), where the key has several: "
        "without it Medusa tells no stock for such a key.",
    )
    amounts: Literal["major", "minor"] = Field(
        default="major",
        description="How the shop writes 29.99: `major` as 29.99, `minor` as 2999 (older shops).",
    )
    base_language: Annotated[str, AfterValidator(as_locale)] = Field(
        default="en", description="Language (BCP 47) of the texts that are not translations."
    )
    languages: dict[
        Annotated[str, AfterValidator(as_locale)], Annotated[str, AfterValidator(_as_tag)]
    ] = Field(
        default_factory=dict,
        description="Medusa's tag for each locale that it translates, as `de: de-DE`; empty "
        "where Medusa's translation feature is off.",
    )
    admin_token: Annotated[
        Annotated[Token, AfterValidator(_as_secret_key)] | None, BeforeValidator(blank_is_none)
    ] = Field(
        default=None,
        description="Secret API key (`sk_...`) with which `bff coverage` tells products that are "
        "gone from those that are not sold here; nothing else uses it. Blank is none.",
    )
    webhook_secret: OptionalWebhookSecret = Field(
        default=None,
        description="Secret with which the shop signs its webhooks to `/webhooks/medusa`; 16 "
        "characters or more. Blank is none: then they are refused.",
    )
    connections: int = Field(
        default=8,
        ge=1,
        description="Most calls at the same moment; more only makes each of them slower. While "
        "Medusa is late or says that it is too much, there are fewer.",
    )
    requests_per_second: float | None = Field(
        default=None,
        gt=0,
        description="Most calls a second, by each process of this service; without it there is no "
        "bound but the connections.",
    )


def headers(settings: MedusaSettings) -> dict[str, str]:
    """Return the headers of every Store API call."""
    return {
        "accept": "application/json",
        "x-publishable-api-key": settings.publishable_key.get_secret_value(),
    }
