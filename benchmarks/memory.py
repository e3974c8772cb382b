"""What ten thousand products take in memory, and what reading one costs."""

import asyncio
import dataclasses
import gc
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx

from benchmarks.figures import Figure, Section
from benchmarks.processes import started
from benchmarks.shopping import PRODUCT_PAGE
from bff.demo import demo_upstreams
from bff.ports import Entry
from bff.stores.codec import decode, encode
from bff.stores.memory import MemoryStore
from bff.wiring import demo, storage

_PRODUCTS = 10_000
_MEGABYTE = 1_000_000
_ROOM = 60
_HANDLE = "organic-cotton-tshirt"  # the demo's richest: rich text in two languages
_KINDS = ("text:", "offer:", "content:", "handle:")
_MICRO = 1e6
_PAGE = 4096


async def measure() -> Sequence[Section]:
    """Return what a process of its own found."""
    entries = await _of_one_product()
    with started(serve_figures, entries) as figures:
        return [
            Section(
                f"{_PRODUCTS} products in one locale and market, kept in {_ROOM} MB",
                f"{len(entries)} entries per product, as the demo's richest one has them under "
                "ids of their own; resident memory of a fresh process, before and after.\n"
                "Times are processor time; a page's keys are those of one product.",
                [
                    Figure("resident memory taken", figures["resident"], "MB", at_most=_ROOM),
                    Figure("counted by the store", figures["used"], "MB", at_most=_ROOM),
                    Figure("products that are there", figures["kept"], "", at_least=_PRODUCTS),
                    Figure("longest pause for garbage", figures["pause"], "ms CPU"),
                    Figure("hot read, per key", figures["hot"], "us CPU", at_most=2),
                    *(
                        Figure(f"decoding: {kind}", figures[kind], "us CPU")
                        for kind in ("text:", "offer:", "content:")
                    ),
                ],
            )
        ]


async def _of_one_product() -> dict[str, Entry]:
    """Return what the service keeps of one product of the demo."""
    kept: dict[str, Entry] = {}

    class Watched(MemoryStore):
        async def write(self, entries: Mapping[str, Entry]) -> None:
            kept.update(entries)
            await super().write(entries)

    with patch.object(storage, "MemoryStore", Watched):
        service = demo(demo_upstreams())
    asked = {"handle": _HANDLE, "locale": "en", "country": "DE"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service.app), base_url="http://shop"
    ) as client:
        await client.post("/graphql", json={"query": PRODUCT_PAGE, "variables": asked})
    await service.close()
    product = str(kept[f"handle:{_HANDLE}"].value)
    own = {
        key: entry
        for key, entry in kept.items()
        if key.startswith(_KINDS) and key.endswith((product, _HANDLE))
    }
    return {_named(key): _renamed(entry, product, "PRODUCT") for key, entry in own.items()}


def _named(key: str) -> str:
    return ":".join([*key.split(":")[:-1], "PRODUCT"])


def _renamed(value: Any, old: str, new: str) -> Any:  # noqa: ANN401 - any of the domain's
    """Return a value under another product's id; texts are copies of their own."""
    match value:
        case str():
            return value.replace(old, new)
        case dict():
            return {key: _renamed(each, old, new) for key, each in value.items()}
        case list() | tuple() | frozenset():
            return type(value)(_renamed(each, old, new) for each in value)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = [field.name for field in dataclasses.fields(value) if field.init]
            return type(value)(
                **{name: _renamed(getattr(value, name), old, new) for name in fields}
            )
        case _:
            return value


def serve_figures(parent: Connection, entries: Mapping[str, Entry]) -> None:
    """Fill a memory and tell the parent what that took."""

    def of(number: int) -> dict[str, Entry]:
        own = f"prod_{number:026}"
        return {
            key.replace("PRODUCT", own): _renamed(entry, "PRODUCT", own)
            for key, entry in entries.items()
        }

    memory = MemoryStore(_ROOM * _MEGABYTE, time.time)

    async def fill() -> None:
        for number in range(_PRODUCTS):
            await memory.write(of(number))

    asyncio.run(memory.write(of(0)))  # whatever is made once
    gc.collect()
    gc.freeze()  # as the service does when it has started: the rest is not looked through
    before = _resident()
    asyncio.run(fill())
    gc.collect()
    figures = {
        "resident": (_resident() - before) / _MEGABYTE,
        "used": memory.used / _MEGABYTE,
        "pause": 1000 * _longest(gc.collect),
    }
    page = tuple(of(_PRODUCTS - 1))
    figures["hot"] = _each(lambda: memory.look(page)) / len(page)
    for key, entry in of(1).items():
        encoded = encode(entry)
        figures[key.split(":")[0] + ":"] = _each(lambda: decode(encoded))  # noqa: B023 - at once
    figures["kept"] = sum(
        len(memory.look([key.replace("PRODUCT", f"prod_{number:026}") for key in entries]))
        == len(entries)
        for number in range(_PRODUCTS)
    )
    parent.send(figures)


def _resident() -> int:
    """Return the bytes of this process that are in memory; of Linux only."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def _longest(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        started_at = time.process_time()
        work()
        times.append(time.process_time() - started_at)
    return max(times)


def _each(work: Callable[[], object]) -> float:
    """Return the microseconds of processor time that it takes, at best of some rounds."""
    rounds = []
    for _ in range(5):
        started_at = time.process_time()
        for _ in range(500):
            work()
        rounds.append((time.process_time() - started_at) / 500)
    return min(rounds) * _MICRO
