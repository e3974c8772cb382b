"""Loads the settings, or says in one message everything that is wrong with them.

No message holds a value: it may be a secret, or hold one.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bff.settings.content import KINDS, TARGET_KINDS
from bff.settings.environment import NESTED, PREFIX, EnvironmentSettings, NotJson
from bff.settings.model import Settings
from bff.settings.table import model_in
from bff.settings.variables import not_a_setting, odd_variables
from bff.settings.wrong import Wrong

_WORDS: Mapping[str, str] = {
    "missing": "is required",
    "tuple_type": "must be a JSON list",
    "dict_type": "must be a JSON object",
    "mapping_type": "must be a JSON object",
    "model_type": "must be a JSON object",
    "model_attributes_type": "must be a JSON object",
    "union_tag_not_found": "is required",
}
_SUBJECT = re.compile(r"^(?:Input|String|Tuple|Dictionary|URL) should ")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
# Kubernetes sets BFF_PORT=tcp://10.0.0.1:80 where a service is called bff.
_LINKED = "; Kubernetes sets it for a service called bff: set enableServiceLinks to false there"


class SettingsProblem(Exception):
    """The settings cannot be used. The message lists everything that is wrong, a line each."""


def load_settings(env_file: Path | None = None) -> Settings:
    """Return the settings of this process; the environment wins over the file.

    Raises:
        SettingsProblem: something is missing or makes no sense.
    """
    if env_file is not None:
        _check_file(env_file)
    try:
        return EnvironmentSettings(_env_file=env_file)
    except ValidationError as invalid:
        lines = dict.fromkeys(_lines(invalid))
    for odd in odd_variables(env_file):
        if odd.is_mistake:
            lines.setdefault(f"{odd.name}: {odd.words}")
    raise SettingsProblem("\n".join(lines))


def _check_file(env_file: Path) -> None:
    words = None
    try:
        if not env_file.exists():
            words = "there is no such env file"
        elif not env_file.is_file():  # it is read more than once, which a pipe cannot be
            words = "is not a file"
        else:
            env_file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        words = "is not a text file in UTF-8"
    except OSError:
        words = "cannot be read"
    if words:
        msg = f"{env_file}: {words}"
        raise SettingsProblem(msg)


def _lines(invalid: ValidationError) -> Iterator[str]:
    errors = invalid.errors(include_url=False)
    wrong_inside = {error["loc"][:-1] for error in errors}
    for error in errors:
        location = _place(error)
        if error["type"] == "too_short" and location in wrong_inside:
            continue  # pydantic does not count items that are wrong
        together: tuple[Wrong, ...] = error.get("ctx", {}).get("wrong", ())
        for wrong in together:
            yield f"{_where((*location, *wrong.place))}: {wrong.words}"
        if not together:
            yield f"{_where(location)}: {_words(error['type'], error, location)}"


def _place(error: Any) -> tuple[int | str, ...]:  # noqa: ANN401 - pydantic_core.ErrorDetails, by key
    """Return where the value is; pydantic puts the kind of an object in between."""
    location: tuple[int | str, ...] = error["loc"]
    if error["type"].startswith("union_tag_"):
        return (*location, "kind")
    match location:
        case ("content", int(number), kind, *rest) if kind in KINDS:
            return ("content", number, *rest)
        case ("revalidate", int(number), kind, *rest) if kind in TARGET_KINDS:
            return ("revalidate", number, *rest)
        case _:
            return location


def _words(kind: str, error: Any, location: tuple[int | str, ...]) -> str:  # noqa: ANN401 - as above
    value = error["input"]
    if isinstance(value, NotJson):
        return "is not JSON"
    if kind == "extra_forbidden":
        return not_a_setting(_where(location).rpartition(", ")[2])
    if kind == "union_tag_invalid":
        return f"must be one of {error['ctx']['expected_tags']}"
    if kind == "string_pattern_mismatch":
        return f"must match {error['ctx']['pattern']}"
    words = _WORDS.get(kind) or _SUBJECT.sub("must ", error["msg"]).removeprefix("Value error, ")
    is_link = error["loc"] == ("port",) and isinstance(value, str) and "://" in value
    return words + _LINKED if is_link else words


def _where(location: tuple[int | str, ...]) -> str:
    """Return the variable that a value comes from, and where in its JSON it is."""
    rest = list(location)
    names: list[str] = []
    model: type[BaseModel] | None = Settings
    while rest and model is not None:
        name = str(rest[0])
        if not _NAME.fullmatch(name):
            break
        rest.pop(0)
        names.append(name.upper())
        field = model.model_fields.get(name)
        model = model_in(field.annotation) if field else None
    within = [_part(part) for part in rest if part != "[key]"]
    variable = PREFIX + NESTED.join(names)
    return ", ".join([f"{variable} (JSON)", *within]) if within else variable


def _part(part: int | str) -> str:
    if isinstance(part, int):
        return f"item {part + 1}"
    return part if _NAME.fullmatch(part) else "one of its keys"
