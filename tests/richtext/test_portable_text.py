"""Portable Text as it is met in real datasets: nested, odd, broken."""

from collections.abc import Mapping

import pytest

from bff.domain.richtext import (
    MAX_DEPTH,
    MAX_MARKS,
    Block,
    CodeBlock,
    Divider,
    Heading,
    Image,
    ItemList,
    Link,
    ListItem,
    Marked,
    Paragraph,
    Quote,
    Text,
)
from bff.domain.richtext_html import to_html
from bff.richtext import ImageSource, from_portable_text


def known_image(reference: str) -> ImageSource | None:
    return ImageSource(f"https://cdn.example/{reference}", 2, 1) if "abc" in reference else None


def read(value: object) -> tuple[Block, ...]:
    return from_portable_text(value, image_url=known_image)


def html_of(value: object) -> str:
    return to_html(read(value))


def span(text: object, *marks: object) -> dict[str, object]:
    return {"_type": "span", "text": text, "marks": list(marks)}


def block(*children: object, **more: object) -> dict[str, object]:
    return {"_type": "block", "children": list(children), **more}


def item(text: str, level: object = 1, kind: object = "bullet") -> dict[str, object]:
    return block(span(text), listItem=kind, level=level)


def link(key: str, href: object) -> dict[str, object]:
    return {"_key": key, "_type": "link", "href": href}


def test_plain_text_in_a_rich_field_is_paragraphs() -> None:
    """A field that once was a string reads as before."""
    assert html_of("Soft.\n\nWarm.") == "<p>Soft.</p><p>Warm.</p>"
    assert html_of([block(span("a")), "b"]) == "<p>a</p><p>b</p>"


@pytest.mark.parametrize(
    "garbage",
    [
        *(None, True, 0, 1.5, {}, [], "", " "),
        *([None, 1, True, [], {}], [[block(span("x"))]]),
        *({"_type": "callout", "text": "hi"}, {"_type": "block"}, {"_type": ["block"]}),
        *({"_type": "block", "children": "x"}, {"_type": "block", "children": {"a": 1}}),
        {"_type": "block", "listItem": "bullet"},
        *({"_type": "image"}, {"_type": "image", "asset": "abc"}, {"_type": "image", "asset": {}}),
        {"_type": "image", "asset": {"_ref": "image-unknown"}},
        {"_type": "image", "asset": {"_ref": 5, "url": None}},
        *({"_type": "code"}, {"_type": "code", "code": 5}),
        *({"_type": "table"}, {"_type": "table", "rows": "x"}),
        *({"_type": "table", "rows": []}, {"_type": "table", "rows": [5, {}, {"cells": "x"}]}),
    ],
)
def test_what_is_no_document_is_no_block(garbage: object) -> None:
    """A field filled with something else counts as missing, and fails nothing."""
    assert read(garbage) == ()


@pytest.mark.parametrize(
    "child",
    [
        *(None, 5, "x", [], {}, {"_type": "span"}, {"_type": "span", "text": 5}),
        {"_type": "stockTicker", "text": "ACME"},
    ],
)
def test_an_unreadable_child_leaves_its_neighbours(child: object) -> None:
    """One broken or custom inline object costs itself, not the sentence."""
    assert html_of(block(span("a"), child, span("b"))) == "<p>ab</p>"


@pytest.mark.parametrize(
    "more",
    [
        *({"marks": None}, {"marks": "strong"}, {"marks": {"a": 1}}),
        *({"marks": [None, 5, [], {}, ""]}, {}),
    ],
)
def test_unreadable_marks_leave_the_words(more: Mapping[str, object]) -> None:
    """Words whose marks are broken are shown unmarked."""
    assert html_of(block({"_type": "span", "text": "a", **more})) == "<p>a</p>"


@pytest.mark.parametrize(
    "definitions",
    [None, "l1", {}, [None, 5, "x", []], [{"_type": "link"}], [{"_key": 5, "_type": "link"}]],
)
def test_a_mark_without_its_definition_is_an_unknown_mark(definitions: object) -> None:
    """Words whose link was lost are shown, with the vendor's class for unknown marks."""
    value = block(span("a", "l1"), markDefs=definitions)

    assert html_of(value) == '<p><span class="unknown__pt__mark__l1">a</span></p>'


def test_a_definition_without_a_type_is_an_unknown_mark() -> None:
    """A half-written annotation shows its words."""
    value = block(span("a", "k"), markDefs=[{"_key": "k", "_type": 5}])

    assert read(value) == (Paragraph((Marked("unknown", (Text("a"),), "k"),)),)


def test_an_annotation_of_another_kind_goes_by_its_type() -> None:
    """An internal link that we cannot follow shows its words under the type's name."""
    value = block(span("a", "k"), markDefs=[{"_key": "k", "_type": "internalLink"}])

    assert read(value) == (Paragraph((Marked("unknown", (Text("a"),), "internalLink"),)),)


@pytest.mark.parametrize("href", [5, [], {}, "javascript:alert(1)"])
def test_a_link_that_leads_nowhere_safe_is_words(href: object) -> None:
    """The shopper reads the words, whatever stood in the address."""
    assert read(block(span("a", "l"), markDefs=[link("l", href)])) == (Paragraph((Text("a"),)),)


def test_a_link_spans_all_its_words() -> None:
    """A partly bold link is one link, not three."""
    value = block(
        span("see ", "l"),
        span("this", "l", "strong"),
        span(" one", "l"),
        markDefs=[link("l", "/x")],
    )

    assert html_of(value) == '<p><a href="/x">see <strong>this</strong> one</a></p>'


def test_the_longest_mark_is_outermost() -> None:
    """Bold that goes on after a link holds the link, as in the vendor's renderer."""
    value = block(
        span("a ", "strong"),
        span("b", "l", "strong"),
        span(" c", "strong"),
        markDefs=[link("l", "/")],
    )

    assert html_of(value) == '<p><strong>a <a href="/">b</a> c</strong></p>'


@pytest.mark.parametrize(
    ("marks", "html"),
    [
        (("em", "strong"), "<strong><em>x</em></strong>"),
        (("strong", "l"), '<a href="/"><strong>x</strong></a>'),
        (("strong", "strong"), "<strong>x</strong>"),
        (("strike-through", "code"), "<code><del>x</del></code>"),
    ],
)
def test_equally_long_marks_nest_in_one_order(marks: tuple[str, ...], html: str) -> None:
    """The order in which an editor pressed the buttons does not change the page."""
    assert html_of(block(span("x", *marks), markDefs=[link("l", "/")])) == f"<p>{html}</p>"


def test_a_link_in_a_link_is_one_link() -> None:
    """Two links on the same words become one, since browsers cannot nest them."""
    value = block(span("x", "a", "b"), markDefs=[link("a", "/a"), link("b", "/b")])

    assert read(value) == (Paragraph((Link("/a", (Text("x"),)),)),)


def test_a_refused_link_does_not_cost_a_good_one() -> None:
    """Of two links on the same words the safe one works."""
    value = block(span("x", "a", "b"), markDefs=[link("a", "javascript:1"), link("b", "/b")])

    assert read(value) == (Paragraph((Link("/b", (Text("x"),)),)),)


def test_marks_on_nothing_leave_nothing() -> None:
    """An empty bold span or link leaves no empty element to trip a screen reader."""
    value = block(span("", "strong", "l"), span("x"), markDefs=[link("l", "/")])

    assert html_of(value) == "<p>x</p>"


def test_code_dividers_and_images_between_blocks() -> None:
    """The usual block types besides text are read too."""
    value = [
        {"_type": "code", "language": "js", "code": "a\r\n b"},
        {"_type": "code", "language": 5, "code": "x"},
        {"_type": "break"},
        {"_type": "image", "asset": {"_ref": "image-abc-2x1-jpg"}, "alt": " Care\nlabel "},
        {"_type": "image", "asset": {"_ref": "gone", "url": "https://x/abc.jpg"}, "alt": None},
    ]

    assert read(value) == (
        CodeBlock("a\n b", "js"),
        CodeBlock("x"),
        Divider(),
        Image("https://cdn.example/image-abc-2x1-jpg", "Care label", 2, 1),
        Image("https://cdn.example/https://x/abc.jpg", "", 2, 1),
    )


def test_a_table_is_a_table() -> None:
    """The usual table plugin's rows are shown, an empty corner included."""
    rows = [{"_key": "a", "cells": ["", "S "]}, {"cells": []}, {"cells": ["Chest\ncm", 90]}]

    assert html_of({"_type": "table", "rows": rows}) == (
        "<table><tbody><tr><td></td><td>S</td></tr>"
        "<tr><td>Chest<br/>cm</td><td></td></tr></tbody></table>"
    )


def test_raised_and_lowered_letters_are_such() -> None:
    """The marks that schemas usually call `sup` and `sub`."""
    assert html_of(block(span("m"), span("2", "sup"), span("n", "sub"))) == (
        "<p>m<sup>2</sup><sub>n</sub></p>"
    )


def test_a_custom_type_that_holds_text_is_read() -> None:
    """A callout built like a block keeps its words, as in the vendor's renderer."""
    assert html_of({"_type": "callout", "children": [span("Mind")]}) == "<p>Mind</p>"


def test_a_styled_list_item_keeps_its_style() -> None:
    """A heading or quote inside a list stays one."""
    value = [
        block(span("a"), listItem="number", style="h3"),
        block(span("b"), listItem="number", style="blockquote"),
    ]

    assert read(value) == (
        ItemList(
            (
                ListItem((Heading(3, (Text("a"),)),)),
                ListItem((Quote((Paragraph((Text("b"),), tight=True),)),)),
            ),
            ordered=True,
        ),
    )


@pytest.mark.parametrize(
    ("items", "html"),
    [
        (
            [item("a"), item("n", 2, "number"), item("b", 2)],
            "<ul><li>a<ol><li>n</li></ol><ul><li>b</li></ul></li></ul>",
        ),
        (
            [item("a"), item("c", 3), item("b", 2), item("d", 1)],
            "<ul><li>a<ul><li>c</li></ul><ul><li>b</li></ul></li><li>d</li></ul>",
        ),
        ([item("c", 3), item("a", 1)], "<ul><li>c</li></ul><ul><li>a</li></ul>"),
        ([item("a"), item("n", 1, "number")], "<ul><li>a</li></ul><ol><li>n</li></ol>"),
        ([item("a", 0), item("b", -3), item("c", "2")], "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ([item("a"), {"_type": "callout"}, item("b")], "<ul><li>a</li><li>b</li></ul>"),
        ([item("a", 1, None), item("b", 1, ""), item("c", 1, 5)], "<p>a</p><p>b</p><p>c</p>"),
    ],
)
def test_lists_nest_by_level(items: list[object], html: str) -> None:
    """Sub-lists stay below the point they belong to, whatever levels the import left."""
    assert html_of(items) == html


def test_lists_nest_no_deeper_than_the_bound() -> None:
    """5 000 levels become a list as deep as we allow, with every line still there."""
    page = html_of([item(str(level), level) for level in range(1, 5_001)])

    assert page.count("<li>") == 5_000
    assert page.count("<ul>") == MAX_DEPTH
    assert page.endswith("<li>5000</li>" + "</ul></li>" * (MAX_DEPTH - 1) + "</ul>")


def test_marks_nest_no_deeper_than_the_bound() -> None:
    """A word under 1 000 marks is shown under the first few."""
    page = html_of(block(span("x", *(f"m{number}" for number in range(1_000)))))

    assert page.count("<span") == MAX_MARKS
    assert ">x<" in page


def test_control_characters_are_gone_from_every_text() -> None:
    """What UTF-8 cannot carry or a page should not hold is cleaned in text, alt and code."""
    bad, good = "a\x00\ud800", "a\ufffd"
    value = [
        block(span(bad, bad), style=bad, markDefs=[{"_key": bad, "_type": bad}]),
        {"_type": "image", "asset": {"_ref": "abc"}, "alt": bad},
        {"_type": "code", "code": bad, "language": bad},
    ]

    assert read(value) == (
        Paragraph((Marked("unknown", (Text(good),), good),)),
        Image("https://cdn.example/abc", good, 2, 1),
        CodeBlock(good, good),
    )
