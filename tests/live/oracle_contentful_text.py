"""What a shopper should read of Contentful's rich text.

Written from the vendor's description of its nodes, not from the service: it knows only what the
laboratory's catalogue has.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.live.expectations import Beginning, Event, Markup, Words, joined
from tests.live.oracle_text import safe_link

Json = Any
_MARKS = {"bold": "strong", "italic": "em", "code": "code"}
_NAMES = {
    **{f"heading-{level}": f"h{level}" for level in range(1, 7)},
    "paragraph": "p",
    "unordered-list": "ul",
    "ordered-list": "ol",
    "list-item": "li",
    "blockquote": "blockquote",
    "table": "table",
    "table-row": "tr",
    "table-cell": "td",
    "table-header-cell": "th",
}


def rich_text(value: Json, files: "Files") -> dict[str, Json] | None:
    """Return what `html`, `text` and `excerpt` have to be; `None` when there is nothing to see."""
    words = " ".join(" ".join(_words(node, files) for node in value["content"]).split())
    if not words:
        return None
    return {
        "html": Markup(joined(list(_events(value["content"], files)))),
        "text": Words(words),
        "excerpt": Beginning(words, 160),
    }


def _words(node: Json, files: "Files") -> str:
    if node["nodeType"] == "embedded-entry-inline":
        return files.title(node)
    if node["nodeType"] == "text":
        return str(node["value"])
    glue = "" if node["nodeType"] in {"paragraph", "hyperlink"} | _INLINE_LINKS else " "
    if node["nodeType"].startswith("heading"):
        glue = ""
    return glue.join(_words(child, files) for child in node["content"])


_INLINE_LINKS = {"entry-hyperlink", "asset-hyperlink"}


class Files:
    """Assets and entries, as a text in one language shows them."""

    def __init__(
        self,
        assets: Mapping[str, Json],
        entries: Mapping[str, Json],
        tag: str | None,
        ours: Mapping[str, str],
    ) -> None:
        self._assets = assets
        self._entries = entries
        self._tag = tag
        self._theirs = {ours_: theirs for theirs, ours_ in ours.items()}

    def file(self, node: Json) -> Json | None:
        """Return the file that a node means, `None` for one that is gone."""
        asset = self._assets.get(node["data"]["target"]["sys"]["id"])
        return asset and self._read(asset["fields"]["file"])

    def title(self, node: Json) -> str:
        """Return the title of an entry that stands in a line of text."""
        entry = self._entries.get(node["data"]["target"]["sys"]["id"])
        return str(self._read(entry["fields"]["title"])) if entry else ""

    def alt(self, node: Json) -> str:
        fields = self._assets[node["data"]["target"]["sys"]["id"]]["fields"]
        words = {**fields.get("title", {}), **fields.get("description", {})}
        return str(self._read(words) or "")

    def _read(self, by_tag: Json) -> Json:
        """Return a value in the text's own language, else in the space's default."""
        theirs = self._theirs.get(self._tag or "", self._tag)
        return by_tag.get(theirs, by_tag.get("en-US"))


def _events(nodes: Sequence[Json], files: Files) -> Iterator[Event]:
    for node in nodes:
        kind = node["nodeType"]
        if kind == "text":
            yield from _text(node)
        elif kind == "hr":
            yield from (("<hr>",),)
        elif kind == "hyperlink":
            uri = node["data"]["uri"]
            yield from _linked(uri if safe_link(uri) else None, node, files)
        elif kind == "asset-hyperlink":
            file = files.file(node)
            yield from _linked(file and "https:" + file["url"], node, files)
        elif kind == "entry-hyperlink":
            yield from _linked(None, node, files)
        elif kind == "embedded-entry-inline":
            yield ("text", files.title(node))
        elif kind == "embedded-asset-block":
            yield from _image(node, files)
        elif kind in _NAMES:
            yield from _element(kind, node, files)


def _element(kind: str, node: Json, files: Files) -> Iterator[Event]:
    yield (f"<{_NAMES[kind]}>",)
    yield from ((("<tbody>",),) if kind == "table" else ())
    yield from _events(node["content"], files)
    yield from ((("</tbody>",),) if kind == "table" else ())
    yield (f"</{_NAMES[kind]}>",)


def _text(node: Json) -> Iterator[Event]:
    names = [_MARKS[mark["type"]] for mark in node["marks"]]
    yield from ((f"<{name}>",) for name in names)
    if node["value"]:
        yield ("text", node["value"])
    yield from ((f"</{name}>",) for name in reversed(names))


def _linked(href: str | None, node: Json, files: Files) -> Iterator[Event]:
    yield from ((("<a>", f"href={href}"),) if href else ())
    yield from _events(node["content"], files)
    yield from ((("</a>",),) if href else ())


def _image(node: Json, files: Files) -> Iterator[Event]:
    file = files.file(node)
    if file is not None:
        size = file["details"]["image"]
        attributes = {"src": "https:" + file["url"], "alt": files.alt(node), **size}
        yield ("<img>", *sorted(f"{name}={value}" for name, value in attributes.items()))
