"""Whatever a document holds, a mapping makes something of it that can be shown and kept."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bff.domain.commerce import Handle, ProductId
from bff.domain.content import GroupContent, MenuContent, PageContent, ProductContent
from bff.domain.document import Asset, ByLocale, Document, Link, Prose, Value
from bff.domain.locale import Locale
from bff.domain.richtext import Divider, Paragraph, Text
from bff.mapping import (
    GroupMapping,
    MenuMapping,
    PageMapping,
    ProductMapping,
    to_group,
    to_menu,
    to_page,
    to_product,
)

NAMES = st.sampled_from(
    [
        *("title", "description", "body", "seo", "metaTitle", "image", "images", "videos", "url"),
        *("addons", "products", "variants", "sku", "slug", "items", "label", "page", "product"),
        *("category", "children", "sections", "fit", "moneyAmount", "x"),
    ]
)
LOCALES = st.sampled_from([None, Locale("en"), Locale("de")])
WORDS = st.one_of(
    st.text(max_size=6), st.sampled_from(["https://e.com/a.jpg", "**a**", "javascript:1", " "])
)
LEAVES: st.SearchStrategy[Value] = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), WORDS),
    st.builds(
        Asset,
        WORDS,
        st.dictionaries(LOCALES, WORDS, max_size=2),
        st.none(),
        st.none(),
        st.sampled_from([None, "image/png", "video/mp4", "x"]),
    ),
    st.builds(Prose, st.sampled_from([(), (Divider(),), (Paragraph((Text("a"),)),)])),
    st.builds(Link, WORDS, st.none(), st.sampled_from([None, ProductId("prod_1")])),
)


def around(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    fields = st.dictionaries(NAMES, inner, max_size=4)
    return st.one_of(
        st.lists(inner, max_size=3),
        fields,
        st.builds(ByLocale, st.dictionaries(LOCALES, inner, max_size=3)),
        st.builds(
            Link,
            st.sampled_from(["a", "b"]),
            st.builds(Document, st.just("a"), st.just("product"), fields),
        ),
    )


VALUES = st.recursive(LEAVES, around, max_leaves=20)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=8)
KEPT = TypeAdapter(tuple[ProductContent, GroupContent, PageContent, MenuContent])
MARKDOWN = ("title", "description", "body")


@given(FIELDS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_too_odd(fields: dict[str, Value]) -> None:
    """No document of an editor's, a plugin's or an attacker's costs an answer."""
    document = Document(
        "doc-1", "product", fields, ProductId("prod_1"), Handle("tee"), {"a": None}
    )

    product = to_product(document, ProductMapping(markdown=MARKDOWN))
    group = to_group(document, GroupMapping())
    page = to_page(document, PageMapping(markdown=MARKDOWN))
    menu = to_menu(document, MenuMapping())

    KEPT.dump_json((product, group, page, menu))  # a store can keep it
    for texts in (product.fields, group.fields, page.fields, *product.variants.values()):
        for one in texts.values():
            json.dumps(dict(one.attributes), allow_nan=False)
            assert not {"moneyAmount", "sku"} & set(one.attributes)
            assert all(text is None or text.strip() for text in (one.title, one.seo_title))
            assert one.description is None or not one.description.is_blank
