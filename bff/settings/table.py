"""Every setting by the variable that sets it, in words: the README's table."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Literal, get_args, get_origin

from pydantic import BaseModel, HttpUrl, SecretStr
from pydantic.fields import FieldInfo

from bff.settings.environment import NESTED, PREFIX
from bff.settings.model import Settings, Words

_SIMPLE: Mapping[object, str] = {
    str: "text",
    SecretStr: "text, secret",
    HttpUrl: "URL",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
}
_BOUNDS = {"ge": "from", "gt": "above", "le": "to", "lt": "below"}


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting in words.

    `variable` sets it; what is a key in a JSON list of objects reads
    `BFF_CONTENT[sanity].dataset`. `is_deprecated` says that it still works, and will go.
    """

    variable: str
    kind: str
    default: str
    description: str
    is_deprecated: bool = False


def settings_rows(settings: type[BaseModel] = Settings) -> tuple[SettingRow, ...]:
    """Return every setting, in the order in which they are declared."""
    return tuple(_rows(settings, PREFIX))


def settings_table() -> str:
    """Return the settings as a Markdown table, without a line break at its end."""
    lines = ["| Variable | Type | Default | What it is |", "|---|---|---|---|"]
    for row in settings_rows():
        cells = (f"`{row.variable}`", row.kind, row.default, row.description)
        lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(lines)


def model_in(annotation: object) -> type[BaseModel] | None:
    """Return the settings class that an annotation is; `None` when it is something else."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None


def _rows(settings: type[BaseModel], prefix: str) -> Iterator[SettingRow]:
    for name, setting in settings.model_fields.items():
        variable = prefix + name.upper()
        nested = model_in(setting.annotation)
        if nested is not None:
            yield from _rows(nested, variable + NESTED)
            continue
        yield _row(variable, setting)
        for item in get_args(setting.annotation):
            yield from _keys(variable, item)


def _keys(variable: str, item: object) -> Iterator[SettingRow]:
    """Return rows for the keys of the objects in a list; a union is told apart by `kind`."""
    model = model_in(item)
    for alternative in () if model else get_args(item):
        yield from _keys(variable, alternative)
    if model is not None:
        kind = model.model_fields["kind"].default
        for name, setting in model.model_fields.items():
            yield _row(f"{variable}[{kind}].{name}", setting)


def _row(variable: str, setting: FieldInfo) -> SettingRow:
    return SettingRow(
        variable,
        _kind(setting.annotation, setting.metadata),
        _default(setting),
        setting.description or "",
        is_deprecated=bool(setting.deprecated),
    )


def _kind(annotation: object, metadata: list[object]) -> str:
    named = [word.text for word in metadata if isinstance(word, Words)]
    if named:
        return named[0]
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _kind(inner, more)
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    if get_origin(annotation) is tuple:
        return "JSON list"
    if annotation in _SIMPLE:
        return ", ".join([_SIMPLE[annotation], *_bounds(metadata)])
    some = [choice for choice in get_args(annotation) if choice is not NoneType]
    return _kind(some[0], metadata) if len(some) == 1 else "JSON object"


def _bounds(metadata: list[object]) -> Iterator[str]:
    found = [
        f"{word} {getattr(limit, name)}"
        for limit in metadata
        for name, word in _BOUNDS.items()
        if hasattr(limit, name)
    ]
    if found:
        yield " ".join(found)


def _default(setting: FieldInfo) -> str:
    if setting.is_required():
        return "required"
    value = setting.get_default(call_default_factory=True, validated_data={})
    if value in (None, (), {}):
        return "none"
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"
