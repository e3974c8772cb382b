"""A cell acted out: what holds is seen to hold, and what does not is not let pass."""

import json
from collections.abc import Sequence

import pytest

from bff.__main__ import main
from bff.chaos import running, spreading
from bff.chaos.cells import Cell, Fault, Source, State
from bff.chaos.expected import Outcome, Shown
from bff.chaos.running import NOT_RUN, Result, prove
from bff.chaos.shops import Shop

LATE = "UPSTREAM_TIMEOUT"
SOME = [
    Cell(Source.MEDUSA, Fault.HANG, State.STALE),
    Cell(Source.MEDUSA, Fault.REFUSED, State.COLD),
    Cell(Source.MEDUSA, Fault.RESET, State.OUTLIVED),
    Cell(Source.SANITY, Fault.DRIP, State.COLD),
    Cell(Source.CONTENTFUL, Fault.LIMITED_WITH_WISH, State.STALE),
    Cell(Source.STRAPI, Fault.EXPIRED_TOKEN, State.OUTLIVED),
    Cell(Source.REDIS, Fault.TRUNCATED, State.STALE),
]
ONE = Cell(Source.SANITY, Fault.SERVER_ERROR, State.STALE)


async def test_some_cells() -> None:
    """Shoppers get what they were promised; the command looks at all the others."""
    told: list[Result] = []

    found = await prove(SOME, told.append)

    assert [result.cell for result in found] == SOME
    assert [result.seen for result in found if not result.holds] == []
    assert {result.cell for result in told} == {*SOME}
    assert all(result.seconds > 0 for result in found)


async def test_a_broken_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said what came instead, and which way."""
    monkeypatch.setattr(running, "expected", lambda _: Outcome(Shown.ERROR, LATE))

    (found,) = await prove([ONE])

    assert not found.holds
    assert found.seen == ("GraphQL: stale UPSTREAM_UNAVAILABLE; REST: stale UPSTREAM_UNAVAILABLE")


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (ONE, "GraphQL: fresh"),
        (Cell(Source.REDIS, Fault.EMPTY, State.STALE), "nothing failed"),
        (Cell(Source.REDIS, Fault.REFUSED, State.STALE), "nothing failed"),
    ],
)
async def test_a_fault_that_is_none(
    cell: Cell, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing failed nothing was proven, though the answers are as promised."""
    monkeypatch.setattr(Shop, "fail", lambda _: None)

    (found,) = await prove([cell])

    assert not found.holds
    assert found.seen.startswith(words)


async def test_a_fault_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop that does not come back is not as promised, whatever it showed meanwhile."""

    async def stay(_: Shop) -> None:
        pass

    monkeypatch.setattr(Shop, "heal", stay)
    monkeypatch.setattr(running, "_PATIENCE", 0.0)

    (found,) = await prove([Cell(Source.SANITY, Fault.EMPTY, State.COLD)])

    assert not found.holds
    assert found.seen.startswith("after the fault: not whole: sanity UPSTREAM_MALFORMED")


async def test_a_proof_that_fails_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake in the proof is no proof; the other cells are still looked at."""

    def stumble(shop: Shop) -> None:
        if shop.cell == ONE:
            raise RuntimeError

    monkeypatch.setattr(Shop, "fail", stumble)

    found = await prove([ONE, Cell(Source.SANITY, Fault.EMPTY, State.STALE)])

    assert [result.seen for result in found] == [
        "failed by itself: RuntimeError",
        "GraphQL: fresh; REST: fresh",
    ]


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A build reads that all holds, from the exit code and in JSON."""
    command = ["chaos", "--matrix", "--source", "medusa", "sanity", "--fault", "500", "--json"]

    assert main(command) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["holds"] is True
    assert len(told["cells"]) == 6


def test_without_a_redis(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be looked at is said, and is no success."""
    monkeypatch.setattr(running, "redis_program", lambda: None)

    assert main(["chaos", "--matrix", "--source", "redis", "--fault", "hang"]) == 3

    assert capsys.readouterr().out.count(NOT_RUN) == 3


def test_when_something_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code says so, and the report says what."""
    monkeypatch.setattr(running, "expected", lambda _: Outcome(Shown.FRESH))

    assert main(["chaos", "--matrix", "--source", "sanity", "--fault", "empty"]) == 1

    assert "0 of 3 cells hold" in capsys.readouterr().out


def test_all_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many cells are shared out; what came of each is told in the order that was asked for."""
    monkeypatch.setattr(spreading, "_SHARE", 1)
    told: list[Result] = []
    some: Sequence[Cell] = [ONE, Cell(Source.MEDUSA, Fault.EMPTY, State.COLD)]

    found = spreading.prove_all(some, told.append)

    assert [(result.cell, result.holds) for result in found] == [(cell, True) for cell in some]
    assert {result.cell for result in told} == {*some}
