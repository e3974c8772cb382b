"""What an operator says about the Medusa shop."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr

IDLE_SECONDS = 4.0
"""How long an idle connection may be kept: Medusa's Node server closes it after five seconds."""


class MedusaSettings(BaseModel):
    """Where the shop is, with which key it is read, and how it answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl = Field(description="Address of the Medusa server, without `/store`.")
    publishable_key: SecretStr = Field(
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
    base_language: str = Field(
        default="en", description="Language (BCP 47) of the texts that are not translations."
    )
    languages: dict[str, str] = Field(
        default_factory=dict,
        description="Medusa's tag for each locale that it translates, as `de: de-DE`; empty "
        "where Medusa's translation feature is off.",
    )
    connections: int = Field(
        default=8,
        ge=1,
        description="Most calls at the same moment; more only makes each of them slower.",
    )


def headers(settings: MedusaSettings) -> dict[str, str]:
    """Return the headers of every Store API call."""
    return {
        "accept": "application/json",
        "x-publishable-api-key": settings.publishable_key.get_secret_value(),
    }
