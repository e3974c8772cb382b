"""Which marks a process knows of: none is overlooked, and there are not too many."""

import time

from hypothesis import given
from hypothesis import strategies as st

from bff.domain.marks import EVERYTHING, Mark, Touched
from bff.ports import MarkLog
from bff.stores.mark_table import MarkTable


def mark(tag: str, position: int) -> Mark:
    return Mark(Touched(tag), position, position / 10)


def position_of(found: Mark | None) -> int | None:
    return found.position if found else None


def test_the_newest_mark_counts() -> None:
    """Of several edits the last one decides, on whichever of the tags it is."""
    table = MarkTable()
    log: MarkLog = table
    table.add([mark("a", 3), mark("b", 5), mark("c", 9)])

    assert position_of(log.newest({"a", "b"}, 0)) == 5
    assert position_of(log.newest({"a", "b"}, 3)) == 5
    assert log.newest({"a", "b"}, 5) is None
    assert log.newest({"d"}, 0) is None
    assert log.newest((), 0) is None
    assert log.position == 9


def test_marks_in_any_order() -> None:
    """An older mark that arrives late changes nothing of a newer one, and is no news."""
    table = MarkTable()
    table.add([mark("a", 7)])
    changes = table.changes

    table.add([mark("a", 3), mark("a", 7)])

    assert position_of(table.newest({"a"}, 0)) == 7
    assert (table.position, table.changes, len(table)) == (7, changes, 1)


def test_a_late_delivery_of_an_earlier_edit() -> None:
    """What is older than the latest edit is not taken for it, in whatever order both are told."""
    table = MarkTable()
    for position, version in enumerate((5, 7, 6, None), start=1):
        table.add([Mark(Touched("sanity:shirt", version=version), position, 0.0)])

    found = table.newest({"sanity:shirt"}, 0)
    assert (position_of(found), found and found.touched.version) == (4, 7)


def test_a_document_that_is_made_anew() -> None:
    """Its versions may begin again: those of the one that was deleted say nothing of it."""
    table = MarkTable()
    table.add([Mark(Touched("contentful:shirt", version=9), 1, 0.0)])
    table.add([Mark(Touched("contentful:shirt", is_gone=True), 2, 0.0)])
    table.add([Mark(Touched("contentful:shirt", version=1), 3, 0.0)])

    found = table.newest({"contentful:shirt"}, 0)
    assert found is not None
    assert found.touched == Touched("contentful:shirt", version=1)


def test_a_mark_that_was_overtaken() -> None:
    """Another replica's mark from before ours still counts, and is noticed."""
    table = MarkTable()
    table.add([mark("ours", 7)])
    changes = table.changes

    table.add([mark("theirs", 6)])

    assert table.position == 7
    assert table.changes > changes
    assert position_of(table.newest({"theirs"}, 5)) == 6


def test_everything() -> None:
    """When all is void, what has no tags is, too; later edits count besides."""
    table = MarkTable()
    table.add([Mark(Touched(EVERYTHING), 5, 100.0), mark("a", 7)])

    assert table.newest((), 4) == Mark(Touched(EVERYTHING), 5, 100.0)
    assert table.newest((), 5) is None
    assert position_of(table.newest({"a"}, 4)) == 7


def test_forgotten_marks_leave_a_floor() -> None:
    """What is older than the marks that were dropped counts as marked, rather than as right."""
    table = MarkTable(most=1)

    table.add([mark("a", 3), mark("b", 5), mark("c", 9)])

    assert len(table) == 1
    assert table.newest({"a"}, 2) == Mark(Touched(EVERYTHING), 5, 0.5)
    assert position_of(table.newest({"d"}, 4)) == 5
    assert table.newest({"a", "b", "d"}, 5) is None
    assert position_of(table.newest({"c"}, 2)) == 9


def test_the_table_is_bounded() -> None:
    """After an import of the whole catalogue the oldest marks make way, and are not unmade."""
    table = MarkTable(most=10)
    table.add(mark(f"product:{number}", number) for number in range(1, 101))

    assert len(table) == 10
    assert position_of(table.newest({"product:1"}, 0)) == 90
    assert position_of(table.newest({"product:95"}, 91)) == 95
    assert table.newest({"product:1"}, 90) is None


def test_what_is_edited_often_takes_little_room() -> None:
    """A product whose stock changes all the time has one mark, and pushes no other out."""
    table = MarkTable(most=2)
    table.add([mark("quiet", 1)])
    table.add(mark("busy", number) for number in range(2, 1000))

    assert len(table) == 2
    assert table.newest({"quiet"}, 0) == mark("quiet", 1)


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 40)), max_size=40),
    st.integers(1, 6),
    st.integers(0, 40),
    st.frozensets(st.sampled_from("abcdef")),
)
def test_nothing_is_overlooked(
    marks: list[tuple[str, int]], most: int, stamp: int, tags: frozenset[str]
) -> None:
    """Whatever arrives in whatever order and is dropped: what is wrong is never called right."""
    table = MarkTable(most)
    for tag, position in marks:
        table.add([mark(tag, position)])

    wrong = [position for tag, position in marks if tag in tags and position > stamp]
    found = table.newest(tags, stamp)

    if wrong:
        assert found is not None
        assert found.position >= max(wrong)
    assert len(table) <= most


def test_many_marks_do_not_slow_reading() -> None:
    """With a hundred thousand marks, finding that none is meant takes microseconds."""
    table = MarkTable()
    table.add(mark(f"product:{number}", number) for number in range(1, 100_001))
    tags = frozenset(f"variant:{number}" for number in range(12))

    started_at = time.process_time()
    for _ in range(1000):
        table.newest(tags, 50_000)

    assert time.process_time() - started_at < 0.1


def test_dropping_is_quick() -> None:
    """Making room for many marks does not keep shoppers waiting."""
    table = MarkTable()
    table.add(mark(f"product:{number}", number) for number in range(1, 100_001))

    started_at = time.process_time()
    table.add(mark(f"variant:{number}", 100_000 + number) for number in range(1, 1001))

    assert time.process_time() - started_at < 0.1
    assert len(table) == 100_000
