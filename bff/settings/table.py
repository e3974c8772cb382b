"""Every setting by the variable that sets it, in words: the README's table."""

import builtins
import json
import types
import typing
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import NoneType
from typing import get_args, get_origin

from pydantic import BaseModel, HttpUrl, SecretStr
from pydantic.fields import FieldInfo

from bff.mapping import SourceSettings
from bff.settings.content import KINDS, TARGET_KINDS
from bff.settings.environment import NESTED, PREFIX
from bff.settings.model import Settings
from bff.settings.values import Words

_SIMPLE: Mapping[object, str] = {
    str: "text",
    SecretStr: "text, secret",
    HttpUrl: "URL",
    Path: "file",
    int: "whole number",
    float: "number",
    bool: "`true` or `false`",
}
_TOPICS: Mapping[str, str] = {
    "MEDUSA": "Medusa",
    "LOCALE": "Languages and markets",
    "DEFAULT": "Languages and markets",
    "MERGE": "Who speaks for a field",
    "URLS": "Addresses",
    "CACHE": "Cache",
    "REDIS": "Cache",
    "RECONCILE": "Cache",
    "WARM": "Cache",
    "REVALIDATE": "Who is told of changes",
    "GRAPHQL": "GraphQL",
    "LIMITS": "What is refused",
    "CORS": "What is refused",
    "LOG": "What the service tells",
    "TRACES": "What the service tells",
}
_CONTENT = "Every content system"
_TARGETS = {"storefront": "A storefront that is told", "purge": "A CDN that is told"}
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
    """Return the settings as Markdown tables, one for each topic, without a line break at the end.

    A key of a content system is named by itself: its topic says in which objects it may be.
    """
    topics: dict[str, list[str]] = {}
    for row in settings_rows():
        heading, column = _topic(row.variable)
        names = f"| {column} | Type | Default | What it is |"
        top = [f"### {heading}", "", names, "|---|---|---|---|"]
        name = row.variable.rpartition("].")[2]
        cells = (f"`{name}`", row.kind, row.default, row.description)
        line = f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
        topics.setdefault(heading, top).append(line)
    return "\n\n".join("\n".join(lines) for lines in topics.values())


def _topic(variable: str) -> tuple[str, str]:
    """Return under which heading a setting stands, and what is in that table's first column."""
    of, is_key, rest = variable.partition("[")
    kind = rest.partition("]")[0]
    if is_key and of == f"{PREFIX}REVALIDATE":
        return _TARGETS[kind], "Key"
    if is_key:
        return (_CONTENT, "Key") if kind == "any" else (f"{kind.capitalize()}, besides", "Key")
    if variable == f"{PREFIX}CONTENT":
        return _CONTENT, f"`{variable}`, and keys of its objects"
    found = (topic for start, topic in _TOPICS.items() if variable.startswith(PREFIX + start))
    return next(found, "The service"), "Variable"


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
        if variable == f"{PREFIX}CONTENT":
            yield from _source_rows(variable)
        if variable == f"{PREFIX}REVALIDATE":
            yield from _target_rows(variable)


def _source_rows(variable: str) -> Iterator[SettingRow]:
    """Return rows for the keys of content systems: those that all have, then each kind's own."""
    common = SourceSettings.model_fields
    yield from (_row(f"{variable}[any].{name}", common[name]) for name in common if name != "kind")
    for kind, source in KINDS.items():
        yield from _own_rows(f"{variable}[{kind}]", source, known=common)


def _target_rows(variable: str) -> Iterator[SettingRow]:
    """Return rows for the keys of revalidation targets, kind by kind."""
    for kind, target in TARGET_KINDS.items():
        yield from _own_rows(f"{variable}[{kind}]", target, known=())


def _own_rows(
    variable: str, settings: type[BaseModel], known: Container[str]
) -> Iterator[SettingRow]:
    for name, setting in settings.model_fields.items():
        row = _row(f"{variable}.{name}", setting)
        if name == "kind":  # its default is for tests: there is no telling an object without it
            yield replace(row, default="required")
        elif name not in known:
            yield row


def _row(variable: str, setting: FieldInfo) -> SettingRow:
    return SettingRow(
        variable,
        _kind(setting.annotation, setting.metadata),
        _default(setting),
        _description(setting),
        is_deprecated=bool(setting.deprecated),
    )


def _description(setting: FieldInfo) -> str:
    mapping = model_in(setting.annotation)
    text = setting.description or ""
    if mapping is None:
        return text
    return f"{text} Keys: {', '.join(f'`{name}`' for name in mapping.model_fields)}."


def _kind(annotation: object, metadata: list[object]) -> str:
    named = [word.text for word in metadata if isinstance(word, Words)]
    if named:
        return named[0]
    if annotation in _SIMPLE:
        return ", ".join([_SIMPLE[annotation], *_bounds(metadata)])
    parts = get_args(annotation)
    match get_origin(annotation):
        case typing.Annotated:
            kind = _kind(parts[0], [*parts[1:]])
        case typing.Literal:
            kind = " or ".join(f"`{choice}`" for choice in parts)
        case typing.Union | types.UnionType:
            kind = " or ".join(_kind(part, metadata) for part in parts if part is not NoneType)
        case builtins.tuple | builtins.frozenset if get_origin(parts[0]) is typing.Literal:
            kind = f"JSON list of {', '.join(f'`{choice}`' for choice in get_args(parts[0]))}"
        case builtins.tuple | builtins.frozenset:
            kind = "JSON list"
        case _:
            kind = "JSON object"
    return kind


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
    if isinstance(value, BaseModel):
        return "what is usual"
    if value in (None, (), {}):
        return "none"
    plain = sorted(value) if isinstance(value, frozenset) else value
    return f"`{plain}`" if isinstance(plain, str) else f"`{json.dumps(plain)}`"
