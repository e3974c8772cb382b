"""Markdown to neutral blocks: CommonMark with tables and strikethrough, and without raw HTML.

The parser is markdown-it-py, as its preset "js-default" has it: markup that somebody typed is
text, and addresses that it would not link are text too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bff.domain.richtext import (
    MAX_DEPTH,
    MAX_MARKS,
    Block,
    CodeBlock,
    Divider,
    Heading,
    Image,
    Inline,
    ItemList,
    Level,
    LineBreak,
    Link,
    ListItem,
    Mark,
    Marked,
    Paragraph,
    Quote,
    Table,
    TableCell,
    TableRow,
    Text,
    from_plain,
)
from bff.domain.richtext_html import safe_url
from bff.domain.text import printable
from bff.richtext.addresses import AddressOf

LONGEST = 200_000
MOST_BRACKETS = 5_000
"""Of a text that is read as Markdown; one with more characters is shown as it was typed.

Each "[" costs the parser up to 50 µs, a hundred times any other character.
"""


def from_markdown(text: object, *, image_url: AddressOf = safe_url) -> tuple[Block, ...]:
    """Read a text as Markdown; what is no text is no block.

    A picture alone in its paragraph stands between the blocks, any other in its sentence;
    `image_url` may make its address absolute. Lists and quotes deeper than `MAX_DEPTH` continue
    at that depth, and what lies much deeper still is left out.
    """
    if not isinstance(text, str):
        return ()
    if len(text) > LONGEST or text.count("[") > MOST_BRACKETS:
        return from_plain(text)
    outline = _Outline(image_url)
    for token in _PARSER.parse(printable(text)):
        outline.add(token)
    return outline.close()


_NESTING = 2 * MAX_DEPTH + 8  # a list is a level and its item another one; then words and marks
_PARSER = MarkdownIt("js-default", {"maxNesting": _NESTING}).disable(
    # What the preset has switched off, and asks again at every character.
    ["html_block", "html_inline", "linkify", "replacements", "smartquotes"]
)

_LEVELS: Mapping[str, Level] = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_MARKS: Mapping[str, Mark] = {"em": "em", "strong": "strong", "s": "strike"}
_DEEPENING = frozenset({"ul", "ol", "blockquote", "table"})


@dataclass(slots=True)
class _Frame:
    """A container that is still open, and what is in it so far."""

    tag: str = ""
    blocks: list[Block] = field(default_factory=list)
    items: list[ListItem] = field(default_factory=list)
    rows: list[TableRow] = field(default_factory=list)
    cells: list[TableCell] = field(default_factory=list)
    is_flat: bool = False
    tight: bool = False


@dataclass(slots=True)
class _Outline:
    """Builds nested blocks from the parser's flat sequence of tokens."""

    image_url: AddressOf
    open: list[_Frame] = field(default_factory=lambda: [_Frame()])

    def add(self, token: Token) -> None:
        if token.type == "inline":
            self._words(token)
        elif token.nesting > 0:
            depth = sum(frame.tag in _DEEPENING for frame in self.open)
            is_too_deep = token.tag in _DEEPENING and depth >= MAX_DEPTH
            is_flat = is_too_deep or self.open[-1].is_flat
            self.open.append(_Frame(token.tag, is_flat=is_flat, tight=token.hidden))
        elif token.nesting < 0:
            self._close()
        elif token.tag == "hr":
            self.open[-1].blocks.append(Divider())
        else:  # code, fenced or indented
            language = token.info.split()[:1]
            self.open[-1].blocks.append(
                CodeBlock(token.content.removesuffix("\n"), "".join(language))
            )

    def close(self) -> tuple[Block, ...]:
        return tuple(self.open[0].blocks)

    def _words(self, token: Token) -> None:
        frame = self.open[-1]
        inlines = _Sentence(self.image_url).read(token.children or ())
        if frame.tag in _LEVELS:
            frame.blocks.append(Heading(_LEVELS[frame.tag], inlines))
        elif len(inlines) == 1 and isinstance(inlines[0], Image):
            frame.blocks.append(inlines[0])
        elif inlines:
            is_cell = frame.tag in {"td", "th"}
            frame.blocks.append(Paragraph(inlines, tight=frame.tight or is_cell))

    def _close(self) -> None:
        frame = self.open.pop()
        parent = self.open[-1]
        if frame.is_flat:
            parent.blocks.extend(frame.blocks)
            return
        match frame.tag:
            case "ul" | "ol":
                parent.blocks.append(ItemList(tuple(frame.items), frame.tag == "ol"))
            case "li":
                parent.items.append(ListItem(tuple(frame.blocks)))
            case "blockquote":
                if frame.blocks:
                    parent.blocks.append(Quote(tuple(frame.blocks)))
            case "table":
                parent.blocks.append(Table(tuple(frame.rows)))
            case "thead" | "tbody":
                parent.rows.extend(frame.rows)
            case "tr":
                parent.rows.append(TableRow(tuple(frame.cells)))
            case "td" | "th":
                parent.cells.append(TableCell(tuple(frame.blocks), frame.tag == "th"))
            case _:  # a paragraph or heading, which hands on its one block
                parent.blocks.extend(frame.blocks)


@dataclass(slots=True)
class _Sentence:
    """Builds nested inlines from the parser's flat sequence of tokens."""

    image_url: AddressOf
    open: list[tuple[Token | None, list[Inline]]] = field(default_factory=lambda: [(None, [])])

    def read(self, tokens: Sequence[Token]) -> tuple[Inline, ...]:
        for token in tokens:
            match token.type:
                case "text":
                    self._text(token.content)
                case "softbreak":
                    self._text(" ")
                case "hardbreak":
                    self.open[-1][1].append(LineBreak())
                case "code_inline":
                    self.open[-1][1].append(Marked("code", (Text(token.content),)))
                case "image":
                    self._image(token)
                case _ if token.nesting > 0:
                    self.open.append((token, []))
                case _:
                    self._close()
        return tuple(self.open[0][1])

    def _text(self, text: str) -> None:
        inlines = self.open[-1][1]
        before = inlines[-1] if inlines else None
        if isinstance(before, Text):
            inlines[-1] = Text(before.text + text)
        elif text:
            inlines.append(Text(text))

    def _close(self) -> None:
        token, inside = self.open.pop()
        outside = self.open[-1][1]
        if token is None or not inside or len(self.open) > MAX_MARKS:
            outside.extend(inside)
        elif token.tag in _MARKS:
            outside.append(Marked(_MARKS[token.tag], tuple(inside)))
        else:
            href = safe_url(str(token.attrs.get("href", "")))
            is_within = any(one and one.tag == "a" for one, _ in self.open)
            outside.extend(inside if href is None or is_within else [Link(href, tuple(inside))])

    def _image(self, token: Token) -> None:
        url = self.image_url(str(token.attrs.get("src", "")))
        address = None if url is None else safe_url(url)
        words = " ".join(_words(token.children or ()).split())
        if address:
            self.open[-1][1].append(Image(address, words))
        else:
            self._text(words)


def _words(tokens: Sequence[Token]) -> str:
    return "".join(
        _words(token.children) if token.children else token.content or " " for token in tokens
    )
