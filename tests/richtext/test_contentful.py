"""Contentful's rich text as it is met in real spaces: embedded, linked, odd, broken."""

from collections.abc import Mapping

import pytest

from bff.domain.commerce import Handle, ProductId
from bff.domain.document import Asset, ByLocale, Document, Link, Value
from bff.domain.locale import Locale
from bff.domain.richtext import (
    MAX_DEPTH,
    Block,
    Embed,
    Image,
    Paragraph,
    TableCell,
    Text,
    to_text,
)
from bff.domain.richtext import Link as Hyperlink
from bff.domain.richtext_html import to_html
from bff.richtext import from_contentful

DE, FR = Locale("de"), Locale("fr")
ASSETS = {
    "photo": Asset(
        "https://cdn.example/photo.jpg", {None: "Any", DE: "Ein\nHemd"}, 20, 10, "image/jpeg"
    ),
    "pdf": Asset("https://cdn.example/size%20guide.pdf?v=1", media_type="application/pdf"),
    "named": Asset(
        "https://cdn.example/x.zip", {None: "Everything"}, media_type="application/zip"
    ),
    "odd": Asset("javascript:alert(1)", media_type="application/pdf"),
    "unnamed": Asset("https://cdn.example/", media_type="application/pdf"),
    "some": Asset("https://cdn.example/some"),
    "control": Asset("https://cdn.example/a%00%0Ab.pdf", {}, media_type="application/pdf"),
}
BANNER: Mapping[str, Value] = {"title": ByLocale({Locale("en"): "Sale", DE: "Schluss\nverkauf"})}
ENTRIES = {
    "banner": Link("banner", Document("banner", "banner", BANNER)),
    "tee": Link("tee", Document("tee", "product", {"name": "Tee"}, ProductId("p"), Handle("tee"))),
    "untitled": Link("untitled", Document("untitled", "page", {"title": 5, "label": " "})),
    "deep": Link("deep"),
}


def asset(target: Mapping[str, object]) -> Asset | None:
    return ASSETS.get(_id(target))


def entry(target: Mapping[str, object]) -> Link | None:
    return ENTRIES.get(_id(target))


def _id(target: Mapping[str, object]) -> str:
    sys = target.get("sys")
    return str(sys.get("id")) if isinstance(sys, dict) else ""


def href(found: Link) -> str | None:
    handle = found.target.handle if found.target else None
    return f"/p/{handle}" if handle else None


def read(value: object, locale: Locale | None = None) -> tuple[Block, ...]:
    return from_contentful(value, asset=asset, entry=entry, href=href, locale=locale)


def html_of(*nodes: object) -> str:
    return to_html(read(node("document", *nodes)))


def text(value: object, *marks: object) -> dict[str, object]:
    return {"nodeType": "text", "value": value, "marks": [{"type": mark} for mark in marks]}


def node(kind: object, *content: object, **data: object) -> dict[str, object]:
    return {"nodeType": kind, "data": data, "content": list(content)}


def target(name: str) -> dict[str, object]:
    return {"sys": {"type": "Link", "linkType": "Any", "id": name}}


def words(value: str) -> dict[str, object]:
    return node("paragraph", text(value))


def test_plain_text_in_a_rich_field_is_paragraphs() -> None:
    """A field that once was a string reads as before."""
    assert to_html(read("Soft.\n\nWarm.")) == "<p>Soft.</p><p>Warm.</p>"


@pytest.mark.parametrize(
    "garbage",
    [
        *(None, True, 0, 1.5, {}, [], "", [[{}]], [None]),
        *({"nodeType": "document"}, {"nodeType": ["x"]}, {"nodeType": 5, "content": {}}),
        node("document", None, 5, "x", [], {}),
        node("document", node("ordered-list"), node("blockquote"), node("table")),
        node("document", node("table", node("table-row"), node("x"), 5), node("ordered-list", 5)),
        node("document", node("ordered-list", node("x"))),
        node("document", node("embedded-asset-block"), node("embedded-entry-block")),
        node("document", node("embedded-asset-block", target={"sys": "x"}), text("")),
        node("document", node("embedded-asset-block", target=target("gone"))),
        node("document", node("embedded-entry-block", target=target("gone"))),
        node("document", node("embedded-asset-block", target=target("odd"))),
        node("document", node("hyperlink", uri="/a"), node("asset-hyperlink"), text(5)),
        node("document", {"nodeType": "embedded-entry-block", "data": "x", "content": "y"}),
    ],
)
def test_what_is_no_document_is_no_block(garbage: object) -> None:
    """A field filled with something else counts as missing, and fails nothing."""
    assert read(garbage) == ()


@pytest.mark.parametrize("marks", [None, "bold", {"type": "bold"}, [None, 5, {}, {"type": []}]])
def test_unreadable_marks_leave_the_words(marks: object) -> None:
    """Words whose marks are broken are shown unmarked."""
    assert html_of(node("paragraph", {**text("a"), "marks": marks})) == "<p>a</p>"


def test_marks_are_shown_once_and_neighbours_together() -> None:
    """One element for a run of words, however an import split it."""
    parts = (None, text("a", "bold", "bold"), 5, text("", "italic"), text("b", "bold"), text("c"))

    assert html_of(node("paragraph", *parts)) == "<p><strong>ab</strong>c</p>"


def test_a_picture_is_a_picture_with_its_words() -> None:
    """Described in the language of the text, else by the words for all."""
    value = node("embedded-asset-block", target=target("photo"))
    url = "https://cdn.example/photo.jpg"

    assert read(value, DE) == (Image(url, "Ein Hemd", 20, 10),)
    assert read(value, FR) == (Image(url, "Any", 20, 10),)
    assert read(node("embedded-asset-block", target=target("some"))) == (
        Image("https://cdn.example/some"),
    )


@pytest.mark.parametrize(
    ("name", "url", "label"),
    [
        ("pdf", "https://cdn.example/size%20guide.pdf?v=1", "size guide.pdf"),
        ("named", "https://cdn.example/x.zip", "Everything"),
        ("unnamed", "https://cdn.example/", "https://cdn.example/"),
        ("control", "https://cdn.example/a%00%0Ab.pdf", "a b.pdf"),
    ],
)
def test_another_file_is_a_link_to_it(name: str, url: str, label: str) -> None:
    """A shopper can fetch the size guide, under a name that says something."""
    assert read(node("embedded-asset-block", target=target(name))) == (
        Paragraph((Hyperlink(url, (Text(label),)),)),
    )


@pytest.mark.parametrize(
    ("link", "html"),
    [
        (node("hyperlink", text("x"), uri="https://e.com/?a&b"), '<a href="https://e.com/?a&amp;b">x</a>'),
        (node("hyperlink", text("x"), uri=5), "x"),
        (node("hyperlink", text("x")), "x"),
        (node("asset-hyperlink", text("x"), target=target("photo")), '<a href="https://cdn.example/photo.jpg">x</a>'),
        (node("asset-hyperlink", text("x"), target=target("odd")), "x"),
        (node("asset-hyperlink", text("x"), target=target("gone")), "x"),
        (node("entry-hyperlink", text("x"), target=target("tee")), '<a href="/p/tee">x</a>'),
        (node("entry-hyperlink", text("x"), target=target("banner")), "x"),
        (node("entry-hyperlink", text("x"), target=target("gone")), "x"),
        (node("resource-hyperlink", text("x"), target={"sys": {"urn": "crn:x"}}), "x"),
        (node("hyperlink", node("hyperlink", text("x"), uri="/b"), uri="/"), '<a href="/">x</a>'),
        (node("mention", text("x", "bold"), text("y")), "<strong>x</strong>y"),
    ],
)  # fmt: skip
def test_a_link_leads_somewhere_or_is_words(link: object, html: str) -> None:
    """To an address, a file, a page of the shop's; the words stay whatever it is."""
    assert html_of(node("paragraph", text("a "), link, text(" b"))) == f"<p>a {html} b</p>"


def test_embedded_entries_are_told_to_storefronts() -> None:
    """Their type, id, title and address; those that nobody can see are left out."""
    names = ("banner", "tee", "untitled", "deep", "gone")
    nodes = (node("embedded-entry-block", target=target(name)) for name in names)

    assert read(node("document", *nodes), DE) == (
        Embed("banner", "banner", "Schluss verkauf"),
        Embed("product", "tee", "Tee", "/p/tee"),
        Embed("page", "untitled"),
        Embed("", "deep"),
    )


def test_an_entry_within_a_sentence_is_its_title() -> None:
    """In the language of the sentence; without one the sentence goes on."""
    sentence = node(
        "paragraph",
        *(text("See "), node("embedded-entry-inline", target=target("tee")), text(" and ")),
        *(node("embedded-entry-inline", target=target("banner")), text(".")),
        node("embedded-entry-inline", target=target("gone")),
    )

    assert to_html(read(sentence, DE)) == (
        '<p>See <a href="/p/tee">Tee</a> and Schluss verkauf.</p>'
    )
    assert to_html(read(sentence, FR)) == '<p>See <a href="/p/tee">Tee</a> and .</p>'


def test_entries_have_no_address_unless_the_source_gives_one() -> None:
    """A shop without pages for entries shows the words alone."""
    value = node("entry-hyperlink", text("x"), target=target("tee"))

    blocks = from_contentful(value, asset=asset, entry=entry)

    assert blocks == (Paragraph((Text("x"),)),)


def test_what_a_cell_spans_is_kept_within_reason() -> None:
    """Wide cells stay wide; nonsense is one column."""
    spans = [(2, 3), (0, -1), (True, "2"), (101, None)]
    cells = [node("table-cell", words("x"), colspan=wide, rowspan=high) for wide, high in spans]
    row = node("table-row", *cells, node("table-header-cell"), words("no cell"), 5)
    [table] = read(node("table", row))
    blocks = (Paragraph((Text("x"),)),)

    assert [cell for line in table.lines for cell in line.cells] == [  # type: ignore[union-attr] # it is a table
        TableCell(blocks, columns=2, rows=3),
        *(TableCell(blocks) for _ in range(3)),
        TableCell((), is_header=True),
    ]


def test_unknown_nodes_keep_their_words() -> None:
    """What a newer editor or an app wrote is read as far as it is text."""
    new = node("callout", text("a"), node("new", words("b"), text("c")), node("x", text("d")))

    assert html_of(new, text("e"), text("f", "bold")) == (
        "<p>a</p><p>b</p><p>c</p><p>d</p><p>e<strong>f</strong></p>"
    )


def test_a_list_keeps_what_is_no_item() -> None:
    """A paragraph in a list is an entry of it."""
    items = (words("a"), node("list-item", words("b")), node("list-item"), 5)

    assert html_of(node("ordered-list", *items)) == (
        "<ol><li><p>a</p></li><li><p>b</p></li><li></li></ol>"
    )


@pytest.mark.parametrize(
    ("kinds", "tag"),
    [
        (("unordered-list", "list-item"), "<ul>"),
        (("blockquote",), "<blockquote>"),
        (("table", "table-row", "table-cell"), "<table>"),
        (("new",), "<new>"),
    ],
)
def test_nesting_ends(kinds: tuple[str, ...], tag: str) -> None:
    """1 000 levels become as many as we allow, with every line still there."""
    value = words("bottom")
    for level in range(1_000):
        for kind in reversed(kinds):
            value = node(kind, value)
        value = node("document", words(str(level)), value)

    blocks = read(value)

    assert to_html(blocks).count(tag) == (MAX_DEPTH if tag != "<new>" else 0)
    assert to_text(blocks).split() == [*map(str, reversed(range(1_000))), "bottom"]


def test_sentences_within_sentences_end() -> None:
    """A link in a link, a thousand times over, is one link."""
    value = text("x")
    for _ in range(1_000):
        value = node("hyperlink", node("mention", value), uri="/a")

    assert html_of(node("paragraph", value)) == '<p><a href="/a">x</a></p>'


def test_control_characters_are_gone_from_every_text() -> None:
    """What UTF-8 cannot carry or a page should not hold is cleaned."""
    parts = (text("a\x00\ud800"), text("\x00", "bold"))

    odd = "a\x00\ud800"
    found = Link(odd, Document(odd, odd, {"title": odd}))
    embedded = node("embedded-entry-block", target=target("x"))

    assert html_of(node("paragraph", *parts)) == "<p>a\ufffd</p>"
    assert from_contentful(embedded, asset=asset, entry=lambda _: found) == (
        Embed("a\ufffd", "a\ufffd", "a\ufffd"),
    )
