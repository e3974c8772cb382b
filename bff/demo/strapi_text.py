"""The catalogue's shorthand for rich text, written out as Strapi's blocks.

The shorthand is told in `bff.demo.portable_text`. Bullets that follow each other are one list.

Source: blocks of versions 5 and 4, recorded in tests.
"""

from collections.abc import Sequence
from itertools import groupby

from bff.demo.catalogue import Block, Entity, Span

_LEVELS = {"h2": 2, "h3": 3}
_MARKS = {"strong": "bold", "em": "italic"}


def blocks(content: str | Sequence[Block]) -> list[Entity]:
    """Return a field of blocks; a plain text is a paragraph of one."""
    written: Sequence[Block] = [{"p": content}] if isinstance(content, str) else content
    lines = [(kind, text) for block in written for kind, text in block.items()]
    found: list[Entity] = []
    for is_list, several in groupby(lines, key=lambda line: line[0] == "li"):
        if is_list:
            items = [{"type": "list-item", "children": _inlines(text)} for _, text in several]
            found.append({"type": "list", "format": "unordered", "children": items})
        else:
            found += [_block(kind, _inlines(text)) for kind, text in several]
    return found


def _block(kind: str, children: list[Entity]) -> Entity:
    if kind in _LEVELS:
        return {"type": "heading", "level": _LEVELS[kind], "children": children}
    return {"type": "quote" if kind == "quote" else "paragraph", "children": children}


def _inlines(text: str | list[str | Span]) -> list[Entity]:
    spans: Sequence[str | Span] = [text] if isinstance(text, str) else text
    return [_inline({"text": span} if isinstance(span, str) else span) for span in spans]


def _inline(span: Span) -> Entity:
    words: Entity = {"type": "text", "text": span["text"]}
    words |= {theirs: True for ours, theirs in _MARKS.items() if span.get(ours)}
    if "href" not in span:
        return words
    return {"type": "link", "url": span["href"], "children": [words]}
