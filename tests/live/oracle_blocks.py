"""What a shopper should read of Strapi's blocks or of plain text.

Written from the editor's own description of its nodes, not from the service: it knows only what
the laboratory's catalogue has.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.live.expectations import Beginning, Event, Markup, Words, joined
from tests.live.oracle_text import safe_link

Json = Any
_MARKS = {
    "bold": ("strong", ""),
    "italic": ("em", ""),
    "underline": ("span", "style=text-decoration:underline"),
    "strikethrough": ("del", ""),
    "code": ("code", ""),
}


def rich_text(value: Json, url: str) -> dict[str, Json] | None:
    """Return what `html`, `text` and `excerpt` have to be; `None` when there is nothing to see."""
    blocks = value if isinstance(value, list) else _paragraphs(value or "")
    words = " ".join(" ".join(_words(block) for block in blocks).split())
    if not words:
        return None
    return {
        "html": Markup(joined(list(_events(blocks, url)))),
        "text": Words(words),
        "excerpt": Beginning(words, 160),
    }


def markdown(value: str | None) -> list[Json] | None:
    """Read the little Markdown that the laboratory's catalogue has as blocks."""
    if not (value or "").strip():
        return None
    blocks: list[Json] = []
    for part in (value or "").strip().split("\n\n"):
        if part.startswith("## "):
            blocks.append({"type": "heading", "level": 2, "children": _marked(part[3:])})
        elif part.startswith("- "):
            items = [
                {"type": "list-item", "children": _marked(line[2:])} for line in part.split("\n")
            ]
            blocks.append({"type": "list", "format": "unordered", "children": items})
        else:
            blocks.append({"type": "paragraph", "children": _marked(part)})
    return blocks


def _marked(text: str) -> list[Json]:
    found = []
    for word in re.split(r"(\*\*.+?\*\*|\*.+?\*|\[.+?\]\(.+?\))", text):
        if word.startswith("**"):
            found.append({"type": "text", "text": word.strip("*"), "bold": True})
        elif word.startswith("*"):
            found.append({"type": "text", "text": word.strip("*"), "italic": True})
        elif word.startswith("["):
            label, _, url = word[1:-1].partition("](")
            children = [{"type": "text", "text": label}]
            found.append({"type": "link", "url": url, "children": children})
        elif word:
            found.append({"type": "text", "text": word})
    return found


def _paragraphs(text: str) -> list[Json]:
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    return [{"type": "paragraph", "children": [{"type": "text", "text": one}]} for one in parts]


def _words(node: Json) -> str:
    if node["type"] == "text":
        return str(node["text"])
    glue = " " if node["type"] == "list" else ""
    return glue.join(_words(child) for child in node["children"]) if "children" in node else ""


def _events(blocks: Sequence[Json], url: str) -> Iterator[Event]:
    for block in blocks:
        match block["type"]:
            case "paragraph" if not _words(block):
                yield ("<br>",)  # the vendor's own renderer, too
            case "paragraph":
                yield from _wrapped("p", block["children"])
            case "heading":
                yield from _wrapped(f"h{block['level']}", block["children"])
            case "quote":
                yield from _wrapped("blockquote", block["children"])
            case "code":
                yield from (("<pre>",), ("<code>",), ("text", _words(block)))
                yield from (("</code>",), ("</pre>",))
            case "image":
                yield _image(block["image"], url)
            case "list":
                yield from _list(block, url)
            case other:
                message = f"the laboratory has no such block: {other}"
                raise AssertionError(message)


def _wrapped(name: str, children: Sequence[Json]) -> Iterator[Event]:
    yield (f"<{name}>",)
    yield from _inlines(children)
    yield (f"</{name}>",)


def _list(block: Json, url: str) -> Iterator[Event]:
    """A list below an item comes after it in Strapi; in HTML it belongs into the item."""
    name = "ol" if block["format"] == "ordered" else "ul"
    yield (f"<{name}>",)
    is_open = False
    for child in block["children"]:
        if child["type"] == "list":
            yield from _list(child, url)
            continue
        if is_open:
            yield ("</li>",)
        yield ("<li>",)
        is_open = True
        yield from _inlines(child["children"])
    if is_open:
        yield ("</li>",)
    yield (f"</{name}>",)


def _inlines(children: Sequence[Json]) -> Iterator[Event]:
    for child in children:
        if child["type"] == "link":
            safe = safe_link(child["url"])
            yield from ((("<a>", f"href={child['url']}"),) if safe else ())
            yield from _inlines(child["children"])
            yield from ((("</a>",),) if safe else ())
            continue
        marks = [tag for name, tag in reversed(_MARKS.items()) if child.get(name)]
        for name, attribute in marks:
            yield (f"<{name}>", attribute) if attribute else (f"<{name}>",)
        for number, line in enumerate(child["text"].split("\n")):
            yield from ((("<br>",),) if number else ())
            yield from ((("text", line),) if line else ())
        for name, _ in reversed(marks):
            yield (f"</{name}>",)


def _image(image: Json, url: str) -> Event:
    address = url + image["url"] if image["url"].startswith("/") else image["url"]
    attributes = {
        "src": address,
        "alt": image.get("alternativeText") or "",
        "width": image["width"],
        "height": image["height"],
    }
    return ("<img>", *sorted(f"{name}={value}" for name, value in attributes.items()))
