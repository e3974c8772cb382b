"""Strapi's blocks as editors and programs write them."""

import pytest

from bff.domain.richtext import (
    MAX_DEPTH,
    Block,
    CodeBlock,
    Image,
    ItemList,
    ListItem,
    Paragraph,
    Text,
    to_text,
)
from bff.domain.richtext_html import to_html
from bff.richtext import from_strapi_blocks


def absolute(url: str) -> str | None:
    if url.startswith("/"):
        return f"https://cms.example{url}"
    return url if url.startswith("https://") else None


def read(value: object) -> tuple[Block, ...]:
    return from_strapi_blocks(value, image_url=absolute)


def html_of(*nodes: object) -> str:
    return to_html(read(list(nodes)))


def text(value: object, **modifiers: object) -> dict[str, object]:
    return {"type": "text", "text": value, **modifiers}


def node(kind: object, *children: object, **more: object) -> dict[str, object]:
    return {"type": kind, "children": list(children), **more}


def item(*children: object) -> dict[str, object]:
    return node("list-item", *children)


def test_plain_text_in_a_rich_field_is_paragraphs() -> None:
    """A field that once was a text reads as before."""
    assert to_html(read("Soft.\n\nWarm.")) == "<p>Soft.</p><p>Warm.</p>"
    assert html_of("Soft.", node("paragraph", text("Warm."))) == "<p>Soft.</p><p>Warm.</p>"
    assert to_html(read(node("paragraph", text("One")))) == "<p>One</p>"


@pytest.mark.parametrize(
    "garbage",
    [
        *(None, True, 0, 1.5, {}, [], "", [None, 5, [], {}], [[{"type": "paragraph"}]]),
        *([{"type": ["paragraph"]}], [{"type": "image"}], [{"type": "image", "image": "x"}]),
        *([{"type": "image", "image": {"url": 5}}], [node("list")], [node("list", 5, node("x"))]),
        [{"type": "image", "image": {"url": "ftp://x"}}],
        [{"type": "x", "children": {"a": 1}}],
    ],
)
def test_what_is_no_document_is_no_block(garbage: object) -> None:
    """A field filled with something else counts as missing, and fails nothing."""
    assert read(garbage) == ()


@pytest.mark.parametrize("modifier", [False, None, 1, "true", [], {}])
def test_only_true_is_a_modifier(modifier: object) -> None:
    """What a program left in a modifier's place marks nothing."""
    assert html_of(node("paragraph", text("a", bold=modifier, colour="red"))) == "<p>a</p>"


def test_neighbours_with_the_same_marks_are_one() -> None:
    """One element for a run of words."""
    parts = (
        text("a", bold=True),
        text("b", bold=True, italic=False),
        text("c", bold=True, code=True),
    )

    assert html_of(node("paragraph", *parts)) == (
        "<p><strong>ab</strong><code><strong>c</strong></code></p>"
    )


@pytest.mark.parametrize(
    ("link", "html"),
    [
        (node("link", text("x"), url="/a?b&c"), '<a href="/a?b&amp;c">x</a>'),
        (node("link", text("x"), url="javascript:alert(1)"), "x"),
        *((node("link", text("x"), url=5), "x"), (node("link", text("x")), "x")),
        (node("link", text(""), url="/a"), ""),
        (node("link", node("link", text("x"), url="/b"), url="/a"), '<a href="/a">x</a>'),
        (node("mention", text("x"), text("y", bold=True)), "x<strong>y</strong>"),
        *((5, ""), (None, ""), (text(5), "")),
    ],
)  # fmt: skip
def test_a_link_leads_somewhere_or_is_words(link: object, html: str) -> None:
    """The words stay, whatever the address is."""
    assert html_of(node("paragraph", text("a"), link, text("b"))) == f"<p>a{html}b</p>"


@pytest.mark.parametrize("level", [None, 0, 7, "2", 2.0, [], {}])
def test_a_heading_without_a_level_is_a_paragraph(level: object) -> None:
    """No made-up rank for a title."""
    assert html_of(node("heading", text("a"), level=level)) == "<p>a</p>"


def test_pictures_are_made_absolute() -> None:
    """A shopper's browser finds them; words and size are kept where they make sense."""
    files = [
        {
            "url": "/uploads/a.jpg",
            "alternativeText": " Care\nlab\x00el ",
            "width": 20,
            "height": 10.0,
        },
        {"url": "https://cdn.example/b.jpg", "alternativeText": None, "width": 20, "height": None},
        {"url": "/c.jpg", "alternativeText": 5, "width": True, "height": 10},
        {"url": "/d.jpg", "width": -1, "height": 1_000_000},
    ]

    assert read([{"type": "image", "image": file} for file in files]) == (
        Image("https://cms.example/uploads/a.jpg", "Care label", 20, 10),
        Image("https://cdn.example/b.jpg"),
        Image("https://cms.example/c.jpg"),
        Image("https://cms.example/d.jpg"),
    )


def test_code_keeps_its_lines_and_its_language() -> None:
    """Highlighters are told the language; marks in code are none."""
    code = node(
        "code", text("a\r\n  b", bold=True), 5, node("link", text("c"), text("d")), language="js"
    )

    assert read([code, node("code", text("x"), language=5)]) == (
        CodeBlock("a\n  bcd", "js"),
        CodeBlock("x"),
    )


def test_a_quote_keeps_its_lines() -> None:
    """Line ends that an editor typed are line ends."""
    assert html_of(node("quote", text("a\nb"))) == "<blockquote>a<br/>b</blockquote>"


def test_lists_stand_inside_the_item_before() -> None:
    """Where HTML wants them; a list that begins with a list has an empty item around it."""
    inner = node("list", item(text("b")), format="ordered", indentLevel=1)

    assert html_of(node("list", item(text("a")), inner, item(text("c")), format="unordered")) == (
        "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>"
    )
    assert html_of(node("list", inner)) == "<ul><li><ol><li>b</li></ol></li></ul>"


def test_an_item_may_hold_what_only_programs_write() -> None:
    """Paragraphs and lists inside an item are kept there."""
    inside = item(
        text("a"), node("paragraph", text("b")), text("c"), node("list", item(text("d")))
    )

    assert read([node("list", inside)]) == (
        ItemList(
            (
                ListItem(
                    (
                        Paragraph((Text("a"),), tight=True),
                        Paragraph((Text("b"),)),
                        Paragraph((Text("c"),), tight=True),
                        ItemList((ListItem((Paragraph((Text("d"),), tight=True),)),)),
                    )
                ),
            )
        ),
    )
    assert html_of(node("list", item(None, node("paragraph", text("a"))))) == (
        "<ul><li><p>a</p></li></ul>"
    )
    assert html_of(node("list", item())) == "<ul><li></li></ul>"


def test_unknown_nodes_keep_their_words() -> None:
    """What a plugin added is read as far as it is text."""
    table = node("table", node("row", node("cell", text("a")), node("cell", text("b"))))

    assert html_of(table, text("c"), text("d")) == "<p>a</p><p>b</p><p>cd</p>"


@pytest.mark.parametrize("wrapped", [False, True])
def test_lists_end(wrapped: bool) -> None:
    """1 000 levels become as many as we allow, with every line still there."""
    value = node("list", item(text("bottom")))
    for level in range(1_000):
        inner = [item(text(str(level)), value)] if wrapped else [item(text(str(level))), value]
        value = node("list", *inner)

    blocks = read([value])

    assert to_html(blocks).count("<ul>") == MAX_DEPTH
    assert to_text(blocks).split() == [*map(str, reversed(range(1_000))), "bottom"]


def test_unknown_nodes_end() -> None:
    """Neither boxes within boxes nor links within links exhaust anything."""
    value, link = node("paragraph", text("x")), text("y")
    for _ in range(5_000):
        value, link = node("box", value), node("link", link, url="/a")

    assert html_of(value, node("paragraph", link)) == '<p>x</p><p><a href="/a">y</a></p>'
