"""Each answer is taken for what it is: one that is not as promised is never let pass."""

import pytest

from bff.chaos.cells import Source
from bff.chaos.expected import Outcome, Shown
from bff.chaos.seen import seen, whole
from bff.chaos.shopper import Page
from tests.chaos.pages import (
    HEALTHY,
    page,
    product,
    said,
    variant,
    without_content,
    without_price,
)

LATE = "UPSTREAM_TIMEOUT"
DOWN = "UPSTREAM_UNAVAILABLE"
AGE = 200.0


@pytest.mark.parametrize(
    ("shown", "source", "outcome"),
    [
        (page(product(), is_kept=True), Source.REDIS, Outcome(Shown.FRESH)),
        (page(product(), said()), Source.SANITY, Outcome(Shown.COPY, LATE)),
        (
            page(without_content(), said(served="medusa", age=None)),
            Source.SANITY,
            Outcome(Shown.MEDUSA_TEXT, LATE),
        ),
        (
            page(without_price(), said("medusa"), said("medusa", served="nothing", age=None)),
            Source.MEDUSA,
            Outcome(Shown.NO_PRICE, LATE),
        ),
        (page(None, errors=(LATE,)), Source.MEDUSA, Outcome(Shown.ERROR, LATE)),
        (
            page(None, errors=(LATE,), status=504, way="REST"),
            Source.MEDUSA,
            Outcome(Shown.ERROR, LATE),
        ),
    ],
)
def test_what_is_promised(shown: Page, source: Source, outcome: Outcome) -> None:
    """The five things that a shopper may get."""
    assert seen(shown, HEALTHY, source, AGE) == outcome


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        # Lost without a word, or with the wrong one.
        (page(None), "no product, and no error"),
        (page(None, errors=(LATE, LATE)), "several errors for one thing"),
        (page(None, errors=("INTERNAL",), status=500, way="REST"), "INTERNAL with status 500"),
        (page(None, errors=(LATE,), status=500, way="REST"), f"{LATE} with status 500"),
        (page(None, errors=(LATE,), is_kept=True), f"{LATE}, and may be kept"),
        (page(product(), errors=(LATE,)), f"a product beside {LATE}"),
        (page(product(), status=500), "a product with status 500"),
        (page(without_content(), is_kept=True), "not as it should be: addons, description, "),
        (page(without_price()), "not as it should be: addons, availability, priceRange, variants"),
        # Said, but not truly.
        (page(product(), said("strapi")), "somebody else is named"),
        (page(product(), said(), said(reason=DOWN)), "several reasons"),
        (page(product(), said(), is_kept=True), "degraded, and may be kept"),
        (page(product(), said(age=199.0)), "wrong words"),
        (page(product(), said(age=None)), "wrong words"),
        (page(product(), said(served="nothing", age=None)), "wrong words"),
        (page(without_content(), said()), "not as it should be"),
        # A wrong price is worse than none.
        (
            page(
                without_content() | {"variants": variant(price={"amount": "1.00"})},
                said(served="medusa", age=None),
            ),
            "variants",
        ),
        (
            page(without_content() | {"variants": []}, said(served="medusa", age=None)),
            "not as it should be",
        ),
        (
            page(
                without_price() | {"variants": variant(price=None, priceStatus="UNAVAILABLE")},
                said(),
                said(served="nothing", age=None),
            ),
            "not as it should be",
        ),
        (
            page(without_price() | {"title": "Shirt"}, said(), said(served="nothing", age=None)),
            "not as it should be",
        ),
    ],
)
def test_what_is_not(shown: Page, words: str) -> None:
    """Everything else is called by its name."""
    found = seen(shown, HEALTHY, Source.SANITY, AGE)

    assert isinstance(found, str)
    assert words in found


def test_a_source_that_is_not_asked_any_more() -> None:
    """That it rests is a reason of its own, and the first one still counts."""
    both = page(product(), said(reason=DOWN), said(reason="UPSTREAM_MALFORMED"))

    assert seen(both, HEALTHY, Source.SANITY, AGE, is_resting=True) == Outcome(
        Shown.COPY, "UPSTREAM_MALFORMED"
    )
    assert isinstance(seen(both, HEALTHY, Source.SANITY, AGE), str)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (page(product(), is_kept=True), None),
        (page(None, errors=(LATE,)), f"no product, {LATE}"),
        (page(None), "no product, and no error"),
        (page(product(), said()), "not whole: sanity UPSTREAM_TIMEOUT copy 500.0"),
        (page(product()), "kept by nobody"),
        (page(without_content(), is_kept=True), "no text of sanity"),
        (page(product(addons=[]), is_kept=True), "addons are missing"),
        (page(product(variants=variant(price=None)), is_kept=True), "prices are missing"),
    ],
)
def test_an_answer_when_nothing_fails(shown: Page, words: str | None) -> None:
    """It is whole, or what it lacks is named: there is nothing to compare with otherwise."""
    found = whole(shown, Source.SANITY)

    assert found is None if words is None else words in str(found)
