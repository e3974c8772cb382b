"""Whether our key may read stock, found out once.

A key of several sales channels has no stock of its own, and Medusa then refuses the whole call
and not the quantity alone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bff.errors import UpstreamRejected, UpstreamTimeout
from bff.ports import Call, Clock
from bff.sources.medusa.refusals import Refusal

Answer = TypeVar("Answer")


class StockAccess:
    """Remembers, until the service restarts, whether quantities are refused.

    While nobody knows, the first call finds out and the others wait for it, so that a refusal
    costs one call however many start together.
    """

    def __init__(self, source: str, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._granted: bool | None = None
        self._probe: asyncio.Event | None = None

    async def read(
        self,
        operation: str,
        call: Call,
        *,
        with_stock: Callable[[], Awaitable[Answer]],
        without: Callable[[], Awaitable[Answer]],
    ) -> Answer:
        """Return the answer with stock where the key may read it, else the one without.

        Raises:
            UpstreamTimeout: the deadline passed while another call was finding out.
            UpstreamError: what the questions raise.
        """
        if self._granted is None and self._probe is not None:
            await self._wait(self._probe, operation, call)
        if self._granted is False:
            return await without()
        probe = self._probe = self._probe or asyncio.Event()
        try:
            answer = await with_stock()
        except UpstreamRejected as refused:
            if refused.reason != Refusal.SEVERAL_CHANNELS:
                raise
            self._granted = False
        else:
            self._granted = True
            return answer
        finally:
            # After a failure nobody knows more. Those who waited go on together then: a second
            # silent call would cost them the rest of their time.
            probe.set()
            self._probe = None
        return await without()

    async def _wait(self, probe: asyncio.Event, operation: str, call: Call) -> None:
        try:
            async with asyncio.timeout(max(0.0, call.deadline - self._clock())):
                await probe.wait()
        except TimeoutError:
            raise UpstreamTimeout(self._source, operation) from None
