"""Embedded upstreams count their calls and fail on demand."""

import asyncio

import httpx
import pytest
from starlette.responses import PlainTextResponse

from bff.demo import EmbeddedUpstream, Faults

OK = PlainTextResponse("OK")


class Clock:
    """Remembers how long it was asked to sleep, and does not."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def ask(upstream: EmbeddedUpstream, path: str = "/") -> httpx.Response:
    transport = httpx.ASGITransport(upstream)
    async with httpx.AsyncClient(transport=transport, base_url="http://demo") as client:
        return await client.get(path)


async def test_calls_are_counted_by_path() -> None:
    """A test can tell how often each endpoint was asked, refused calls included."""
    upstream = EmbeddedUpstream(OK)
    await ask(upstream, "/store/products")
    await ask(upstream, "/store/products?limit=1")
    upstream.faults = Faults(status=503)
    await ask(upstream, "/store/regions")

    assert upstream.calls == {"/store/products": 2, "/store/regions": 1}
    assert upstream.calls.total() == 3


async def test_a_healthy_upstream_answers_at_once() -> None:
    """Without faults nothing is waited for."""
    clock = Clock()

    assert (await ask(EmbeddedUpstream(OK, sleep=clock.sleep))).text == "OK"
    assert clock.slept == []


async def test_a_slow_upstream_waits_and_answers() -> None:
    """The delay is in seconds and comes before the answer."""
    clock = Clock()

    answer = await ask(EmbeddedUpstream(OK, Faults(delay=0.25), clock.sleep))

    assert (answer.text, clock.slept) == ("OK", [0.25])


@pytest.mark.parametrize("status", [401, 429, 503])
async def test_a_faulty_upstream_answers_its_status(status: int) -> None:
    """Slow and faulty go together: a proxy's time-out is late too."""
    clock = Clock()

    answer = await ask(EmbeddedUpstream(OK, Faults(delay=1.0, status=status), clock.sleep))

    assert answer.status_code == status
    assert "OK" not in answer.text
    assert clock.slept == [1.0]


async def test_a_hanging_upstream_is_given_up_by_the_caller() -> None:
    """It never answers, and lets go when the caller cancels."""
    upstream = EmbeddedUpstream(OK, Faults(hang=True))
    waiting = asyncio.create_task(ask(upstream))
    for _ in range(50):
        await asyncio.sleep(0)

    assert upstream.calls.total() == 1
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_repairs_work_at_once() -> None:
    """An upstream that was off answers the next call after it is switched on."""
    upstream = EmbeddedUpstream(OK, Faults(status=500))
    await ask(upstream)
    upstream.faults = Faults()

    assert (await ask(upstream)).text == "OK"
