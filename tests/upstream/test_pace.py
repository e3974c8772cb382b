"""How much a source is asked in a second, and at one moment."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bff.upstream.pace import Pace, Room


def test_without_a_bound_everybody_may_leave() -> None:
    pace = Pace(None)
    for _ in range(1000):
        assert pace.ready_at(5.0) == 5.0
        pace.start()

    assert not pace.is_bound


def test_seven_a_second() -> None:
    """The eighth leaves a second after the first has ended, and not at all before one has."""
    pace = Pace(7)
    for _ in range(7):
        assert pace.ready_at(0.0) == 0.0
        pace.start()

    assert pace.ready_at(0.0) == math.inf
    pace.end(0.25)
    pace.end(0.5)
    assert pace.ready_at(0.5) == 1.25
    assert pace.ready_at(1.25) == 1.25
    pace.start()
    assert pace.ready_at(1.25) == 1.5


@pytest.mark.parametrize(
    ("per_second", "slots", "rest"), [(0.25, 1, 4.0), (1, 1, 1.0), (1.5, 1, 1.0), (7.9, 7, 1.0)]
)
def test_fractions(per_second: float, slots: int, rest: float) -> None:
    """Of a limit that several processes share each has a part; what is left over is not used."""
    pace = Pace(per_second)
    for _ in range(slots):
        assert pace.ready_at(0.0) == 0.0
        pace.start()
    pace.end(0.0)

    assert pace.ready_at(0.0) == rest


def test_a_source_says_that_it_takes_less() -> None:
    """Its own word counts where it is lower; a higher one is not for us alone."""
    pace = Pace(7)
    pace.tell(78)
    for _ in range(3):
        pace.start()
    assert pace.ready_at(0.0) == 0.0

    pace.tell(3)

    assert pace.ready_at(0.0) == math.inf
    pace.end(0.0)
    assert pace.ready_at(0.5) == 1.0
    pace.tell(4)
    assert pace.ready_at(0.5) == 0.5


def test_a_source_without_a_limit_of_ours_says_one() -> None:
    """Whoever set none wants none."""
    pace = Pace(None)
    pace.tell(1)
    pace.start()

    assert pace.ready_at(0.0) == 0.0


def test_a_call_that_did_not_leave() -> None:
    """Its slot is free at once."""
    pace = Pace(1)
    pace.start()
    pace.undo()

    assert pace.ready_at(0.0) == 0.0


@given(
    st.integers(1, 9),
    st.lists(st.tuples(st.floats(0, 0.5), st.floats(0, 3), st.floats(0, 1)), max_size=80),
)
def test_never_more_within_any_second(most: int, calls: list[tuple[float, float, float]]) -> None:
    """However long requests and answers are on their way: it counts when requests arrive."""
    pace, now, ends, arrivals = Pace(most), 0.0, list[float](), list[float]()
    for comes_after, takes, arrives in calls:
        now += comes_after
        while True:
            for end in sorted(one for one in ends if one <= now):
                pace.end(end)
                ends.remove(end)
            ready_at = pace.ready_at(now)
            if ready_at <= now:
                break
            now = min([ready_at, *ends])
        pace.start()
        ends.append(now + takes)
        arrivals.append(now + takes * arrives)

    arrivals.sort()
    for first, last in zip(arrivals, arrivals[most:], strict=False):
        assert last - first >= 1.0 - 1e-9


# --- at one moment


def test_a_source_that_has_too_much_to_do() -> None:
    """Half as many at once; once for each crowd, and never none."""
    room = Room(8)
    room.cut(left_at=0.0, now=1.0)
    assert room.size == 4.0

    room.cut(left_at=0.9, now=1.1)
    assert room.size == 4.0
    for now in range(2, 9):
        room.cut(left_at=now, now=now)

    assert room.size == 1.0
    assert room.is_free


def test_a_source_that_copes() -> None:
    """More and more at once, up to what the operator allows."""
    room, sizes = Room(4), [1.0]
    room.cut(0.0, 0.0)
    room.cut(1.0, 1.0)
    assert room.size == 1.0
    for _ in range(40):
        room.grow()
        sizes.append(room.size)

    assert all(one <= other for one, other in pairwise(sizes))
    assert sizes[1] == 2.0
    assert sizes[2] == 2.5
    assert sizes[-1] == 4.0


def test_room_is_for_so_many() -> None:
    room, free = Room(2), []
    for step in (room.start, room.start, room.end):
        step()
        free.append(room.is_free)

    assert free == [True, False, True]
