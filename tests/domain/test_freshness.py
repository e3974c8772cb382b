import pytest

from bff.domain.freshness import Policy


@pytest.mark.parametrize(
    ("age", "fresh"), [(0.0, True), (59.9, True), (60.0, False), (60.1, False), (3600.0, False)]
)
def test_a_copy_is_served_for_its_lifetime_only(age: float, fresh: bool) -> None:
    """A price kept for a minute is not shown once the minute is over."""
    assert Policy("commerce", 60.0).is_fresh(1_000.0, 1_000.0 + age) is fresh
