"""What executing a page costs when its data is cached but not its answer."""

import json
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from benchmarks.client import Client, connected, graphql_request
from benchmarks.figures import Figure, Section
from benchmarks.processes import started
from benchmarks.service import serve_executing
from benchmarks.shopping import PRODUCT_PAGE, VIEW, WITH_ADDONS
from benchmarks.stub_upstreams import serve_stubs
from benchmarks.tutorial import serve_tutorial

_ROUNDS = 9
_PAGES = 150
_MICRO = 1e6

# `Locale` and `CountryCode` are our own scalars; the document is otherwise the same.
_DOCUMENT = PRODUCT_PAGE
_FOR_TUTORIAL = _DOCUMENT.replace("$locale: Locale", "$locale: String!").replace(
    "$country: CountryCode", "$country: String!"
)


async def measure() -> Sequence[Section]:
    """Return what warm pages cost, here and in an app as tutorials write it."""
    variables = {"handle": WITH_ADDONS, **VIEW}
    ask = graphql_request(_DOCUMENT, variables)
    ask_tutorial = graphql_request(_FOR_TUTORIAL, variables)
    with started(serve_stubs, (0.0, 0.0)) as ports, started(serve_executing, ports) as port:
        async with AsyncExitStack() as stack:
            service = await stack.enter_async_context(connected(port))
            page = json.loads(await service.send(ask))
            key = (WITH_ADDONS, VIEW["locale"], VIEW["country"])
            products = {key: page["data"]["product"]}
            tutorial_port = stack.enter_context(started(serve_tutorial, products))
            tutorial = await stack.enter_async_context(connected(tutorial_port))
            if json.loads(await tutorial.send(ask_tutorial)) != page:
                msg = "the two apps do not answer the same"
                raise RuntimeError(msg)
            ours, theirs = [], []
            for _ in range(_ROUNDS):
                theirs.append(await _cost(tutorial, ask_tutorial))
                ours.append(await _cost(service, ask))
    return [_section(ours, theirs)]


def _section(
    ours: Sequence[tuple[float, float]], theirs: Sequence[tuple[float, float]]
) -> Section:
    (our_cpu, our_time), (their_cpu, their_time) = (
        (statistics.median(cpu for cpu, _ in costs), statistics.median(each for _, each in costs))
        for costs in (ours, theirs)
    )
    return Section(
        "ProductPage with its data cached, its answer not: against FastAPI + Strawberry",
        f"user + system under uvicorn, median of {_ROUNDS} rounds in turns, {_PAGES} pages a "
        "round, one connection; both answer the same.\nThe other app keeps merged data in "
        "cachetools and uses library defaults; ours merges for each page.",
        (
            Figure("FastAPI + Strawberry", their_cpu, "us CPU"),
            Figure("page", our_cpu, "us CPU"),
            Figure("times less processor time", their_cpu / our_cpu, "x", at_least=4),
            Figure("times less wall time", their_time / our_time, "x"),
        ),
    )


async def _cost(server: Client, request: bytes) -> tuple[float, float]:
    """Return microseconds of processor time and of wall time, for one page."""
    before: float = await server.get("/bench/cpu")
    started_at = time.perf_counter()
    for _ in range(_PAGES):
        await server.send(request)
    took = time.perf_counter() - started_at
    after: float = await server.get("/bench/cpu")
    return (after - before) / _PAGES * _MICRO, took / _PAGES * _MICRO
