"""Rich text in one neutral form, whatever system wrote it.

A document is a tuple of blocks, a block holds inlines or blocks again. Readers (`bff.richtext`)
build it and keep it at most `MAX_DEPTH` lists and `MAX_MARKS` marks deep; the functions that
walk it do so with a stack of their own, so that no document can exhaust Python's.

To add a kind: one dataclass, one line in `Block` or `Inline`, one case in `richtext_html` and in
`richtext_json`; mypy names the places. No two recursive kinds of a union share the name of their
content: a decoder that tries one kind after the other would else redo the subtree for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bff.domain.text import is_blank, printable

MAX_DEPTH = 16  # pydantic cannot write a document 64 lists deep; an editor rarely makes five
MAX_MARKS = 16

Mark: TypeAlias = Literal[
    "strong", "em", "code", "underline", "strike", "superscript", "subscript", "unknown"
]
Level: TypeAlias = Literal[1, 2, 3, 4, 5, 6]


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as the shopper reads them, unescaped and without line ends."""

    text: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A new line inside one block."""

    type: Literal["lineBreak"] = "lineBreak"


@dataclass(frozen=True, slots=True)
class Marked:
    """Inlines under one mark; `name` is the author's own word for an "unknown" one."""

    mark: Mark
    children: tuple[Inline, ...]
    name: str = ""
    type: Literal["mark"] = "mark"


@dataclass(frozen=True, slots=True)
class Link:
    """Inlines that lead somewhere; what `safe_url` refuses is shown without its link."""

    href: str
    label: tuple[Inline, ...]
    type: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `tight` inside a quote or list item means: no `<p>` of its own."""

    content: tuple[Inline, ...]
    tight: bool = False
    type: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """A title inside the document."""

    level: Level
    content: tuple[Inline, ...]
    type: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks in somebody else's words."""

    quoted: tuple[Block, ...]
    type: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry of a list: usually a tight paragraph, then any lists below it."""

    blocks: tuple[Block, ...]
    type: Literal["item"] = "item"


@dataclass(frozen=True, slots=True)
class ItemList:
    """A bulleted or numbered list."""

    items: tuple[ListItem, ...]
    ordered: bool = False
    type: Literal["list"] = "list"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture between blocks or in a sentence; width and height in pixels, where known."""

    url: str
    alt: str = ""
    width: int | None = None
    height: int | None = None
    type: Literal["image"] = "image"


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Preformatted text; `language` as the author named it, or empty."""

    code: str
    language: str = ""
    type: Literal["code"] = "code"


@dataclass(frozen=True, slots=True)
class Divider:
    """A thematic break."""

    type: Literal["divider"] = "divider"


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a table; `is_header` heads its column or row. It may span several of both."""

    blocks: tuple[Block, ...]
    is_header: bool = False
    columns: int = 1
    rows: int = 1
    type: Literal["cell"] = "cell"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table."""

    cells: tuple[TableCell, ...]
    type: Literal["row"] = "row"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, which need not be equally many."""

    lines: tuple[TableRow, ...]
    type: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Embed:
    """Another document of the content system's, between blocks or (`inline`) within a sentence.

    `kind` is its type and `id` its id there. A storefront that renders blocks itself may show
    what it likes in its place.
    """

    kind: str
    id: str
    title: str = ""
    href: str | None = None
    inline: bool = False
    type: Literal["embed"] = "embed"

    @property
    def words(self) -> str:
        """What everybody else shows of it: its title, within a sentence or to be followed.

        A title that leads nowhere and is in no sentence may be an editor's own note.
        """
        return self.title if self.inline or self.href else ""


Inline: TypeAlias = Text | LineBreak | Marked | Link | Image | Embed
Block: TypeAlias = (
    Paragraph | Heading | Quote | ItemList | Table | Image | CodeBlock | Divider | Embed
)
Node: TypeAlias = Block | ListItem | TableRow | TableCell | Inline


@dataclass(frozen=True, slots=True)
class RichText:
    """A rendered document: `html` is safe to insert into a page, `text` has no markup at all."""

    blocks: tuple[Block, ...]
    html: str
    text: str

    @property
    def is_blank(self) -> bool:
        """Whether a shopper would see nothing: neither a visible character nor an image."""
        return is_blank(self.text) and not any(
            isinstance(block, Image) or any(map(_is_image, _inlines_of(block)))
            for _, block in _walk(self.blocks)
        )


def to_text(blocks: Sequence[Block]) -> str:
    """Return the words alone, without pictures and addresses.

    Blocks and list items are parted by a blank line, rows of a table by a line end and its cells
    by a tab, as a browser copies them.
    """
    parts: list[str] = []
    gap = ""
    for before, block in _walk(blocks):
        if before != gap:
            gap = max(gap, before, key=_GAPS.index)
        text = _text_of(block)
        if text.strip():
            is_cell = before in _CELL_GAPS
            parts.append(gap if parts else "")
            parts.append(" ".join(text.split()) if is_cell else text)
            gap = ""
    return "".join(parts)


def from_plain(text: str) -> tuple[Block, ...]:
    """Read plain text: blank lines separate paragraphs, single line ends are line breaks."""
    blocks: list[Block] = []
    lines: list[str] = []
    for line in [*printable(text).split("\n"), ""]:
        if line.strip():
            lines.append(line)
        elif lines:
            blocks.append(Paragraph(lines_of("\n".join(lines).strip())))
            lines = []
    return tuple(blocks)


def lines_of(text: str) -> tuple[Inline, ...]:
    r"""Return printable text as inlines, with a line break for each "\n"."""
    inlines: list[Inline] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            inlines.append(LineBreak())
        if line:
            inlines.append(Text(line))
    return tuple(inlines)


_GAPS = ("", " ", "\t", "\n", "\n\n")
"""What may stand between two texts; of several the last in this order does."""
_CELL_GAPS = (" ", "\t", "\n")


def _walk(blocks: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    """Yield the blocks and those inside them, in reading order, each with the gap before it."""
    stack: list[tuple[str, Block]] = [("\n\n", block) for block in reversed(blocks)]
    while stack:
        gap, block = stack.pop()
        yield gap, block
        below = " " if gap in _CELL_GAPS else gap
        match block:
            case Quote():
                stack.extend((below, inner) for inner in reversed(block.quoted))
            case ItemList():
                for item in reversed(block.items):
                    stack.extend((below, inner) for inner in reversed(item.blocks))
            case Table():
                stack.extend(reversed(list(_in_cells(block))))
            case _:
                pass


def _in_cells(table: Table) -> Iterator[tuple[str, Block]]:
    for row in table.lines:
        gap = "\n"
        for cell in row.cells:
            for block in cell.blocks:
                yield gap, block
                gap = " "
            gap = "\t"


def _text_of(block: Block) -> str:
    match block:
        case Paragraph() | Heading():
            return _words_of(block.content)
        case CodeBlock():
            return block.code
        case Embed():
            return block.words
        case _:
            return ""


def _inlines_of(block: Block) -> Iterator[Inline]:
    """Yield a block's inlines and those inside them, in reading order."""
    stack = list(reversed(block.content)) if isinstance(block, Paragraph | Heading) else []
    while stack:
        inline = stack.pop()
        yield inline
        if isinstance(inline, Link):
            stack.extend(reversed(inline.label))
        elif isinstance(inline, Marked):
            stack.extend(reversed(inline.children))


def _words_of(sentence: Sequence[Inline]) -> str:
    words: list[str] = []
    stack = [*reversed(sentence)]
    while stack:
        inline = stack.pop()
        match inline:
            case Text():
                words.append(inline.text)
            case LineBreak():
                words.append("\n")
            case Marked():
                stack.extend(reversed(inline.children))
            case Link():
                stack.extend(reversed(inline.label))
            case Embed():
                words.append(inline.words)
            case _:
                pass
    return "".join(words)


def _is_image(inline: Inline) -> bool:
    return isinstance(inline, Image)
