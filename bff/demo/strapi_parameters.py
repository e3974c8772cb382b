"""Parameters with brackets: `filters[handle][$in][0]=tee` is a tree, as Strapi reads it.

Source: the package `qs`, which Strapi parses queries with.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias, Union

Tree: TypeAlias = Mapping[str, Union[str, "Tree"]]

_WHOLE = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_STEP = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 20


def tree_of(pairs: Iterable[tuple[str, str]]) -> Tree:
    """Return parameters as they are nested; `[]` is the next number, what is no name is none."""
    root: dict[str, object] = {}
    for name, value in pairs:
        found = _WHOLE.fullmatch(name)
        if found is None:
            continue
        steps = [found[1], *_STEP.findall(found[2])][:_DEEPEST]
        place = root
        for step in steps[:-1]:
            inside = place.setdefault(step or str(len(place)), {})
            if not isinstance(inside, dict):
                break  # a text stands where others want to go on: the first one counts
            place = inside
        else:
            place.setdefault(steps[-1] or str(len(place)), value)
    return _frozen(root)


def branch(tree: Tree, name: str) -> Tree:
    """Return what is nested below a name; nothing below what is a text or not there."""
    inside = tree.get(name)
    return {} if inside is None or isinstance(inside, str) else inside


def listed(tree: Tree, name: str) -> list[str]:
    """Return the texts of a list, or the one that stands in its place."""
    inside = tree.get(name, {})
    if isinstance(inside, str):
        return [inside]
    return [value for value in inside.values() if isinstance(value, str)]


def _frozen(tree: Mapping[str, object]) -> Tree:
    return {
        name: _frozen(value) if isinstance(value, dict) else str(value)
        for name, value in tree.items()
    }
