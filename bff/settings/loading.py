"""Loads the settings, or says in one message everything that is wrong with them.

No message holds a value: it may be a secret, or hold one.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bff.settings.content import LISTS
from bff.settings.environment import EnvironmentSettings, NotJson, Unusable, variables_set
from bff.settings.known import known_part
from bff.settings.model import Settings
from bff.settings.places import Places
from bff.settings.variables import not_a_setting, odd_variables
from bff.settings.wrong import TOGETHER, Place, wrong_together

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
_IN_THE_TABLE = Places(())
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
    except Unusable as unusable:
        lines = dict.fromkeys(_lines(unusable, _places(env_file)))
    for odd in odd_variables(env_file):
        if odd.is_mistake:
            lines.setdefault(f"{odd.name}: {odd.words}")
    raise SettingsProblem("\n".join(lines))


def _places(env_file: Path | None) -> Places:
    return Places({name for name, value in variables_set(env_file).items() if value.strip()})


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


def _lines(unusable: Unusable, places: Places) -> Iterator[str]:
    """Say what is wrong with single values, and with those together of which nothing is."""
    errors = unusable.invalid.errors(include_url=False)
    single = [(_place(error), error) for error in errors if error["type"] != TOGETHER]
    within = {place[:-1] for place, _ in single}
    for place, error in single:
        # Pydantic does not count items that are wrong.
        if error["type"] != "too_short" or place not in within:
            yield f"{places.name(place)}: {_words(error['type'], error, place)}"
    known = known_part(Settings, unusable.given, [place for place, _ in single])
    for wrong in wrong_together(known):
        yield f"{places.name(wrong.place)}: {wrong.said(places.name)}"


def _place(error: Any) -> Place:  # noqa: ANN401 - pydantic_core.ErrorDetails, by key
    """Return where the value is; pydantic puts the kind of an object in between."""
    location: Place = error["loc"]
    if error["type"].startswith("union_tag_"):
        return (*location, "kind")
    match location:
        case (str(name), int(number), kind, *rest) if kind in LISTS.get(name, ()):
            return (name, number, *rest)
        case _:
            return location


def _words(kind: str, error: Any, place: Place) -> str:  # noqa: ANN401 - as above
    value = error["input"]
    if isinstance(value, NotJson):
        return "is not JSON"
    if kind == "extra_forbidden":
        return not_a_setting(_IN_THE_TABLE.name(place).rpartition(", ")[2])
    if kind == "union_tag_invalid":
        return f"must be one of {error['ctx']['expected_tags']}"
    if kind == "string_pattern_mismatch":
        return f"must match {error['ctx']['pattern']}"
    words = _WORDS.get(kind) or _SUBJECT.sub("must ", error["msg"]).removeprefix("Value error, ")
    is_link = error["loc"] == ("port",) and isinstance(value, str) and "://" in value
    return words + _LINKED if is_link else words
