"""What shoppers are promised, cell by cell: no cell is forgotten, and no promise is silly."""

from itertools import product

import pytest

from bff.chaos.cells import CONTENT, Cell, Fault, Source, State, cells
from bff.chaos.expected import AGES, RULES, STATUSES, Shown, expected
from bff.settings import CacheSettings
from bff.wiring.catalog import lifetimes_of

EVERY = cells()
LIFETIMES = lifetimes_of(CacheSettings())


def test_each_cell_is_there() -> None:
    """Five sources, thirteen faults, three states."""
    assert {*EVERY} == {Cell(*each) for each in product(Source, Fault, State)}
    assert len(EVERY) == 5 * 13 * 3


@pytest.mark.parametrize("cell", EVERY, ids=str)
def test_each_cell_has_one_rule(cell: Cell) -> None:
    """Two rules for one cell would be two promises, none would be no promise."""
    assert [rule.outcome for rule in RULES if rule.applies(cell)] == [expected(cell)]


@pytest.mark.parametrize("cell", EVERY, ids=str)
def test_what_no_shop_can_want(cell: Cell) -> None:
    """Content never costs a product, a broken cache costs nothing, and a code says what is."""
    outcome = expected(cell)

    if cell.source in CONTENT:
        assert outcome.shown in {Shown.COPY, Shown.MEDUSA_TEXT}
    if cell.source is Source.REDIS:
        assert outcome.shown is Shown.FRESH
    if cell.source is Source.MEDUSA and cell.state is not State.COLD:
        assert outcome.shown is not Shown.ERROR, "there is a usable copy"
    assert (outcome.code is None) is (outcome.shown is Shown.FRESH)
    assert outcome.code is None or outcome.code in STATUSES


def test_a_cell_without_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that somebody adds is not silently left out of the promise."""
    monkeypatch.setattr("bff.chaos.expected.RULES", RULES[1:])

    with pytest.raises(LookupError, match="redis hang cold: 0 rules"):
        expected(Cell(Source.REDIS, Fault.HANG, State.COLD))


@pytest.mark.parametrize("source", Source)
def test_how_old_the_copies_are(source: Source) -> None:
    """An old copy is one that is not shown while nothing fails; one too old is too old."""
    stale, outlived = AGES[source][State.STALE], AGES[source][State.OUTLIVED]

    policy = LIFETIMES.content if source in CONTENT else LIFETIMES.commerce
    assert policy.fresh + policy.while_refresh < stale < policy.usable < outlived


def test_choosing_cells() -> None:
    """An operator who looks for one thing waits for that only."""
    chosen = cells([Source.STRAPI], [Fault.HANG, Fault.EMPTY])

    assert [str(cell) for cell in chosen] == [
        *("strapi hang cold", "strapi hang stale", "strapi hang outlived"),
        *("strapi empty cold", "strapi empty stale", "strapi empty outlived"),
    ]
