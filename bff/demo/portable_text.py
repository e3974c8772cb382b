"""The catalogue's shorthand for rich text, written out as Sanity's Portable Text.

A block is one key and its text: `p`, `h2`, `h3`, `quote`, or `li` for a bullet. The text is a
string or a list of strings and spans: `{"text", "strong"?, "em"?, "href"?}`.
"""

from collections.abc import Sequence

from bff.demo.catalogue import Block, Entity, Span

_STYLES = {"p": "normal", "li": "normal", "quote": "blockquote"}


def portable_text(blocks: Sequence[Block]) -> list[Entity]:
    """Return the blocks as an editor's Studio would have stored them."""
    return [
        _block(kind, text, f"b{number}")
        for number, block in enumerate(blocks)
        for kind, text in block.items()
    ]


def _block(kind: str, text: str | list[str | Span], key: str) -> Entity:
    spans = [text] if isinstance(text, str) else text
    children, links = [], []
    for number, item in enumerate(spans):
        span: Span = {"text": item} if isinstance(item, str) else item
        marks = [mark for mark in ("strong", "em") if span.get(mark)]
        if "href" in span:
            link = f"{key}l{number}"
            links.append({"_key": link, "_type": "link", "href": span["href"]})
            marks.append(link)
        child = {"_type": "span", "_key": f"{key}s{number}", "text": span["text"], "marks": marks}
        children.append(child)
    block: Entity = {
        "_type": "block",
        "_key": key,
        "style": _STYLES.get(kind, kind),
        "markDefs": links,
        "children": children,
    }
    return block | {"listItem": "bullet", "level": 1} if kind == "li" else block
