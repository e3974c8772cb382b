"""Which version of what an answer was made of: a newer one than an edit's tells that it is in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.instants import milliseconds
from bff.sources.contentful.versions import version_of as revision_of
from bff.sources.sanity.versions import version_of as edited_at
from bff.sources.strapi.versions import file_id, told_version_of
from bff.sources.strapi.versions import version_of as updated_at
from tests.sources.contentful_space import asset, documents, entry, to

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-01T00:00:00Z", 1793491200000),
        ("2026-11-01T00:00:00.123Z", 1793491200123),
        ("2026-11-01T00:00:00.123456+00:00", 1793491200123),
        ("2026-11-01T01:00:00+01:00", 1793491200000),
        ("2026-11-01T00:00:00.5", 1793491200500),
    ],
)
def test_instants_are_milliseconds_however_they_are_written(written: str, instant: int) -> None:
    """Two systems' clocks write them in their own ways."""
    assert milliseconds(written) == instant


@pytest.mark.parametrize(
    "odd", [None, 5, "", "soon", "2026-13-01T00:00:00Z", "٢٠٢٦-01-01", [], {}]
)
def test_what_is_no_instant_is_no_version(odd: object) -> None:
    """An answer without one is fetched after a mark all the same, only not compared."""
    assert milliseconds(odd) is None
    assert edited_at({"_updatedAt": odd}) is None
    assert updated_at({"updatedAt": odd}) is None


@given(ANYTHING)
def test_no_version_is_too_odd(odd: object) -> None:
    """A proxy or a plugin may write anything there."""
    for read in (edited_at({"_updatedAt": odd}), revision_of({"revision": odd})):
        assert read is None or type(read) is int
    assert file_id({"id": odd}) is None or isinstance(odd, int)


def test_a_later_edit_is_a_higher_version() -> None:
    """To the millisecond, as the systems tell it."""
    older, newer = "2026-11-01T00:00:00.001Z", "2026-11-01T00:00:00.002Z"
    first, second = edited_at({"_updatedAt": older}), edited_at({"_updatedAt": newer})
    assert first is not None
    assert second is not None
    assert first < second
    assert (revision_of({"revision": 3}), revision_of({"revision": True})) == (3, None)


def test_a_change_of_a_row_of_version_4_tells_no_version() -> None:
    """Its number is also a page's, whose older text is not out of date for that."""
    row = {"id": 12, "updatedAt": "2026-11-01T00:00:00Z"}
    assert told_version_of(row) is None
    assert told_version_of({**row, "documentId": "abc"}) == 1793491200000


def with_revision(resource: dict[str, Any], revision: int) -> dict[str, Any]:
    return {**resource, "sys": {**resource["sys"], "revision": revision}}


def test_an_entry_says_the_versions_of_all_that_it_shows() -> None:
    """Pictures and other entries have theirs, what is not there has none."""
    found = documents(
        with_revision(entry("it", image=to("p1", "Asset"), brand=to("acme"), rank=1), 7),
        with_revision(asset("p1"), 2),
        with_revision(entry("acme", "brand", seal=to("gone", "Asset")), 4),
    )
    document = found.document(found.pool.entries["it"], 1)
    assert document.made_of == {"it": 7, "p1": 2, "acme": 4, "gone": None}


def test_a_picture_with_the_id_of_an_entry_is_never_out_of_date_by_that() -> None:
    """Scripts may write such twins; a webhook's version belongs to one of them only."""
    found = documents(
        with_revision(entry("it", image=to("twin", "Asset"), brand=to("twin")), 1),
        with_revision(asset("twin"), 2),
        with_revision(entry("twin", "brand"), 40),
    )
    assert found.document(found.pool.entries["it"], 1).made_of == {"it": 1, "twin": None}
