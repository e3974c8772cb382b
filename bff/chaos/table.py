"""The matrix in words: for the README, for who watches the proof, and for machines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bff.chaos.cells import Cell, Fault, Source, State
from bff.chaos.expected import STATUSES, Outcome, Shown, expected
from bff.chaos.running import Result

_NAMES: Mapping[Source, str] = {
    Source.MEDUSA: "Medusa",
    Source.SANITY: "Sanity",
    Source.CONTENTFUL: "Contentful",
    Source.STRAPI: "Strapi",
    Source.REDIS: "Redis",
}
_HOW: Mapping[Fault, str] = {
    Fault.REFUSED: "refuses connections",
    Fault.HANG: "never answers",
    Fault.SERVER_ERROR: "500",
    Fault.LIMITED_WITH_WISH: "429 with `Retry-After`",
    Fault.LIMITED: "429 without",
    Fault.RESET: "resets in mid-body",
    Fault.TRUNCATED: "breaks off",
    Fault.INVALID_JSON: "invalid JSON",
    Fault.WRONG_SHAPE: "JSON of another shape",
    Fault.EMPTY: "an empty answer",
    Fault.DRIP: "byte by byte, for ever",
    Fault.HTML: "200 with an HTML page",
    Fault.EXPIRED_TOKEN: "its token has expired",
}
_WHAT: Mapping[Shown, str] = {
    Shown.FRESH: "everything, fresh",
    Shown.COPY: "everything: its part from the old copy, with the age",
    Shown.MEDUSA_TEXT: "the product with Medusa's text, fresh price and stock, no addons",
    Shown.NO_PRICE: "the product without a price, `priceStatus: STALE`",
    Shown.ERROR: "an error, never a wrong price",
}
_WHEN: Mapping[State, str] = {
    State.COLD: "nothing kept",
    State.STALE: "an old copy kept",
    State.OUTLIVED: "one that is too old",
}
_COLUMNS = tuple(State)


def readme_table() -> str:
    """Return the whole matrix as Markdown; what is alike stands in one row."""
    head = ["what fails", "how", *_WHEN.values(), "the answer says"]
    rows = [head, ["---"] * len(head), *_rows()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _rows() -> Iterator[Sequence[str]]:
    alike: dict[tuple[tuple[Outcome, ...], tuple[Fault, ...]], list[Source]] = {}
    for source in Source:
        for outcomes, faults in _faults_by_outcomes(source).items():
            alike.setdefault((outcomes, faults), []).append(source)
    for (outcomes, faults), sources in alike.items():
        names = ", ".join(_NAMES[source] for source in sources)
        everything = len(faults) == len(Fault)
        how = "in any of these ways" if everything else ", ".join(_HOW[one] for one in faults)
        yield [names, how, *(_WHAT[one.shown] for one in outcomes), _says(outcomes)]


def _faults_by_outcomes(source: Source) -> Mapping[tuple[Outcome, ...], tuple[Fault, ...]]:
    found: dict[tuple[Outcome, ...], tuple[Fault, ...]] = {}
    for fault in Fault:
        outcomes = tuple(expected(Cell(source, fault, state)) for state in _COLUMNS)
        found[outcomes] = (*found.get(outcomes, ()), fault)
    return found


def _says(outcomes: Iterable[Outcome]) -> str:
    """Return the codes; REST has a status for one where there is no product at all."""
    codes = dict.fromkeys(one.code for one in outcomes if one.code is not None)
    is_error = any(one.shown is Shown.ERROR for one in outcomes)
    return (
        ", ".join(f"`{code}`" + (f" ({STATUSES[code]})" if is_error else "") for code in codes)
        or "nothing; `/readyz` and `/metrics` do"
    )


def proof(results: Sequence[Result]) -> str:
    """Return what was proven: a row for each source and fault, then what does not hold."""
    by_cell = {result.cell: result for result in results}
    rows: list[Sequence[str]] = [["", "", *_COLUMNS, ""]]
    for source, fault in dict.fromkeys((cell.source, cell.fault) for cell in by_cell):
        found = [by_cell.get(Cell(source, fault, state)) for state in _COLUMNS]
        codes = dict.fromkeys(one.expected.code for one in found if one is not None)
        rows.append([source, fault, *map(_verdict, found), " ".join(filter(None, codes))])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    wrong = [
        f"{'WRONG' if result.was_run else 'OPEN '}  {result.cell}: "
        f"expected {result.expected}; {result.seen}"
        for result in results
        if not result.holds
    ]
    held = f"{len(results) - len(wrong)} of {len(results)} cells hold"
    return "\n".join([*lines, "", *wrong, *([""] if wrong else []), held])


def _verdict(result: Result | None) -> str:
    if result is None:
        return ""
    if not result.was_run:
        return "not run"
    return f"{'OK' if result.holds else 'WRONG'} {result.expected.shown}"


def as_json(results: Sequence[Result]) -> Mapping[str, object]:
    """Return the same for machines; `seconds` are those of the cell's whole act."""
    cells = [
        {
            "source": result.cell.source,
            "fault": result.cell.fault,
            "state": result.cell.state,
            "expected": str(result.expected),
            "seen": result.seen,
            "holds": result.holds,
            "seconds": round(result.seconds, 3),
        }
        for result in results
    ]
    return {"cells": cells, "holds": all(result.holds for result in results)}
