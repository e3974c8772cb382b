"""What sets a value: the variable that the operator wrote, and where in its JSON."""

import re
from collections.abc import Collection

from pydantic import BaseModel

from bff.settings.environment import NESTED, PREFIX
from bff.settings.model import Settings
from bff.settings.table import model_in
from bff.settings.wrong import Place

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")


class Places:
    """Names places in the settings. `variables` are those that are set, in upper case."""

    def __init__(self, variables: Collection[str]) -> None:
        self._variables = variables

    def name(self, place: Place) -> str:
        """Return the variable that a value comes from, and where in its JSON it is.

        For what nobody set it is the variable of the README's table. No key is repeated that
        could be a value in the wrong place.
        """
        names = _leading_names(place)
        candidates = ["".join((PREFIX, NESTED.join(names[: n + 1]))) for n in range(len(names))]
        written = [n for n, candidate in enumerate(candidates, 1) if candidate in self._variables]
        own = written[-1] if written else _usual_depth(place, len(names))
        variable = candidates[own - 1] if own else PREFIX
        within = [_part(part) for part in place[own:] if part != "[key]"]
        return ", ".join([f"{variable} (JSON)", *within]) if within else variable


def _leading_names(place: Place) -> list[str]:
    names: list[str] = []
    for part in place:
        if not isinstance(part, str) or not _NAME.fullmatch(part):
            break
        names.append(part.upper())
    return names


def _usual_depth(place: Place, most: int) -> int:
    """Return how many parts of a place the name of its variable has."""
    model: type[BaseModel] | None = Settings
    for depth, part in enumerate(place[:most]):
        if model is None:
            return depth
        field = model.model_fields.get(str(part))
        model = model_in(field.annotation) if field else None
    return most


def _part(part: int | str) -> str:
    if isinstance(part, int):
        return f"item {part + 1}"
    return part if _NAME.fullmatch(part) else "one of its keys"
