"""One spelling for HTML that looks the same to a shopper."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

_VOID = frozenset({"br", "hr", "img"})
_SAME = {"b": "strong", "i": "em", "s": "del"}
_HINTS = frozenset({"loading", "width", "height"})
_LISTS = frozenset({"ul", "ol"})
_MARKS = frozenset({"strong", "em", "del", "code", "sup", "sub"})
_UNDERLINED = (("style", "text-decoration:underline"),)

Child: TypeAlias = "Element | str"


@dataclass
class Element:
    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: list[Child] = field(default_factory=list)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, tuple(sorted((name, value or "") for name, value in attrs)))
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def canonical(html: str) -> Element:
    """Return what a page shows, whichever renderer wrote it.

    - Attributes are sorted, entities and `<br/>` are spelt one way.
    - `<b>`, `<i>`, `<s>`, `<u>` are `<strong>`, `<em>`, `<del>` and an underlined `<span>`.
    - Neighbours with the same mark are one element.
    - A no-break space is a space: who renders runs of spaces decides which of them is which.
    - A list that stands in a list, where HTML has no place for it, is in the item before.
    - `<tbody>` is not written, and hints (`loading`, a picture's size) are not counted.
    """
    tree = _Tree()
    tree.feed(html)
    tree.close()
    assert len(tree.open) == 1, "an element is not closed"
    return _canonical(tree.open[0])


def _canonical(element: Element) -> Element:
    attributes = tuple(one for one in element.attributes if one[0] not in _HINTS)
    tag = _SAME.get(element.tag, element.tag)
    if tag == "u":
        tag, attributes = "span", _UNDERLINED
    result = Element(tag, attributes)
    for child in element.children:
        if isinstance(child, str):
            _add(result, child.replace("\xa0", " "))
        elif child.tag == "tbody":
            result.children.extend(_canonical(child).children)
        else:
            _add(result, _canonical(child))
    return result


def _add(parent: Element, child: Child) -> None:
    before = parent.children[-1] if parent.children else None
    if isinstance(child, str) and isinstance(before, str):
        parent.children[-1] = before + child
    elif isinstance(child, Element) and isinstance(before, Element):
        if child.tag in _LISTS and parent.tag in _LISTS and before.tag == "li":
            before.children.append(child)
        elif _is_mark(child) and (child.tag, child.attributes) == (before.tag, before.attributes):
            for inner in child.children:
                _add(before, inner)
        else:
            parent.children.append(child)
    else:
        parent.children.append(child)


def _is_mark(element: Element) -> bool:
    return element.tag in _MARKS or (element.tag, element.attributes) == ("span", _UNDERLINED)
