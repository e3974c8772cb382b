"""What a source's own fields become, whatever somebody typed into them."""

import json
import math
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.attributes import DENIED, by_name, camel_case, plain_fields
from bff.domain.text import is_blank


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("careInstructions", "careInstructions"),
        ("care_instructions", "careInstructions"),
        ("care-instructions", "careInstructions"),
        ("Care instructions", "careInstructions"),
        ("CareInstructions", "careInstructions"),
        ("Fabric weight (g)", "fabricWeightG"),
        ("GOTS", "gots"),
        ("GOTS level", "gotsLevel"),
        ("size2", "size2"),
        ("größe", "größe"),
        ("_care", "care"),
        ("", ""),
        ("- _", ""),
    ],
)
def test_a_name_has_one_spelling(written: str, shown: str) -> None:
    """Storefronts ask for `careInstructions`, however the shop or the CMS writes it."""
    assert camel_case(written) == shown


def test_of_two_names_that_become_one_the_first_counts() -> None:
    """A renamed field may linger; a source's own fields and nameless ones are nobody's."""
    fields = {"fit_note": 1, "fitNote": 2, "_rev": 3, "": 4, "--": 5, "Size": 6}

    assert by_name(fields) == {"fitNote": 1, "size": 6}


@pytest.mark.parametrize(
    "name",
    [
        *("medusa_id", "medusaId", "MEDUSA-ID", "sanity_id", "contentfulId", "Strapi ID"),
        *("price", "money_amount", "variants", "stock", "status", "handle", "sku", "_anything"),
        *("mon\x00ey_amount", "\x00_rev", ""),
    ],
    ids=ascii,
)
def test_copies_of_commerce_data_never_show(name: str) -> None:
    """A price that somebody copied is an old price, in whatever spelling and at any depth."""
    within = {"made": "PT", name: 5}

    assert plain_fields({name: 5}) == {}
    assert plain_fields({"care": [within], "more": {"deep": within}}) == {
        "care": [{"made": "PT"}],
        "more": {"deep": {"made": "PT"}},
    }


def test_an_id_within_a_value_is_not_the_products() -> None:
    """A film is found by its id; the product's own is Medusa's."""
    assert plain_fields({"id": "7", "film": {"site": "vimeo", "id": "7"}}) == {
        "film": {"site": "vimeo", "id": "7"}
    }


def test_the_deny_list_is_written_as_it_is_compared() -> None:
    """An entry with a capital or a dash would let through what it names."""
    assert [name for name in DENIED if not name.isalnum() or name != name.lower()] == []


@pytest.mark.parametrize(
    "nothing",
    [
        *(None, "", " \n", "\u200b", [], {}, [None, ""], [[]], {"a": " "}, [{"_key": "a"}]),
        *(math.nan, math.inf, -math.inf, 10**400, {1}, b"x"),
    ],
    ids=repr,
)
def test_what_says_nothing_is_not_there(nothing: object) -> None:
    """Another source may have something to say, at whatever depth the emptiness sits."""
    assert plain_fields({"care": nothing}) == {}
    assert plain_fields({"care": {"a": nothing, "b": 0}}) == {"care": {"b": 0}}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        *((0, "0"), (False, "False"), (True, "True"), (0.1, "0.1"), (-3, "-3"), ("0", "'0'")),
        *((2**53, "9007199254740992"), (-(2**53), "-9007199254740992")),
        *((2**53 + 2, "9007199254740994.0"), (10**20, "1e+20")),
        ("a\r\nb\x00", "'a\\nb'"),
        ("half \ud83e emoji", "'half \ufffd emoji'"),
        ([0, "", "x"], "[0, None, 'x']"),
        ({"XL": [{"w": 1}], "\ud800": 2}, "{'XL': [{'w': 1}], '\ufffd': 2}"),
    ],
)
def test_what_says_something_is_plain_json(typed: object, shown: str) -> None:
    """Zero is an answer, cells keep their places, and no value can break a client's parser."""
    assert repr(plain_fields({"care": typed})["care"]) == shown


def test_a_source_keeps_its_own_kinds_of_values_back() -> None:
    """A reference shows neither as an object nor as a hole in a list."""
    fields = {"see": {"ref": 1}, "tips": [{"ref": 1}, "Air"], "all": ["x"], "deep": {"a": {}}}

    def is_foreign(value: object) -> bool:
        return value == ["x"] or (isinstance(value, dict) and "ref" in value)

    assert plain_fields(fields, is_foreign=is_foreign) == {"tips": ["Air"]}


NAMES = st.sampled_from(["price", "Price", "_key", "money_amount", "care", "id"]) | st.text()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def _parts(value: object) -> Iterator[object]:
    yield value
    if isinstance(value, dict):
        for name, member in value.items():
            assert name
            assert not name.startswith("_")
            assert camel_case(name).lower() not in DENIED - {"id"}
            assert member is not None
            yield from _parts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item)


@given(st.dictionaries(NAMES, JSON, max_size=5))
def test_any_fields_become_json_without_blanks(fields: dict[str, object]) -> None:
    """Whatever a source sends can be written, says something and holds no copy of a price."""
    shown = plain_fields(fields)

    json.dumps(shown, allow_nan=False, ensure_ascii=False).encode()
    for member in shown.values():
        for part in _parts(member):
            assert part not in ([], {})
            assert not isinstance(part, str) or not is_blank(part)
    assert plain_fields(shown) == shown
