"""The matrix as a reader of the README, an operator and a build get to see it."""

import json

from bff.chaos.cells import Cell, Fault, Source, State, cells
from bff.chaos.expected import expected
from bff.chaos.running import NOT_RUN, Result
from bff.chaos.table import as_json, proof, readme_table


def result(cell: Cell, seen: str = "", *, holds: bool = True, was_run: bool = True) -> Result:
    outcome = expected(cell)
    return Result(cell, outcome, seen or str(outcome), holds, 0.25, was_run)


def test_the_readme_says_everything() -> None:
    """Each source and each fault is there, and what is alike stands in one row."""
    table = readme_table()

    for source in ("Medusa", "Sanity, Contentful, Strapi", "Redis"):
        assert f"| {source} |" in table
    assert table.count("200 with an HTML page") == 2
    assert "| Redis | in any of these ways | everything, fresh |" in table
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_proof() -> None:
    """A row for each source and fault, and the whole truth about what does not hold."""
    wrong = Cell(Source.SANITY, Fault.HANG, State.STALE)
    found = [
        result(cell, "GraphQL: late", holds=False) if cell == wrong else result(cell)
        for cell in cells([Source.SANITY, Source.MEDUSA], [Fault.HANG])
    ]

    lines = proof(found).splitlines()

    assert [line.split() for line in lines[:3]] == [
        ["cold", "stale", "outlived"],
        ["medusa", "hang", "OK", "error", "OK", "stale", "OK", "no-price", "UPSTREAM_TIMEOUT"],
        [
            *("sanity", "hang", "OK", "medusa-text", "WRONG", "stale", "OK", "medusa-text"),
            "UPSTREAM_TIMEOUT",
        ],
    ]
    assert "WRONG  sanity hang stale: expected stale UPSTREAM_TIMEOUT; GraphQL: late" in lines
    assert lines[-1] == "5 of 6 cells hold"


def test_cells_that_could_not_be_looked_at() -> None:
    """They hold for nobody: neither in words nor for a build."""
    found = [
        result(cell, NOT_RUN, holds=False, was_run=False)
        for cell in cells([Source.REDIS], [Fault.EMPTY])
    ]

    told = proof(found)

    assert "redis  empty  not run  not run  not run" in told
    assert "OPEN   redis empty cold: expected fresh; not run: no redis-server" in told
    assert told.endswith("0 of 3 cells hold")
    assert as_json(found)["holds"] is False


def test_for_machines() -> None:
    """It is JSON, with a cell for each."""
    cell = Cell(Source.STRAPI, Fault.LIMITED_WITH_WISH, State.COLD)

    told = json.loads(json.dumps(as_json([result(cell)])))

    assert told == {
        "cells": [
            {
                "source": "strapi",
                "fault": "429-retry-after",
                "state": "cold",
                "expected": "medusa-text UPSTREAM_UNAVAILABLE",
                "seen": "medusa-text UPSTREAM_UNAVAILABLE",
                "holds": True,
                "seconds": 0.25,
            }
        ],
        "holds": True,
    }
