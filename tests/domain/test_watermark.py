"""Reading a list of edits on from where it was left: everything once, nothing lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.watermark import OVERLAP, Census, Watermark


def test_what_was_told_is_not_told_again() -> None:
    """Though it is asked for again: the newest edits always are."""
    mark = Watermark(1_000_000).after({"a": 1_000_500})

    assert mark.since <= 1_000_500
    assert mark.news({"a": 1_000_500}) == []
    assert mark.news({"a": 1_000_501}) == ["a"]


def test_two_edits_of_one_instant_are_both_told() -> None:
    """The second was not there yet when the first was asked for."""
    mark = Watermark(1_000_000).after({"a": 1_000_500})

    assert mark.news({"a": 1_000_500, "b": 1_000_500}) == ["b"]


def test_an_edit_that_shows_late_is_told() -> None:
    """A transaction writes its instant down long before it ends."""
    mark = Watermark(1_000_000).after({"a": 1_000_500})

    assert mark.news({"late": 1_000_500 - OVERLAP}) == ["late"]


def test_the_text_is_the_same_watermark_again() -> None:
    """Another replica goes on from it."""
    mark = Watermark(5).after({"a": 1_000_500, "b": 1_000_400})

    assert Watermark.of(mark.cursor()) == mark


@pytest.mark.parametrize(
    "junk",
    [
        *(None, "", "soon", "{}", "[]", "[1]", "[1, 2]", '["1", {}]', "[-1, {}]", "[1e99, {}]"),
        *("[" * 100_000, "[" + "9" * 400 + ", {}]", "[253402300800000, {}]", "x" * 2_000_000),
    ],
)
def test_junk_is_no_cursor(junk: str | None) -> None:
    """Somebody else's key in Redis, or an older program's: then it begins now."""
    assert Watermark.of(junk) is None


@given(st.text(max_size=80))
def test_no_cursor_is_too_odd(text: str) -> None:
    """Whatever is there, the next one can be written."""
    mark = Watermark.of(text)
    assert mark is None or Watermark.of(mark.cursor()) == mark


def test_a_cursor_stays_short_however_much_is_edited() -> None:
    """Of an import of a hundred thousand products the oldest are told twice, and no more."""
    mark = Watermark().after({f"prod_{number:026d}": 1_000_000 for number in range(100_000)})

    assert len(mark.cursor()) < 400_000
    assert len(json.loads(mark.cursor())[1]) == 5_000


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"),
            st.integers(0, 5 * OVERLAP),
            st.integers(0, OVERLAP),  # how much later it can be seen
        ),
        max_size=30,
    ),
    st.lists(st.integers(0, 7 * OVERLAP), min_size=1, max_size=12),
)
def test_nothing_is_lost_and_nothing_is_told_twice(
    edits: list[tuple[str, int, int]], looks: list[int]
) -> None:
    """Whenever one looks, and however late an edit shows, within a minute."""
    start = 10 * OVERLAP
    mark, told = Watermark(start), list[tuple[str, int]]()
    for look in [*sorted(looks), 8 * OVERLAP]:
        there = {
            name: start + max(at for one, at, late in edits if one == name and at + late <= look)
            for name in {one for one, at, late in edits if at + late <= look}
        }
        asked = {name: at for name, at in there.items() if at >= mark.since}
        told += [(name, asked[name]) for name in mark.news(asked)]
        mark = mark.after(asked)
    assert len(told) == len(set(told))
    last = {name: start + max(at for one, at, _ in edits if one == name) for name, _, _ in edits}
    assert {(name, at) for name, at in last.items() if at > start} <= set(told)


def test_what_is_gone_is_missed_by_counting() -> None:
    """Names are compared only when there are not as many as there should be."""
    census = Census()
    assert (census.met(["a"]), census.fits(1)) == ((), False)
    assert census.taken({"a", "b"}) == ((), ())
    assert (census.met(["c", "a", "c"]), census.fits(3)) == (["c"], True)
    assert (census.met(["d"]), census.fits(3)) == (["d"], False)
    assert census.taken({"a", "c", "d"}) == ([], ["b"])
    assert (census.met([]), census.fits(4)) == ([], False)
    assert census.taken({"a", "c", "d", "e"}) == (["e"], [])


def test_a_copy_of_the_names_is_changed_by_itself() -> None:
    """What was found by a question that failed in the end is found again by the next one."""
    assert Census().copy() == Census()
    census = Census({"a"})
    trial = census.copy()
    trial.met(["b"])

    assert (trial, census) == (Census({"a", "b"}), Census({"a"}))
