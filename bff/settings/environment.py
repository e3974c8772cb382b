"""Reads the settings from `BFF_*` environment variables and an env file.

`BFF_MEDUSA__URL` sets `medusa.url`; lists and mappings are JSON. The environment wins over the
file, and a blank variable counts as not set.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bff.settings.model import Settings

PREFIX = "BFF_"
NESTED = "__"


class NotJson(str):
    """A value that should have been JSON and is not; whoever validates it says which one."""

    __slots__ = ()


class Unusable(Exception):
    """What was read cannot be used: `given`, as it was read, and what is wrong with it."""

    def __init__(self, given: Mapping[str, Any], invalid: ValidationError) -> None:
        super().__init__()
        self.given = given
        self.invalid = invalid


class _Variables(EnvSettingsSource):
    """The environment. One variable that cannot be read does not hide what is wrong elsewhere."""

    def __call__(self) -> dict[str, Any]:
        """Return what is set, nested."""
        self.env_vars = {
            name: value for name, value in self.env_vars.items() if value and value.strip()
        }
        return super().__call__()

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:  # noqa: ANN401 - pydantic-settings' own signature
        """Return what the JSON says."""
        try:
            return super().decode_complex_value(field_name, field, value)
        except (ValueError, RecursionError):
            return NotJson(value)


class _File(_Variables, DotEnvSettingsSource):
    """An env file, read in the same way."""


class EnvironmentSettings(Settings, BaseSettings):
    """The settings of this process. `_env_file` names a file to read too.

    Raises:
        Unusable: something is missing or makes no sense.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=NESTED, extra="ignore"
    )

    @model_validator(mode="wrap")
    @classmethod
    def _told_with_what_was_read(cls, given: Any, check: ModelWrapValidatorHandler[Self]) -> Self:  # noqa: ANN401 - as it was read
        try:
            return check(given)
        except ValidationError as invalid:
            raise Unusable(given, invalid) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where to look, the strongest first."""
        del init_settings, env_settings, file_secret_settings
        file = (
            dotenv_settings.env_file if isinstance(dotenv_settings, DotEnvSettingsSource) else None
        )
        # An empty shop, so that what it lacks is named one by one.
        lacking = InitSettingsSource(settings_cls, {"medusa": {}})
        return _Variables(settings_cls), _File(settings_cls, file), lacking


def variables_set(env_file: Path | None) -> Mapping[str, str]:
    """Return all `BFF_*` variables by name in upper case, blank ones too."""
    sources = (_File(EnvironmentSettings, env_file), _Variables(EnvironmentSettings))
    return {
        name.upper(): value or ""
        for source in sources
        for name, value in source.env_vars.items()
        if name.upper().startswith(PREFIX)
    }
