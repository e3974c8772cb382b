"""Our output against that of the vendors' own renderers, vector by vector."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bff.domain.document import Asset, Document, Link
from bff.domain.richtext import Block
from bff.domain.richtext_html import to_html
from bff.richtext import (
    ImageSource,
    from_contentful,
    from_portable_text,
    from_strapi_blocks,
    render,
)
from tests.richtext.canonical import canonical

GOLDEN = Path(__file__).parents[1] / "golden" / "richtext"
FILES = ("portable_text", "contentful_rich_text", "strapi_blocks")
CASES: dict[str, dict[str, Any]] = {
    f"{file}/{case['name']}": case
    for file in FILES
    for case in json.loads((GOLDEN / f"{file}.json").read_text(encoding="utf-8"))["cases"]
}

_NO_PLACE = "the vendor's <div></div> is an empty box on the page"
_LOST_LINK = "the vendor shows a developer's note instead of the editor's words"
_SCRIPT = "the vendor's link runs a script"
_KEPT = "the words are kept: a new kind of node must not swallow what somebody wrote"

OURS_IS_BETTER: Mapping[str, tuple[str, str]] = {
    "portable_text/unknown_block_type": (
        "<p>before</p><p>after</p>",
        "a wall that drops styles shows the vendor's hidden developer message to shoppers",
    ),
    "portable_text/image_block": (
        '<img src="https://cdn.example/abc.jpg" alt="x" width="200" height="300" loading="lazy"/>',
        "the same hidden message; and a product's picture should be seen",
    ),
    "contentful_rich_text/hyperlink_javascript": ("<p>x</p>", _SCRIPT),
    "contentful_rich_text/entry_hyperlink_link": ("<p>to entry</p>", _LOST_LINK),
    "contentful_rich_text/entry_hyperlink_resolved": ("<p>to entry</p>", _LOST_LINK),
    "contentful_rich_text/embedded_entry_block_link": ("", _NO_PLACE),
    "contentful_rich_text/embedded_entry_block_resolved": ("", _NO_PLACE),
    "contentful_rich_text/embedded_resource_block": ("", _NO_PLACE),
    "contentful_rich_text/unknown_block": ("<p>a</p><p>inside</p><p>b</p>", _KEPT),
    "strapi_blocks/link_javascript": ("<p>x</p>", _SCRIPT),
    "strapi_blocks/unknown_block": ("<p>a</p><p>x</p><p>b</p>", _KEPT),
}
TEXT_IS_BETTER: Mapping[str, tuple[str, str]] = {
    "contentful_rich_text/unknown_block": ("a inside b", "the vendor's says: undefined"),
}


def image_url(reference: str) -> ImageSource | None:
    assert reference == "image-abc-200x300-jpg"
    return ImageSource("https://cdn.example/abc.jpg", 200, 300)


def asset(target: Mapping[str, Any]) -> Asset | None:
    file = target["fields"]["file"]
    return Asset(f"https:{file['url']}", media_type=file["contentType"])


def entry(target: Mapping[str, Any]) -> Link | None:
    if target["sys"]["type"] == "Link":
        return Link(target["sys"]["id"])
    return Link("e1", Document("e1", "banner", {"title": "Banner <b>"}))


def read(name: str) -> tuple[Block, ...]:
    value = CASES[name]["input"]
    match name.partition("/")[0]:
        case "portable_text":
            return from_portable_text(value, image_url=image_url)
        case "contentful_rich_text":
            return from_contentful(value, asset=asset, entry=entry)
        case _:
            return from_strapi_blocks(value, image_url=lambda url: url)


def theirs(name: str) -> str:
    case = CASES[name]
    # Contentful's renderer keeps line ends and spaces for shoppers only by an option.
    return str(case.get("html_preserve_whitespace", case["html"]))


@pytest.mark.parametrize("name", CASES)
def test_html_is_that_of_the_vendor(name: str) -> None:
    """A shop that moves from the vendor's renderer sees the same page."""
    expected, _reason = OURS_IS_BETTER.get(name, (theirs(name), ""))
    blocks = read(name)

    assert canonical(to_html(blocks)) == canonical(expected)
    assert canonical(render(blocks).html) == canonical(expected)


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("portable_text")])
def test_portable_text_is_written_like_the_vendor_does(name: str) -> None:
    """Snapshots that a shop took of the vendor's renderer still match, byte by byte."""
    expected, _reason = OURS_IS_BETTER.get(name, (theirs(name), ""))

    assert to_html(read(name)) == expected


@pytest.mark.parametrize("name", [name for name in CASES if "plain_text" in CASES[name]])
def test_text_is_that_of_the_vendor(name: str) -> None:
    """Search indexes filled by the vendor's plain text need no rebuilding.

    Contentful's parts blocks by a space, where a reader wants to see them apart.
    """
    expected, _reason = TEXT_IS_BETTER.get(name, (CASES[name]["plain_text"], ""))
    text = render(read(name)).text

    if name.startswith("contentful"):
        text, expected = " ".join(text.split()), " ".join(expected.split())
    assert text == expected


def test_the_exceptions_are_still_needed() -> None:
    """Where the vendor's output has become ours, the exception goes."""
    assert set(OURS_IS_BETTER) | set(TEXT_IS_BETTER) <= set(CASES)
    for name, (ours, reason) in OURS_IS_BETTER.items():
        assert canonical(theirs(name)) != canonical(ours), reason
    for name, (ours, reason) in TEXT_IS_BETTER.items():
        assert CASES[name]["plain_text"] != ours, reason


def test_different_pages_are_different() -> None:
    """The comparison forgives spelling only."""
    pages = ["<p>a</p>", "<p><b>a</b></p>", "<p><i>a</i></p>", "<p><u>a</u></p>", "<ul></ul>"]
    pages += ['<a href="/">a</a>', '<a href="/b">a</a>', "<ul><li>a</li></ul>", "<p>a b</p>"]
    pages += ["<p>a</p><p>b</p>", "<ol><li>a</li></ol>", "<table><tr><td>a</td></tr></table>"]

    seen = [canonical(page) for page in pages]

    assert all(one not in seen[:place] for place, one in enumerate(seen))
