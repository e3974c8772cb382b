"""The catalogue's shorthand for rich text, written out as a field of Contentful's `RichText`.

The shorthand is told in `bff.demo.portable_text`. Bullets that follow each other are one list.

Source: @contentful/rich-text-types.
"""

from collections.abc import Sequence
from itertools import groupby

from bff.demo.catalogue import Block, Entity, Span

_HEADINGS = {"h2": "heading-2", "h3": "heading-3"}
_MARKS = {"em": "italic", "strong": "bold"}  # the last one is the outermost


def rich_text(content: str | Sequence[Block]) -> Entity:
    """Return a document; a plain text is a paragraph of one."""
    blocks: Sequence[Block] = [{"p": content}] if isinstance(content, str) else content
    lines = [(kind, text) for block in blocks for kind, text in block.items()]
    nodes: list[Entity] = []
    for is_list, several in groupby(lines, key=lambda line: line[0] == "li"):
        if is_list:
            items = [_node("list-item", [_paragraph(text)]) for _, text in several]
            nodes.append(_node("unordered-list", items))
        else:
            nodes += [_block(kind, text) for kind, text in several]
    return _node("document", nodes)


def _block(kind: str, text: str | list[str | Span]) -> Entity:
    if kind == "quote":
        return _node("blockquote", [_paragraph(text)])
    return _node(_HEADINGS.get(kind, "paragraph"), _inlines(text))


def _paragraph(text: str | list[str | Span]) -> Entity:
    return _node("paragraph", _inlines(text))


def _inlines(text: str | list[str | Span]) -> list[Entity]:
    spans: Sequence[str | Span] = [text] if isinstance(text, str) else text
    return [_inline({"text": span} if isinstance(span, str) else span) for span in spans]


def _inline(span: Span) -> Entity:
    marks = [{"type": theirs} for ours, theirs in _MARKS.items() if span.get(ours)]
    words = {"nodeType": "text", "value": span["text"], "marks": marks, "data": {}}
    if "href" not in span:
        return words
    return {**_node("hyperlink", [words]), "data": {"uri": span["href"]}}


def _node(kind: str, content: Sequence[Entity]) -> Entity:
    return {"nodeType": kind, "data": {}, "content": [*content]}
