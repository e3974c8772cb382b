"""When a source is left alone, and who finds out that it is back."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bff.upstream.breaker import Admission, Breaker, BreakerState, Rests

CLOSED, HALF_OPEN, OPEN = BreakerState
RESTS = Rests(failures=3, first=1.0, longest=4.0, longest_asked=60.0)
LONGEST_LUCK = 0.999999


def breaker(luck: float = LONGEST_LUCK) -> Breaker:
    return Breaker(RESTS, lambda: luck)


def admitted(one: Breaker, now: float) -> Admission:
    admission = one.admit(now)
    assert admission is not None
    return admission


def broken(now: float = 0.0, luck: float = LONGEST_LUCK) -> Breaker:
    """Return one that opens at an instant."""
    one = breaker(luck)
    assert [one.failed(admitted(one, now), now) for _ in range(3)] == [False, False, True]
    return one


def test_a_source_that_keeps_failing_rests() -> None:
    """Two failures are chance; after the third in a row nobody is let through for a while."""
    one = broken()

    assert one.state(0.0) is OPEN
    assert one.admit(0.5) is None
    assert one.trouble(0.0) == "resting for 1.0 s after 3 failures"


def test_an_answer_between_failures() -> None:
    """A source that answers now and then is asked on: retries are for that."""
    one = breaker()
    for _ in range(10):
        for _ in range(2):
            assert not one.failed(admitted(one, 0.0), 0.0)
        assert not one.answered(admitted(one, 0.0))

    assert one.state(0.0) is CLOSED
    assert one.trouble(0.0) is None


def test_one_call_is_the_probe() -> None:
    """When the rest is over one call finds out, and nobody else is let through meanwhile."""
    one = broken()

    assert one.state(1.0) is HALF_OPEN
    assert one.trouble(1.0) == "about to be tried again after 3 failures"
    probe = admitted(one, 1.0)
    assert probe.is_probe
    assert [one.admit(1.0 + later) for later in (0.0, 1.0, 100.0)] == [None, None, None]


def test_the_probe_is_answered() -> None:
    """Everybody is let through at once, and failures count from nothing."""
    one = broken()

    assert one.answered(admitted(one, 1.0))

    assert one.state(1.0) is CLOSED
    assert not admitted(one, 1.0).is_probe
    assert not one.failed(admitted(one, 1.0), 1.0)


def test_rests_grow_while_probes_fail() -> None:
    """Twice as long each time, and never so long that shoppers wait for a source that is back."""
    one, now, rests = broken(), 0.0, []
    for _ in range(40):
        rests.append(one.rest(now))
        now += one.rest(now)
        assert one.failed(admitted(one, now), now)

    assert rests[:4] == pytest.approx([1.0, 2.0, 4.0, 4.0], rel=1e-3)
    assert max(rests) <= RESTS.longest
    assert one.trouble(now) == "resting for 4.0 s after 43 failures"


def test_rests_are_spread() -> None:
    """The replicas of a shop do not all come back at the same moment."""
    assert broken(luck=0.0).rest(0.0) == 0.75
    assert broken(luck=0.5).rest(0.0) == 0.875


def test_rests_begin_anew_after_an_answer() -> None:
    """The next outage is another one."""
    one = broken()
    one.failed(admitted(one, 1.0), 1.0)
    assert one.answered(admitted(one, 3.0))

    for _ in range(3):
        one.failed(admitted(one, 3.0), 3.0)

    assert one.rest(3.0) == pytest.approx(1.0)


def test_a_probe_that_came_to_nothing() -> None:
    """Its client left, or it had no time: the next call is the probe."""
    one = broken()
    probe = admitted(one, 1.0)

    one.gave_up(probe)

    assert admitted(one, 1.0).is_probe


def test_a_late_answer_ends_the_outage() -> None:
    """What was given up as failed and is answered after all says that the source is there."""
    one = breaker()
    late = admitted(one, 0.0)
    for admission in (late, admitted(one, 0.0), admitted(one, 0.0)):
        one.failed(admission, 1.5)
    assert one.state(1.5) is OPEN

    assert one.answered(late)

    assert one.state(1.5) is CLOSED


def test_a_failure_from_before_the_end_of_an_outage() -> None:
    """A call that began while the source hung says nothing of it once it is back."""
    one = breaker()
    hung = [admitted(one, 0.0) for _ in range(9)]
    for admission in hung[:3]:
        one.failed(admission, 1.5)
    one.answered(admitted(one, 2.5))

    for admission in hung[3:]:
        assert not one.failed(admission, 2.6)

    assert one.state(2.6) is CLOSED


def test_failures_of_calls_that_were_under_way_when_it_opened() -> None:
    """They say what is known: the rest becomes no longer."""
    one = breaker()
    under_way = admitted(one, 0.0)
    for _ in range(3):
        one.failed(admitted(one, 0.0), 0.0)

    assert not one.failed(under_way, 0.9)
    assert one.rest(0.9) == pytest.approx(0.1, abs=1e-3)


# --- rests that the source asks for


@pytest.mark.parametrize(("asked", "rest"), [(0.5, 0.5), (7.0, 7.0), (60.0, 60.0), (3553.0, 60.0)])
def test_a_rest_that_was_asked_for(asked: float, rest: float) -> None:
    """It begins with the first such answer, and an hour is not believed."""
    one = breaker()

    assert one.asked(admitted(one, 0.0), 0.0, asked)

    assert one.rest(0.0) == rest
    assert one.admit(rest - 0.001) is None
    assert admitted(one, rest).is_probe
    assert one.trouble(0.0) == f"resting for {rest:.1f} s as it asked"


def test_other_answers_do_not_end_a_rest_that_was_asked_for() -> None:
    """It said that it is too much, while it answered others."""
    one = breaker()
    other = admitted(one, 0.0)
    one.asked(admitted(one, 0.0), 0.0, 5.0)

    assert not one.answered(other)

    assert one.state(4.9) is OPEN
    assert one.answered(admitted(one, 5.0))


def test_the_longest_wish_counts() -> None:
    """Several calls were told several times."""
    one = breaker()
    first, second, third = (admitted(one, 0.0) for _ in range(3))

    assert one.asked(first, 0.0, 5.0)
    assert not one.asked(second, 0.1, 9.0)
    assert not one.asked(third, 0.2, 1.0)

    assert one.rest(0.2) == pytest.approx(8.9)


def test_a_probe_is_told_to_come_later() -> None:
    """It rests as it asks, however short or long its own rests had become."""
    one = broken()

    one.asked(admitted(one, 1.0), 1.0, 30.0)

    assert one.rest(1.0) == 30.0
    assert admitted(one, 31.0).is_probe


# --- whatever happens


class AnyHistory(RuleBasedStateMachine):
    """Calls come, end and are told things in any order, and time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = breaker()
        self.now = 0.0
        self.open: list[Admission] = []

    @rule(seconds=st.sampled_from([0.0, 0.1, 1.0, 5.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def somebody_asks(self) -> None:
        was = self.breaker.state(self.now)
        admission = self.breaker.admit(self.now)
        assert (admission is not None) >= (was is CLOSED)
        if was is OPEN:
            assert admission is None
        if admission is not None:
            assert admission.is_probe == (was is HALF_OPEN)
            self.open.append(admission)

    @precondition(lambda self: self.open)
    @rule(data=st.data(), how=st.sampled_from(["answered", "failed", "asked", "gave_up", "late"]))
    def a_call_ends(self, data: st.DataObject, how: str) -> None:
        admission = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        match how:
            case "answered":
                self.breaker.answered(admission)
            case "failed":
                self.breaker.failed(admission, self.now)
            case "asked":
                self.breaker.asked(admission, self.now, 3553.0)
            case "late":
                self.breaker.failed(admission, self.now)
                self.breaker.answered(admission)
            case _:
                self.breaker.gave_up(admission)

    @invariant()
    def nobody_is_shut_out_for_ever(self) -> None:
        assert self.breaker.rest(self.now) <= RESTS.longest_asked + 1e-6

    @invariant()
    def at_most_one_probe_counts(self) -> None:
        probes = [one for one in self.open if one is self.breaker._probe]
        assert len(probes) <= 1
        if self.breaker._probe is not None:
            assert probes, "a probe that ended still keeps others out"

    @invariant()
    def words_and_state_agree(self) -> None:
        state, words = self.breaker.state(self.now), self.breaker.trouble(self.now)
        assert (words is None) == (state is CLOSED)


TestAnyHistory = AnyHistory.TestCase


@given(st.lists(st.booleans(), max_size=60))
def test_it_opens_after_so_many_failures_in_a_row_and_not_before(answers: Sequence[bool]) -> None:
    """Whatever came before them."""
    one, in_a_row = breaker(), 0
    for is_answer in answers:
        if one.state(0.0) is OPEN:
            assert in_a_row == RESTS.failures
            return
        in_a_row = 0 if is_answer else in_a_row + 1
        admission = admitted(one, 0.0)
        if is_answer:
            one.answered(admission)
        else:
            one.failed(admission, 0.0)
    assert (one.state(0.0) is OPEN) == (in_a_row == RESTS.failures)
