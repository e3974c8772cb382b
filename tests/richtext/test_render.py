"""What leaves us as HTML is safe, whatever came in, and cheap enough for the event loop."""

import sys
import time
from collections.abc import Callable
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bff.domain.richtext import (
    MAX_DEPTH,
    MAX_MARKS,
    Block,
    Heading,
    Image,
    Level,
    Link,
    Marked,
    Paragraph,
    RichText,
    Text,
)
from bff.domain.richtext_html import to_html
from bff.domain.richtext_json import to_json
from bff.domain.text import excerpt
from bff.richtext import ImageSource, from_portable_text, plain, render
from bff.richtext.render import _CLEANER, _is_inert
from tests.richtext.inspection import inspect


def any_image(reference: str) -> ImageSource | None:
    return ImageSource(reference, 2, 1)  # hands on even what an attacker wrote


NASTY = st.sampled_from(
    [
        *("javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "//evil.example"),
        *("<script>alert(1)</script>", '" onclick="alert(1)', "'><img src=x onerror=alert(1)>"),
        *("</span><script>", "<!--", "-->", "]]>", "&lt;script&gt;", "&#x6A;avascript:1"),
        *(
            "\x00",
            "\ud800",
            "\u2028",
            "<svg/onload=alert(1)>",
            "</p><style>",
            "/x",
            "https://e.com",
        ),
    ]
)
WORDS = st.one_of(NASTY, st.text(max_size=8))
KEYS = st.sampled_from(
    [
        *("_type", "_key", "children", "text", "marks", "markDefs", "href", "style", "listItem"),
        *("level", "asset", "_ref", "url", "alt", "code", "language", "x"),
    ]
)
TYPES = st.sampled_from(["block", "span", "image", "code", "break", "link", "callout", "x"])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    WORDS,
    TYPES,
    st.sampled_from(["strong", "em", "underline", "l1", "h1", "blockquote", "number", "bullet"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(KEYS, WORDS), inner, max_size=5),
    ),
    max_leaves=25,
)
MARKS = st.lists(
    st.one_of(st.sampled_from(["strong", "em", "underline", "l1", "l2"]), WORDS), max_size=4
)
SPANS = st.fixed_dictionaries({"_type": st.just("span"), "text": WORDS, "marks": MARKS})
DEFINITIONS = st.fixed_dictionaries(
    {
        "_key": st.sampled_from(["l1", "l2"]),
        "_type": st.one_of(st.just("link"), WORDS),
        "href": st.one_of(WORDS, JSON),
    }
)
BLOCKS = st.fixed_dictionaries(
    {
        "_type": TYPES,
        "children": st.lists(SPANS, max_size=4),
        "markDefs": st.lists(DEFINITIONS, max_size=3),
    },
    optional={
        "style": st.one_of(st.sampled_from(["normal", "h1", "blockquote"]), WORDS),
        "listItem": st.one_of(st.sampled_from(["number", "bullet"]), WORDS),
        "level": st.one_of(st.integers(-2, 40), JSON),
        "asset": st.fixed_dictionaries({"_ref": WORDS}),
        "alt": WORDS,
        "code": WORDS,
    },
)


@given(st.one_of(JSON, BLOCKS, st.lists(st.one_of(BLOCKS, JSON), max_size=6)))
@settings(max_examples=500, deadline=None)
def test_any_json_becomes_a_safe_document(value: object) -> None:
    """Whatever a CMS answers, the page holds no script, no handler and no foreign scheme."""
    document = render(from_portable_text(value, image_url=any_image))

    inspect(document.html)
    document.html.encode()
    document.text.encode()
    assert len(excerpt(document.text, 20)) <= 20
    assert isinstance(document.is_blank, bool)
    for node in _nodes(to_json(document.blocks)):
        for key in ("href", "url"):
            if key in node:
                inspect(f'<a href="{str(node[key]).replace(chr(34), "&quot;")}">')


def _nodes(nodes: object) -> list[dict[str, object]]:
    assert isinstance(nodes, list)
    inner = [child for node in nodes for child in _nodes(node.get("children", []))]
    return [*nodes, *inner]


def test_the_inspector_can_fail() -> None:
    """The check above would notice each kind of breach."""
    breaches = [
        *("<script>1</script>", '<p onclick="1">', '<a href="javascript:1">', '<img src="//e">'),
        *('<a href="java\tscript:1">', '<a href="/\\e">', '<div style="x">', '<p class="x">'),
    ]
    for breach in breaches:
        with pytest.raises(AssertionError):
            inspect(breach)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<script>alert(1)</script>x", "x"),
        ("<style>p{}</style><!-- c --><iframe src=/x></iframe>x", "x"),
        ('<p onclick="1" id="a" class="b" style="color:red">x</p>', "<p>x</p>"),
        ('<div style="display:none">x</div>', "x"),
        ('<a href="javascript:1">x</a>', "<a>x</a>"),
        ('<a href="//evil.example/">x</a>', '<a href="https://evil.example/">x</a>'),
        ('<a href="/\\evil.example" target="_blank">x</a>', "<a>x</a>"),
        ('<a href="magnet:?x" rel="me">x</a>', "<a>x</a>"),
        ('<a href="/ok">x</a>', '<a href="/ok">x</a>'),
        ('<img src="data:image/svg+xml,x" onerror="1" loading="eager">', "<img>"),
        ('<span class="unknown__pt__mark__a">x</span>', None),
        ('<span class="unknown__pt__mark__a other">x</span>', "<span>x</span>"),
        ('<span class="modal">x</span>', "<span>x</span>"),
        ('<span style="text-decoration:underline">x</span>', None),
        ('<span style="text-decoration:url(/x)">x</span>', "<span>x</span>"),
        ('<span style="position:fixed">x</span>', "<span>x</span>"),
        ('<p>x<sup>2</sup><sub onclick="1">n</sub></p>', "<p>x<sup>2</sup><sub>n</sub></p>"),
        (
            '<table id="1"><tr><th colspan="2" id="x">a</th><td rowspan="x">b</td></tr></table>',
            '<table><tbody><tr><th colspan="2">a</th><td>b</td></tr></tbody></table>',
        ),
        (
            '<table><tbody><tr><td rowspan="9999" colspan="0">a</td></tr></tbody></table>',
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
        ),
    ],
)
def test_the_second_wall_stands_alone(html: str, kept: str | None) -> None:
    """Were our own escaping to fail, nh3 would still keep this off the page."""
    assert _CLEANER.clean(html) == (html if kept is None else kept)


def test_plain_text_is_never_markup() -> None:
    """A description typed as plain text shows its angle brackets."""
    document = plain("1 < 2 <b>\n\nNext")

    assert document.html == "<p>1 &lt; 2 &lt;b&gt;</p><p>Next</p>"
    assert document.text == "1 < 2 <b>\n\nNext"
    assert document.blocks == (Paragraph((Text("1 < 2 <b>"),)), Paragraph((Text("Next"),)))


def test_text_that_is_its_own_html_needs_no_second_wall() -> None:
    """Whatever skips nh3 is what nh3 would have said of it, for every character there is."""
    skipping = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if _is_inert(c))
    kept_back = [*"<>&\0\t\n\r\x7f\x85\xa0\ud800", "  "]

    assert len(skipping) > 100_000
    assert not any(map(_is_inert, kept_back))
    assert _CLEANER.clean(f"<p>{skipping}</p>") == f"<p>{skipping}</p>"
    assert render([Paragraph((Text(skipping),))]).html == f"<p>{skipping}</p>"


@given(st.lists(st.text("a \"'<>&;#x\n\t\xa0\u2028\ud800\U0001f9e6", max_size=12), max_size=4))
def test_plain_text_reads_the_same_with_and_without_the_second_wall(texts: list[str]) -> None:
    """A shortcut for plain paragraphs changes no character of the page."""
    blocks = from_portable_text(
        [{"children": [{"text": text}]} for text in texts], image_url=any_image
    )

    assert render(blocks).html == _CLEANER.clean(to_html(blocks))


def test_unsafe_blocks_from_any_reader_render_safely() -> None:
    """A reader that forgot to check an address is caught by the renderer."""
    document = render(
        [
            Paragraph((Link("javascript:1", (Marked("unknown", (Text("a"),), '"x'),)),)),
            Image("data:image/png;base64,x", "y"),
        ]
    )

    assert document.html == "<p>a</p>"


def test_what_slips_through_our_escaping_stops_at_the_second_wall() -> None:
    """Even blocks that break their own types cannot bring a handler or script to the page."""
    level = cast("Level", "1><script>alert(1)</script><h1 onclick=alert(1)")
    width = cast("int", '1" onerror="alert(1)')

    document = render([Heading(level, (Text("a"),)), Image("/a.png", "b", width)])

    inspect(document.html)
    assert "alert" not in document.html


def _prose(size: int) -> list[object]:
    sentence = "Soft cotton, washed & worn <always>. " * 6
    return [
        {
            "_type": "block",
            "style": "normal" if number % 10 else "h2",
            "markDefs": [{"_key": "l", "_type": "link", "href": f"/p/{number}"}],
            "children": [
                {"_type": "span", "text": sentence, "marks": []},
                {"_type": "span", "text": "and more", "marks": ["strong", "l"]},
            ],
        }
        for number in range(size // len(sentence))
    ]


def _deepest() -> list[object]:
    marks = [f"mark-{number}" for number in range(MAX_MARKS)]
    span = {"_type": "span", "text": "x", "marks": marks}
    return [
        {"_type": "block", "listItem": "bullet", "level": level, "children": [span]}
        for level in range(1, MAX_DEPTH + 1)
    ]


def _read(value: object) -> tuple[Block, ...]:
    return from_portable_text(value, image_url=any_image)


@pytest.mark.parametrize("value", [_prose(3_000), _deepest()], ids=["prose", "deepest"])
def test_a_document_survives_the_cache(value: object) -> None:
    """A document read back from a store is the one that was written, however deep it is."""
    codec = TypeAdapter(RichText)
    document = render(_read(value))

    assert codec.validate_json(codec.dump_json(document)) == document


def _spans(count: int) -> list[object]:
    spans = [{"_type": "span", "text": "x", "marks": ["strong", f"m{n}"]} for n in range(count)]
    return [{"_type": "block", "children": spans}]


def _levels(count: int) -> list[object]:
    return [
        {"_type": "block", "listItem": "bullet", "level": level, "children": [{"text": "x"}]}
        for level in range(1, count + 1)
    ]


def _definitions(count: int) -> list[object]:
    marks = [{"_key": f"l{number}", "_type": "link", "href": "/"} for number in range(count)]
    spans = [{"text": "x", "marks": [f"l{number}"]} for number in range(count)]
    return [{"_type": "block", "markDefs": marks, "children": spans}]


def _seconds(value: object) -> float:
    times = []
    for _ in range(3):
        started = time.process_time()
        render(_read(value))
        times.append(time.process_time() - started)
    return min(times)


@pytest.mark.parametrize("hostile", [_prose, _spans, _levels, _definitions])
def test_the_price_grows_with_the_size_only(hostile: Callable[[int], list[object]]) -> None:
    """Eight times the document costs about eight times as much, not sixty-four."""
    assert _seconds(hostile(16_000)) < 28 * _seconds(hostile(2_000)) + 0.02


def test_a_large_document_leaves_the_event_loop_alone() -> None:
    """100 kB of text are read and rendered without holding up other shoppers.

    The bound is five times the aim of 20 ms, for slow machines that run tests.
    """
    assert _seconds(_prose(100_000)) < 0.1
