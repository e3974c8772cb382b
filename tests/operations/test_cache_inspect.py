"""An operator looks at what is kept of a product, and sees why shoppers see what they see."""

from bff.domain.freshness import Policy
from bff.domain.marks import EVERYTHING, Mark, Touched
from bff.operations.cache_inspect import inspection
from bff.ports import Entry, Kept, Reading
from bff.stores.mark_table import MarkTable

NOON = 1_763_640_000.0
PRICE = Policy("COMMERCE", 60, 30, 300, is_price=True)
TEXT = Policy("CONTENT", 3600, 3600, 86_400)


def kept(policy: Policy, age: float, mark: Mark | None = None, *, value: object = "x") -> Kept:
    tags = frozenset({"offer:prod_1", "offers"})
    entry = Entry(value, policy, NOON - age, took=0.042, stamp=5, tags=tags)
    return Kept(entry, mark)


def lines(one: Kept, marks: MarkTable | None = None) -> list[str]:
    reading = Reading({"offer:1": one}, 9)
    text = inspection(["offer:1"], reading, marks or MarkTable(), NOON)
    return text.splitlines()


def test_a_fresh_price() -> None:
    """How old it is, how long it may be shown, and what would change it."""
    assert lines(kept(PRICE, 12)) == [
        "1 of 1 keys are in Redis, at 12:00:00 UTC",
        "",
        "offer:1",
        "  fresh, 12 s old, COMMERCE",
        "  fetched 11:59:48 in 42 ms",
        "  ends: fresh for 48 s, while refreshed for 78 s, on failure for 6 min",
        "  tags: offer:prod_1, offers",
    ]


def test_what_it_is_good_for() -> None:
    """The same words as in the figures."""
    verdicts = [lines(kept(PRICE, age))[3].split(",")[0].strip() for age in (59, 61, 91, 361)]

    assert verdicts == ["fresh", "stale", "expired", "dead"]
    assert lines(kept(PRICE, 300))[5] == (
        "  ends: fresh is over, while refreshed is over, on failure for 60 s"
    )


def test_long_times_in_words() -> None:
    """Nobody counts 90 000 seconds."""
    assert lines(kept(TEXT, 7200))[5] == (
        "  ends: fresh is over, while refreshed is over, on failure for 23 h"
    )
    assert lines(kept(TEXT, 600))[3] == "  fresh, 10 min old, CONTENT"


def test_a_price_that_was_edited() -> None:
    """Which tag was marked, and when."""
    mark = Mark(Touched("offers"), 7, NOON - 3)

    assert "  marked, 12 s old, COMMERCE" in lines(kept(PRICE, 12, mark))
    assert "  marked: offers 3 s ago: changed since" in lines(kept(PRICE, 12, mark))


def test_what_is_older_than_an_edit() -> None:
    """The content system told of an edit, and has not got it everywhere yet."""
    found = lines(kept(TEXT.while_behind(2.0), 1))

    assert found[3:5] == [
        "  fresh, 1 s old, CONTENT",
        "  older than an edit that was told of: asked for again soon",
    ]


def test_what_is_gone() -> None:
    """Content that was taken back is not shown even if fetching fails."""
    mark = Mark(Touched("offer:prod_1", is_gone=True), 7, NOON - 3)

    assert "  marked: offer:prod_1 3 s ago: changed since, and gone" in lines(kept(TEXT, 12, mark))


def test_a_change_that_was_fetched_already() -> None:
    """The webhook came, and the new value is here."""
    marks = MarkTable()
    marks.add([Mark(Touched("offer:prod_1"), 4, NOON - 300)])

    assert "  marked: offer:prod_1 5 min ago: changed before it was fetched" in lines(
        kept(PRICE, 12), marks
    )


def test_the_beginning_of_the_log() -> None:
    """Everything is marked when it begins; that says nothing of what was fetched later."""
    marks = MarkTable()
    marks.add([Mark(Touched(EVERYTHING), 4, NOON - 300)])

    assert not [line for line in lines(kept(PRICE, 12), marks) if "marked" in line]


def test_what_is_not_shown_beyond_its_end() -> None:
    """That there is none counts for a moment, and then it is asked for again."""
    assert lines(kept(Policy("ABSENT", 30), 10))[5] == "  ends: fresh for 20 s"


def test_that_there_is_none() -> None:
    """What does not exist is kept as well, and that is not the same as not being kept."""
    assert lines(kept(TEXT, 1, value=None))[3].startswith("  fresh, says that there is none, 1 s")
    assert inspection(["a", "b"], Reading({}, 0), MarkTable(), NOON).splitlines() == [
        "0 of 2 keys are in Redis, at 12:00:00 UTC",
        "",
        "not there",
        "  a",
        "  b",
    ]


def test_no_value_is_printed() -> None:
    """It may be long, and it is no business of a terminal's scrollback."""
    assert "hunter2" not in "\n".join(lines(kept(TEXT, 1, value="hunter2")))
