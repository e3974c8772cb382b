"""A product document's references and variants, and what is written about groups."""

import pytest

from bff.domain.commerce import Handle, ProductId
from bff.domain.content import ContentFields, ProductRef, ProductReferences
from bff.domain.document import Document, Link, Value
from bff.mapping import (
    GroupMapping,
    ProductMapping,
    ReferencesMapping,
    TextMapping,
    VariantMapping,
    to_group,
    to_product,
)
from bff.richtext import plain
from tests.mapping.documents import DE, EN, by, document, link, picture, to

ALL = ProductMapping()


def ref(name: str) -> ProductRef:
    return ProductRef(ProductId(f"prod_{name}"), None, f"doc-{name}")


def addons(mapping: ProductMapping = ALL, **fields: Value) -> tuple[ProductReferences, ...]:
    return to_product(document(**fields), mapping).addons


def test_a_document_says_which_product_it_is_about() -> None:
    """Content is matched by what the source knows, and invalidated by what it read."""
    content = to_product(document(title="Tee", fit="Wide"), ALL)

    assert content.product == ProductRef(ProductId("prod_1"), Handle("tee"), "doc-1")
    assert (content.document_id, list(content.made_of)) == ("doc-1", ["doc-1"])
    assert content.fields == {None: ContentFields(title="Tee", attributes={"fit": "Wide"})}


@pytest.mark.parametrize(
    ("value", "groups"),
    [
        ([link("2"), link("3")], [({}, ["2", "3"])]),
        (link("2"), [({}, ["2"])]),
        ({"title": "Look", "products": [link("2")]}, [({None: "Look"}, ["2"])]),
        (
            [{"title": "Look", "products": [link("2")]}, {"products": link("3")}],
            [({None: "Look"}, ["2"]), ({}, ["3"])],
        ),
        ([to("group", title="Look", products=[link("2")])], [({None: "Look"}, ["2"])]),
        (
            [link("2"), {"title": "More", "products": [link("3")]}],
            [({}, ["2"]), ({None: "More"}, ["3"])],
        ),
        ([to("group", title="Look", products=[])], []),
        ([{"title": "Look"}, {"products": "x"}, None, 5, "prod_2", picture("a"), []], []),
        (None, []),
    ],
)
def test_addons_come_in_many_shapes(value: Value, groups: list[tuple[object, list[str]]]) -> None:
    """A bare list, one group, several, or groups that are documents: nothing to configure."""
    found = [
        (one.titles, [each.key[5:] for each in one.lists[None]]) for one in addons(addons=value)
    ]

    assert found == groups


def test_translated_groups_are_one_group() -> None:
    """The German editor's first group is the English one's, with words and a list of its own."""
    english: Value = [{"title": "Look", "products": [link("2")]}, {"products": [link("4")]}]
    german: Value = [{"title": "Passt dazu", "products": [link("3")]}]

    assert addons(addons=by(english, german)) == (
        ProductReferences({EN: (ref("2"),), DE: (ref("3"),)}, {EN: "Look", DE: "Passt dazu"}),
        ProductReferences({EN: (ref("4"),)}, {}),
    )


def test_a_title_may_stand_beside_the_list() -> None:
    """One list for all languages, its words per language."""
    mapping = ProductMapping(addons=(ReferencesMapping(title="addons_title", products="addons"),))

    content = to_product(document(addonsTitle=by("Look", "Dazu"), addons=[link("2")]), mapping)

    assert content.addons == (ProductReferences({None: (ref("2"),)}, {EN: "Look", DE: "Dazu"}),)
    assert content.fields == {}


def test_an_addon_that_nobody_can_see_is_still_an_addon() -> None:
    """An unpublished target, or a product document without an id, is told and not forgotten."""
    nameless = Link("doc-9", Document("doc-9", "product", {}))

    [group] = addons(addons=[Link("doc-8"), nameless, to("banner", title="Sale")])

    assert group.lists == {
        None: (ProductRef(document_id="doc-8"), ProductRef(document_id="doc-9"))
    }


def test_an_addon_may_be_a_document_of_another_type() -> None:
    """A card that says which product it means is that product."""
    card = Link("c-1", Document("c-1", "card", {}, ProductId("prod_2")))
    named = Link("c-2", Document("c-2", "card", {}, handle=Handle("cap")))

    assert addons(addons=[card, named])[0].lists[None] == (
        ProductRef(ProductId("prod_2"), None, "c-1"),
        ProductRef(None, Handle("cap"), "c-2"),
    )


def test_an_addon_is_known_by_its_own_document() -> None:
    """What the reference does not say the document behind it does."""
    target = Document("doc-2", "product", {}, ProductId("prod_2"), Handle("cap"))
    links: Value = [Link("doc-2", target), Link("doc-2", target, handle=Handle("old"))]

    assert addons(addons=links)[0].lists[None] == (
        ProductRef(ProductId("prod_2"), Handle("cap"), "doc-2"),
        ProductRef(ProductId("prod_2"), Handle("old"), "doc-2"),
    )


def test_variants_are_known_by_id_or_sku() -> None:
    """The first that speaks of a variant counts, under every name that it gives."""
    nothing: list[Value] = [link("2"), 5, None]
    variants: Value = [
        {"variantId": "variant_1", "sku": "RED", "title": "Red", "image": picture("red")},
        {"sku": "RED", "title": "Second"},
        to("variant", sku=1001, description=by("Warm"), fibre="wool"),
        {"sku": "", "title": "none"},
        {"title": "none"},
        {"sku": True, "title": "none"},
        {"sku": ["A"], "title": "none"},
        *nothing,
        {"sku": "EMPTY"},
    ]

    found = to_product(document(variants=variants), ALL).variants

    assert set(found) == {"variant_1", "RED", "1001"}
    assert found["variant_1"] == found["RED"]
    assert found["RED"][None].title == "Red"
    assert [one.role for one in found["RED"][None].images] == ["hero"]
    assert found["1001"] == {
        EN: ContentFields(description=plain("Warm")),
        None: ContentFields(attributes={"fibre": "wool"}),
    }


def test_translated_variants_are_one_variant() -> None:
    """Where each language has a list of variants, each keeps its language."""
    variants = by([{"sku": "A", "title": "Red"}], [{"sku": "A", "title": "Rot"}])

    assert to_product(document(variants=variants), ALL).variants == {
        "A": {EN: ContentFields(title="Red"), DE: ContentFields(title="Rot")}
    }


def test_variants_are_configuration() -> None:
    """Another list, another key, other texts."""
    mapping = ProductMapping(
        variants=VariantMapping(
            items="colours", key=("code",), texts=TextMapping(title=("label",))
        )
    )
    fields: dict[str, Value] = {"colours": [{"code": "R", "label": "Red"}], "variants": "text"}

    assert to_product(document(**fields), mapping).variants == {
        "R": {None: ContentFields(title="Red")}
    }
    none = ProductMapping(variants=VariantMapping(items=""))
    assert to_product(document(**fields), none).variants == {}


def test_words_about_a_group() -> None:
    """A collection's own title, picture and fields."""
    found = to_group(document(name=by("Summer"), image=picture("a"), mood="sunny"), GroupMapping())

    assert (found.document_id, list(found.made_of)) == ("doc-1", ["doc-1"])
    assert found.fields[EN].title == "Summer"
    assert found.fields[None].attributes == {"mood": "sunny"}
    assert [one.role for one in found.fields[None].images] == ["hero"]
