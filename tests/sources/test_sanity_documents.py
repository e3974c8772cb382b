"""Whatever editors leave in a document, the shop gets clean content and never an error."""

import math
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.commerce import ProductId
from bff.domain.content import ContentFields, Picture, ProductContent, ProductRef
from bff.domain.locale import Locale
from bff.mapping import to_product
from bff.richtext import ImageSource
from bff.sources.sanity import SanitySettings
from bff.sources.sanity.assets import Assets
from bff.sources.sanity.documents import Targets, is_published_id
from bff.sources.sanity.reading import reader_of

ASSETS = Assets("demo1234", "production")
SETTINGS = SanitySettings(project_id="demo1234")
READER = reader_of(SETTINGS, ())
EN = Locale("en")
SHA = "96981f278bf65cc35d4c864b55c957ea68fc0881"
PORTABLE = [{"_type": "block", "children": [{"_type": "span", "text": "Soft"}]}]


def to_content(document: Mapping[str, object]) -> ProductContent:
    whole = {"_id": "prod_1", "_type": "product", **document}
    read = READER.document({"prod_1": whole}, Targets(are_products=True))
    return to_product(read, SETTINGS.product)


def content_of(**fields: object) -> ProductContent:
    return to_content(fields)


def english(**spec: object) -> ContentFields:
    return content_of(specs=[{"lang": "en", **spec}]).fields.get(EN, ContentFields())


def neutral(**fields: object) -> ContentFields:
    return content_of(**fields).fields.get(None, ContentFields())


@pytest.mark.parametrize("lang", ["en", "EN", " en ", "En"])
def test_a_language_is_understood_however_it_is_typed(lang: str) -> None:
    """An English text is English even if its editor shouted."""
    assert content_of(specs=[{"lang": lang, "title": "Tee"}]).fields[EN].title == "Tee"


@pytest.mark.parametrize("lang", [None, "", "  ", 7, ["en"], {"en": 1}, "e n", "x" * 99])
def test_a_text_in_no_language_is_not_shown(lang: object) -> None:
    """Nobody can tell who would understand it; its neighbours are not affected."""
    specs = [
        {"lang": lang, "title": "?"},
        {"title": "??"},
        None,
        "en",
        3,
        {"lang": "de", "title": "D"},
    ]

    fields = content_of(specs=specs).fields

    assert {tag: found.title for tag, found in fields.items()} == {"de": "D"}


def test_the_first_of_several_entries_for_a_language_wins_field_by_field() -> None:
    """A second entry in the same language fills gaps and takes nothing over."""
    specs = [
        {"lang": "pt-BR", "title": "  ", "careInstructions": "Lavar", "seo": {"title": "Um"}},
        {"lang": "pt_BR", "title": "Meias", "content": "Texto", "careInstructions": "Outro"},
        {"lang": "PT-br", "title": "Nunca", "subtitle": "Sub", "origin": "Brasil"},
    ]

    fields = content_of(specs=specs).fields

    assert list(fields) == ["pt-BR"]
    found = fields[Locale("pt-BR")]
    assert (found.title, found.subtitle, found.seo_title) == ("Meias", "Sub", "Um")
    assert found.description is not None
    assert found.description.text == "Texto"
    assert found.attributes == {"careInstructions": "Lavar", "origin": "Brasil"}


@pytest.mark.parametrize("specs", [None, "en", 5, {"lang": "en", "title": "x"}, [], [[]], [None]])
def test_specs_of_a_wrong_type_are_no_specs(specs: object) -> None:
    """A document without usable texts is still a published document."""
    assert content_of(specs=specs) == ProductContent(
        ProductRef(ProductId("prod_1"), None, "prod_1"), "prod_1", {}, made_of={"prod_1": None}
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Tee", "Tee"),
        ("  Tee\n", "Tee"),
        ("Organic\r\n  Cotton\u2028Tee", "Organic Cotton Tee"),
        ("Prix\u00a0: 3\u00a0€", "Prix\u00a0: 3\u00a0€"),
        ("a\x00b", "ab"),
        ("<b>Tee</b>", "<b>Tee</b>"),
        ("", None),
        (" \n\t ", None),
        ("\u200b\ufeff", None),
        (None, None),
        (501, None),
        (True, None),
        (["Tee"], None),
        ({"en": "Tee"}, "Tee"),
        ({"en": "Tee", "note": "x"}, None),
        ([{"language": "en", "value": "Tee"}], "Tee"),
    ],
)
def test_a_title_is_one_line_of_plain_text(typed: object, shown: str | None) -> None:
    """Titles never break a layout, and what is no text is no title."""
    assert english(title=typed).title == shown
    assert english(subtitle=typed).subtitle == shown
    assert english(seo={"title": typed}).seo_title == shown
    assert english(seo={"description": typed}).seo_description == shown


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Soft.\n\nWarm.", "Soft.\n\nWarm."),
        (PORTABLE, "Soft"),
        (PORTABLE[0], "Soft"),
        ([None, 3, *PORTABLE, {"_type": "callout"}], "Soft"),
        ("   ", None),
        ([], None),
        ({}, None),
        (None, None),
        (7, None),
        ([{"_type": "block", "children": [{"_type": "span", "text": " "}]}], None),
        ([{"_type": "block", "children": []}], None),
        ([{"_key": "a", "language": "en", "value": "x"}], "x"),
        ([{"_key": "a", "label": "en", "value": "x"}], None),
    ],
)
def test_a_description_is_plain_or_rich_text(content: object, text: str | None) -> None:
    """The same field holds a string here and Portable Text there; both are read."""
    for field in ("content", "description"):
        found = english(**{field: content}).description
        assert (found and found.text) == text


def test_content_is_preferred_and_description_fills_in() -> None:
    """A blank content does not hide the description that is there."""
    both = english(content="Long", description="Short").description
    blank = english(content=" ", description="Short").description
    assert both is not None
    assert both.text == "Long"
    assert blank is not None
    assert blank.text == "Short"


def test_pictures_inside_a_text_are_fetched_from_the_right_dataset() -> None:
    """An embedded picture shows with its size; nobody is asked for its address."""
    picture = {"_type": "image", "asset": {"_ref": f"image-{SHA}-128x64-jpg"}, "alt": "Label"}
    found = english(content=[picture]).description
    assert found is not None
    assert f"https://cdn.sanity.io/images/demo1234/production/{SHA}-128x64.jpg" in found.html
    assert 'width="128" height="64"' in found.html


@pytest.mark.parametrize(
    "spec",
    [
        {"seo": {"title": "T", "description": "D"}},
        {"seo": {"metaTitle": "T", "metaDescription": "D"}},
        {"metaTitle": "T", "metaDescription": "D"},
        {"meta_title": "T", "meta_description": "D"},
        {"seo": {"title": " ", "description": None}, "metaTitle": "T", "metaDescription": "D"},
        {"seo": "T", "metaTitle": "T", "metaDescription": "D"},
    ],
)
def test_search_engine_texts_are_found_in_each_usual_place(spec: dict[str, object]) -> None:
    """Schemas differ in where they keep them."""
    found = english(**spec)
    assert (found.seo_title, found.seo_description, found.attributes) == ("T", "D", {})


def test_the_documents_own_title_is_not_content() -> None:
    """It is Medusa's title, synced back: it must not beat Medusa's present one."""
    assert neutral(title="Stale copy") == ContentFields()


def test_what_is_not_localised_belongs_to_no_language() -> None:
    """Facts such as a fabric's weight are right in every language."""
    found = neutral(
        subtitle="Since 1900",
        description="Fact",
        fabricWeight=0,
        isVegan=False,
        certifications=["GOTS"],
    )
    assert found.subtitle == "Since 1900"
    assert found.description is not None
    assert found.attributes == {"fabricWeight": 0, "isVegan": False, "certifications": ["GOTS"]}


@pytest.mark.parametrize("value", [None, "", "  ", [], {}, [None], [""], {"a": ""}, [[]], [{}]])
def test_an_attribute_that_says_nothing_is_not_there(value: object) -> None:
    """Empty is missing, at whatever depth the emptiness sits; so fallbacks can work."""
    assert neutral(care=value).attributes == {}


@pytest.mark.parametrize("value", [0, 0.0, False, "0", [0], {"a": False}])
def test_zero_and_false_are_values(value: object) -> None:
    """A fabric weight of zero is an answer."""
    assert neutral(care=value).attributes == {"care": value}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("fabricWeight", "fabricWeight"),
        ("fabric_weight", "fabricWeight"),
        ("fabric-weight", "fabricWeight"),
        ("FabricWeight", "fabricWeight"),
        ("GOTS", "gots"),
        ("size2", "size2"),
    ],
)
def test_attribute_names_are_camel_case(written: str, shown: str) -> None:
    """Clients see one spelling, however the schema was written."""
    assert neutral(**{written: 1}).attributes == {shown: 1}


@pytest.mark.parametrize(
    "name",
    [
        *("medusa_id", "medusaId", "MEDUSA_ID", "handle", "price", "prices", "money_amount"),
        *("moneyAmount", "variants", "inventory", "inventory_quantity", "currency_code", "sku"),
        *("_key", "_type", "_rev", "_createdAt", "_anything", "lang", "slug", "___", ""),
    ],
)
def test_copies_of_commerce_data_and_system_fields_never_show(name: str) -> None:
    """A price in a CMS is an old price: it is nobody's attribute, at no depth."""
    assert neutral(**{name: 5}).attributes == {}
    assert english(**{name: 5, "lang": "en"}).attributes == {}
    assert neutral(details={name: 5, "made": "PT"}).attributes == {"details": {"made": "PT"}}


@pytest.mark.parametrize(
    "value",
    [
        {"_type": "reference", "_ref": "author-1"},
        {"_ref": "author-1"},
        [{"_ref": "author-1"}, {"_ref": "author-2"}],
        {"_type": "image", "asset": {"_ref": f"image-{SHA}-1x1-jpg"}},
        {"_type": "image"},
        {"asset": {"url": "https://cdn.sanity.io/x.jpg"}, "alt": "x"},
        {"_type": "file", "asset": {"_ref": "file-abc-pdf"}},
        {"_type": "slug", "current": None},
        {"label": "See", "target": {"page": {"_ref": "page-1"}}},
        PORTABLE,
        PORTABLE[0],
        {"note": PORTABLE},
    ],
)
def test_relations_media_and_rich_text_are_no_attributes(value: object) -> None:
    """They come through fields of their own, or not at all."""
    assert neutral(extra=value).attributes == {}
    assert english(extra=value).attributes == {}


def test_a_slug_reads_as_its_text() -> None:
    """The Studio wraps an address into an object; nobody else has to know."""
    assert neutral(shelf={"_type": "slug", "current": "tees"}).attributes == {"shelf": "tees"}


def test_a_list_keeps_what_is_not_a_relation() -> None:
    """A reference among plain values leaves no hole."""
    assert neutral(tips=[{"_ref": "page-1"}, "Wash cold", PORTABLE[0]]).attributes == {}
    assert neutral(tips=[{"_ref": "page-1"}, "Wash cold"]).attributes == {"tips": ["Wash cold"]}


def test_of_two_spellings_the_first_counts() -> None:
    """A renamed field may linger in old documents."""
    assert neutral(fabric_weight=1, fabricWeight=2).attributes == {"fabricWeight": 1}


def test_json_attributes_lose_only_what_is_not_the_editors() -> None:
    """A size chart keeps its shape, its empty corner and its column names."""
    chart = {
        "_type": "table",
        "rows": [
            {"_key": "a", "cells": ["", "S", "XL"]},
            {"_key": "b", "cells": ["Chest", "90", 0]},
        ],
        "note": "",
        "XL": 1,
    }
    assert neutral(sizeChart=chart).attributes == {
        "sizeChart": {
            "rows": [{"cells": [None, "S", "XL"]}, {"cells": ["Chest", "90", 0]}],
            "XL": 1,
        }
    }


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, 10**400])
def test_a_number_that_json_cannot_hold_is_missing(number: float) -> None:
    """It would break the whole answer of whoever asks for it."""
    assert neutral(weight=number).attributes == {}


def test_a_huge_number_is_what_javascript_made_of_it() -> None:
    """Serialisers stop at 64 bits."""
    assert repr(neutral(weight=10**20).attributes["weight"]) == "1e+20"


@pytest.mark.parametrize("field", ["images", "mainImage", "main_image", "image"])
@pytest.mark.parametrize("wrap", [True, False])
def test_pictures_are_found_in_each_usual_place(field: str, wrap: bool) -> None:
    """One picture or a list of them, under any of the usual names."""
    picture = {"_type": "image", "asset": {"_ref": f"image-{SHA}-800x600-png"}, "alt": " Front\n"}
    url = f"https://cdn.sanity.io/images/demo1234/production/{SHA}-800x600.png"

    found = neutral(**{field: [picture] if wrap else picture})

    role = "gallery" if field == "images" else "hero"
    assert found == ContentFields(images=(Picture(url, {None: "Front"}, 800, 600, role),))


def test_the_main_picture_comes_first_and_none_twice() -> None:
    """A picture that is both main and in the gallery is shown once."""
    first, second = ({"asset": {"_ref": f"image-{name}-8x6-jpg"}} for name in ("a" * 40, "b" * 40))
    found = neutral(images=[first, second, None, 3, "x", {"asset": "y"}], mainImage=second)
    assert [image.url[-48:-8] for image in found.images] == ["b" * 40, "a" * 40]


@pytest.mark.parametrize(
    ("asset", "image"),
    [
        (
            {"url": "https://img.shop.example/a-8x6.jpg", "_id": f"image-{SHA}-8x6-jpg"},
            Picture("https://img.shop.example/a-8x6.jpg", {}, 8, 6, "hero"),
        ),
        (
            {
                "url": "https://x.example/a.jpg",
                "metadata": {"dimensions": {"width": 8, "height": 6}},
            },
            Picture("https://x.example/a.jpg", {}, 8, 6, "hero"),
        ),
        (
            {
                "url": "https://x.example/a.jpg",
                "metadata": {"dimensions": {"width": 8, "height": "6"}},
            },
            Picture("https://x.example/a.jpg", role="hero"),
        ),
        (
            {"url": "https://x.example/a.jpg", "metadata": {"dimensions": "8x6"}},
            Picture("https://x.example/a.jpg", role="hero"),
        ),
        (
            {"url": "https://x.example/a.jpg", "metadata": {"dimensions": {"width": True}}},
            Picture("https://x.example/a.jpg", role="hero"),
        ),
        (
            {"url": "javascript:alert(1)", "_ref": f"image-{SHA}-8x6-jpg"},
            Picture(
                f"https://cdn.sanity.io/images/demo1234/production/{SHA}-8x6.jpg", {}, 8, 6, "hero"
            ),
        ),
    ],
)
def test_a_given_address_is_used_when_it_is_safe(asset: object, image: Picture) -> None:
    """A shop's own image domain is respected; a hostile address is not."""
    assert neutral(image={"asset": asset}).images == (image,)


@pytest.mark.parametrize(
    "name",
    [
        *("", "image-", "image-abc-0x5-jpg", "image-abc-5x5-", "file-abc-pdf", f"{SHA}-1x1.jpg"),
        *("image-../../x-1x1-jpg", "image-a/b-1x1-jpg", "image-a?b-1x1-jpg", "image-a-1x1-jpg\n"),
        *("image-a-1x1-jpg?x", "image-ä-1x1-jpg", "image-a-123456x1-jpg", "image-a-\u0661x1-jpg"),
        *("http://x.example/a", "//x.example/a", "javascript:alert(1)", "data:image/png;base64,A"),
        *("https://", "https://x.example", "https:///a", 'https://x.example/"onload=', "/a.jpg"),
        *("https://x.example/a b", "https://u:p@x.example/a", "https://x.example/\n", "x" * 5000),
        "https://x.example/" + "a" * 5000,
    ],
)
def test_a_hostile_asset_name_is_no_picture(name: str) -> None:
    """No name leads out of the dataset's folder or into markup."""
    assert ASSETS.source(name) is None
    assert neutral(images=[{"asset": {"_ref": name, "url": name}}]).images == ()


def test_an_asset_id_becomes_its_address() -> None:
    """Sanity's asset ids hold all that the address needs."""
    assert ASSETS.source(f"image-{SHA}-128x64-webp") == ImageSource(
        f"https://cdn.sanity.io/images/demo1234/production/{SHA}-128x64.webp", 128, 64
    )


def refs(*ids: str) -> list[dict[str, object]]:
    return [{"_type": "reference", "_ref": each} for each in ids]


def groups_of(addons: object) -> list[tuple[Mapping[Locale | None, str], tuple[str, ...]]]:
    return [
        (group.titles, tuple(ref.id or "" for ref in group.lists.get(None, ())))
        for group in content_of(addons=addons).addons
    ]


def test_addons_are_read_in_each_shape_that_editors_use() -> None:
    """One group, several, or a bare list: the same addons."""
    group = {"_type": "addons", "title": "Look", "products": refs("prod_2", "prod_3")}

    assert groups_of(group) == [({None: "Look"}, ("prod_2", "prod_3"))]
    assert groups_of([group, {"products": refs("prod_4")}]) == [
        ({None: "Look"}, ("prod_2", "prod_3")),
        ({}, ("prod_4",)),
    ]
    assert groups_of(refs("prod_2", "prod_3")) == [({}, ("prod_2", "prod_3"))]


def test_an_editors_order_and_mistakes_are_kept() -> None:
    """Duplicates and the product itself are judged later, not lost here."""
    [(_, products)] = groups_of({"products": refs("prod_3", "prod_1", "prod_3", "prod_2")})
    assert products == ("prod_3", "prod_1", "prod_3", "prod_2")


def test_a_reference_to_a_draft_means_the_product() -> None:
    """Which version the editor clicked does not matter to a shopper."""
    [(_, products)] = groups_of({"products": refs("drafts.prod_2", "versions.r1.prod_3")})
    assert products == ("prod_2", "prod_3")


@pytest.mark.parametrize(
    "item",
    [
        *(None, "prod_2", 3, [], {}, {"_ref": None}, {"_ref": ""}, {"_ref": 5}),
        *({"_ref": "a b"}, {"_ref": "a/b"}, {"_ref": "x" * 200}, {"_ref": "drafts."}),
        *({"product": {"_ref": "prod_2"}}, {"_ref": "prod_2", "_dataset": "other"}),
    ],
)
def test_what_is_no_reference_is_skipped(item: object) -> None:
    """Its neighbours stay; a group of nothing else is no group."""
    assert groups_of({"title": "Look", "products": [item]}) == []
    assert groups_of({"products": [item, *refs("prod_9")]}) == [({}, ("prod_9",))]


@pytest.mark.parametrize(
    "addons",
    [None, {}, [], "x", 3, {"title": "Empty"}, {"products": None}, {"products": []}, [{}]],
)
def test_nothing_to_add_is_no_group(addons: object) -> None:
    """A heading over nothing is not shown."""
    assert groups_of(addons) == []


@pytest.mark.parametrize(
    ("title", "titles"),
    [
        ("Look", {None: "Look"}),
        (" \n", {}),
        (None, {}),
        (7, {}),
        (
            {"_type": "localeString", "en": "Look", "pt_BR": "Visual", "de": " "},
            {"en": "Look", "pt-BR": "Visual"},
        ),
        (
            [{"_key": "k1", "language": "en", "value": "Look"}, {"language": "de", "value": ""}],
            {"en": "Look"},
        ),
        ([{"_key": "en", "value": "Look"}, {"_key": "en", "value": "Later"}], {"en": "Look"}),
        ([None, "x", {"_key": 5, "value": "Look"}], {}),
    ],
)
def test_a_groups_title_may_be_localised(title: object, titles: dict[Locale | None, str]) -> None:
    """The usual ways to localise a string in Sanity are understood."""
    assert groups_of({"title": title, "products": refs("prod_2")}) == [(titles, ("prod_2",))]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("prod_01M7", True),
        ("drafts.prod_1", False),
        ("versions.r1.prod_1", False),
        ("", False),
        ("a b", False),
        ('"', False),
        ("ä", False),
        ("prod_1\n", False),
        ("x" * 129, False),
        (None, False),
        (5, False),
    ],
)
def test_only_published_ids_are_products(text: object, is_one: bool) -> None:
    """Drafts, releases and junk are never asked for and never shown."""
    assert is_published_id(text) is is_one


NAMES = st.sampled_from(
    [
        *("specs", "lang", "title", "subtitle", "content", "description", "seo", "metaTitle"),
        *("addons", "products", "_ref", "images", "image", "mainImage", "asset", "url", "alt"),
        *("_type", "_key", "children", "text", "style", "marks", "markDefs", "listItem", "level"),
        *("fabricWeight", "metadata", "dimensions", "width", "height", "value", "language", "_id"),
    ]
) | st.text(max_size=6)
WORDS = st.sampled_from(
    [
        *("", " ", "\n", "\u200b", "en", "pt_BR", "block", "span", "image", "prod_2", "drafts.a"),
        *("bullet", "h2", "https://x.example/a", f"image-{SHA}-1x1-jpg", "\ud800", "\x00"),
    ]
) | st.text(max_size=6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=30,
)
SPECS = st.lists(st.dictionaries(NAMES, JSON, max_size=6) | JSON, max_size=3)
DOCUMENTS = st.dictionaries(NAMES, JSON, max_size=6).flatmap(
    lambda rest: SPECS.map(lambda specs: {**rest, "specs": specs})
)


def texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from texts_in(member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


@given(DOCUMENTS)
def test_any_document_becomes_content_without_blanks(document: dict[str, object]) -> None:
    """No document can take a page down, and nothing blank hides a fallback."""
    content = to_content(document)

    for fields in content.fields.values():
        assert fields != ContentFields()
        lines = (fields.title, fields.subtitle, fields.seo_title, fields.seo_description)
        texts = [*texts_in([each for each in lines if each is not None])]
        texts += [*texts_in(fields.attributes)]
        assert all(text.strip() for text in texts)
        assert fields.description is None or not fields.description.is_blank
        assert all(
            value is not None and value not in ({}, []) for value in fields.attributes.values()
        )
        assert "_ref" not in repr(fields.attributes)
    for group in content.addons:
        assert any(group.lists.values())
        assert all(title.strip() for title in group.titles.values())
