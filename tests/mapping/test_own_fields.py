"""A field that an editor adds shows up, and only such a field."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from bff.domain.document import ByLocale, Value
from bff.mapping import TextMapping
from bff.mapping.texts import to_texts
from tests.mapping.documents import DE, EN, by, link, picture, prose

ALL = TextMapping()
Fields = Mapping[str, Value]


def attributes(
    mapping: TextMapping = ALL, fields: Fields | None = None, **more: Value
) -> dict[object, object]:
    texts = to_texts({**(fields or {}), **more}, mapping, {"addons"})
    return {locale: dict(one.attributes) for locale, one in texts.items() if one.attributes}


def test_a_new_field_shows_up_without_configuration() -> None:
    """Texts, numbers, switches, lists and objects, each as it was written."""
    assert attributes(
        careInstructions="Cold",
        weight=Decimal("4.50"),
        rank=0,
        vegan=False,
        certifications=["GOTS", {"name": "OEKO-TEX", "level": 100}],
        store={"lat": 52.5, "lon": 13.4},
    ) == {
        None: {
            "careInstructions": "Cold",
            "weight": 4.5,
            "rank": 0,
            "vegan": False,
            "certifications": ["GOTS", {"name": "OEKO-TEX", "level": 100}],
            "store": {"lat": 52.5, "lon": 13.4},
        }
    }


def test_a_translated_field_is_an_attribute_per_language() -> None:
    """What only German editors filled in is there in German only."""
    assert attributes(care=by("Cold", "Kalt"), fit=by(de="Weit"), rank=1) == {
        EN: {"care": "Cold"},
        DE: {"care": "Kalt", "fit": "Weit"},
        None: {"rank": 1},
    }


def test_an_object_is_composed_per_language() -> None:
    """A table whose words are translated and whose numbers are not is whole in each language."""
    table: Value = {"unit": by("in", "cm"), "rows": [[1, by("one", "eins")], [2, by(de="zwei")]]}

    assert attributes(sizes=table) == {
        EN: {"sizes": {"unit": "in", "rows": [[1, "one"], [2, None]]}},
        DE: {"sizes": {"unit": "cm", "rows": [[1, "eins"], [2, "zwei"]]}},
    }


def test_what_belongs_to_no_language_stands_in_for_one_that_is_missing() -> None:
    """A text for all is read where a language has none of its own."""
    assert attributes(fit={"text": by("Wide", neutral="any"), "note": by(de="Neu")}) == {
        EN: {"fit": {"text": "Wide"}},
        DE: {"fit": {"text": "any", "note": "Neu"}},
        None: {"fit": {"text": "any"}},
    }
    assert attributes(fit=by("Wide", neutral="any")) == {EN: {"fit": "Wide"}, None: {"fit": "any"}}


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "  ", [], {}, [None, ""], {"a": None}, float("nan"), Decimal("sNaN")),
        *(picture("a"), link("2"), prose("a"), [picture("a")], by(picture("a")), by(), by("")),
        *({"label": "x", "icon": picture("a")}, {"more": [{"deep": link("2")}]}),
        *({"price": 5}, {"sku": "A"}, [{"variants": [1]}]),
    ],
    ids=str,
)
def test_files_references_and_rich_text_need_a_mapping(value: Value) -> None:
    """They come through the mapping or not at all, and blanks say nothing."""
    assert attributes(extra=value) == {}


@pytest.mark.parametrize(
    "name",
    [
        *("medusaId", "moneyAmount", "price", "prices", "calculatedPrice", "variants", "sku"),
        *("handle", "slug", "status", "thumbnail", "stock", "currencyCode", "locale", "id"),
        *("_rev", "title", "name", "subtitle", "description", "seo", "seoTitle", "addons"),
    ],
)
def test_copies_of_commerce_and_mapped_fields_are_no_attributes(name: str) -> None:
    """A price that an editor typed is an old price; a title is shown as the title."""
    assert attributes(fields={name: {"x": "y"}}) == {}
    assert attributes(TextMapping(attributes=(name,)), {name: {"x": "y"}}) == {}


def test_an_operator_may_name_the_only_attributes() -> None:
    """Everything else stays inside; spelling does not matter."""
    mapping = TextMapping(attributes=("care_instructions", "Fit"))

    assert attributes(mapping, careInstructions="a", fit="b", note="c") == {
        None: {"careInstructions": "a", "fit": "b"}
    }
    assert attributes(TextMapping(attributes=()), fit="b") == {}


def test_an_operator_may_hide_attributes() -> None:
    """A note to colleagues is not for shoppers."""
    assert attributes(TextMapping(not_attributes=("internal_note",)), internalNote="a", b=1) == {
        None: {"b": 1}
    }


def test_a_table_in_a_field_for_pictures_is_an_attribute() -> None:
    """Some shops draw their size chart, others type it."""
    rows: Value = {"rows": [["S", "90"]]}

    assert attributes(sizeChart=rows) == {None: {"sizeChart": rows}}
    assert attributes(sizeChart=[picture("a"), "https://cdn.example/b.jpg"]) == {}
    assert attributes(videos="https://video.example/a", image="https://cdn.example/b.jpg") == {}
    assert attributes(videos={"url": "https://video.example/a", "title": "On"}) == {}
    # A part of a section that is mapped is never half shown.
    nested = TextMapping(images={"hero": ("hero.image",)})
    assert attributes(nested, hero={"image": None, "heading": "New"}) == {}


def test_endless_objects_end() -> None:
    """JSON that nobody could send on is cut, and its neighbours are shown."""
    deep: Value = "x"
    for _ in range(5_000):
        deep = {"in": [deep], "side": 1}
    languages: Value = "x"
    for _ in range(5_000):
        languages = ByLocale({DE: languages})

    found = attributes(deep=deep, languages=languages, fit="b")

    assert set(found) == {None}
    shown = found[None]
    assert isinstance(shown, dict)
    assert set(shown) == {"deep", "fit"}
    assert str(shown).count("side") <= 33
