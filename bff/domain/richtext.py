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

Mark: TypeAlias = Literal["strong", "em", "code", "underline", "strike", "unknown"]
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
    """A picture between blocks; width and height in pixels, where known."""

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


Inline: TypeAlias = Text | LineBreak | Marked | Link
Block: TypeAlias = Paragraph | Heading | Quote | ItemList | Image | CodeBlock | Divider
Node: TypeAlias = Block | ListItem | Inline


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
            isinstance(node, Image) for node in _blocks_within(self.blocks)
        )


def to_text(blocks: Sequence[Block]) -> str:
    """Return the words alone: a blank line between blocks and list items, no images, no URLs."""
    texts = (_text_of(block) for block in _blocks_within(blocks))
    return "\n\n".join(text for text in texts if text.strip())


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


def _blocks_within(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks and those inside them, in reading order."""
    stack = list(reversed(blocks))
    while stack:
        block = stack.pop()
        yield block
        if isinstance(block, Quote):
            stack.extend(reversed(block.quoted))
        elif isinstance(block, ItemList):
            stack.extend(
                inner for item in reversed(block.items) for inner in reversed(item.blocks)
            )


def _text_of(block: Block) -> str:
    if isinstance(block, CodeBlock):
        return block.code
    parts: list[str] = []
    stack = list(reversed(block.content)) if isinstance(block, Paragraph | Heading) else []
    while stack:
        inline = stack.pop()
        if isinstance(inline, Text):
            parts.append(inline.text)
        elif isinstance(inline, LineBreak):
            parts.append("\n")
        else:
            stack.extend(reversed(inline.label if isinstance(inline, Link) else inline.children))
    return "".join(parts)
