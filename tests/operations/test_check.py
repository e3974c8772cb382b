"""An operator asks whether all is well, and every source is asked at once."""

import asyncio
from collections.abc import Sequence

import pytest

from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.operations.check import Finding, check, failure_words, finding_lines, shown_address
from bff.ports import Call

ADDRESS = "https://shop.example:443"
REMEDY = "check the address"


class Source:
    """Answers once all its companions have been asked too."""

    def __init__(self, name: str, everybody: asyncio.Barrier, *problems: str) -> None:
        self.name = name
        self.deadlines: list[float] = []
        self._everybody = everybody
        self._problems = problems

    async def problems(self, call: Call) -> Sequence[str]:
        self.deadlines.append(call.deadline)
        await self._everybody.wait()
        return self._problems


async def test_sources_are_asked_at_the_same_moment() -> None:
    """Each has the whole time limit for itself, and findings keep the sources' order."""
    everybody = asyncio.Barrier(3)
    sources = [
        Source("medusa", everybody),
        Source("sanity", everybody, "no token", "no dataset"),
        Source("strapi", everybody),
    ]

    findings = await asyncio.wait_for(check(sources, lambda: 100.0, 5.0), timeout=10)

    assert findings == (
        Finding("medusa", ()),
        Finding("sanity", ("no token", "no dataset")),
        Finding("strapi", ()),
    )
    assert [source.deadlines for source in sources] == [[105.0]] * 3


def test_each_line_names_its_source() -> None:
    """One line for each problem; a source without any is ok."""
    findings = [Finding("medusa", ()), Finding("sanity", ("no token", "no dataset"))]

    assert list(finding_lines(findings)) == [
        "medusa: ok",
        "sanity: no token",
        "sanity: no dataset",
    ]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (UpstreamTimeout("medusa", "markets"), "no answer in time from"),
        (UpstreamUnavailable("medusa", "markets", "no connection"), f"no connection.*{REMEDY}"),
        (UpstreamUnavailable("medusa", "markets", "resting"), "is left alone for a while"),
        (UpstreamUnavailable("medusa", "markets", "HTTP 503"), r"out of order \(HTTP 503\)"),
        (UpstreamMalformed("medusa", "markets", "not JSON"), rf"nonsense \(not JSON\).*{REMEDY}"),
        (UpstreamMalformed("medusa", "markets", "HTTP 308"), rf"redirects elsewhere.*{REMEDY}"),
        (
            UpstreamRejected("medusa", "markets", "HTTP 403", status=403),
            rf"refused the request \(HTTP 403\).*{REMEDY}",
        ),
    ],
)
def test_a_failure_in_words(failure: UpstreamError, words: str) -> None:
    """It names where it was looked for, and what to do if that is the wrong place."""
    said = failure_words(failure, ADDRESS, REMEDY)

    assert ADDRESS in said
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(said)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://editor:hunter2@cms.example/hunter3?key=hunter4", "https://cms.example:443"),
        ("http://[::1]/", "http://[::1]:80"),
        ("http://cms.internal:1337", "http://cms.internal:1337"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    """Passwords, paths and queries stay out of what is printed."""
    assert shown_address(url) == shown
