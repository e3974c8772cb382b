"""The cells of the degradation matrix: who fails, how, and what was kept before."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import product


class Source(StrEnum):
    """Who fails."""

    MEDUSA = "medusa"
    SANITY = "sanity"
    CONTENTFUL = "contentful"
    STRAPI = "strapi"
    REDIS = "redis"


CONTENT = frozenset({Source.SANITY, Source.CONTENTFUL, Source.STRAPI})
"""The content systems."""


class Fault(StrEnum):
    """How it fails. What Redis does in its own protocol is said in `bff.chaos.redis_faults`."""

    REFUSED = "refused"
    HANG = "hang"
    SERVER_ERROR = "500"
    LIMITED_WITH_WISH = "429-retry-after"
    LIMITED = "429"
    RESET = "reset"
    TRUNCATED = "truncated"
    INVALID_JSON = "invalid-json"
    WRONG_SHAPE = "wrong-shape"
    EMPTY = "empty"
    DRIP = "slow-drip"
    HTML = "html"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105 - the name of a fault


ENDLESS = frozenset({Fault.HANG, Fault.DRIP})
"""Faults that end only when somebody gives up."""


class State(StrEnum):
    """What the cache has of the source that fails.

    Prices and texts grow too old at different ages, see `bff.chaos.expected.AGES`.
    """

    COLD = "cold"
    STALE = "stale"
    OUTLIVED = "outlived"


@dataclass(frozen=True, slots=True)
class Cell:
    """One source, failing in one way, with something kept of it or nothing."""

    source: Source
    fault: Fault
    state: State

    def __str__(self) -> str:
        return f"{self.source} {self.fault} {self.state}"


def cells(
    sources: Collection[Source] = tuple(Source),
    faults: Collection[Fault] = tuple(Fault),
    states: Collection[State] = tuple(State),
) -> tuple[Cell, ...]:
    """Return the cells of these sources, faults and states, in the order of the table."""
    return tuple(
        Cell(source, fault, state)
        for source, fault, state in product(Source, Fault, State)
        if source in sources and fault in faults and state in states
    )
