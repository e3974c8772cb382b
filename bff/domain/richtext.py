"""Rich text in one neutral form, whatever system wrote it, and what storefronts get of it.

A document is a tuple of blocks, a block holds inlines or blocks again. Readers (`bff.richtext`)
build it and keep it at most `MAX_DEPTH` lists and `MAX_MARKS` marks deep; the functions here
walk with a stack of their own, so that no document can exhaust Python's.

To add a kind: one dataclass, one line in `Block` or `Inline`, one case in `_html` and `_json`;
mypy names the places. No two recursive kinds of a union share the name of their content: a
decoder that tries one kind after the other would else redo the subtree for each of them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

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
_Node: TypeAlias = Block | ListItem | Inline


@dataclass(frozen=True, slots=True)
class RichText:
    """A rendered document: `html` is safe to insert into a page, `text` has no markup at all."""

    blocks: tuple[Block, ...]
    html: str
    text: str

    @property
    def is_blank(self) -> bool:
        """Whether a shopper would see nothing: neither a visible character nor an image."""
        return not _VISIBLE.search(self.text) and not any(
            isinstance(node, Image) for node in _blocks_within(self.blocks)
        )


def to_html(blocks: Sequence[Block]) -> str:
    """Return the document as HTML, with every text and attribute escaped at the leaf.

    Links and images that `safe_url` refuses lose their link, or are left out. Runs of spaces are
    kept visible by no-break spaces, as @portabletext/to-html does.
    """
    parts: list[str] = []
    stack: list[_Node | str] = list(reversed(blocks))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        before, inside, after = _html(node)
        parts.append(before)
        if after:
            stack.append(after)
        stack.extend(reversed(inside))
    return "".join(parts)


def to_text(blocks: Sequence[Block]) -> str:
    """Return the words alone: a blank line between blocks and list items, no images, no URLs."""
    texts = (_text_of(block) for block in _blocks_within(blocks))
    return "\n\n".join(text for text in texts if text.strip())


def to_json(blocks: Sequence[Block]) -> list[dict[str, object]]:
    """Return the document as plain JSON values: the GraphQL field `RichText.blocks`.

    Every node has a `type`; those that hold others list them, in order, under `children`.

    Blocks:
      - `{type: "paragraph", children: [inline]}`
      - `{type: "heading", level: 1..6, children: [inline]}`
      - `{type: "quote", children: [block]}`
      - `{type: "list", ordered: bool, children: [{type: "item", children: [block]}]}`
      - `{type: "image", url, alt, width: int | null, height: int | null}`, alt may be empty
      - `{type: "code", language: string | null, text}`
      - `{type: "divider"}`

    Inlines:
      - `{type: "text", text}`
      - `{type: "lineBreak"}`
      - `{type: "mark", mark: "strong" | "em" | "code" | "underline" | "strike", children}`
      - `{type: "mark", mark: "unknown", name, children}`: `name` is the author's word, such as
        "highlight", and not sanitised
      - `{type: "link", href, children}`

    Every `href` and `url` has passed `safe_url`; texts are not escaped.
    """
    document: list[dict[str, object]] = []
    stack: list[tuple[_Node, list[dict[str, object]]]] = [(b, document) for b in reversed(blocks)]
    while stack:
        node, siblings = stack.pop()
        value, inside = _json(node)
        target = siblings
        if value is not None:
            siblings.append(value)
            target = []
            if not isinstance(node, _LEAVES):
                value["children"] = target
        stack.extend((child, target) for child in reversed(inside))
    return document


def excerpt(text: str, length: int) -> str:
    """Return the beginning of `text` in at most `length` characters, ellipsis included.

    White space is collapsed. The cut is at the last word boundary that fits (CJK text has one
    beside every character) and, where there is none, between two visible characters: accents,
    joined emoji and flags stay whole. A length of zero or less gives "".
    """
    words = " ".join(text.split())
    if length <= 0 or len(words) <= length:
        return words if length > 0 else ""
    ends = range(length - 1, 0, -1)
    whole = (end for end in ends if not _is_joined(words, end))
    last = next((end for end in ends if _is_word_end(words, end)), None) or next(whole, 0)
    return words[:last].rstrip() + "…"


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


def printable(text: str) -> str:
    r"""Return `text` with "\n" for every kind of line end, and no control characters.

    Lone surrogates, which JSON can carry and UTF-8 cannot, become U+FFFD.
    """
    if not _UNPRINTABLE.search(text):
        return text
    return _LONE_SURROGATE.sub("\ufffd", _CONTROL.sub("", _LINE_END.sub("\n", text)))


def safe_url(url: str) -> str | None:
    """Return an address fit for `href` or `src`, or None when it is refused.

    Allowed are http, https, mailto, tel, paths, queries and fragments. `//host` becomes https.
    Whatever a browser might read as another scheme or host is refused rather than repaired:
    control characters, backslashes in front, entities or percent signs before the first slash.

    Source: URL Standard, basic URL parser (it strips controls and reads backslashes as slashes).
    """
    trimmed = url.strip(_TRIMMED)
    if trimmed.startswith("//"):
        trimmed = "https:" + trimmed
    return trimmed if _SAFE_URL.fullmatch(trimmed) else None


_LEAVES = (Text, LineBreak, Image, CodeBlock, Divider)
_VISIBLE = re.compile(r"[^\s\u00ad\u200b-\u200f\u2060\ufeff]")
_LINE_END = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")  # \v: pasted from Word
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TRIMMED = "".join(map(chr, range(0x21)))
_SAFE_URL = re.compile(
    r"""
    (?: (?i:https?)://[^/\\?#&%:@]  # a host has to follow
      | (?i:mailto|tel):
      | /(?![/\\&])                 # "/\host" and "/&sol;host" lead elsewhere
      | [?#]
      | (?=[^/?#:&%\\]+(?:[/?#]|$)) # a relative path: nothing scheme-like before its first slash
      | $                           # this very page
    )
    [^\x00-\x1f\x7f-\x9f\ud800-\udfff]*
    """,
    re.VERBOSE,
)
_CUSTOM_MARK = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SPACES = re.compile(" {2,}")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_JOINER = "\u200d"
_TAGS = {
    "strong": ("<strong>", "</strong>"),
    "em": ("<em>", "</em>"),
    "code": ("<code>", "</code>"),
    "underline": ('<span style="text-decoration:underline">', "</span>"),
    "strike": ("<del>", "</del>"),
}


def _html(node: _Node) -> tuple[str, Sequence[_Node], str]:  # noqa: C901, PLR0911, PLR0912 - one case per kind
    match node:
        case Text():
            return _escaped(node.text), (), ""
        case LineBreak():
            return "<br/>", (), ""
        case Marked():
            before, after = _mark_tags(node)
            return before, node.children, after
        case Link():
            href = safe_url(node.href)
            if href is None:
                return "", node.label, ""
            return f'<a href="{html.escape(href)}">', node.label, "</a>"
        case Paragraph():
            return ("", node.content, "") if node.tight else ("<p>", node.content, "</p>")
        case Heading():
            return f"<h{node.level}>", node.content, f"</h{node.level}>"
        case Quote():
            return "<blockquote>", node.quoted, "</blockquote>"
        case ItemList():
            return ("<ol>", node.items, "</ol>") if node.ordered else ("<ul>", node.items, "</ul>")
        case ListItem():
            return "<li>", node.blocks, "</li>"
        case Image():
            return _image_tag(node), (), ""
        case CodeBlock():
            return f"<pre><code>{html.escape(node.code)}</code></pre>", (), ""
        case Divider():
            return "<hr/>", (), ""
        case _:
            assert_never(node)


def _mark_tags(node: Marked) -> tuple[str, str]:
    if node.mark != "unknown":
        return _TAGS[node.mark]
    if not _CUSTOM_MARK.fullmatch(node.name):
        return "", ""
    return f'<span class="unknown__pt__mark__{node.name}">', "</span>"


def _image_tag(node: Image) -> str:
    url = safe_url(node.url)
    if url is None:
        return ""
    size = "" if node.width is None else f' width="{node.width}"'
    size += "" if node.height is None else f' height="{node.height}"'
    return f'<img src="{html.escape(url)}" alt="{html.escape(node.alt)}"{size} loading="lazy"/>'


def _escaped(text: str) -> str:
    escaped = html.escape(text)
    if "  " not in escaped:
        return escaped
    return _SPACES.sub(lambda run: "&nbsp;" * (len(run[0]) - 1) + " ", escaped)


def _json(node: _Node) -> tuple[dict[str, object] | None, Sequence[_Node]]:  # noqa: PLR0911, C901 - one per kind
    value: dict[str, object] = {"type": node.type}
    match node:
        case Text():
            return value | {"text": node.text}, ()
        case LineBreak() | Divider():
            return value, ()
        case Marked():
            name = {"name": node.name} if node.mark == "unknown" else {}
            return value | {"mark": node.mark} | name, node.children
        case Link():
            href = safe_url(node.href)
            return None if href is None else value | {"href": href}, node.label
        case Paragraph():
            return value, node.content
        case Heading():
            return value | {"level": node.level}, node.content
        case Quote():
            return value, node.quoted
        case ItemList():
            return value | {"ordered": node.ordered}, node.items
        case ListItem():
            return value, node.blocks
        case Image():
            url = safe_url(node.url)
            size = {"width": node.width, "height": node.height}
            return None if url is None else value | {"url": url, "alt": node.alt} | size, ()
        case CodeBlock():
            return value | {"language": node.language or None, "text": node.code}, ()
        case _:
            assert_never(node)


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


def _is_word_end(text: str, end: int) -> bool:
    if text[end] == " ":
        return True
    return bool(_CJK.search(text[end - 1 : end + 1])) and not _is_joined(text, end)


def _is_joined(text: str, end: int) -> bool:
    """Whether the character at `end` belongs to what the shopper sees before it."""
    after = text[end]
    if after == _JOINER or text[end - 1] == _JOINER or unicodedata.category(after)[0] == "M":
        return True
    if _is_flag_half(after):
        start = end
        while start and _is_flag_half(text[start - 1]):
            start -= 1
        return (end - start) % 2 == 1
    return "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f"


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
