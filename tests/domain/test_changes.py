"""Which tags a change touches: whatever way the deliveries of it arrive."""

from random import Random
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain import tags
from bff.domain.changes import (
    CategoryChanged,
    Change,
    CollectionChanged,
    DocumentChanged,
    Kind,
    ProductChanged,
    ProductPart,
    RegionChanged,
    ShopChanged,
    SourceChanged,
    VariantChanged,
    merged,
    touched,
)
from bff.domain.commerce import ProductId, RegionId, VariantId
from bff.domain.marks import Touched

SHIRT = ProductId("prod_1")

IDS = st.sampled_from(["a", "b", "c"])
SOURCES = st.sampled_from(["sanity", "strapi"])
INSTANTS = st.none() | st.floats(0, 2e9)
OF_EACH_KIND: dict[type[Change], st.SearchStrategy[Change]] = {
    ProductChanged: st.builds(
        ProductChanged, IDS.map(ProductId), st.sampled_from(ProductPart), INSTANTS
    ),
    VariantChanged: st.builds(VariantChanged, IDS.map(VariantId), INSTANTS),
    RegionChanged: st.builds(RegionChanged, IDS.map(RegionId), st.booleans(), INSTANTS),
    CollectionChanged: st.builds(CollectionChanged, IDS, st.booleans(), INSTANTS),
    CategoryChanged: st.builds(CategoryChanged, IDS, st.booleans(), INSTANTS),
    DocumentChanged: st.builds(
        DocumentChanged,
        SOURCES,
        IDS,
        st.none() | st.integers(0, 9),
        st.booleans(),
        INSTANTS,
    ),
    ShopChanged: st.builds(ShopChanged, st.sampled_from(Kind), INSTANTS),
    SourceChanged: st.builds(SourceChanged, SOURCES, INSTANTS),
}
CHANGES = st.one_of(*OF_EACH_KIND.values())


@pytest.mark.parametrize(
    ("change", "marked"),
    [
        (ProductChanged(SHIRT), {"product:prod_1", "handles", "listings"}),
        (ProductChanged(SHIRT, ProductPart.GONE), {"product:prod_1", "handles", "listings"}),
        (ProductChanged(SHIRT, ProductPart.DETAILS), {"product:prod_1"}),
        (ProductChanged(SHIRT, ProductPart.OFFER), {"offer:prod_1"}),
        (VariantChanged(VariantId("variant_1")), {"variant:variant_1"}),
        (RegionChanged(RegionId("reg_1")), {"region:reg_1", "markets"}),
        (CollectionChanged("pcol_1"), {"collection:pcol_1", "groups"}),
        (CategoryChanged("pcat_1"), {"category:pcat_1", "groups"}),
        (DocumentChanged("sanity", "d1"), {"sanity:d1", "sanity:?"}),
        (SourceChanged("sanity"), {"sanity:*"}),
        (ShopChanged(Kind.MARKETS), {"markets"}),
        (ShopChanged(Kind.GROUPS), {"groups"}),
        (ShopChanged(Kind.OFFERS), {"offers"}),
        (ShopChanged(Kind.TEXTS), {"texts"}),
        (ShopChanged(Kind.ASSORTMENT), {"handles", "listings"}),
    ],
)
def test_each_kind_of_change_touches_what_shows_it(change: Change, marked: set[str]) -> None:
    assert {one.tag for one in touched([change])} == marked


def test_no_kind_of_change_is_left_out_of_what_follows() -> None:
    assert OF_EACH_KIND.keys() == set(get_args(Change))


@given(st.lists(CHANGES), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_deliveries_changes_what_is_marked(
    changes: list[Change], chance: Random
) -> None:
    """Senders repeat themselves, and overtake themselves."""
    again = [*changes, *chance.sample(changes, len(changes) // 2)]
    shuffled = chance.sample(again, len(again))

    assert set(touched(shuffled)) == set(touched(changes))


@given(st.lists(CHANGES), st.lists(CHANGES))
def test_one_batch_marks_what_two_would(some: list[Change], others: list[Change]) -> None:
    """Coalescing loses nothing, and adds nothing."""
    assert merged((*touched(some), *touched(others))) == touched([*some, *others])


@given(st.lists(CHANGES))
def test_each_tag_is_marked_once(changes: list[Change]) -> None:
    marked = [one.tag for one in touched(changes)]

    assert len(marked) == len(set(marked))


@given(st.lists(CHANGES, min_size=1))
def test_every_change_marks_something(changes: list[Change]) -> None:
    """A change that marks nothing would be seen by nobody."""
    together = {one.tag for one in touched(changes)}

    assert all(touched([change]) for change in changes)
    assert together == {one.tag for change in changes for one in touched([change])}


def test_the_newest_version_counts_and_the_oldest_edit() -> None:
    """The later delivery may well be of the earlier edit."""
    _, document = touched(
        [
            DocumentChanged("sanity", "d1", 7, changed_at=20.0),
            DocumentChanged("sanity", "d1", 5, changed_at=10.0),
            DocumentChanged("sanity", "d1"),
        ]
    )

    assert document == Touched("sanity:d1", False, 7, 10.0)


def test_a_document_that_is_gone_stays_so_whatever_was_told_before_or_after() -> None:
    """If it was published again, fetching it shows that."""
    gone = DocumentChanged("sanity", "d1", is_gone=True)
    edited = DocumentChanged("sanity", "d1", 7)

    assert touched([gone, edited]) == touched([edited, gone])
    assert touched([gone, edited])[1].is_gone


def test_names_are_marked_before_documents() -> None:
    """Where a mark tells of a document, what was not found by name has been marked, too."""
    several = [DocumentChanged("sanity", f"d{one}", one) for one in range(3)]

    assert touched(several)[0].tag == tags.names_tag("sanity")


def test_an_absent_page_is_looked_for_again_after_any_edit() -> None:
    """A new document is in nothing that is kept: what found nothing carries this tag."""
    assert tags.names_tag("sanity") in {
        one.tag for one in touched([DocumentChanged("sanity", "n")])
    }
