"""What an answer tells of how it came about."""

import re
from collections import Counter

import pytest

from bff.domain.freshness import Verdict
from bff.ports import Level, Trail
from bff.web.cache_status import Way, cache_status, hit, server_timing

FRESH, STALE, MARKED = Verdict.FRESH, Verdict.STALE, Verdict.MARKED
_PARAMETER = r'(?:;[a-z]+(?:=(?:-?\d+|[a-z-]+|"[ -!#-\[\]-~]*"))?)*'
_LIST = re.compile(rf"[a-z-]+{_PARAMETER}(?:, [a-z-]+{_PARAMETER})*")


def trail(*verdicts: tuple[Level, Verdict], fetched: int = 0) -> Trail:
    found = Trail()
    found.verdicts = Counter(verdicts)
    found.fetched = fetched
    return found


@pytest.mark.parametrize(
    ("way", "told", "stored", "expected"),
    [
        (Way.MISSING, trail(), False, "bff-answers;fwd=miss"),
        (
            Way.MISSING,
            trail((Level.MEMORY, FRESH)),
            True,
            "bff-memory;hit;ttl=42, bff-answers;fwd=miss;stored",
        ),
        (
            Way.OUTDATED,
            trail((Level.MEMORY, STALE)),
            False,
            "bff-memory;hit;ttl=42, bff-answers;fwd=stale",
        ),
        (
            Way.MISSING,
            trail(fetched=3),
            True,
            (
                'bff-sources;fwd=miss;detail="fetched=3", bff-memory;fwd=miss, '
                "bff-answers;fwd=miss;stored"
            ),
        ),
        (
            Way.MISSING,
            trail((Level.SHARED, FRESH)),
            True,
            "bff-shared;hit;ttl=42, bff-memory;fwd=miss, bff-answers;fwd=miss;stored",
        ),
        (
            Way.OUTDATED,
            trail((Level.MEMORY, MARKED), (Level.MEMORY, FRESH), fetched=1),
            True,
            (
                'bff-sources;fwd=miss;detail="fetched=1", bff-memory;fwd=partial, '
                "bff-answers;fwd=stale;stored"
            ),
        ),
        (
            Way.OUTDATED,
            trail((Level.MEMORY, MARKED), fetched=1),
            True,
            (
                'bff-sources;fwd=miss;detail="fetched=1", bff-memory;fwd=stale, '
                "bff-answers;fwd=stale;stored"
            ),
        ),
        (Way.JOINED, trail(), True, "bff-answers;fwd=miss;collapsed;stored"),
        (Way.EARLY, trail(), True, "bff-answers;fwd=stale;detail=early;stored"),
        (Way.BYPASSED, trail(), False, "bff-answers;fwd=bypass"),
    ],
)
def test_each_layer_is_named(way: Way, told: Trail, stored: bool, expected: str) -> None:
    """The one next to the sources comes first, as RFC 9211 wants it; all is well-formed."""
    header = cache_status(way, told, 42.9, stored=stored)

    assert header == expected
    assert _LIST.fullmatch(header)


def test_a_hit_is_told_as_in_the_rfc() -> None:
    """RFC 9211, section 4: `ExampleCache; hit; ttl=30`; below 0 once it is stale."""
    assert hit("ExampleCache", 30) == "ExampleCache;hit;ttl=30"
    assert hit("ExampleCache", -0.5) == "ExampleCache;hit;ttl=-1"
    assert hit("ExampleCache", None) == "ExampleCache;hit"


def test_durations_are_in_milliseconds() -> None:
    """As Server Timing has them."""
    assert server_timing(Way.MISSING, 0.0123) == "executed;dur=12.3"
