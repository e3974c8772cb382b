"""Strapi's blocks to neutral blocks.

The shape is trusted nowhere, and nothing here raises: what cannot be read is left out. The text
of nodes that are not known is kept, without whatever they meant.

Source: Strapi's own schema of the field; where it is silent, @strapi/blocks-react-renderer 1.0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

from bff.domain.files import size_of
from bff.domain.richtext import (
    MAX_DEPTH,
    Block,
    CodeBlock,
    Heading,
    Image,
    Inline,
    ItemList,
    Level,
    LineBreak,
    Link,
    ListItem,
    Mark,
    Paragraph,
    Quote,
    from_plain,
)
from bff.domain.richtext_html import safe_url
from bff.domain.text import one_line, printable
from bff.richtext.addresses import AddressOf
from bff.richtext.sentence import Sentence

Node: TypeAlias = Mapping[str, object]


def from_strapi_blocks(value: object, *, image_url: AddressOf) -> tuple[Block, ...]:
    """Read any JSON value as blocks: a list of them, one, or plain text.

    A list within a list goes inside the item before it, which is where HTML wants it. Lists
    deeper than `MAX_DEPTH` continue at that depth. Pictures that `image_url` refuses are left out.
    """
    if isinstance(value, str):
        return from_plain(value)
    return _Reader(image_url).blocks(value if isinstance(value, list) else [value], 0)


_LEVELS: Mapping[object, Level] = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6}
_MODIFIERS: Mapping[str, Mark] = {
    "code": "code",
    "strikethrough": "strike",
    "underline": "underline",
    "italic": "em",
    "bold": "strong",
}
"""From the outermost to the innermost, as the vendor's renderer nests them."""
_INLINES = frozenset({"text", "link"})


@dataclass(frozen=True, slots=True)
class _Reader:
    image_url: AddressOf

    def blocks(self, nodes: Sequence[object], depth: int) -> tuple[Block, ...]:
        """Read nodes, of which unknown ones are replaced by what is in them."""
        found: list[Block] = []
        loose: list[object] = []  # a sentence without a paragraph around it
        stack: list[object] = [*reversed(nodes)]
        while stack:
            node = stack.pop()
            if _is_node(node) and _kind(node) in _INLINES:
                loose.append(node)
                continue
            if loose:
                found.extend(_loose(loose, tight=False))
                loose = []
            if isinstance(node, str):
                found.extend(from_plain(node))
            if not _is_node(node):
                continue
            read = self._block(node, depth)
            if read is None:
                stack += [None, *reversed(_children(node)), None]
            else:
                found.extend(read)
        return (*found, *_loose(loose, tight=False))

    def _block(self, node: Node, depth: int) -> Sequence[Block] | None:  # noqa: PLR0911 - one per kind
        """Read one block; `None` if only what is in it can be read."""
        match _kind(node):
            case "paragraph":
                # The vendor's empty line; `<p></p>` would have no height.
                inlines = _inlines(_children(node))
                return [Paragraph(inlines) if inlines else Paragraph((LineBreak(),), tight=True)]
            case "heading":
                level = node.get("level")
                known = _LEVELS.get(level) if isinstance(level, int) else None
                inlines = _inlines(_children(node))
                return [Heading(known, inlines) if known else Paragraph(inlines)]
            case "quote":
                return [Quote((Paragraph(_inlines(_children(node)), tight=True),))]
            case "code":
                code = "".join(_texts(_children(node)))
                return [CodeBlock(printable(code), one_line(node.get("language")))]
            case "image":
                return list(self._image(node.get("image")))
            case "list" if depth < MAX_DEPTH:
                items = tuple(ListItem(tuple(item)) for item in self._items(node, depth + 1))
                return [ItemList(items, node.get("format") == "ordered")] if items else []
            case _:
                return None

    def _items(self, node: Node, depth: int) -> Sequence[Sequence[Block]]:
        items: list[list[Block]] = []
        for child in filter(_is_node, _children(node)):
            if _kind(child) == "list-item":
                items.append([*self._item(child, depth)])
            elif below := self.blocks([child], depth):
                if not items:
                    items.append([])
                items[-1].extend(below)
        return items

    def _item(self, node: Node, depth: int) -> Iterator[Block]:
        """Read an item's sentence, and the blocks in it that only a program would write."""
        loose: list[object] = []
        for child in _children(node):
            if _is_node(child) and _kind(child) not in _INLINES:
                yield from _loose(loose, tight=True)
                loose = []
                yield from self.blocks([child], depth)
            else:
                loose.append(child)
        yield from _loose(loose, tight=True)

    def _image(self, file: object) -> Iterator[Block]:
        url = file.get("url") if isinstance(file, dict) else None
        address = self.image_url(url) if isinstance(url, str) else None
        if isinstance(file, dict) and address is not None:
            size = size_of(file.get("width"), file.get("height"))
            yield Image(address, one_line(file.get("alternativeText")), *size)


def _loose(nodes: Sequence[object], *, tight: bool) -> Iterator[Block]:
    inlines = _inlines(nodes)
    if inlines:
        yield Paragraph(inlines, tight)


def _inlines(nodes: Sequence[object], *, within_link: bool = False) -> tuple[Inline, ...]:
    """Read a sentence; what is no text or link is replaced by what is in it."""
    sentence = Sentence()
    stack: list[object] = [*reversed(nodes)]
    while stack:
        node = stack.pop()
        if not _is_node(node):
            continue
        text = node.get("text")
        if isinstance(text, str):
            marks = (mark for name, mark in _MODIFIERS.items() if node.get(name) is True)
            sentence.add(text, tuple(marks) if len(node) > _BARE else ())
            continue
        url = node.get("url") if _kind(node) == "link" else None
        href = safe_url(url) if isinstance(url, str) else None
        if href is None or within_link:
            stack += reversed(_children(node))
        elif label := _inlines(_children(node), within_link=True):
            sentence.put(Link(href, label))
    return sentence.close()


_BARE = 2  # members of a text without modifiers


def _texts(nodes: Sequence[object]) -> Iterator[str]:
    stack: list[object] = [*reversed(nodes)]
    while stack:
        node = stack.pop()
        if _is_node(node):
            text = node.get("text")
            if isinstance(text, str):
                yield text
            stack += reversed(_children(node))


def _is_node(value: object) -> TypeGuard[Node]:
    return isinstance(value, dict)


def _kind(node: Node) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def _children(node: Node) -> Sequence[object]:
    children = node.get("children")
    return children if isinstance(children, list) else ()
