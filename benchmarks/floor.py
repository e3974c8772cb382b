"""What a warm page costs, against an application that does nothing but find its bytes.

Both run under uvicorn with uvloop and httptools, each in a process of its own, and answer the
same bodies to the same requests. The floor hashes the body of a POST and looks the answer up.
"""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from multiprocessing.connection import Connection
from typing import Self

from starlette.types import Receive, Scope, Send

from benchmarks.client import connected, graphql_request
from benchmarks.figures import Figure, Section
from benchmarks.lanes import Lanes
from benchmarks.processes import run_app, started
from benchmarks.service import serve_service
from benchmarks.shopping import MANY_WITH_ADDONS, PRODUCT_PAGE
from benchmarks.stub_upstreams import serve_stubs

_ROUNDS = 15
_SECONDS = 0.7
_LANES = 16
_HALF_LOAD_ROUNDS = 5
_VIEWS = ({"locale": "es", "country": "DE"}, {"locale": "en", "country": "US"})


@dataclass(frozen=True, slots=True)
class _Load:
    """What a server did under full load: requests a second, and microseconds of CPU for each."""

    throughput: float
    cpu: float


@dataclass(frozen=True, slots=True)
class _Spread:
    """Latencies of one round, in seconds."""

    p50: float
    p99: float


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
    with started(serve_stubs, (0.0, 0.0)) as ports, started(serve_service, ports) as port:
        async with connected(port) as ours:
            answers = {request: await ours.send(request) for request in requests}
            if [await ours.send(request) for request in requests] != list(answers.values()):
                msg = "a kept answer is not the one that was executed"
                raise RuntimeError(msg)
        with started(serve_floor, answers) as floor_port:
            loads: dict[int, list[_Load]] = {floor_port: [], port: []}
            for _ in range(1 + _ROUNDS):
                for each, measured in loads.items():
                    measured.append(await _load(each, requests))
            floor, warm = (measured[1:] for measured in loads.values())  # the first warms up
            rate = _median(warm).throughput / 2
            spreads: dict[int, list[_Spread]] = {floor_port: [], port: []}
            for _ in range(_HALF_LOAD_ROUNDS):
                for each, seen in spreads.items():
                    seen.append(await _at_rate(each, requests, rate))
    return [_section(floor, warm, *spreads.values())]


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


async def _at_rate(port: int, requests: Sequence[bytes], rate: float) -> _Spread:
    async with Lanes.open(port, _LANES) as lanes:
        samples = await lanes.at_rate(requests, rate, _SECONDS)
    cuts = statistics.quantiles(samples, n=100, method="inclusive")
    return _Spread(cuts[49], cuts[98])


def _median(loads: Sequence[_Load]) -> _Load:
    return _Load(
        statistics.median(load.throughput for load in loads),
        statistics.median(load.cpu for load in loads),
    )


def _tail(spreads: Sequence[_Spread]) -> float:
    return statistics.median(one.p99 / one.p50 for one in spreads)


def _section(
    floors: Sequence[_Load],
    warms: Sequence[_Load],
    floor_spreads: Sequence[_Spread],
    our_spreads: Sequence[_Spread],
) -> Section:
    floor, ours = _median(floors), _median(warms)
    p50 = statistics.median(one.p50 for one in our_spreads)
    p99 = statistics.median(one.p99 for one in our_spreads)
    pairs = list(zip(floors, warms, strict=True))  # of one moment: the machine may be busy
    return Section(
        "Warm ProductPage over GraphQL: against an app that hashes the body and looks it up",
        f"one worker each, uvicorn with uvloop and httptools; {len(MANY_WITH_ADDONS)} products in "
        f"{len(_VIEWS)} views, {_LANES} connections;\nmedians of {_ROUNDS} rounds of {_SECONDS} s "
        f"in turns, and of {_HALF_LOAD_ROUNDS} rounds at half of our throughput.\n"
        "The floor's tail tells how quiet the machine is.",
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
            Figure("half load: p50", p50 * 1e6, "us"),
            Figure("half load: p99", p99 * 1e6, "us"),
            Figure("the floor at that load: p99 over p50", _tail(floor_spreads), "x"),
            Figure("half load: p99 over p50", _tail(our_spreads), "x", at_most=3),
        ),
    )
