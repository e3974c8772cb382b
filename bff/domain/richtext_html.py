"""Rich text as HTML that is safe to insert into a page, and the addresses that may stand in it."""

import html
import re
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


def to_html(blocks: Sequence[Block]) -> str:
    """Return the document as HTML, with every text and attribute escaped at the leaf.

    Links and images that `safe_url` refuses lose their link, or are left out. Runs of spaces are
    kept visible by no-break spaces, as @portabletext/to-html does.
    """
    parts: list[str] = []
    stack: list[Node | str] = list(reversed(blocks))
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
_TAGS = {
    "strong": ("<strong>", "</strong>"),
    "em": ("<em>", "</em>"),
    "code": ("<code>", "</code>"),
    "underline": ('<span style="text-decoration:underline">', "</span>"),
    "strike": ("<del>", "</del>"),
    "superscript": ("<sup>", "</sup>"),
    "subscript": ("<sub>", "</sub>"),
}


def _html(node: Node) -> tuple[str, Sequence[Node], str]:  # noqa: C901, PLR0911, PLR0912 - one case per kind
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
        case Table():
            return "<table><tbody>", node.lines, "</tbody></table>"
        case TableRow():
            return "<tr>", node.cells, "</tr>"
        case TableCell():
            name = "th" if node.is_header else "td"
            return f"<{name}{_spans(node)}>", node.blocks, f"</{name}>"
        case Image():
            return _image_tag(node), (), ""
        case Embed():
            return _embed(node), (), ""
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


def _spans(cell: TableCell) -> str:
    columns = f' colspan="{cell.columns}"' if cell.columns != 1 else ""
    return columns + (f' rowspan="{cell.rows}"' if cell.rows != 1 else "")


def _embed(node: Embed) -> str:
    words = _escaped(node.words)
    href = safe_url(node.href) if node.href else None
    if words and href is not None:
        words = f'<a href="{html.escape(href)}">{words}</a>'
    return words if node.inline or not words else f"<p>{words}</p>"


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
