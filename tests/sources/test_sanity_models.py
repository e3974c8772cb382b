"""However a schema keeps its languages, the shop reads the same texts of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bff.domain.content import Film, Picture, ProductContent
from bff.domain.document import Document
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, Reach
from bff.mapping import to_product
from bff.sources.sanity import SanitySettings
from bff.sources.sanity.documents import Targets
from bff.sources.sanity.reading import reader_of

SHOP = tuple(map(Locale, ("en", "de", "pt-BR")))
PORTABLE = [{"_type": "block", "children": [{"_type": "span", "text": "Soft"}]}]
SHA = "96981f278bf65cc35d4c864b55c957ea68fc0881"


def settings(model: str, **more: object) -> SanitySettings:
    return SanitySettings.model_validate({"project_id": "demo1234", "model": model, **more})


def document(
    model: str, *raws: Mapping[str, object], shop: Sequence[Locale] = SHOP, **more: object
) -> Document:
    reader = reader_of(settings(model, **more), shop)
    whole = [{"_id": "prod_1", "_type": "product", **raw} for raw in raws]
    return reader.document({str(raw["_id"]): raw for raw in whole}, Targets(are_products=True))


def content(model: str, *raws: Mapping[str, object], **more: Any) -> ProductContent:
    return to_product(document(model, *raws, **more), settings(model, **more).product)


def titles(found: ProductContent) -> dict[Locale | None, str]:
    return {tag: fields.title for tag, fields in found.fields.items() if fields.title}


def array(values: Mapping[str, object], version: int = 5) -> list[dict[str, object]]:
    kind = {"_type": "internationalizedArrayStringValue"}
    if version == 4:
        return [{**kind, "_key": tag, "value": value} for tag, value in values.items()]
    return [
        {**kind, "_key": f"a1b2c3{n}", "language": tag, "value": value}
        for n, (tag, value) in enumerate(values.items())
    ]


@pytest.mark.parametrize("version", [4, 5])
def test_an_array_of_languages_is_read_by_either_of_its_versions(version: int) -> None:
    """The plugin moved the language from the key to a field; both are in the wild."""
    found = content(
        "internationalized-array",
        {
            "title": array({"en": "Tee", "pt_BR": "Camiseta", "DE": "Hemd"}, version),
            "content": array({"en": "Plain.", "de": PORTABLE}, version),
            "seo": {"metaTitle": array({"de": "Kaufen"}, version)},
            "careInstructions": array({"en": "Wash", "de": " "}, version),
        },
    )

    assert titles(found) == {"en": "Tee", "pt-BR": "Camiseta", "de": "Hemd"}
    german = found.fields[Locale("de")]
    assert german.description
    assert (german.description.text, german.seo_title) == ("Soft", "Kaufen")
    assert found.fields[Locale("en")].attributes == {"careInstructions": "Wash"}
    assert german.attributes == {}


def test_an_object_of_languages_is_read_at_any_depth() -> None:
    """Title, rich text, a search engine's text and an alternative text, each by language."""
    picture = {"_type": "image", "asset": {"_ref": f"image-{SHA}-8x6-png"}}
    found = content(
        "locale-object",
        {
            "title": {"_type": "localeString", "en": "Tee", "pt_BR": "Camiseta", "de": ""},
            "content": {"_type": "localeBlock", "de": PORTABLE},
            "seo": {"title": {"en": "Buy", "de": "Kaufen"}},
            "mainImage": {**picture, "alt": {"_type": "localeString", "en": "Front", "de": " "}},
        },
    )

    assert titles(found) == {"en": "Tee", "pt-BR": "Camiseta"}
    german = found.fields[Locale("de")]
    assert german.description
    assert (german.description.text, german.seo_title) == ("Soft", "Kaufen")
    [shown] = found.fields[None].images
    assert dict(shown.alts) == {"en": "Front"}


def test_languages_within_languages_count_from_the_inside() -> None:
    """A spec in English may hold a label for all languages: that is a schema's own business."""
    found = content(
        "specs", {"specs": [{"lang": "en", "title": [{"lang": "de", "value": "Hemd"}]}]}
    )
    assert titles(found) == {"de": "Hemd"}


@pytest.mark.parametrize("model", ["specs", "internationalized-array", "locale-object"])
@pytest.mark.parametrize(
    "plain",
    [
        {"in": 3, "cm": 7},
        {"min": 1, "max": 2},
        {"en": 1, "width": 2},
        {"alt": "x", "sku2": "y"},
        [{"_key": "9f2c81aa", "value": "GOTS"}],
        [{"_key": "is", "label": "x", "value": "y"}],
        [{"_key": "fr", "value": "GOTS"}],
    ],
)
def test_what_only_looks_like_languages_stays_what_it_is(model: str, plain: object) -> None:
    """Inches are no Inari: names count as languages where the shop speaks one of them."""
    found = content(model, {"measures": plain})
    assert list(found.fields) == [None]
    assert "measures" in found.fields[None].attributes


def test_a_text_in_no_language_is_nobodys() -> None:
    """An entry of an array without its language is left out, its neighbours are not."""
    found = content(
        "internationalized-array",
        {"title": [{"language": "", "value": "?"}, None, {"language": "de", "value": "Hemd"}]},
    )
    assert titles(found) == {"de": "Hemd"}


def test_the_shops_locale_may_have_another_tag_there() -> None:
    """Which of Sanity's tags is which locale is the operator's word, however it is typed."""
    own = {"locales": {"de": "de-DE", "en": "english"}}
    for tag in ("de-DE", "de_DE", " DE-de"):
        found = content("internationalized-array", {"title": array({tag: "Hemd"})}, **own)
        assert titles(found) == {"de": "Hemd"}
    named = content("locale-object", {"title": {"english": "Tee", "de_DE": "Hemd"}}, **own)
    assert titles(named) == {"en": "Tee", "de": "Hemd"}


def language(tag: str | None, number: int, **fields: object) -> dict[str, object]:
    known = {} if tag is None else {"language": tag}
    return {"_id": f"doc-{number}", "medusaId": "prod_1", **known, **fields}


OWN = {"id_field": "medusaId"}


def test_documents_of_several_languages_are_one_product() -> None:
    """Each speaks for its language; one without a language speaks for all."""
    found = content(
        "document",
        language("de", 1, title="Hemd", careInstructions="Waschen"),
        language("en", 2, title="Tee"),
        language(None, 3, fabricWeight=120),
        **OWN,
    )

    assert titles(found) == {"en": "Tee", "de": "Hemd"}
    assert found.fields[Locale("de")].attributes == {"careInstructions": "Waschen"}
    assert found.fields[None].attributes == {"fabricWeight": 120}
    assert (found.product.id, found.document_id) == ("prod_1", "doc-2")
    assert list(found.made_of) == ["doc-2", "doc-1", "doc-3"]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_two_documents_for_the_same_the_first_id_counts(order: tuple[int, int]) -> None:
    """In whatever order they arrive, the page is the same; both can change it."""
    raws = {1: language("en", 1, title="First"), 2: language("en", 2, title="Second")}
    several = [raws[number] for number in order]

    assert titles(content("document", *several, **OWN)) == {"en": "First"}
    neutral = content("locale-object", *several, **OWN)
    assert titles(neutral) == {None: "First"}
    assert list(neutral.made_of) == ["doc-1", "doc-2"]


def test_a_title_is_a_copy_in_the_model_of_specs_only() -> None:
    """There it is synced from Medusa; in the other models it is what editors wrote."""
    assert settings("specs").usual_reach(Field.TITLE) is Reach.TRANSLATED
    for model in ("internationalized-array", "locale-object"):
        assert settings(model).usual_reach(Field.TITLE) is Reach.CHAIN
        assert titles(content(model, {"title": "Tee"})) == {None: "Tee"}
    assert settings("document", **OWN).usual_reach(Field.TITLE) is Reach.CHAIN


@pytest.mark.parametrize(
    ("model", "more", "raw"),
    [
        ("locale-object", {"id_field": "shopId"}, {"shopId": "prod_1"}),
        ("locale-object", {"id_field": "shop.ref"}, {"shop": {"ref": "prod_1"}}),
        ("specs", {"match": "handle", "handle_field": "address"}, {"address": "tee"}),
        ("document", {**OWN, "language_field": "tongue"}, {"tongue": "de", "medusaId": "prod_1"}),
    ],
)
def test_what_a_document_is_known_by_is_no_attribute(
    model: str, more: dict[str, object], raw: dict[str, object]
) -> None:
    """Nor is the language that it is in; what stands beside them is."""
    found = content(model, {**raw, "origin": "PT"}, **more)
    [fields] = found.fields.values()
    assert fields.attributes == {"origin": "PT"}


def test_specs_may_have_another_name() -> None:
    """Where the languages are is the operator's word; the name is no attribute."""
    raw = {"translations": [{"language": "de", "title": "Hemd"}], "specs": "S, M"}
    found = content("specs", raw, specs_field="translations")
    assert titles(found) == {"de": "Hemd"}
    assert found.fields[None].attributes == {"specs": "S, M"}


def test_a_film_is_a_video_and_not_a_picture() -> None:
    """A file says by its ending what it is; a link to a video is one too."""
    file = {"_type": "file", "asset": {"_ref": "file-abc-mp4"}, "alt": "Drape"}
    found = content("specs", {"videos": [file, "https://films.example/a"], "images": [file]})
    [first, second] = found.fields[None].videos
    url = "https://cdn.sanity.io/files/demo1234/production/abc.mp4"
    assert first == Film(url, {None: "Drape"}, "video/mp4")
    assert second == Film("https://films.example/a")
    assert found.fields[None].images == ()


def test_pictures_say_what_they_are_for() -> None:
    """Hero, gallery and size chart; a table by that name stays data."""
    picture = {"_type": "image", "asset": {"_ref": f"image-{SHA}-8x6-png"}}
    other = {"_type": "image", "asset": {"_ref": f"image-{SHA[::-1]}-9x9-jpg"}}
    found = content("specs", {"sizeChart": picture, "hero": other}).fields[None]
    assert [(one.role, one.width) for one in found.images] == [("hero", 9), ("sizeChart", 8)]
    assert all(isinstance(one, Picture) for one in found.images)
    table = content("specs", {"sizeChart": {"rows": [["S", "90"]]}}).fields[None]
    assert table.attributes == {"sizeChart": {"rows": [["S", "90"]]}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": "document"},
        {"model": "other"},
        {"id_field": "medusa id"},
        {"id_field": "a..b"},
        {"handle_field": 'x"]'},
        {"specs_field": "specs[]"},
        {"page_type": ""},
    ],
)
def test_a_model_that_cannot_work_is_refused(wrong: dict[str, object]) -> None:
    """Languages in documents of their own cannot all have Medusa's id for their own."""
    with pytest.raises(ValidationError):
        SanitySettings.model_validate({"project_id": "demo1234", **wrong})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["_type", "_key", "language", "value", "en", "de", "asset", "_ref", "current"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(
    st.sampled_from(["specs", "internationalized-array", "locale-object", "document"]),
    st.dictionaries(st.sampled_from(["title", "content", "addons", "x"]), JSON, max_size=4),
)
def test_nothing_that_an_editor_saves_breaks_a_page(model: str, raw: dict[str, object]) -> None:
    """Every shape becomes content, in every model."""
    more = OWN if model == "document" else {}
    assert content(model, {**raw, "medusaId": "prod_1"}, **more).product.id == "prod_1"


def test_a_document_deeper_than_sanity_stores_ends() -> None:
    """A proxy's joke costs no recursion."""
    deep: object = "end"
    for _ in range(300):
        deep = {"a": [deep]}
    assert content("specs", {"x": deep}).fields == {}
