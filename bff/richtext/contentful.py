"""Contentful's rich text to neutral blocks.

The shape is trusted nowhere, and nothing here raises: what cannot be read is left out. The text
of nodes that are not known is kept, without whatever they meant.

Source: @contentful/rich-text-types; where it is silent, @contentful/rich-text-html-renderer 17.2.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeGuard

from bff.domain.locale import Locale
from bff.domain.richtext import (
    MAX_DEPTH,
    Block,
    Divider,
    Heading,
    Inline,
    ItemList,
    Level,
    Link,
    ListItem,
    Mark,
    Paragraph,
    Quote,
    Table,
    TableCell,
    TableRow,
    from_plain,
)
from bff.richtext.contentful_targets import (
    AssetOf,
    EntryOf,
    HrefOf,
    Node,
    Targets,
    member,
    no_address,
)
from bff.richtext.sentence import Sentence


def from_contentful(
    value: object,
    *,
    asset: AssetOf,
    entry: EntryOf,
    href: HrefOf = no_address,
    locale: Locale | None = None,
) -> tuple[Block, ...]:
    """Read any JSON value as a rich text document, or as plain text.

    Targets are looked up by `asset` and `entry`, which get `data.target` as it stands. A picture
    becomes an image and another file a link to it; a link to an entry without an address is its
    words. Embedded entries become an `Embed` each, with their title. Descriptions and titles are
    those of `locale`, else those of no language.

    Lists, quotes and tables deeper than `MAX_DEPTH` continue at that depth.
    """
    if isinstance(value, str):
        return from_plain(value)
    return _Reader(Targets(asset, entry, href, locale)).blocks([value], 0)


_HEADINGS: Mapping[str, Level] = {
    "heading-1": 1,
    "heading-2": 2,
    "heading-3": 3,
    "heading-4": 4,
    "heading-5": 5,
    "heading-6": 6,
}
_MARKS: Mapping[str, Mark] = {
    "bold": "strong",
    "italic": "em",
    "underline": "underline",
    "code": "code",
    "superscript": "superscript",
    "subscript": "subscript",
    "strikethrough": "strike",
}
_HYPERLINKS = frozenset({"hyperlink", "asset-hyperlink", "entry-hyperlink"})
_INLINES = _HYPERLINKS | {"text", "embedded-entry-inline", "resource-hyperlink"}
_CELLS = frozenset({"table-cell", "table-header-cell"})
_MOST_SPANNED = 100

_Boundary: TypeAlias = Literal["boundary"]


@dataclass(frozen=True, slots=True)
class _Reader:
    targets: Targets

    def blocks(self, nodes: Sequence[object], depth: int) -> tuple[Block, ...]:
        """Read nodes, of which unknown ones are replaced by what is in them."""
        found: list[Block] = []
        loose: list[Node] = []  # a sentence without a paragraph around it
        stack: list[object | _Boundary] = [*reversed(nodes)]
        while stack:
            node = stack.pop()
            if _is_node(node) and _kind(node) in _INLINES:
                loose.append(node)
                continue
            if loose:
                found.extend(self._loose(loose))
                loose = []
            if not _is_node(node):
                continue
            read = self._block(node, depth)
            if read is None:
                stack += ["boundary", *reversed(_content(node)), "boundary"]
            else:
                found.extend(read)
        return (*found, *self._loose(loose))

    def _loose(self, nodes: Sequence[Node]) -> Iterator[Block]:
        inlines = self.inlines(nodes)
        if inlines:
            yield Paragraph(inlines)

    def _block(self, node: Node, depth: int) -> Sequence[Block] | None:
        """Read one block; `None` if only what is in it can be read."""
        kind = _kind(node)
        if kind == "paragraph":
            return [Paragraph(self.inlines(_content(node)))]
        if kind in _HEADINGS:
            return [Heading(_HEADINGS[kind], self.inlines(_content(node)))]
        if kind == "hr":
            return [Divider()]
        if kind == "embedded-asset-block":
            return list(self.targets.file(member(node, "data")))
        if kind == "embedded-entry-block":
            return list(self.targets.embed(member(node, "data"), inline=False))
        return self._container(kind, node, depth + 1) if depth < MAX_DEPTH else None

    def _container(self, kind: str, node: Node, depth: int) -> Sequence[Block] | None:
        match kind:
            case "blockquote":
                quoted = self.blocks(_content(node), depth)
                return [Quote(quoted)] if quoted else []
            case "ordered-list" | "unordered-list":
                items = tuple(self._items(node, depth))
                return [ItemList(items, kind == "ordered-list")] if items else []
            case "table":
                rows = tuple(self._rows(node, depth))
                return [Table(rows)] if rows else []
            case _:
                return None

    def _items(self, node: Node, depth: int) -> Iterator[ListItem]:
        for child in filter(_is_node, _content(node)):
            is_item = _kind(child) == "list-item"
            inside = self.blocks(_content(child) if is_item else [child], depth)
            if is_item or inside:
                yield ListItem(inside)

    def _rows(self, node: Node, depth: int) -> Iterator[TableRow]:
        for row in filter(_is_node, _content(node)):
            cells = tuple(
                TableCell(
                    self.blocks(_content(cell), depth),
                    is_header=_kind(cell) == "table-header-cell",
                    columns=_spanned(member(cell, "data").get("colspan")),
                    rows=_spanned(member(cell, "data").get("rowspan")),
                )
                for cell in filter(_is_node, _content(row))
                if _kind(cell) in _CELLS
            )
            if cells:
                yield TableRow(cells)

    def inlines(self, nodes: Sequence[object], *, within_link: bool = False) -> tuple[Inline, ...]:
        """Read a sentence; what is no text, link or entry is replaced by what is in it."""
        sentence = Sentence()
        stack: list[object] = [*reversed(nodes)]
        while stack:
            node = stack.pop()
            if not _is_node(node):
                continue
            kind = _kind(node)
            if kind == "text":
                text = node.get("value")
                if isinstance(text, str):
                    sentence.add(text, _marks(node.get("marks")))
                continue
            if kind == "embedded-entry-inline":
                for embed in self.targets.embed(member(node, "data"), inline=True):
                    sentence.put(embed)
                continue
            address = self.targets.address(kind, member(node, "data"))
            if address is None or within_link:
                stack += reversed(_content(node))
            elif label := self.inlines(_content(node), within_link=True):
                sentence.put(Link(address, label))
        return sentence.close()


def _is_node(value: object) -> TypeGuard[Node]:
    return isinstance(value, dict)


def _kind(node: Node) -> str:
    kind = node.get("nodeType")
    return kind if isinstance(kind, str) else ""


def _content(node: Node) -> Sequence[object]:
    content = node.get("content")
    return content if isinstance(content, list) else ()


def _marks(value: object) -> tuple[Mark, ...]:
    """Return the known marks of a text; the editor's last is the outermost, as the vendor does."""
    if not isinstance(value, list) or not value:
        return ()
    names = (mark.get("type") for mark in reversed(value) if isinstance(mark, dict))
    known = (_MARKS[name] for name in names if isinstance(name, str) and name in _MARKS)
    return tuple(dict.fromkeys(known))


def _spanned(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        return 1
    return value if 1 <= value <= _MOST_SPANNED else 1
