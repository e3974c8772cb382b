"""Variables that are set and do nothing: misspelled, blank, or on their way out."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bff.settings.environment import NESTED, variables_set
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


def odd_variables(env_file: Path | None = None) -> tuple[OddVariable, ...]:
    """Return the odd ones among the `BFF_*` variables of environment and file, by name."""
    return tuple(_odd(env_file))


def not_a_setting(name: str) -> str:
    """Say that there is no such variable or key, and which one was probably meant."""
    similar = _similar(name)
    return f"is not a setting; did you mean {similar}?" if similar else "is not a setting"


def _odd(env_file: Path | None) -> Iterator[OddVariable]:
    rows = {row.variable: row for row in settings_rows()}
    for name, value in sorted(variables_set(env_file).items()):
        if not _is_known(name):
            yield OddVariable(name, not_a_setting(name), is_mistake=_similar(name) is not None)
        elif not value.strip():
            yield OddVariable(name, "is blank, which counts as not set", is_mistake=False)
        elif name in rows and rows[name].is_deprecated:
            yield OddVariable(name, "is deprecated", is_mistake=False)


def _is_known(name: str) -> bool:
    """Tell whether a variable is read: a setting, a group of them, or a key of a mapping."""
    rows = {row.variable: row for row in settings_rows()}
    groups = [key for key, field in Settings.model_fields.items() if model_in(field.annotation)]
    whole = {f"BFF_{group.upper()}" for group in groups}
    mappings = tuple(key + NESTED for key, row in rows.items() if row.kind == "JSON object")
    return name in rows or name in whole or name.startswith(mappings)


def _similar(name: str) -> str | None:
    variables = [row.variable for row in settings_rows()]
    known = (*variables, *(variable.rpartition(".")[2] for variable in variables))
    found = difflib.get_close_matches(name, known, n=1, cutoff=_SIMILAR)
    return found[0] if found else None
