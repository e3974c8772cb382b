"""What a warm page costs, against an application that does nothing but find its bytes.

Both run under uvicorn with uvloop and httptools, each in a process of its own, and answer the
same bodies to the same requests. The floor hashes the body of a POST and looks the answer up.
"""

import math
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from multiprocessing.connection import Connection
from typing import Self

from starlette.types import Receive, Scope, Send

from benchmarks.client import connected, graphql_request
from benchmarks.figures import Figure, Section
from benchmarks.lanes import Lanes
from benchmarks.processes import on_core, run_app, started
from benchmarks.service import serve_service
from benchmarks.shopping import MANY_WITH_ADDONS, PRODUCT_PAGE
from benchmarks.stub_upstreams import serve_stubs

_ROUNDS = 15
_SECONDS = 0.7
_LANES = 16
_HALF_LOAD_ROUNDS = 60
_HALF_LOAD_SECONDS = 0.1
_STALL = 1e-3  # seconds
_VIEWS = ({"locale": "es", "country": "DE"}, {"locale": "en", "country": "US"})


@dataclass(frozen=True, slots=True)
class _Load:
    """What a server did under full load: requests a second, and microseconds of CPU for each."""

    throughput: float
    cpu: float


_Rounds = Sequence[Sequence[float]]


class Floor:
    """Finds bodies by the hash of what was sent."""

    def __init__(self, answers: Mapping[bytes, bytes]) -> None:
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        found = self._answers[blake2b(body, digest_size=16).digest()]
        length = b"%d" % len(found)
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": found})

    @classmethod
    def of(cls, answers: Mapping[bytes, bytes]) -> Self:
        """Return the floor for whole requests and their answers."""
        return cls({_hash(request): body for request, body in answers.items()})


def _hash(request: bytes) -> bytes:
    return blake2b(request.partition(b"\r\n\r\n")[2], digest_size=16).digest()


def serve_floor(parent: Connection, answers: Mapping[bytes, bytes]) -> None:
    """Serve the floor; tell the parent its port."""
    run_app(parent, Floor.of(answers))


async def measure() -> Sequence[Section]:
    """Return what warm pages cost, side by side with the floor."""
    requests = [
        graphql_request(PRODUCT_PAGE, {"handle": handle, **view})
        for handle in MANY_WITH_ADDONS
        for view in _VIEWS
    ]
    with (
        on_core(1),
        started(serve_stubs, (0.0, 0.0)) as ports,
        started(serve_service, ports) as port,
    ):
        async with connected(port) as ours:
            answers = {request: await ours.send(request) for request in requests}
            if [await ours.send(request) for request in requests] != list(answers.values()):
                msg = "a kept answer is not the one that was executed"
                raise RuntimeError(msg)
        with started(serve_floor, answers) as floor_port, on_core(0):
            loads: dict[int, list[_Load]] = {floor_port: [], port: []}
            for _ in range(1 + _ROUNDS):
                for each, measured in loads.items():
                    measured.append(await _load(each, requests))
            floor, warm = (measured[1:] for measured in loads.values())  # the first warms up
            rate = _median(warm).throughput / 2
            floor_latencies, our_latencies = await _at_rate((floor_port, port), requests, rate)
    return [_against_the_floor(floor, warm), _at_half_load(floor_latencies, our_latencies)]


async def _load(port: int, requests: Sequence[bytes]) -> _Load:
    before = await _cpu(port)
    started_at = time.perf_counter()
    async with Lanes.open(port, _LANES) as lanes:
        done = await lanes.as_fast_as_possible(requests, _SECONDS)
    took = time.perf_counter() - started_at
    return _Load(done / took, (await _cpu(port) - before) / done * 1e6)


async def _cpu(port: int) -> float:
    async with connected(port) as server:
        seconds: float = await server.get("/bench/cpu")
        return seconds


async def _at_rate(
    ports: tuple[int, int], requests: Sequence[bytes], rate: float
) -> tuple[_Rounds, _Rounds]:
    """Return each round's latencies of two servers, which take turns."""
    first, second = ports
    of_first, of_second = [], []
    async with Lanes.open(first, _LANES) as one, Lanes.open(second, _LANES) as other:
        for _ in range(1 + _HALF_LOAD_ROUNDS):
            of_first.append(await one.at_rate(requests, rate, _HALF_LOAD_SECONDS))
            of_second.append(await other.at_rate(requests, rate, _HALF_LOAD_SECONDS))
    return of_first[1:], of_second[1:]  # the first warms up


def _median(loads: Sequence[_Load]) -> _Load:
    return _Load(
        statistics.median(load.throughput for load in loads),
        statistics.median(load.cpu for load in loads),
    )


def _against_the_floor(floors: Sequence[_Load], warms: Sequence[_Load]) -> Section:
    floor, ours = _median(floors), _median(warms)
    pairs = list(zip(floors, warms, strict=True))  # of one moment: the machine may be busy
    return Section(
        "Warm ProductPage over GraphQL: against an app that hashes the body and looks it up",
        f"one worker each, uvicorn with uvloop and httptools, the load on another core;\n"
        f"{len(MANY_WITH_ADDONS)} products in {len(_VIEWS)} views, {_LANES} connections; "
        f"medians of {_ROUNDS} rounds of {_SECONDS} s in turns",
        (
            Figure("floor, throughput", floor.throughput, "/s"),
            Figure("ours, throughput", ours.throughput, "/s"),
            Figure(
                "throughput of the floor's",
                statistics.median(warm.throughput / low.throughput for low, warm in pairs),
                "x",
                at_least=0.5,
            ),
            Figure("floor, CPU of a request", floor.cpu, "us CPU"),
            Figure("ours, CPU of a request", ours.cpu, "us CPU"),
            Figure(
                "times the floor's CPU",
                statistics.median(warm.cpu / low.cpu for low, warm in pairs),
                "x",
                at_most=2,
            ),
        ),
    )


def _at_half_load(floors: _Rounds, ours: _Rounds) -> Section:
    """A round in which somebody waited a millisecond saw the machine stand still.

    A request costs a tenth of that, and the floor, which has nothing to stand still for, loses
    as many rounds. How many, and what they do to the tail, is printed for both.
    """
    quiet_floor, quiet_ours = _quiet(floors), _quiet(ours)
    return Section(
        "Warm ProductPage over GraphQL: latencies at half of our throughput",
        f"the same servers; {_HALF_LOAD_ROUNDS} rounds of "
        f"{_HALF_LOAD_SECONDS} s in turns, {len(ours[0])} requests each;\n"
        f"quiet rounds are those in which no request took {_STALL * 1e3:g} ms",
        (
            Figure("floor, quiet rounds", len(quiet_floor), ""),
            Figure("floor, p99 over p50 in these", _tail(quiet_floor), "x"),
            Figure("ours, quiet rounds", len(quiet_ours), ""),
            Figure("ours, p50 in these", _p50(quiet_ours) * 1e6, "us"),
            Figure("ours, p99 over p50 in these", _tail(quiet_ours), "x", at_most=3),
            Figure("floor, p99 over p50 in all rounds", _tail(floors), "x"),
            Figure("ours, p99 over p50 in all rounds", _tail(ours), "x"),
        ),
    )


def _quiet(rounds: _Rounds) -> _Rounds:
    return [samples for samples in rounds if max(samples) < _STALL]


def _cuts(rounds: _Rounds) -> Sequence[float]:
    samples = [*chain(*rounds)] or [math.nan] * 2  # a figure that is not there is missed
    return statistics.quantiles(samples, n=100, method="inclusive")


def _p50(rounds: _Rounds) -> float:
    return _cuts(rounds)[49]


def _tail(rounds: _Rounds) -> float:
    cuts = _cuts(rounds)
    return cuts[98] / cuts[49]
