"""A service account's login: one for everybody, renewed once, and never tried too often."""

import asyncio
import json
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
import respx

from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call
from bff.sources.strapi import StrapiContent
from tests.clock import HandClock
from tests.sources.strapi_shop import (
    FORBIDDEN,
    HOST,
    UNAUTHORIZED,
    answer,
    five,
    refusal,
    strapi,
)

account = partial(strapi, identifier="shop@cms.test", password="s3cret-password", version=5)
REFUSED = refusal(400, "ValidationError", "Invalid identifier or password")


class Strapi:
    """Takes only the token that it gave last."""

    def __init__(self, router: respx.MockRouter) -> None:
        self.valid = ""
        self.given = 0
        self.asked = asyncio.Event()
        self.hold: asyncio.Event | None = None
        self.login = router.post("/api/auth/local").mock(side_effect=self._log_in)
        self.read = router.get("/api/products").mock(side_effect=self._answer)

    async def _log_in(self, request: httpx.Request) -> httpx.Response:
        assert json.loads(request.content) == {
            "identifier": "shop@cms.test",
            "password": "s3cret-password",
        }
        assert "authorization" not in request.headers
        self.asked.set()
        if self.hold is not None:
            await self.hold.wait()
        self.given += 1
        self.valid = f"jwt-{self.given}"
        return httpx.Response(200, json={"jwt": self.valid, "user": {"id": 1}})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("authorization") != f"Bearer {self.valid}":
            return httpx.Response(401, json=UNAUTHORIZED)
        return httpx.Response(200, json=answer(five("d", medusa_id="prod_1")))


@pytest.fixture
def router() -> Any:
    with respx.mock(base_url=HOST, assert_all_called=False) as mocked:
        yield mocked


@pytest.fixture
def cms(router: respx.MockRouter) -> Strapi:
    return Strapi(router)


def read(source: StrapiContent, clock: Callable[[], float], seconds: float = 5.0) -> Any:
    return source.contents(["prod_1"], Call(clock() + seconds))


async def test_one_login_serves_everybody(cms: Strapi) -> None:
    """Thirty shoppers who come at once wait for one login; the next ones need none."""
    clock, cms.hold = HandClock(), asyncio.Event()
    async with account(clock=clock) as source:
        waiting = [asyncio.create_task(read(source, clock)) for _ in range(30)]
        await cms.asked.wait()
        assert cms.read.call_count == 0
        cms.hold.set()
        for found in await asyncio.gather(*waiting):
            assert found["prod_1"]
        await read(source, clock)

    assert cms.login.call_count == 1
    assert cms.read.call_count == 31


async def test_a_token_is_renewed_once_for_everybody(cms: Strapi) -> None:
    """When Strapi takes the token no longer, those who are refused share one new login."""
    clock = HandClock()
    async with account(clock=clock) as source:
        await read(source, clock)
        cms.valid = "none"
        results = await asyncio.gather(*(read(source, clock) for _ in range(20)))

    assert all(found["prod_1"] for found in results)
    assert cms.login.call_count == 2


async def test_a_token_that_is_refused_twice_is_an_error(
    cms: Strapi, router: respx.MockRouter
) -> None:
    """A new login is tried once for a question, not again and again."""
    clock = HandClock()
    router.get("/api/products").respond(401, json=UNAUTHORIZED)
    async with account(clock=clock) as source:
        with pytest.raises(UpstreamRejected) as refused:
            await read(source, clock)

    assert refused.value.status == 401
    assert cms.login.call_count == 2


async def test_what_an_account_may_not_read_is_no_reason_to_log_in(
    cms: Strapi, router: respx.MockRouter
) -> None:
    """403 means that the token was understood."""
    clock = HandClock()
    router.get("/api/products").respond(403, json=FORBIDDEN)
    async with account(clock=clock) as source:
        with pytest.raises(UpstreamRejected):
            await read(source, clock)
    assert cms.login.call_count == 1


async def test_one_who_gives_up_does_not_end_the_login_of_others(cms: Strapi) -> None:
    """The first shopper leaves; the login goes on for the second."""
    clock, cms.hold = HandClock(), asyncio.Event()
    async with account(clock=clock) as source:
        first = asyncio.create_task(read(source, clock))
        second = asyncio.create_task(read(source, clock))
        await cms.asked.wait()
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        cms.hold.set()
        assert (await second)["prod_1"]
    assert cms.login.call_count == 1


async def test_a_login_that_takes_too_long_is_a_timeout(cms: Strapi) -> None:
    """Who has no time left waits no longer; the token is there for those who come later."""
    clock, cms.hold = HandClock(), asyncio.Event()
    async with account(clock=clock) as source:
        with pytest.raises(UpstreamTimeout) as late:
            await read(source, clock, seconds=0.0)
        assert late.value.operation == "login"
        cms.hold.set()
        assert (await read(source, clock))["prod_1"]
    assert cms.login.call_count == 1


async def test_a_wrong_password_is_not_tried_again_for_a_minute(
    cms: Strapi, router: respx.MockRouter
) -> None:
    """Ten tries a minute would lock out everybody behind the same address."""
    clock = HandClock()
    wrong = router.post("/api/auth/local").respond(400, json=REFUSED)
    async with account(clock=clock) as source:
        for _ in range(5):
            with pytest.raises(UpstreamRejected) as refused:
                await read(source, clock)
            assert (refused.value.operation, refused.value.status) == ("login", 400)
        assert wrong.call_count == 1
        clock.advance(59)
        with pytest.raises(UpstreamRejected):
            await read(source, clock)
        assert wrong.call_count == 1
        clock.advance(2)
        wrong.mock(side_effect=cms._log_in)
        assert (await read(source, clock))["prod_1"]


async def test_a_full_limit_is_waited_for(cms: Strapi, router: respx.MockRouter) -> None:
    """Strapi says 429 and not for how long: a minute, and meanwhile it is left alone."""
    clock = HandClock()
    limited = router.post("/api/auth/local").respond(429, json=refusal(429, "RateLimitError"))
    async with account(clock=clock) as source:
        for _ in range(3):
            with pytest.raises(UpstreamUnavailable):
                await read(source, clock)
        assert limited.call_count == 1
        clock.advance(20)
        with pytest.raises(UpstreamUnavailable) as waiting:
            await read(source, clock)
        assert waiting.value.retry_after == pytest.approx(40)
        clock.advance(41)
        limited.mock(side_effect=cms._log_in)
        assert (await read(source, clock))["prod_1"]


async def test_logins_are_few_even_if_every_token_is_refused(
    cms: Strapi, router: respx.MockRouter
) -> None:
    """A Strapi whose tokens are worth nothing is not stormed with logins."""
    clock = HandClock()
    router.get("/api/products").respond(401, json=UNAUTHORIZED)
    async with account(clock=clock) as source:
        for _ in range(20):
            with pytest.raises(UpstreamError):
                await read(source, clock)
        assert cms.login.call_count == 5
        clock.advance(61)
        with pytest.raises(UpstreamError):
            await read(source, clock)
    assert cms.login.call_count > 5


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, json={"user": {}}),
        httpx.Response(200, json={"jwt": None}),
        httpx.Response(200, json={"jwt": "a\r\nb"}),
        httpx.Response(200, text="<html>"),
    ],
)
async def test_a_login_without_a_token_makes_no_sense(
    router: respx.MockRouter, response: httpx.Response
) -> None:
    """What is no token is never sent on."""
    clock = HandClock()
    router.post("/api/auth/local").mock(return_value=response)
    reading = router.get("/api/products").respond(json=answer())
    async with account(clock=clock) as source:
        with pytest.raises(UpstreamMalformed):
            await read(source, clock)
    assert reading.call_count == 0


@pytest.mark.usefixtures("cms")
async def test_neither_password_nor_token_is_written_down(
    router: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    """Logs, messages and what an object looks like hold no secret."""
    clock = HandClock()
    caplog.set_level(logging.DEBUG)
    seen = []
    async with account(clock=clock) as source:
        await read(source, clock)
        for status, body in ((401, UNAUTHORIZED), (500, {}), (400, REFUSED)):
            router.get("/api/products").respond(status, json=body)
            with pytest.raises(UpstreamError) as failed:
                await read(source, clock)
            seen += [str(failed.value), repr(failed.value), repr(source._rows._account)]
    text = caplog.text + "".join(seen)
    assert "HTTP 401" in text
    for secret in ("s3cret-password", "jwt-1", "jwt-2", "shop@cms.test"):
        assert secret not in text


async def test_a_preview_may_have_a_token_of_its_own(
    cms: Strapi, router: respx.MockRouter
) -> None:
    """Then nobody logs in for it."""
    clock = HandClock()
    drafts = router.get("/api/products").respond(json=answer())
    async with account(clock=clock, drafts=True, preview_token="drafts") as source:
        await read(source, clock)
    assert drafts.calls.last.request.headers["authorization"] == "Bearer drafts"
    assert cms.login.call_count == 0


async def test_a_login_is_part_of_the_trace_that_needs_it(cms: Strapi) -> None:
    """Whoever looks at a slow page sees that the login was a part of it."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    clock = HandClock()
    async with account(clock=clock) as source:
        await source.contents(["prod_1"], Call(clock() + 5.0, trace))

    assert cms.login.calls.last.request.headers["traceparent"] == trace
