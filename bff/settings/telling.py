"""What the service tells of itself to its operators."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    HttpUrl,
    StringConstraints,
)

from bff.settings.values import CONFIG
from bff.upstream.credentials import Token, blank_is_none

_EXPORTER = "opentelemetry.exporter.otlp.proto.http"
_HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$", to_lower=True)]


def _with_the_extra(url: HttpUrl | None) -> HttpUrl | None:
    """Refuse to trace with what is not installed, rather than not to trace."""
    try:
        is_there = find_spec(_EXPORTER) is not None
    except ModuleNotFoundError:
        is_there = False
    if url is not None and not is_there:
        msg = "needs OpenTelemetry, which `pip install 'bff[otel]'` installs"
        raise ValueError(msg)
    return url


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
        description="Which requests get a line: those that failed (not by the client's own "
        "mistake), were degraded or took more than the deadline's half, all, or none.",
    )


class TraceSettings(BaseModel):
    """OpenTelemetry; needs the extra `otel`."""

    model_config = CONFIG

    url: Annotated[
        HttpUrl | None, BeforeValidator(blank_is_none), AfterValidator(_with_the_extra)
    ] = Field(
        None,
        repr=False,
        description="Where spans are sent, by OTLP over HTTP, such as "
        "`http://collector:4318/v1/traces`; without it there are none.",
    )
    headers: Mapping[_HeaderName, Token] = Field(
        default_factory=dict,
        description="Headers of what is sent there, secrets among them.",
    )
    ratio: float = Field(
        0.1, ge=0, le=1, description="Share of the requests that are traced if they do not say."
    )
