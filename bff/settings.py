"""Everything an operator can set, from `BFF_*` environment variables or an env file.

`BFF_MEDUSA__URL` sets `medusa.url`; lists and mappings are JSON. Adapters own the settings of
their upstreams.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bff.domain.locale import parse_locale
from bff.domain.merge_policy import Field as MergedField
from bff.domain.merge_policy import Reach
from bff.sources.medusa import MedusaSettings
from bff.sources.sanity import SanitySettings

ContentSettings = SanitySettings
"""One content system. With a second kind this becomes a union told apart by `kind`."""


def _as_locale(text: str) -> str:
    locale = parse_locale(text)
    if locale is None:
        msg = "must be a BCP 47 tag such as en or de-AT"
        raise ValueError(msg)
    return locale


def _as_country(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Tag = Annotated[str, AfterValidator(_as_locale)]
Country = Annotated[str, BeforeValidator(_as_country), Field(pattern=r"^[A-Z]{2}$")]


class CacheSettings(BaseModel):
    """How long answers of the sources may be used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content_seconds: float = Field(3600, ge=1, description="Texts from content systems.")
    commerce_seconds: float = Field(60, ge=1, description="Prices, stock and Medusa's texts.")
    reference_seconds: float = Field(3600, ge=1, description="Markets, and which id has a handle.")
    absent_seconds: float = Field(30, ge=1, description="That something does not exist.")
    entries: int = Field(50_000, ge=100, description="Most values kept in this process.")

    @model_validator(mode="after")
    def _content_outlives_commerce(self) -> Self:
        if self.content_seconds <= self.commerce_seconds:
            msg = "content_seconds must be longer than commerce_seconds"
            raise ValueError(msg)
        return self


class MergeSettings(BaseModel):
    """Who may speak for which field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Literal["source", "language"] = Field(
        "source", description="What is walked first: the sources of a field or the languages."
    )
    fields: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Sources of single fields, best first, where the default order is not "
        'wanted: `{"title": ["sanity:translated", "medusa"]}`. `:translated` asks a source only '
        "in the shopper's language, and never in the shop's own.",
    )

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        known = [name.value for name in MergedField]
        for name, sources in self.fields.items():
            if name not in known:
                msg = f"fields: there is no {name!r}; there are {', '.join(known)}"
                raise ValueError(msg)
            endings = {source.partition(":")[2] for source in sources}
            allowed = {""} if name == MergedField.ADDONS.value else {"", Reach.TRANSLATED.value}
            if not endings <= allowed:
                msg = f"fields.{name}: a source may only end in :translated, and not for addons"
                raise ValueError(msg)
        return self


class Settings(BaseSettings):
    """All settings; read once, at the start."""

    model_config = SettingsConfigDict(
        env_prefix="BFF_",
        env_nested_delimiter="__",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    medusa: MedusaSettings = Field(description="The Medusa shop.")
    content: tuple[ContentSettings, ...] = Field(
        (), description="The content systems, as a JSON list of objects with a `kind`."
    )
    locales: tuple[Tag, ...] = Field(
        ("en",), min_length=1, description="The languages of the shop (BCP 47), as a JSON list."
    )
    default_locale: Tag | None = Field(
        None, description="The shop's own language; the first of the locales without it."
    )
    locale_names: Mapping[Tag, str] = Field(
        default_factory=dict, description="Names for a language switcher, by locale."
    )
    locale_parents: Mapping[Tag, Tag] = Field(
        default_factory=dict,
        description='Where a locale falls back to before the default: `{"es-MX": "es-419"}`.',
    )
    default_country: Country = Field(
        description="The country whose market answers when a request names none."
    )
    merge: MergeSettings = Field(
        default_factory=MergeSettings, description="Who may speak for which field."
    )
    cache: CacheSettings = Field(
        default_factory=CacheSettings, description="How long answers of the sources are used."
    )
    deadline_seconds: float = Field(1.5, gt=0, description="The longest that a request may take.")
    content_budget_seconds: float = Field(
        0.3, ge=0, description="How much longer than Medusa a content system may take."
    )
    flight_seconds: float = Field(
        10.0, gt=0, description="The longest that a call to a source may take in the background."
    )
    low_stock: int = Field(5, ge=0, description="At or under so many pieces stock is low.")
    development: bool = Field(
        default=False, description="GraphiQL and introspection on. Never in production."
    )
    host: str = Field("127.0.0.1", description="The address that `bff serve` listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port that `bff serve` listens on.")

    @model_validator(mode="after")
    def _default_is_supported(self) -> Self:
        if self.default_locale is not None and self.default_locale not in self.locales:
            msg = "default_locale must be one of the locales"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _base_language_is_spelled_like_a_locale(self) -> Self:
        base = self.medusa.base_language
        akin = [tag for tag in self.locales if tag.split("-")[0] == base.split("-")[0]]
        if akin and base not in akin:
            msg = f"medusa.base_language: {base} is not among the locales, {akin[0]} is"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _sources_exist(self) -> Self:
        kinds = [source.kind for source in self.content]
        if len(set(kinds)) < len(kinds):
            msg = "content: each kind may be there once"
            raise ValueError(msg)
        for name, sources in self.merge.fields.items():
            unknown = {source.partition(":")[0] for source in sources} - {"medusa", *kinds}
            if unknown:
                msg = f"merge.fields.{name}: no such source as {', '.join(sorted(unknown))}"
                raise ValueError(msg)
        return self


class SettingsProblem(Exception):
    """The settings cannot be used. The message lists everything that is wrong, a line each."""


def load_settings(env_file: Path | None = None) -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsProblem: something is missing or makes no sense.
    """
    if env_file is not None and not env_file.is_file():
        msg = f"there is no env file {env_file.name}"
        raise SettingsProblem(msg)
    try:
        return Settings(_env_file=env_file)
    except ValidationError as wrong:
        lines = [_line(error["loc"], error["msg"]) for error in wrong.errors()]
        raise SettingsProblem("\n".join(lines)) from None
    except SettingsError as wrong:
        # Its text may quote the value, which may be a secret.
        name = str(wrong).partition('"')[2].partition('"')[0]
        msg = f"{_variable((name,))}: is not JSON"
        raise SettingsProblem(msg) from None


def _variable(location: tuple[int | str, ...]) -> str:
    """Return the environment variable that a setting comes from."""
    path = [str(part) for part in location]
    return "BFF_" + "__".join(path).upper() if path else "BFF_*"


def _line(location: tuple[int | str, ...], message: str) -> str:
    return f"{_variable(location)}: {message.removeprefix('Value error, ')}"
