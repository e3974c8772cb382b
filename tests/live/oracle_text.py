"""What a shopper should read of a Portable Text document or of plain text.

Written from the Portable Text specification and the vendor's renderer, not from the service:
it knows only what the catalogues in use have.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.live.expectations import Beginning, Event, Markup, Words, joined

Json = Any
_MARKS = {"strong": "strong", "em": "em", "code": "code", "strike-through": "del"}
_STYLES = {"normal": "p", "blockquote": "blockquote", **{f"h{n}": f"h{n}" for n in range(1, 7)}}
SAFE = ("https://", "http://", "mailto:", "tel:", "/", "#")


def rich_text(value: Json, assets: Mapping[str, Json]) -> dict[str, Json] | None:
    """Return what `html`, `text` and `excerpt` have to be; `None` when there is nothing to see."""
    blocks = value if isinstance(value, list) else list(_paragraphs(value or ""))
    texts = [text for text in map(_text, blocks) if text]
    if not texts:
        return None
    words = " ".join(" ".join(texts).split())
    return {
        "html": Markup(joined(list(_events(blocks, assets)))),
        "text": Words(words),
        "excerpt": Beginning(words, 160),
    }


def safe_link(href: str) -> bool:
    """Tell whether an address may stand in a page."""
    return href.startswith(SAFE)


def words_of(value: str) -> str:
    """Return plain text on one line."""
    return " ".join(value.split())


def _paragraphs(text: str) -> Iterator[Json]:
    """Read plain text: a blank line ends a paragraph."""
    for part in text.split("\n\n"):
        if part.strip():
            span = {"_type": "span", "text": part.strip(), "marks": []}
            yield {"_type": "block", "style": "normal", "children": [span]}


def _text(block: Json) -> str:
    return "".join(span["text"] for span in block.get("children") or [])


def _events(blocks: Sequence[Json], assets: Mapping[str, Json]) -> Iterator[Event]:
    lists: list[str] = []  # the open ones, the innermost last
    for block in blocks:
        if block["_type"] not in {"block", "image"}:
            continue  # a type of the shop's own, which has no text
        level = block.get("level", 1) if block.get("listItem") else 0
        while len(lists) > level:
            yield from (("</li>",), (f"</{lists.pop()}>",))
        if level and len(lists) == level:
            yield ("</li>",)
        while len(lists) < level:
            lists.append("ol" if block["listItem"] == "number" else "ul")
            yield (f"<{lists[-1]}>",)
        if block["_type"] == "image":
            yield from _image(block, assets)
            continue
        name = "li" if level else _STYLES[block["style"]]
        yield (f"<{name}>",)
        yield from _spans(block)
        if not level:  # an item stays open: a deeper list may follow
            yield (f"</{name}>",)
    while lists:
        yield from (("</li>",), (f"</{lists.pop()}>",))


def _spans(block: Json) -> Iterator[Event]:
    links = {each["_key"]: each["href"] for each in block.get("markDefs") or []}
    for span in block["children"]:
        marks = span.get("marks") or []
        hrefs = [links[mark] for mark in marks if mark in links]
        tags = [("a", f"href={href}") for href in hrefs if safe_link(href)]
        tags += [(_MARKS[mark], "") for mark in marks if mark in _MARKS]
        for name, attribute in tags:
            yield (f"<{name}>", attribute) if attribute else (f"<{name}>",)
        for number, line in enumerate(span["text"].split("\n")):
            yield from ((("<br>",),) if number else ())
            yield from ((("text", line),) if line else ())
        for name, _ in reversed(tags):
            yield (f"</{name}>",)


def _image(block: Json, assets: Mapping[str, Json]) -> Iterator[Event]:
    asset = assets[block["asset"]["_ref"]]
    size = asset["metadata"]["dimensions"]
    attributes = {
        "src": asset["url"],
        "alt": block.get("alt") or "",
        "width": size["width"],
        "height": size["height"],
    }
    yield ("<img>", *sorted(f"{name}={value}" for name, value in attributes.items()))
