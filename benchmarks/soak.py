"""Minutes of load near capacity while upstreams fail at random: what grows, leaks or fails.

The service is `bff serve` itself, over a real Redis and stubs of Medusa and Sanity. Each of these
three is well for some seconds and then fails for some, independently of the others.
"""

import asyncio
import json
import math
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote

from benchmarks.client import connected, graphql_request
from benchmarks.command import Command, served
from benchmarks.failing import HTTP_FAULTS, Outages, http_faults, redis_faults
from benchmarks.figures import Figure, Section
from benchmarks.processes import on_core, started
from benchmarks.replicas import ReplicaSettings
from benchmarks.shared import DELAYS
from benchmarks.shopping import MANY_WITH_ADDONS, PRODUCT_PAGE, WITHOUT_ADDONS
from benchmarks.steady import Asked, Came, Seen, Steady
from benchmarks.stub_upstreams import serve_stubs
from tests.stores.servers import Server, server

MINUTES: Final = 10.0
_SHARE = 0.7
_CONNECTIONS = 2000
"""Most of them; who waits for a source that hangs keeps one, and others are opened."""
_BUSY = 48
_CACHE_MEGABYTES = 32
_VIEWS = ({"locale": "es", "country": "DE"}, {"locale": "en", "country": "US"})
_PAGES = (*MANY_WITH_ADDONS, *WITHOUT_ADDONS)
_SETTLING = 12.0
"""Seconds until connections to sources that nobody uses are closed, and refreshes have ended."""
_TASKS = re.compile(rb"^bff_tasks ([0-9.e+]+)", re.MULTILINE)
_POPULAR = 0.9
_LOOK_SECONDS = 5.0
_OK, _CLIENT_ERROR, _SERVER_ERROR = 200, 400, 500
_CARDS = """query($handles: [String!], $locale: Locale, $country: CountryCode) {
  products(filter: {handles: $handles}, locale: $locale, country: $country) {
    edges { node { title priceRange { min { amount } } } }
  }
}"""
_OURS = ("request_failed", "fetch_crashed", "background_crashed", "foreign_log")
"""Events that tell of a fault of our own."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What the process has at one moment."""

    megabytes: float
    descriptors: int
    tasks: float


async def measure(minutes: float = MINUTES) -> Sequence[Section]:
    """Return what came of it."""
    with server() as redis, on_core(1), started(serve_stubs, DELAYS) as ports:
        variables = variables_of(ports, redis)
        with served(variables, core=0) as service:
            return [await _soaked(service, ports, redis, minutes)]


def variables_of(ports: Sequence[int], redis: Server) -> dict[str, str]:
    """Return the settings of a replica over stubs at these ports."""
    told = ReplicaSettings(ports).settings()
    medusa, sanity = (f"http://127.0.0.1:{port}" for port in ports)
    (content,) = told.content
    return {
        "BFF_MEDUSA__URL": medusa,
        "BFF_MEDUSA__PUBLISHABLE_KEY": told.medusa.publishable_key.get_secret_value(),
        "BFF_CONTENT": json.dumps(
            [
                {
                    "kind": "sanity",
                    "url": sanity,
                    "project_id": getattr(content, "project_id", ""),
                    "dataset": getattr(content, "dataset", ""),
                }
            ]
        ),
        "BFF_LOCALES": json.dumps(told.locales),
        "BFF_DEFAULT_COUNTRY": told.default_country,
        "BFF_REDIS_URL": redis.url,
        "BFF_CACHE__MEMORY_MEGABYTES": str(_CACHE_MEGABYTES * 3 / 4),
        "BFF_CACHE__ANSWERS_MEGABYTES": str(_CACHE_MEGABYTES / 4),
        "BFF_CACHE__COMMERCE_SECONDS": "5",
        "BFF_CACHE__COMMERCE_REFRESH_SECONDS": "5",
        "BFF_CACHE__CONTENT_SECONDS": "20",
        "BFF_CACHE__CONTENT_REFRESH_SECONDS": "20",
        "BFF_RECONCILE_SECONDS": "0",
        "BFF_LOG__LEVEL": "info",
    }


async def _soaked(
    service: Command, ports: Sequence[int], redis: Server, minutes: float
) -> Section:
    port, pages = service.port, _pages()
    steady = Steady(port, _CONNECTIONS)
    outages, seen, looks = Outages(), Seen(_matters), list[_Look]()
    async with connected(ports[0]) as medusa, connected(ports[1]) as sanity:
        await steady.capacity(pages, 3, _BUSY)  # warms up
        mixed = [_pick(pages, random.Random(number)) for number in range(1000)]
        # What it can do when it can do least: without Redis no answer is held for long.
        redis.kill()
        await asyncio.sleep(1)
        rate = _SHARE * await steady.capacity(mixed, 10, _BUSY)
        redis.start()
        await asyncio.sleep(_SETTLING)
        idle = await _look(service, port)
        toggles = [
            asyncio.create_task(outages.toggle(source, *ways))
            for source, ways in (
                ("medusa", http_faults(medusa)),
                ("sanity", http_faults(sanity)),
                ("redis", redis_faults(redis)),
            )
        ]
        looking = asyncio.create_task(_keep_looking(service, port, looks))
        worked, began = service.seconds(), time.monotonic()
        await steady.run(partial(_pick, pages), rate, 60 * minutes, seen)
        busy = (service.seconds() - worked) / (time.monotonic() - began)
        for task in (*toggles, looking):
            task.cancel()
        await asyncio.gather(*toggles, looking, return_exceptions=True)
        steady.close()
        await asyncio.sleep(_SETTLING)
        after = await _look(service, port)
    return _section(
        minutes,
        (rate, busy),
        (idle, *looks, after),
        seen,
        outages=outages,
        events=service.events(),
    )


def _pages() -> list[Asked]:
    return [
        Asked("page", graphql_request(PRODUCT_PAGE, {"handle": handle, **view}))
        for handle in _PAGES
        for view in _VIEWS
    ]


def _pick(pages: Sequence[Asked], chance: random.Random) -> Asked:
    """Return what the next shopper asks: nine times of ten a page that many ask for."""
    if chance.random() < _POPULAR:
        return chance.choice(pages)
    number = chance.randrange(50)
    if number == 0:  # each is a call to Medusa, which answers eight at once
        handle = f"no-such-{chance.randrange(10**9)}"
        return Asked("unknown", graphql_request(PRODUCT_PAGE, {"handle": handle, **_VIEWS[1]}))
    if number < 16:
        handles = chance.sample(_PAGES, 4)
        return Asked("list", graphql_request(_CARDS, {"handles": handles, **_VIEWS[0]}))
    if number < 32:
        path = f"/v1/products/{quote(chance.choice(_PAGES))}?locale=es&country=DE"
        return Asked("rest", f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode())
    if number < 42:
        words = f"{{ {'products' * chance.randrange(1, 4)}(nonsense: {chance.random()}) }}"
        return Asked("refused", graphql_request(words, {}))
    return Asked("refused", graphql_request(PRODUCT_PAGE, {"handle": "x", "locale": "!"}))


def _matters(came: Came) -> bool:
    """Tell whether an answer needs an explanation."""
    if came.kind == "refused":
        return not _CLIENT_ERROR <= came.status < _SERVER_ERROR
    return came.status != _OK or b'"errors"' in came.body


def _is_explained(came: Came, outages: Outages) -> bool:
    """Tell whether a source that failed at that moment is the reason that an answer names.

    A page that was ever shown is kept for longer than any outage here lasts: it has no excuse.
    """
    if came.kind in {"page", "refused"} or b"UPSTREAM_" not in came.body:
        return False
    named = [source for source in ("medusa", "sanity") if source.encode() in came.body]
    return any(outages.explains(source, came.asked_at, came.came_at) for source in named)


async def _keep_looking(service: Command, port: int, looks: list[_Look]) -> None:
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        looks.append(await _look(service, port))


async def _look(service: Command, port: int) -> _Look:
    async with connected(port) as client:
        figures = await client.send(b"GET /metrics HTTP/1.1\r\nhost: bench\r\n\r\n")
    tasks = _TASKS.search(figures)
    return _Look(
        service.megabytes(), service.descriptors(), float(tasks[1]) if tasks else math.nan
    )


def _section(
    minutes: float,
    load: tuple[float, float],
    looks: Sequence[_Look],
    seen: Seen,
    *,
    outages: Outages,
    events: Counter[str],
) -> Section:
    idle, *during, after = looks
    rate, busy = load
    settled = during[len(during) // 5 :] or [after]  # what is made once is made by then
    unexplained = [one for one in seen.kept if not _is_explained(one, outages)]
    for one in unexplained[:10]:
        print(f"unexplained: {one.kind} {one.status} {one.body[:300]!r}")
    print("answers:", dict(sorted(seen.answers.items())))
    print("faults:", dict(sorted(outages.kinds.items())))
    print("logged:", dict(events.most_common(12)))
    return Section(
        f"{minutes:g} minutes at {_SHARE:.0%} of what it can do without Redis, while all that it "
        "needs fails at random",
        f"`bff serve` on a core of its own, {rate:.0f} requests/s, "
        f"nine of ten for {len(_PAGES)} pages in {len(_VIEWS)} views, the rest lists, REST, "
        f"unknown products and nonsense;\n{sum(outages.kinds.values())} faults: "
        f"{', '.join(HTTP_FAULTS)} (0 hangs), Redis killed or stopped",
        (
            Figure("requests", sum(seen.answers.values()), ""),
            Figure("answers that told of a source that failed", len(seen.kept), ""),
            Figure("errors that nothing explains", len(unexplained), "", at_most=0),
            Figure("faults of our own in the log", sum(events[one] for one in _OURS), "", 0),
            Figure("processor time of the service", 100 * busy, "%"),
            Figure("p50", 1000 * seen.quantile(0.5), "ms"),
            Figure("p99", 1000 * seen.quantile(0.99), "ms"),
            Figure("memory before", idle.megabytes, "MB"),
            Figure(
                "memory gained after the first fifth",
                max(look.megabytes for look in (*settled, after)) - settled[0].megabytes,
                "MB",
                at_most=_CACHE_MEGABYTES,
            ),
            Figure("most tasks at a moment", max(look.tasks for look in looks), ""),
            Figure("tasks left over", after.tasks - idle.tasks, "", at_most=2),
            Figure("most descriptors at a moment", max(look.descriptors for look in looks), ""),
            Figure("descriptors left over", after.descriptors - idle.descriptors, "", at_most=4),
        ),
    )
