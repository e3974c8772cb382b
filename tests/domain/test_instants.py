"""Instants of other systems: read whatever they wrote, and written so that they can read them."""

import pytest

from bff.domain.instants import milliseconds, seconds, written

NOON = 1_763_640_000_250
"""2025-11-20, a quarter of a second after noon in UTC."""


@pytest.mark.parametrize(
    "text",
    ["2025-11-20T12:00:00.250Z", "2025-11-20T13:00:00.250+01:00", "2025-11-20T12:00:00.250"],
)
def test_an_instant_in_any_zone(text: str) -> None:
    """The same edit has the same instant, whichever zone its source writes in; UTC without one."""
    assert milliseconds(text) == NOON


@pytest.mark.parametrize("odd", [None, 5, "", "yesterday", ["2025-11-20T12:00:00Z"]])
def test_what_is_no_instant(odd: object) -> None:
    """An edit that nobody knows the time of has none."""
    assert milliseconds(odd) is None
    assert seconds(milliseconds(odd)) is None


def test_an_instant_as_it_is_asked_for() -> None:
    """What was edited since then is asked for to the millisecond, and nothing is rounded off."""
    assert written(NOON) == "2025-11-20T12:00:00.250Z"
    assert written(0) == "1970-01-01T00:00:00.000Z"
    assert milliseconds(written(NOON)) == NOON
    assert seconds(NOON) == NOON / 1000
