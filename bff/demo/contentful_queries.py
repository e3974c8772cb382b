"""What the embedded Contentful is asked: parameters, and the entries that they mean.

It finds by what our adapter asks, and refuses the rest as the real service refuses what it does
not understand: an unknown parameter is an error there, never ignored.

Source: Content Delivery API, search parameters and links; recorded refusals.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bff.demo.catalogue import Entity
from bff.demo.contentful_entries import Published
from bff.demo.contentful_model import MODEL

_DEEPEST = 10
_MOST = 1000
_PAGE = 100
_OPTIONS = frozenset({"content_type", "locale", "include", "order", "limit", "skip", "select"})
_FILTER = re.compile(r"fields\.(?P<name>[A-Za-z]\w{0,63})(?:\.(?P<code>[\w-]{2,20}))?\[in\]")
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_INVALID = (
    "The query you sent was invalid. Probably a filter or ordering specification is not "
    "applicable to the type of a field."
)
_IN_ONE_LANGUAGE = (
    "the demo's Contentful answers in all languages only, as this service's own source asks: "
    "locale=*"
)


class Refusal(Exception):
    """A request is refused, with Contentful's status and its own id of the error."""

    def __init__(
        self, status: int, error: str, message: str, details: Entity | None = None
    ) -> None:
        super().__init__(error)
        self.status, self.error, self.message, self.details = status, error, message, details


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one request. Of one that is there twice the last counts."""

    values: Mapping[str, str]

    def check(self, known: frozenset[str]) -> None:
        """Refuse what is not known."""
        for name in self.values:
            if name not in known and not (known is _OPTIONS and _FILTER.fullmatch(name)):
                raise invalid([name], f'The path "{name}" is not recognized')

    def number(self, name: str, default: int, most: int) -> int:
        """Return a number from 0 to `most`."""
        text = self.values.get(name)
        if text is None:
            return default
        if not _NUMBER.fullmatch(text):
            raise invalid([name], f'The value "{text[:50]}" is not a positive number')
        if int(text) > most:
            message = f'The value for "{name}" must be between 0 and {most}'
            raise Refusal(400, "BadRequest", message)
        return int(text)


def invalid(path: Sequence[str], details: str, name: str = "unknown") -> Refusal:
    """Return the refusal of something in a query."""
    error: Entity = {"name": name, "path": [*path], "details": details}
    return Refusal(400, "InvalidQuery", _INVALID, {"errors": [error]})


def page_of(items: Sequence[Entity], asked: Parameters) -> Entity:
    """Return a page of anything."""
    skip, limit = asked.number("skip", 0, 10**9), asked.number("limit", _PAGE, _MOST)
    envelope: Entity = {"sys": {"type": "Array"}, "total": len(items), "skip": skip}
    return {**envelope, "limit": limit, "items": [*items[skip : skip + limit]]}


def entries(space: Published, asked: Parameters) -> Entity:
    """Return the entries that are asked for, and in `includes` what they refer to.

    Raises:
        Refusal: as the real service would refuse, or because nobody of ours asks like this.
    """
    asked.check(_OPTIONS)
    values = asked.values
    locale = values.get("locale", space.default)
    if locale != "*":
        known = locale in space.codes
        message = _IN_ONE_LANGUAGE if known else f"Unknown locale: {locale[:50]}"
        raise Refusal(400, "BadRequest", message)
    kind = values.get("content_type", "")
    if kind not in MODEL:
        error = {"name": "unknownContentType", "value": kind[:64]}
        raise Refusal(400, "InvalidQuery", _INVALID, {"errors": [error]})
    if values.get("order", "sys.id") != "sys.id":
        raise invalid(["order"], "The demo's Contentful knows one order: sys.id")
    levels = asked.number("include", 1, _DEEPEST)
    found = [entry for entry in space.entries.values() if _kind_of(entry) == kind]
    for name, value in values.items():
        if name not in _OPTIONS:
            found = _having(found, name, value.split(","), space)
    answer = page_of(sorted(found, key=lambda entry: str(entry["sys"]["id"])), asked)
    included, missing = _linked(answer["items"], space, levels)
    if "select" in values:
        only = _selected(kind, values["select"])
        answer["items"] = [_part(entry, only) for entry in answer["items"]]
        return answer
    if missing:
        answer["errors"] = [_not_resolvable(link) for link in missing]
    if included:
        answer["includes"] = included
    return answer


def _having(
    found: Sequence[Entity], name: str, values: Sequence[str], space: Published
) -> list[Entity]:
    """Return the entries that have one of some values in a field, in one language.

    Fallbacks of the space do not count here, and a list has each of its items.
    """
    asked = _FILTER.fullmatch(name)
    field, code = (asked["name"], asked["code"] or space.default) if asked else ("", "")
    for entry in found[:1]:
        if field not in MODEL[_kind_of(entry)]:
            raise invalid(["fields", field], f'No field with id "{field}" found.')
    if code not in space.codes:
        raise Refusal(400, "BadRequest", f"Unknown locale: {code}")
    wanted = frozenset(values)

    def has(entry: Entity) -> bool:
        own = entry["fields"].get(field, {}).get(code)
        return any(one in wanted for one in (own if isinstance(own, list) else [own]))

    return [entry for entry in found if has(entry)]


def _linked(
    asked: Sequence[Entity], space: Published, levels: int
) -> tuple[dict[str, list[Entity]], list[Entity]]:
    """Return what some entries lead to, so many levels deep, and the links that lead nowhere.

    What was asked for itself is not there twice.
    """
    known = {entry["sys"]["id"] for entry in asked}
    found: dict[str, dict[str, Entity]] = {"Entry": {}, "Asset": {}}
    missing: dict[tuple[str, str], Entity] = {}
    level = [*asked]
    for _ in range(levels):
        below: list[Entity] = []
        for link in (link for entry in level for link in _links(entry["fields"])):
            kind, target = link["linkType"], link["id"]
            there = space.entries if kind == "Entry" else space.assets
            if target not in there:
                missing[kind, target] = link
            elif target not in known and target not in found[kind]:
                found[kind][target] = there[target]
                below += [there[target]] if kind == "Entry" else []
        level = below
    included = {kind: [*several.values()] for kind, several in found.items() if several}
    return included, [*missing.values()]


def _links(value: object) -> Iterator[Entity]:
    if isinstance(value, list):
        for item in value:
            yield from _links(item)
    elif isinstance(value, dict):
        sys = value.get("sys")
        if isinstance(sys, dict):
            yield sys
        else:
            yield from _links([*value.values()])


def _selected(kind: str, select: str) -> frozenset[str]:
    names = [name.removeprefix("fields.") for name in select.split(",") if name != "sys"]
    for name in names:
        if name not in MODEL[kind]:
            raise invalid(["select"], f'No field with id "{name[:64]}" found.')
    return frozenset(names)


def _part(entry: Entity, names: frozenset[str]) -> Entity:
    fields = {name: value for name, value in entry["fields"].items() if name in names}
    return {"metadata": entry["metadata"], "sys": entry["sys"], "fields": fields}


def _kind_of(entry: Entity) -> str:
    return str(entry["sys"]["contentType"]["sys"]["id"])


def _not_resolvable(link: Entity) -> Entity:
    return {"sys": {"id": "notResolvable", "type": "error"}, "details": link}
