"""What a cold page costs the processor, against the same service over httpx as it comes."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import httpx

from benchmarks.client import Client, connected
from benchmarks.figures import Figure, Section
from benchmarks.processes import started
from benchmarks.service import plain_client, serve_service
from benchmarks.shopping import MANY_WITH_ADDONS, WITH_ADDONS, product_page
from benchmarks.stub_upstreams import serve_stubs
from bff import wiring

_ROUNDS = 7
_PAGES = 60
_MICRO = 1e6
_CONNECTIONS = {"medusa": 8, "sanity": 32}


@dataclass(frozen=True, slots=True)
class _Question:
    """A call that the service made: whom it asked, and what."""

    source: str
    base_url: str
    target: str
    headers: dict[str, str]


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
            await _compared(f"{len(many)} pages at once", many, ports, ours, plain),
        ]


def serve_plainly(*arguments: object) -> None:
    """Serve the service over plain httpx; see `serve_service`."""
    serve_service(*arguments, plain=True)  # type: ignore[arg-type] # only passed on


async def _compared(
    how: str, handles: Sequence[str], ports: Sequence[int], our_port: int, plain_port: int
) -> Section:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        ours = [await enter(connected(our_port)) for _ in handles]
        plain = [await enter(connected(plain_port)) for _ in handles]
        stubs = [await enter(connected(port)) for port in ports]
        questions = await _questions(ports, stubs, ours, handles)
        our_calls = await _asking(stack, wiring.production_client, questions)
        plain_calls = await _asking(stack, plain_client, questions)
        costs: dict[str, list[float]] = {}
        for _ in range(_ROUNDS):
            for name, cost in (
                ("plain", await _page_cost(plain, handles)),
                ("ours", await _page_cost(ours, handles)),
                ("plain calls", await _calls_cost(plain_calls, len(handles))),
                ("our calls", await _calls_cost(our_calls, len(handles))),
            ):
                costs.setdefault(name, []).append(cost)
    median = {name: statistics.median(each) for name, each in costs.items()}
    calls = len(questions) / len(handles)
    return Section(
        f"Processor time of a cold ProductPage with addons, {how}",
        f"user + system of the service's process under uvicorn, for each page; median of "
        f"{_ROUNDS} rounds in turns, {_PAGES} pages a round.\nThe two services differ in nothing "
        "but the clients that `wire` is given. The calls alone: the same requests, bodies read.",
        (
            Figure("upstream calls a page", calls, ""),
            Figure("page, plain httpx", median["plain"], "us"),
            Figure("page", median["ours"], "us"),
            Figure("page / plain httpx", median["ours"] / median["plain"], "", 0.4),
            Figure("its calls alone, plain httpx", median["plain calls"], "us"),
            Figure("its calls alone", median["our calls"], "us"),
            Figure(
                "its calls alone / plain httpx", median["our calls"] / median["plain calls"], ""
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
) -> list[_Question]:
    """Return what the service asks for these pages when it knows their handles only."""
    await _show(service, handles)
    for stub in stubs:
        await stub.get("/bench/asked")
    await service[0].get("/bench/forget")
    await _show(service, handles)
    return [
        _Question(
            source,
            f"http://127.0.0.1:{port}",
            asked.split(" ", 2)[1],
            _headers(asked),
        )
        for source, port, stub in zip(_CONNECTIONS, ports, stubs, strict=True)
        for asked in await stub.get("/bench/asked")
    ]


async def _asking(
    stack: AsyncExitStack, open_client: wiring.OpenClient, questions: Sequence[_Question]
) -> list[tuple[httpx.AsyncClient, str]]:
    """Return each question with the client to ask it, one client for each source."""
    clients: dict[str, httpx.AsyncClient] = {}
    for one in questions:
        if one.source not in clients:
            connections = _CONNECTIONS[one.source]
            client = open_client(one.source, one.base_url, one.headers, connections=connections)
            clients[one.source] = await stack.enter_async_context(client)
    return [(clients[one.source], one.target) for one in questions]


async def _calls_cost(calls: Sequence[tuple[httpx.AsyncClient, str]], pages: int) -> float:
    """Return the microseconds of the calls of one page, made in this process."""
    rounds = _PAGES // pages

    async def ask(client: httpx.AsyncClient, target: str) -> None:
        (await client.get(target)).raise_for_status()

    started_at = time.process_time()
    for _ in range(rounds):
        await asyncio.gather(*(ask(client, target) for client, target in calls))
    return (time.process_time() - started_at) / _PAGES * _MICRO


def _headers(question: str) -> dict[str, str]:
    lines = question.strip().split("\r\n")[1:]
    pairs = (line.partition(": ") for line in lines)
    return {name.lower(): value for name, _, value in pairs if name.lower() != "host"}
