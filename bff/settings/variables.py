"""Variables that are set and do nothing: misspelled, blank, or on their way out."""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bff.settings.content import keys_of_objects
from bff.settings.environment import NESTED, PREFIX, variables_set
from bff.settings.model import Settings
from bff.settings.table import model_in, settings_rows

_SIMILAR = 0.8  # 1 is the same: BFF_LOCALE means BFF_LOCALES, BFF_SERVICE_HOST not BFF_HOST


@dataclass(frozen=True, slots=True)
class OddVariable:
    """A variable that is set and that nobody reads as it was meant.

    `is_mistake` says that somebody most likely wanted to set something. Others are merely worth
    knowing: platforms set variables of their own for a service that is called bff.
    """

    name: str
    words: str
    is_mistake: bool


def odd_variables(
    env_file: Path | None = None, settings: type[BaseModel] = Settings
) -> tuple[OddVariable, ...]:
    """Return the odd ones among the `BFF_*` variables of environment and file, by name."""
    return tuple(_odd(env_file, settings))


def not_a_setting(name: str, settings: type[BaseModel] = Settings) -> str:
    """Say that there is no such variable or key, and which one was probably meant."""
    similar = _similar(name, settings)
    return f"is not a setting; did you mean {similar}?" if similar else "is not a setting"


def _odd(env_file: Path | None, settings: type[BaseModel]) -> Iterator[OddVariable]:
    rows = {row.variable: row for row in settings_rows(settings)}
    read = _read_whole_or_in_part(settings)
    for name, value in sorted(variables_set(env_file).items()):
        if name not in rows and not read(name):
            is_mistake = _similar(name, settings) is not None
            yield OddVariable(name, not_a_setting(name, settings), is_mistake)
        elif not value.strip():
            yield OddVariable(name, "is blank, which counts as not set", is_mistake=False)
        elif name in rows and rows[name].is_deprecated:
            yield OddVariable(name, "is deprecated", is_mistake=False)


def _read_whole_or_in_part(settings: type[BaseModel]) -> Callable[[str], bool]:
    """Return what tells a group of settings as JSON, or one key of a mapping, from the rest."""
    fields = settings.model_fields.items()
    groups = {PREFIX + name.upper() for name, field in fields if model_in(field.annotation)}
    rows = settings_rows(settings)
    mappings = tuple(row.variable + NESTED for row in rows if "JSON object" in row.kind)
    return lambda name: name in groups or name.startswith(mappings)


def _similar(name: str, settings: type[BaseModel]) -> str | None:
    known = (*(row.variable for row in settings_rows(settings)), *keys_of_objects())
    found = difflib.get_close_matches(name, known, n=1, cutoff=_SIMILAR)
    return found[0] if found else None
