"""What the service tells of itself to its operators."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, HttpUrl

from bff.settings.values import CONFIG
from bff.upstream.credentials import blank_is_none


class LogSettings(BaseModel):
    """The log, on standard error."""

    model_config = CONFIG

    format: Literal["text", "json"] = Field(
        "text", description="Lines for people, or an object per line for machines."
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least that is written."
    )
    requests: Literal["none", "troubled", "all"] = Field(
        "troubled",
        description="Which requests get a line: those that failed, were degraded or took more "
        "than the deadline's half, all, or none.",
    )


class TraceSettings(BaseModel):
    """OpenTelemetry; needs the extra `otel`."""

    model_config = CONFIG

    url: Annotated[HttpUrl | None, BeforeValidator(blank_is_none)] = Field(
        None, description="Where spans are sent, by OTLP over HTTP; without it there are none."
    )
    ratio: float = Field(
        0.1, ge=0, le=1, description="Share of the requests that are traced if they do not say."
    )
