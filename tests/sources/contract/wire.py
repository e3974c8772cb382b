"""The line between a source and its content system: what was asked, and what goes wrong there."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx

Answerer = Callable[[httpx.Request], Awaitable[httpx.Response]]
"""A content system, as far as HTTP is concerned."""
Rule = Callable[[httpx.Request, Answerer], Awaitable[httpx.Response]]
"""What happens to a request instead of being answered; it may have it answered all the same."""


class Wire(httpx.AsyncBaseTransport):
    """Passes requests on, keeps them, and lets a test meddle with them.

    `is_reference` knows the requests that are needed once and then never again for a while.
    """

    def __init__(self, answer: Answerer, is_reference: Callable[[httpx.Request], bool]) -> None:
        self._answer = answer
        self._is_reference = is_reference
        self._rule: Rule | None = None
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        if self._rule is None:
            return await self._answer(request)
        return await self._rule(request, self._answer)

    def answer_with(self, answer: Answerer) -> None:
        """Put another content system at the other end."""
        self._answer = answer

    def follow(self, rule: Rule | None, *, references_too: bool = True) -> None:
        """Let a rule decide from now on; `None` ends it."""
        if rule is None or references_too:
            self._rule = rule
            return

        async def for_content(request: httpx.Request, answer: Answerer) -> httpx.Response:
            return await (
                answer(request) if self._is_reference(request) else rule(request, answer)
            )

        self._rule = for_content

    @property
    def asked(self) -> list[httpx.Request]:
        """The requests for content, since the last `forget`."""
        return [request for request in self.requests if not self._is_reference(request)]

    def forget(self) -> None:
        """Forget what was asked."""
        self.requests.clear()


def answering(response: Callable[[], httpx.Response]) -> Rule:
    """Answer every request alike, with a response of its own."""

    async def rule(_request: httpx.Request, _answer: Answerer) -> httpx.Response:
        return response()

    return rule


def raising(failure: Callable[[str], Exception]) -> Rule:
    """Let every exchange fail, in words that only the operator's log may see."""

    async def rule(request: httpx.Request, _answer: Answerer) -> httpx.Response:
        words = f"LEAK at {request.url}"
        raise failure(words)

    return rule


async def cut_short(request: httpx.Request, answer: Answerer) -> httpx.Response:
    """Send half of the true answer."""
    whole = await (await answer(request)).aread()
    return httpx.Response(200, content=whole[: len(whole) // 2])


async def never(_request: httpx.Request, _answer: Answerer) -> httpx.Response:
    """Send nothing at all."""
    await asyncio.Event().wait()
    raise AssertionError


class FailsOnce:
    """Answers like the content system, but for one request."""

    def __init__(self, number: int, response: Callable[[], httpx.Response]) -> None:
        self._left = number
        self._response = response

    async def __call__(self, request: httpx.Request, answer: Answerer) -> httpx.Response:
        self._left -= 1
        return self._response() if self._left == 0 else await answer(request)


class Backwards:
    """Holds requests back until `count` are there, then answers the last one first."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._waiting: list[asyncio.Event] = []

    async def __call__(self, request: httpx.Request, answer: Answerer) -> httpx.Response:
        turn = asyncio.Event()
        self._waiting.append(turn)
        if len(self._waiting) == self._count:
            for one in reversed(self._waiting):
                one.set()
        await turn.wait()
        return await answer(request)
