"""Values of GROQ: what is in them, how they compare, and its functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is evaluated: in whom, within whom, with which parameters."""

    this: Json
    everything: Sequence[Mapping[str, Json]]
    params: Mapping[str, Json]
    outer: "Scope | None" = None

    def within(self, this: Json) -> "Scope":
        """Return the scope of a part."""
        return Scope(this, self.everything, self.params, self)


Run = Callable[[Scope], Json]


@dataclass(frozen=True, slots=True)
class Expression:
    """What an expression says. One that `is_list` is followed item by item."""

    run: Run
    is_list: bool = False


def combined(
    left: Expression, right: Expression, holds: Callable[[Json, Json], Json]
) -> Expression:
    return Expression(lambda scope: holds(left.run(scope), right.run(scope)))


def attribute(base: Expression, name: str) -> Expression:
    if base.is_list:
        return Expression(lambda scope: [member(one, name) for one in base.run(scope)], True)
    return Expression(lambda scope: member(base.run(scope), name))


def each(base: Expression, run: Run) -> Expression:
    def one(scope: Scope, value: Json) -> Json:
        return None if value is None else run(scope.within(value))

    if base.is_list:
        return Expression(lambda scope: [one(scope, item) for item in base.run(scope)], True)
    return Expression(lambda scope: one(scope, base.run(scope)))


def flat(base: Expression, scope: Scope) -> list[Json] | None:
    value = base.run(scope)
    if base.is_list:
        return [inner for item in value for inner in (item if isinstance(item, list) else [None])]
    return value if isinstance(value, list) else None


def filtered(value: Json, test: Run, scope: Scope) -> list[Json] | None:
    if not isinstance(value, list):
        return None
    return [item for item in value if test(scope.within(item)) is True]


def member(value: Json, name: str) -> Json:
    return value.get(name) if isinstance(value, Mapping) else None


def item_at(value: Json, place: int) -> Json:
    return value[place] if isinstance(value, list) and -len(value) <= place < len(value) else None


def as_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _is_among(value: Json, values: Json) -> bool | None:
    return value in values if isinstance(values, list) else None


def _is_more(left: Json, right: Json) -> bool | None:
    return left > right if type(left) is type(right) and left is not None else None


def _references(scope: Scope, arguments: list[Json]) -> bool:
    """Tell whether the document refers to one of some ids, wherever."""
    wanted = {one for argument in arguments for one in as_list(argument)}
    waiting = [scope.this]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            if value.get("_ref") in wanted:
                return True
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return False


COMPARISONS: Mapping[str, Callable[[Json, Json], Json]] = {
    "==": lambda left, right: left == right,
    ">": _is_more,
    "in": _is_among,
}
FUNCTIONS: Mapping[str, Callable[[Scope, list[Json]], Json]] = {
    "coalesce": lambda _, values: next((one for one in values if one is not None), None),
    "count": lambda _, values: len(values[0]) if isinstance(values[0], list) else None,
    "references": _references,
    "string::split": lambda _, values: values[0].split(values[1]) if values[0] else None,
}
