"""Asks every source at the same moment whether the service can work with it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from bff.errors import (
    RESTING,
    UpstreamError,
    UpstreamMalformed,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, Clock

TIME_LIMIT = 5.0
"""How long each source may take, in seconds."""
_PORTS: Mapping[str, int] = {"http": 80, "https": 443}


class Probe(Protocol):
    """Looks at one source."""

    @property
    def name(self) -> str:
        """The source's name."""
        ...

    async def problems(self, call: Call) -> Sequence[str]:
        """Return what is wrong and what to do about it, each in one line; empty if all is well.

        A source that fails is a problem, not an error.
        """
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about one source; `notes` are worth knowing, and nothing is wrong."""

    source: str
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


async def check(
    probes: Sequence[Probe], clock: Clock, time_limit: float = TIME_LIMIT
) -> tuple[Finding, ...]:
    """Ask all probes together; the findings are in their order. `time_limit` is each one's own."""
    async with asyncio.TaskGroup() as group:
        asked = [
            group.create_task(_finding(probe, Call(clock() + time_limit))) for probe in probes
        ]
    return tuple(task.result() for task in asked)


async def _finding(probe: Probe, call: Call) -> Finding:
    return Finding(probe.name, tuple(await probe.problems(call)))


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Say each problem in a line that begins with the source, or that the source is ok.

    What is worth knowing comes first.
    """
    for finding in findings:
        for words in finding.notes:
            yield f"{finding.source}: note: {words}"
        for words in finding.problems or ("ok",):
            yield f"{finding.source}: {words}"


def shown_address(url: str) -> str:
    """Return scheme, host and port of an address: the rest may hold a secret."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host if parts.port else f'{host}:{_PORTS[parts.scheme]}'}"


def _unavailable_words(failure: UpstreamUnavailable, address: str, remedy: str) -> str:
    if failure.detail == RESTING:
        return f"{address} kept failing, or asked for it, and is left alone for a while"
    if failure.detail.startswith("HTTP"):
        return f"{address} is out of order ({failure.detail}); see its own log"
    return f"no connection to {address}; {remedy}"


def failure_words(failure: UpstreamError, address: str, remedy: str) -> str:
    """Say why a source gave no answer that one could use, other than that it refused.

    `address` is where it was looked for, as `shown_address` has it; `remedy` is what to do if
    that is the wrong place.
    """
    match failure:
        case UpstreamTimeout():
            return f"no answer in time from {address}; is it overloaded, or behind a firewall?"
        case UpstreamUnavailable():
            return _unavailable_words(failure, address, remedy)
        case UpstreamMalformed() if failure.detail.startswith("HTTP 3"):
            return f"{address} redirects elsewhere ({failure.detail}); {remedy}"
        case UpstreamMalformed():
            return f"{address} answers nonsense ({failure.detail}); {remedy}"
        case _:
            return f"{address} refused the request ({failure.detail}); {remedy}"
