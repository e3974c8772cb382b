"""What a webhook has told is not told once more, and nothing else is passed over."""

from dataclasses import replace

import pytest

from bff.domain.changes import Change, DocumentChanged, ProductChanged, SourceChanged
from bff.domain.commerce import ProductId
from bff.domain.marks import DOUBT, Mark, Touched
from bff.domain.told import was_told

EDITED, TOLD, FOUND = 1_000.0, 1_002.0, 1_030.0
CHANGE = DocumentChanged("contentful", "shirt", 4, changed_at=EDITED, is_exact=True)
MARK = Mark(Touched("contentful:shirt", version=4, changed_at=EDITED), 7, TOLD)


def test_the_version_that_a_webhook_told() -> None:
    """The editor's one edit is fetched once, and a storefront hears of it once."""
    assert was_told(CHANGE, MARK, FOUND)


@pytest.mark.parametrize(
    "change",
    [
        replace(CHANGE, version=5),
        replace(CHANGE, version=3),  # of another language: nobody told it
        replace(CHANGE, version=None),
        replace(CHANGE, changed_at=EDITED + 0.001),  # deleted, made anew, and counting again
        replace(CHANGE, changed_at=None),
        replace(CHANGE, is_gone=True),
        replace(CHANGE, is_exact=False),
        SourceChanged("contentful", EDITED),
        ProductChanged(ProductId("shirt"), changed_at=EDITED),
    ],
)
def test_another_change_is_news(change: Change) -> None:
    assert not was_told(change, MARK, FOUND)


@pytest.mark.parametrize(
    "told",
    [
        replace(MARK.touched, version=None),  # an operator's purge
        replace(MARK.touched, version=3),
        replace(MARK.touched, is_gone=True),
        replace(MARK.touched, changed_at=None),
        replace(MARK.touched, changed_at=EDITED - 1),
    ],
)
def test_what_a_mark_told_less_of_is_news(told: Touched) -> None:
    assert not was_told(CHANGE, replace(MARK, touched=told), FOUND)


def test_what_nobody_told_is_news() -> None:
    assert not was_told(CHANGE, None, FOUND)


def test_what_is_found_late_is_news() -> None:
    """What was not to be found at first has been kept as missing by then."""
    assert was_told(CHANGE, MARK, TOLD + DOUBT - 0.001)
    assert not was_told(CHANGE, MARK, TOLD + DOUBT)
