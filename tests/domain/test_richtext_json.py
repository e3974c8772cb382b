"""Rich text for storefronts that render it themselves."""

import pytest

from bff.domain.richtext import CodeBlock, Image, Link, Paragraph, Text
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
    ]


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
