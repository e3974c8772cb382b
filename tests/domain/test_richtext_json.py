"""Rich text for storefronts that render it themselves."""

import pytest

from bff.domain.richtext import CodeBlock, Embed, Image, Link, Paragraph, Text
from bff.domain.richtext_json import to_json
from tests.domain.documents import EVERYTHING


def test_every_kind_has_its_json() -> None:
    """A storefront that renders `blocks` itself gets exactly the documented form."""
    assert to_json(EVERYTHING) == [
        {"type": "heading", "level": 2, "children": [{"type": "text", "text": "Care"}]},
        {
            "type": "paragraph",
            "children": [
                {"type": "text", "text": "Wash at "},
                {
                    "type": "mark",
                    "mark": "strong",
                    "children": [{"type": "text", "text": "30 °C"}],
                },
                {"type": "lineBreak"},
                {
                    "type": "link",
                    "href": "/care",
                    "children": [
                        {
                            "type": "mark",
                            "mark": "unknown",
                            "name": "highlight",
                            "children": [{"type": "text", "text": "label"}],
                        }
                    ],
                },
            ],
        },
        {
            "type": "list",
            "ordered": False,
            "children": [
                {
                    "type": "item",
                    "children": [
                        {"type": "paragraph", "children": [{"type": "text", "text": "one"}]},
                        {
                            "type": "list",
                            "ordered": True,
                            "children": [
                                {
                                    "type": "item",
                                    "children": [
                                        {
                                            "type": "paragraph",
                                            "children": [{"type": "text", "text": "deeper"}],
                                        }
                                    ],
                                }
                            ],
                        },
                    ],
                }
            ],
        },
        {
            "type": "quote",
            "children": [{"type": "paragraph", "children": [{"type": "text", "text": "Lovely."}]}],
        },
        {
            "type": "image",
            "url": "https://cdn.example/a.jpg",
            "alt": 'the "label"',
            "width": 20,
            "height": 10,
        },
        {"type": "code", "language": "python", "text": "a < b"},
        {"type": "divider"},
        {
            "type": "table",
            "children": [
                {"type": "row", "children": [_cell(_words("Size"), header=True, columns=2)]},
                {
                    "type": "row",
                    "children": [
                        _cell(_words("M"), rows=3),
                        _cell(_words("52"), _image("/m.png")),
                    ],
                },
            ],
        },
        {
            "type": "embed",
            "kind": "banner",
            "id": "b1",
            "title": "Editors' own title",
            "href": None,
        },
        {"type": "embed", "kind": "product", "id": "p1", "title": "Cap", "href": "/p/cap"},
        {
            "type": "paragraph",
            "children": [
                {"type": "text", "text": "H"},
                {
                    "type": "mark",
                    "mark": "subscript",
                    "children": [{"type": "text", "text": "2"}],
                },
                {"type": "mark", "mark": "superscript", "children": [_image("/o.png", "O")]},
                {"type": "embed", "kind": "product", "id": "p2", "title": "Tee", "href": None},
            ],
        },
    ]


def _words(text: str) -> dict[str, object]:
    return {"type": "paragraph", "children": [{"type": "text", "text": text}]}


def _image(url: str, alt: str = "") -> dict[str, object]:
    return {"type": "image", "url": url, "alt": alt, "width": None, "height": None}


def _cell(*blocks: object, header: bool = False, columns: int = 1, rows: int = 1) -> object:
    spans = {"header": header, "columns": columns, "rows": rows}
    return {"type": "cell", **spans, "children": [*blocks]}


def test_an_embedded_document_without_a_title_or_a_safe_address_says_null() -> None:
    """What is not known, or must not be followed, is null."""
    [found] = to_json([Embed("page", "p1", href="javascript:1")])

    assert found == {"type": "embed", "kind": "page", "id": "p1", "title": None, "href": None}


def test_code_without_a_language_says_null() -> None:
    """A highlighter is told that no language was named, not that its name is empty."""
    assert to_json([CodeBlock("x")]) == [{"type": "code", "language": None, "text": "x"}]


@pytest.mark.parametrize(
    "refused", ["javascript:alert(1)", "data:text/html,x", "\\\\evil.example"]
)
def test_a_refused_address_costs_the_link_not_the_words(refused: str) -> None:
    """A storefront that renders `blocks` itself never gets to see a dangerous address."""
    blocks = (Paragraph((Text("a "), Link(refused, (Text("b"),)), Text(" c"))), Image(refused))

    assert to_json(blocks) == [
        {
            "type": "paragraph",
            "children": [
                {"type": "text", "text": "a "},
                {"type": "text", "text": "b"},
                {"type": "text", "text": " c"},
            ],
        }
    ]


def test_addresses_in_json_are_the_checked_ones() -> None:
    """A storefront that renders `blocks` itself gets `//host` as https, like the page."""
    paragraph, image = to_json([Paragraph((Link("//e.com/a", (Text("x"),)),)), Image("//e.com/b")])

    assert paragraph["children"] == [
        {"type": "link", "href": "https://e.com/a", "children": [{"type": "text", "text": "x"}]}
    ]
    assert image["url"] == "https://e.com/b"
