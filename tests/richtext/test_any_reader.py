"""Whatever a content system sends, in whatever kind of rich text, becomes a safe document."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bff.domain.document import Asset, Document, Link
from bff.domain.richtext import Block, RichText
from bff.domain.richtext_json import to_json
from bff.richtext import from_contentful, from_markdown, from_strapi_blocks, render
from tests.richtext.inspection import inspect

KINDS = (
    *("document", "paragraph", "heading-1", "blockquote", "ordered-list", "list-item", "table"),
    *("table-row", "table-cell", "table-header-cell", "hr", "text", "hyperlink", "new"),
    *("asset-hyperlink", "entry-hyperlink", "embedded-entry-inline", "embedded-entry-block"),
    *("embedded-asset-block", "heading", "list", "quote", "code", "image", "link"),
)
NASTY = (
    *("javascript:alert(1)", "//evil.example", '" onclick="alert(1)', "<script>alert(1)</script>"),
    *("</p><style>", "&#x6A;avascript:1", "\x00", "\ud800", "/x", "https://e.com", "", "a"),
)
WORDS = st.one_of(st.sampled_from(NASTY), st.text(max_size=6))
MARKS = st.lists(
    st.fixed_dictionaries({"type": st.one_of(st.sampled_from(["bold", "code", "x"]), WORDS)}),
    max_size=3,
)
JSON = st.one_of(st.none(), st.booleans(), st.integers(-5, 200), st.floats(), WORDS)


def nodes(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    children = st.lists(st.one_of(inner, JSON), max_size=4)
    return st.fixed_dictionaries(
        {},
        optional={
            "nodeType": st.sampled_from(KINDS),
            "type": st.sampled_from(KINDS),
            "content": st.one_of(children, JSON),
            "children": st.one_of(children, JSON),
            "value": WORDS,
            "text": WORDS,
            "marks": st.one_of(MARKS, JSON),
            "bold": st.booleans(),
            "url": st.one_of(WORDS, JSON),
            "level": JSON,
            "format": st.sampled_from(["ordered", "unordered"]),
            "language": st.one_of(WORDS, JSON),
            "image": st.fixed_dictionaries({"url": WORDS, "alternativeText": WORDS}),
            "data": st.fixed_dictionaries(
                {"target": st.just({"sys": {"id": "x"}})},
                optional={"uri": st.one_of(WORDS, JSON), "colspan": JSON, "rowspan": JSON},
            ),
        },
    )


DOCUMENTS = st.recursive(
    JSON, lambda inner: st.one_of(nodes(inner), st.lists(inner)), max_leaves=15
)
KEPT = TypeAdapter(RichText)


def _read_contentful(value: object, word: str) -> Sequence[Block]:
    files: Mapping[str, Asset] = {"x": Asset(word, {None: word}, media_type=None)}
    return from_contentful(
        value,
        asset=lambda _: files["x"],
        entry=lambda _: Link("x", Document("x", word, {"title": word})),
        href=lambda _: word,
    )


READERS: Mapping[str, Callable[[object, str], Sequence[Block]]] = {
    "contentful": _read_contentful,
    "strapi": lambda value, word: from_strapi_blocks(value, image_url=lambda _: word),
    "markdown": lambda value, word: from_markdown(value, image_url=lambda _: word),
}


@pytest.mark.parametrize("reader", READERS)
@given(value=DOCUMENTS, word=WORDS)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_becomes_a_safe_document(reader: str, value: object, word: str) -> None:
    """No address runs a script, no attribute leaks, and nothing raises."""
    document = render(READERS[reader](value, word))

    inspect(document.html)
    document.html.encode()
    document.text.encode()
    assert isinstance(document.is_blank, bool)
    assert to_json(document.blocks) is not None
    assert KEPT.validate_json(KEPT.dump_json(document)) == document
