"""Rich text as plain JSON, for storefronts that render it themselves."""

from collections.abc import Sequence
from typing import assert_never

from bff.domain.richtext import (
    Block,
    CodeBlock,
    Divider,
    Embed,
    Heading,
    Image,
    ItemList,
    LineBreak,
    Link,
    ListItem,
    Marked,
    Node,
    Paragraph,
    Quote,
    Table,
    TableCell,
    TableRow,
    Text,
)
from bff.domain.richtext_html import safe_url


def to_json(blocks: Sequence[Block]) -> list[dict[str, object]]:
    """Return the document as plain JSON values: the GraphQL field `RichText.blocks`.

    Every node has a `type`; those that hold others list them, in order, under `children`.

    Blocks:
      - `{type: "paragraph", children: [inline]}`
      - `{type: "heading", level: 1..6, children: [inline]}`
      - `{type: "quote", children: [block]}`
      - `{type: "list", ordered: bool, children: [{type: "item", children: [block]}]}`
      - `{type: "table", children: [{type: "row", children: [cell]}]}`, where a cell is
        `{type: "cell", header: bool, columns: int, rows: int, children: [block]}`; it spans as
        many columns and rows, mostly 1
      - `{type: "image", url, alt, width: int | null, height: int | null}`, alt may be empty
      - `{type: "code", language: string | null, text}`
      - `{type: "divider"}`
      - `{type: "embed", kind, id, title: string | null, href: string | null}`: another document of
        the content system's, by its type and id there

    Inlines:
      - `{type: "text", text}`
      - `{type: "lineBreak"}`
      - `{type: "mark", mark, children}`, where `mark` is "strong", "em", "code", "underline",
        "strike", "superscript" or "subscript"
      - `{type: "mark", mark: "unknown", name, children}`: `name` is the author's word, such as
        "highlight", and not sanitised
      - `{type: "link", href, children}`
      - `{type: "image", ...}` and `{type: "embed", ...}` as above, within a sentence

    Every `href` and `url` has passed `safe_url`; texts are not escaped.
    """
    document: list[dict[str, object]] = []
    stack: list[tuple[Node, list[dict[str, object]]]] = [(b, document) for b in reversed(blocks)]
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


_LEAVES = (Text, LineBreak, Image, CodeBlock, Divider, Embed)


def _json(node: Node) -> tuple[dict[str, object] | None, Sequence[Node]]:  # noqa: C901, PLR0911, PLR0912 - one case per kind
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
        case Table():
            return value, node.lines
        case TableRow():
            return value, node.cells
        case TableCell():
            spans = {"columns": node.columns, "rows": node.rows}
            return value | {"header": node.is_header} | spans, node.blocks
        case Embed():
            href = safe_url(node.href) if node.href else None
            named = {"kind": node.kind, "id": node.id, "title": node.title or None, "href": href}
            return value | named, ()
        case Image():
            url = safe_url(node.url)
            size = {"width": node.width, "height": node.height}
            return None if url is None else value | {"url": url, "alt": node.alt} | size, ()
        case CodeBlock():
            return value | {"language": node.language or None, "text": node.code}, ()
        case _:
            assert_never(node)
