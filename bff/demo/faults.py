"""What an embedded upstream can be told to do wrong, and how often it was asked."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Faults:
    """How an upstream misbehaves. The default is: not at all.

    It waits `delay` seconds before it answers, answers nothing but `status` when there is one,
    and with `hang` it never answers.
    """

    delay: float = 0.0
    status: int | None = None
    hang: bool = False


class EmbeddedUpstream:
    """An ASGI app that counts its calls by path and obeys `faults`, which may change any time."""

    def __init__(
        self,
        app: ASGIApp,
        faults: Faults | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.faults = faults or Faults()
        self.calls: Counter[str] = Counter()
        self._app = app
        self._sleep = sleep

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            faults = self.faults
            self.calls[scope["path"]] += 1
            if faults.hang:
                await asyncio.Event().wait()
            if faults.delay:
                await self._sleep(faults.delay)
            if faults.status is not None:
                refusal = JSONResponse({"message": "Switched off."}, faults.status)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
