"""How long Redis may take, when this process has other things to do, too."""

import pytest

from bff.stores.redis.patience import Patience


def waited(patience: Patience, late: float) -> float:
    """Return for how long one waits if each look is late by so much."""
    total = 0.0
    while not patience.is_over:
        took = patience.look + late
        patience.looked(took)
        total += took
    return total


def test_a_server_that_hangs_costs_its_limit() -> None:
    """With nothing else to do a request waits for as long as was set, and no longer."""
    assert waited(Patience(0.1), late=0.0) == pytest.approx(0.1)


def test_a_little_late_is_on_time() -> None:
    """Ordinary work beside it does not make a hanging server cost twice as much."""
    assert waited(Patience(0.1), late=0.005) < 0.2


def test_what_a_busy_process_missed_does_not_count() -> None:
    """After bursts of work there is as much time to read the answer as before them."""
    patience = Patience(0.1)
    for _ in range(9):
        patience.looked(patience.look)
        patience.looked(0.5)

    assert not patience.is_over
    patience.looked(patience.look)
    assert patience.is_over


def test_a_process_that_is_always_busy_gives_up_too() -> None:
    """A server that hangs is found in the end, however much there is to do."""
    assert waited(Patience(0.1), late=0.05) == pytest.approx(1.2)
