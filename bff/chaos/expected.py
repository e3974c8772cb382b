"""What a shopper gets in each cell: one table of rules, which decides by itself.

It is written down from what a shop wants, not taken from the code that is to obey it: content
that fails never costs a product; commerce that fails costs only what has no usable copy; a broken
cache costs nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bff.chaos.cells import CONTENT, Cell, Fault, Source, State


class Shown(StrEnum):
    """What the shopper gets of a product."""

    FRESH = "fresh"
    """Everything, as if nothing were wrong."""
    COPY = "stale"
    """Everything; what the failing source told is an old copy, and its age is said."""
    MEDUSA_TEXT = "medusa-text"
    """The product with Medusa's text, fresh prices and stock, without addons."""
    NO_PRICE = "no-price"
    """The product as it was; each price is missing, and `priceStatus` says why."""
    ERROR = "error"
    """No product, and an error with a code; never a `null` that looks like "no such product"."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the shopper gets, and which code says why it is not everything."""

    shown: Shown
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.shown} {self.code}" if self.code else str(self.shown)


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds for all cells of some sources, faults and states."""

    sources: frozenset[Source]
    faults: frozenset[Fault]
    states: frozenset[State]
    outcome: Outcome

    def applies(self, cell: Cell) -> bool:
        """Tell whether this rule is about a cell."""
        return (
            cell.source in self.sources and cell.fault in self.faults and cell.state in self.states
        )


UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
TIMEOUT = "UPSTREAM_TIMEOUT"
MALFORMED = "UPSTREAM_MALFORMED"
REJECTED = "UPSTREAM_REJECTED"

STATUSES: Mapping[str, int] = {UNAVAILABLE: 503, TIMEOUT: 504, MALFORMED: 502, REJECTED: 502}
"""The status that REST answers an error with."""

_CODES: Mapping[str, frozenset[Fault]] = {
    UNAVAILABLE: frozenset(
        {Fault.REFUSED, Fault.SERVER_ERROR, Fault.LIMITED_WITH_WISH, Fault.LIMITED}
    ),
    TIMEOUT: frozenset({Fault.HANG, Fault.DRIP}),
    MALFORMED: frozenset(
        {
            *(Fault.RESET, Fault.TRUNCATED, Fault.INVALID_JSON, Fault.WRONG_SHAPE),
            *(Fault.EMPTY, Fault.HTML),
        }
    ),
    REJECTED: frozenset({Fault.EXPIRED_TOKEN}),
}
_MEDUSA = frozenset({Source.MEDUSA})
_SHOWN: tuple[tuple[frozenset[Source], frozenset[State], Shown], ...] = (
    (_MEDUSA, frozenset({State.COLD}), Shown.ERROR),
    (_MEDUSA, frozenset({State.STALE}), Shown.COPY),
    (_MEDUSA, frozenset({State.OUTLIVED}), Shown.NO_PRICE),
    (CONTENT, frozenset({State.COLD, State.OUTLIVED}), Shown.MEDUSA_TEXT),
    (CONTENT, frozenset({State.STALE}), Shown.COPY),
)

RULES: tuple[Rule, ...] = (
    Rule(frozenset({Source.REDIS}), frozenset(Fault), frozenset(State), Outcome(Shown.FRESH)),
    *(
        Rule(sources, faults, states, Outcome(shown, code))
        for sources, states, shown in _SHOWN
        for code, faults in _CODES.items()
    ),
)
"""Each cell has exactly one rule."""

AGES: Mapping[Source, Mapping[State, float]] = {
    # Prices are shown for six minutes, texts of content systems for a day and an hour; fresh they
    # are for one minute and one hour, and then shown for half a minute and an hour more while
    # new ones are fetched. A broken Redis keeps the same as a failing Medusa.
    Source.MEDUSA: {State.STALE: 200.0, State.OUTLIVED: 400.0},
    Source.SANITY: {State.STALE: 8_000.0, State.OUTLIVED: 95_000.0},
    Source.CONTENTFUL: {State.STALE: 8_000.0, State.OUTLIVED: 95_000.0},
    Source.STRAPI: {State.STALE: 8_000.0, State.OUTLIVED: 95_000.0},
    Source.REDIS: {State.STALE: 200.0, State.OUTLIVED: 400.0},
}
"""How old the copy is, in seconds, by the lifetimes that hold unless set otherwise."""


def expected(cell: Cell) -> Outcome:
    """Return what the shopper gets in a cell.

    Raises:
        LookupError: no rule is about it, or several are.
    """
    found = [rule.outcome for rule in RULES if rule.applies(cell)]
    if len(found) != 1:
        message = f"{cell}: {len(found)} rules"
        raise LookupError(message)
    return found[0]
