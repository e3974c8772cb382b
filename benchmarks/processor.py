"""What a cold page costs the processor, against the same service over httpx as it comes."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack

from benchmarks.client import Client, connected
from benchmarks.figures import Figure, Section
from benchmarks.processes import started
from benchmarks.questions import SOURCES, Asking, Question
from benchmarks.service import plain_client, serve_service
from benchmarks.shopping import MANY_WITH_ADDONS, WITH_ADDONS, product_page
from benchmarks.stub_upstreams import serve_stubs
from bff import wiring

_ROUNDS = 7
_PAGES = 60
_MICRO = 1e6
_OF_PLAIN_HTTPX = 0.4


async def measure() -> Sequence[Section]:
    """Return the cost of misses; the stubs answer at once."""
    one, many = [WITH_ADDONS], list(MANY_WITH_ADDONS)
    with (
        started(serve_stubs, (0.0, 0.0)) as ports,
        started(serve_service, ports) as ours,
        started(serve_plainly, ports) as plain,
    ):
        return [
            await _compared("one page at a time", one, ports, ours, plain),
            await _compared(f"{len(many)} pages at once", many, ports, ours, plain, bound=True),
        ]


def serve_plainly(*arguments: object) -> None:
    """Serve the service over plain httpx; see `serve_service`."""
    serve_service(*arguments, plain=True)  # type: ignore[arg-type] # only passed on


async def _compared(
    how: str,
    handles: Sequence[str],
    ports: Sequence[int],
    our_port: int,
    plain_port: int,
    *,
    bound: bool = False,
) -> Section:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        ours = [await enter(connected(our_port)) for _ in handles]
        plain = [await enter(connected(plain_port)) for _ in handles]
        stubs = [await enter(connected(port)) for port in ports]
        questions = await _questions(ports, stubs, ours, handles)
        our_calls = await Asking.over(wiring.production_client, questions, stack)
        plain_calls = await Asking.over(plain_client, questions, stack)
        costs: dict[str, list[float]] = {}
        for _ in range(_ROUNDS):
            for name, cost in (
                ("plain", await _page_cost(plain, handles)),
                ("ours", await _page_cost(ours, handles)),
                ("plain calls", await _calls_cost(plain_calls, questions, len(handles))),
                ("our calls", await _calls_cost(our_calls, questions, len(handles))),
            ):
                costs.setdefault(name, []).append(cost)
    median = {name: statistics.median(each) for name, each in costs.items()}
    calls = len(questions) / len(handles)
    return Section(
        f"Processor time of a cold ProductPage with addons, {how}",
        f"user + system of the service's process under uvicorn, for each page; median of "
        f"{_ROUNDS} rounds in turns, {_PAGES} pages a round.\nThe two services differ in nothing "
        "but the clients that `wire` is given. The calls alone: the same requests, bodies read.\n"
        "The bound is on the calls at once, where it was taken: a page also parses, merges and "
        "answers,\nwhich costs the same over any client and so can only aim at it.",
        (
            Figure("upstream calls a page", calls, ""),
            Figure("page, plain httpx", median["plain"], "us"),
            Figure("page", median["ours"], "us"),
            Figure(
                "page / plain httpx", median["ours"] / median["plain"], "", aim=_OF_PLAIN_HTTPX
            ),
            Figure("its calls alone, plain httpx", median["plain calls"], "us"),
            Figure("its calls alone", median["our calls"], "us"),
            Figure(
                "its calls alone / plain httpx",
                median["our calls"] / median["plain calls"],
                "",
                at_most=_OF_PLAIN_HTTPX if bound else None,
                aim=_OF_PLAIN_HTTPX,
            ),
        ),
    )


async def _page_cost(service: Sequence[Client], handles: Sequence[str]) -> float:
    """Return the microseconds of one page; what forgetting costs is taken off."""
    first = service[0]
    rounds = _PAGES // len(handles)

    async def cost(*, pages: bool) -> float:
        before: float = await first.get("/bench/cpu")
        for _ in range(rounds):
            await first.get("/bench/forget")
            if pages:
                await _show(service, handles)
        after: float = await first.get("/bench/cpu")
        return after - before

    await _show(service, handles)
    return (await cost(pages=True) - await cost(pages=False)) / _PAGES * _MICRO


async def _show(service: Sequence[Client], handles: Sequence[str]) -> None:
    pages = zip(service, handles, strict=True)
    await asyncio.gather(*(client.send(product_page(handle)) for client, handle in pages))


async def _questions(
    ports: Sequence[int],
    stubs: Sequence[Client],
    service: Sequence[Client],
    handles: Sequence[str],
) -> list[Question]:
    """Return what the service asks for these pages when it knows their handles only."""
    await _show(service, handles)
    for stub in stubs:
        await stub.get("/bench/asked")
    await service[0].get("/bench/forget")
    await _show(service, handles)
    return [
        Question(source, port, asked)
        for source, port, stub in zip(SOURCES, ports, stubs, strict=True)
        for asked in await stub.get("/bench/asked")
    ]


async def _calls_cost(asking: Asking, questions: Sequence[Question], pages: int) -> float:
    """Return the microseconds of the calls of one page, made in this process."""
    started_at = time.process_time()
    for _ in range(_PAGES // pages):
        await asyncio.gather(*(asking.ask(question) for question in questions))
    return (time.process_time() - started_at) / _PAGES * _MICRO
