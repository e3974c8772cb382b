"""For how long browsers and CDNs may show an answer."""

from hypothesis import given
from hypothesis import strategies as st

from bff.web.lifetimes import Ends, Lifetime, browser_lifetime, shared_lifetime

NOON = 1_800_000_000.0
PRICE = Ends(NOON + 60, NOON + 90, NOON + 360)
"""A price that has just been fetched: 60 s fresh, 30 s more while refreshing, 300 s on errors."""


def test_the_directives_are_spelled_as_rfc_5861_has_them() -> None:
    """The example of section 3.1, and that of 4.1 joined to it."""
    assert Lifetime(600, 30).directives() == "max-age=600, stale-while-revalidate=30"
    assert Lifetime(600, 0, 1200).directives() == "max-age=600, stale-if-error=1200"
    assert Lifetime().directives() == "max-age=0"


def test_a_cdn_may_keep_a_price_as_long_as_we_do() -> None:
    """With browsers that ask each time, all of the price's time is the CDN's."""
    browser = browser_lifetime(PRICE, NOON, 0)

    assert browser == Lifetime()
    assert shared_lifetime(PRICE, NOON, browser) == Lifetime(60, 30, 300)


def test_what_is_left_is_told() -> None:
    """An answer made of a price that is 50 s old is fresh for 10 s more, and no longer."""
    assert shared_lifetime(PRICE, NOON + 50, Lifetime()) == Lifetime(10, 30, 300)
    assert shared_lifetime(PRICE, NOON + 70, Lifetime()) == Lifetime(0, 20, 290)


def test_a_browser_is_given_less() -> None:
    """A browser cannot be told of a change: it gets what the operator allows, of each time."""
    assert browser_lifetime(PRICE, NOON, 10) == Lifetime(10, 10, 10)
    assert browser_lifetime(PRICE, NOON + 55, 10) == Lifetime(5, 10, 10)


def test_a_coarse_answer_is_kept_for_less() -> None:
    """An answer that carries no tags of its own lives shorter in all."""
    assert shared_lifetime(PRICE, NOON, Lifetime(), most=30) == Lifetime(30, 0, 0)


@given(
    fresh=st.floats(0, 5_000),
    refresh=st.floats(0, 5_000),
    error=st.floats(0, 5_000),
    later=st.floats(0, 10_000),
    most=st.floats(0, 1_000),
)
def test_no_price_is_shown_past_its_end(
    fresh: float, refresh: float, error: float, later: float, most: float
) -> None:
    """Not even in a browser that got it last from a CDN that hides its age."""
    longest = NOON + fresh + max(refresh, error)
    ends = Ends(NOON + fresh, NOON + fresh + refresh, longest)
    now = NOON + later
    browser = browser_lifetime(ends, now, most)
    shared = shared_lifetime(ends, now, browser)

    in_cdn = min(shared.longest, max(0, int(longest - now)))
    assert shared.longest == in_cdn
    if browser.longest + shared.longest:
        assert now + shared.longest + browser.longest <= longest
    assert min(*_times(browser), *_times(shared)) >= 0
    if shared.max_age:
        assert now + shared.max_age <= ends.fresh_until


def _times(lifetime: Lifetime) -> tuple[int, int, int]:
    return lifetime.max_age, lifetime.while_refresh, lifetime.if_error
