"""The spans of one Portable Text block, whose marks are flat, to nested inlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bff.domain.richtext import (
    MAX_MARKS,
    Inline,
    Link,
    Mark,
    Marked,
    lines_of,
)
from bff.domain.richtext_html import safe_url
from bff.domain.text import printable

_DECORATORS: Mapping[str, Mark] = {
    "strong": "strong",
    "em": "em",
    "code": "code",
    "underline": "underline",
    "strike-through": "strike",
    # Not the vendor's own, but what schemas usually call them.
    "sup": "superscript",
    "sub": "subscript",
}
_RANK = {name: rank for rank, name in enumerate(_DECORATORS)}


def to_inlines(children: object, definitions: object) -> tuple[Inline, ...]:
    """Read `children` with their `markDefs`; what is no span of text is left out.

    Neighbours with a mark in common share one element, and the mark that lasts longest is the
    outermost, as in the vendor's renderer.
    """
    spans = _spans(children)
    if not any(marks for _, marks in spans):
        return tuple(inline for text, _ in spans for inline in lines_of(text))
    links, names = _definitions(definitions)
    tree = _Tree(links, names)
    for (text, _), marks in zip(spans, _by_duration([marks for _, marks in spans]), strict=True):
        tree.add(text, marks)
    return tree.close()


@dataclass(slots=True)
class _Tree:
    """Builds nested inlines from left to right; `open` holds the marks that still apply."""

    links: Mapping[str, str | None]
    names: Mapping[str, str]
    levels: list[list[Inline]] = field(default_factory=lambda: [[]])
    open: list[str] = field(default_factory=list)

    def add(self, text: str, marks: Sequence[str]) -> None:
        kept = 0
        while kept < len(self.open) and self.open[kept] in marks:
            kept += 1
        self._close_to(kept)
        for mark in marks:
            if mark not in self.open:
                self.open.append(mark)
                self.levels.append([])
        self.levels[-1].extend(lines_of(text))

    def close(self) -> tuple[Inline, ...]:
        self._close_to(0)
        return tuple(self.levels[0])

    def _close_to(self, depth: int) -> None:
        while len(self.open) > depth:
            mark, inside = self.open.pop(), tuple(self.levels.pop())
            if inside:
                self.levels[-1].extend(self._wrapped(mark, inside))

    def _wrapped(self, mark: str, inside: tuple[Inline, ...]) -> Sequence[Inline]:
        if mark in self.links:
            href = self.links[mark]
            within_link = any(self.links.get(other) is not None for other in self.open)
            return inside if href is None or within_link else (Link(href, inside),)
        name = self.names.get(mark, mark)
        if name in _DECORATORS:
            return (Marked(_DECORATORS[name], inside),)
        return (Marked("unknown", inside, name),)


def _spans(children: object) -> list[tuple[str, tuple[str, ...]]]:
    spans: list[tuple[str, tuple[str, ...]]] = []
    for child in children if isinstance(children, list) else ():
        if not isinstance(child, dict) or child.get("_type", "span") != "span":
            continue
        text, marks = child.get("text"), child.get("marks")
        if isinstance(text, str):
            spans.append((printable(text), _distinct(marks)))
    return spans


def _distinct(marks: object) -> tuple[str, ...]:
    if not isinstance(marks, list):
        return ()
    names = dict.fromkeys(printable(mark) for mark in marks if isinstance(mark, str) and mark)
    return tuple(names)[:MAX_MARKS]


def _definitions(definitions: object) -> tuple[dict[str, str | None], dict[str, str]]:
    """Return the addresses of links, None for refused ones, and the names of other marks."""
    links: dict[str, str | None] = {}
    names: dict[str, str] = {}
    for definition in definitions if isinstance(definitions, list) else ():
        if not isinstance(definition, dict):
            continue
        key, kind, href = (definition.get(part) for part in ("_key", "_type", "href"))
        if not isinstance(key, str):
            continue
        if kind == "link":
            # No href at all is the vendor's empty one: a link to the very page.
            links[key] = safe_url(href) if isinstance(href, str) else "" if href is None else None
        elif isinstance(kind, str):
            names[key] = printable(kind)
    return links, names


def _by_duration(spans: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Order each span's marks: longest run of spans first, annotations before decorators."""
    ordered: list[tuple[str, ...]] = []
    runs: dict[str, int] = {}
    for marks in reversed(spans):  # backwards: one pass counts every run
        runs = {mark: runs.get(mark, 0) + 1 for mark in marks}
        order = sorted((-run, _RANK.get(mark, -1), mark) for mark, run in runs.items())
        ordered.append(tuple(mark for _, _, mark in order))
    return ordered[::-1]
