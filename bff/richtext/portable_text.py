"""Portable Text, as Sanity stores it, to neutral blocks.

The shape is trusted nowhere: editors, imports and old schemas leave strings, nulls and odd types
at every level. What cannot be read is left out; nothing here raises.

Source: the Portable Text specification; where it is silent, @portabletext/to-html 6.0.0.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bff.domain.richtext import (
    MAX_DEPTH,
    Block,
    CodeBlock,
    Divider,
    Heading,
    Image,
    Inline,
    ItemList,
    Level,
    ListItem,
    Paragraph,
    Quote,
    Table,
    TableCell,
    TableRow,
    from_plain,
    lines_of,
)
from bff.domain.text import one_line, printable
from bff.richtext.portable_text_spans import to_inlines

_HEADINGS: Mapping[str, Level] = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_DIVIDERS = frozenset({"break", "divider", "hr", "horizontal-rule"})  # usual names in schemas


@dataclass(frozen=True, slots=True)
class ImageSource:
    """Where an image asset can be fetched, and its size in pixels where known."""

    url: str
    width: int | None = None
    height: int | None = None


ImageUrl: TypeAlias = Callable[[str], ImageSource | None]
"""Translates `asset._ref`, `asset._id` or `asset.url`; None means that it is no such image."""


def from_portable_text(value: object, *, image_url: ImageUrl) -> tuple[Block, ...]:
    """Read any JSON value as Portable Text: a list of blocks, one block, or plain text.

    A type that holds no text (`children`) and is no image, table, code or divider is left out,
    and so is an image that `image_url` does not know. Lists deeper than `MAX_DEPTH` continue at
    that depth.
    """
    if isinstance(value, str):
        return from_plain(value)
    outline = _Outline()
    for block in value if isinstance(value, list) else [value]:
        if isinstance(block, str):
            outline.add(*from_plain(block))
        elif isinstance(block, dict) and _is_list_item(block):
            outline.add_item(
                _text_block(block, tight=True),
                _level(block),
                ordered=block["listItem"] == "number",
            )
        elif isinstance(block, dict):
            outline.add(*_block(block, image_url))
    return outline.close()


@dataclass(slots=True)
class _OpenList:
    level: int
    ordered: bool
    items: list[list[Block]] = field(default_factory=list)

    def closed(self) -> ItemList:
        return ItemList(tuple(ListItem(tuple(blocks)) for blocks in self.items), self.ordered)


@dataclass(slots=True)
class _Outline:
    """Gathers a flat sequence, in which list items carry a level, into nested lists."""

    blocks: list[Block] = field(default_factory=list)
    open: list[_OpenList] = field(default_factory=list)

    def add(self, *blocks: Block) -> None:
        if blocks:  # a block that was left out does not part a list
            self._close_to(0)
            self.blocks.extend(blocks)

    def add_item(self, block: Block, level: int, *, ordered: bool) -> None:
        while self.open and self.open[-1].level > level:
            self._close_to(len(self.open) - 1)
        if self.open and self.open[-1].level == level and self.open[-1].ordered != ordered:
            self._close_to(len(self.open) - 1)
        if not self.open or self.open[-1].level < level:
            self.open.append(_OpenList(level, ordered))
        self.open[-1].items.append([block])

    def close(self) -> tuple[Block, ...]:
        self._close_to(0)
        return tuple(self.blocks)

    def _close_to(self, depth: int) -> None:
        while len(self.open) > depth:
            finished = self.open.pop().closed()
            parent = self.open[-1].items[-1] if self.open else self.blocks
            parent.append(finished)


def _block(block: Mapping[str, object], image_url: ImageUrl) -> Iterator[Block]:
    kind = block.get("_type")
    if kind == "image":
        source = next(filter(None, map(image_url, _asset_names(block.get("asset")))), None)
        if source is not None:
            yield Image(source.url, one_line(block.get("alt")), source.width, source.height)
    elif kind == "code":
        code = block.get("code")
        if isinstance(code, str):
            yield CodeBlock(printable(code), one_line(block.get("language")))
    elif kind == "table":
        rows = tuple(_rows(block.get("rows")))
        if rows:
            yield Table(rows)
    elif isinstance(kind, str) and kind in _DIVIDERS:
        yield Divider()
    elif _has_children(block):
        yield _text_block(block, tight=False)


def _rows(rows: object) -> Iterator[TableRow]:
    """Read the plain text of a table's cells; which of them are headings nobody says.

    Source: @sanity/table.
    """
    for row in rows if isinstance(rows, list) else ():
        cells = row.get("cells") if isinstance(row, dict) else None
        texts = (
            [cell if isinstance(cell, str) else "" for cell in cells]
            if isinstance(cells, list)
            else []
        )
        if texts:
            yield TableRow(tuple(TableCell(_cell(text)) for text in texts))


def _cell(text: str) -> tuple[Block, ...]:
    words = lines_of(printable(text).strip())
    return (Paragraph(words, tight=True),) if words else ()


def _text_block(block: Mapping[str, object], *, tight: bool) -> Block:
    inlines: tuple[Inline, ...] = to_inlines(block.get("children"), block.get("markDefs"))
    style = block.get("style")
    if isinstance(style, str) and style in _HEADINGS:
        return Heading(_HEADINGS[style], inlines)
    if style == "blockquote":
        return Quote((Paragraph(inlines, tight=True),))
    return Paragraph(inlines, tight)


def _has_children(block: Mapping[str, object]) -> bool:
    return isinstance(block.get("children"), list)


def _is_list_item(block: Mapping[str, object]) -> bool:
    kind = block.get("listItem")
    return isinstance(kind, str) and bool(kind) and _has_children(block)


def _level(block: Mapping[str, object]) -> int:
    level = block.get("level")
    return min(max(level, 1), MAX_DEPTH) if isinstance(level, int) else 1


def _asset_names(asset: object) -> Iterator[str]:
    if isinstance(asset, dict):
        for key in ("_ref", "_id", "url"):
            name = asset.get(key)
            if isinstance(name, str):
                yield name
