"""Changes that a shop publishes in Redis by itself: the channels `product.…`.

Pub/sub keeps nothing: what is published while nobody listens is lost, and found by asking Medusa
now and then.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import orjson

from bff.domain.changes import Change, ProductChanged, ProductPart
from bff.domain.commerce import ProductId
from bff.errors import StoreUnavailable
from bff.stores.redis.clients import FAILURES, address_in
from bff.stores.redis.subscription import Subscription, subscribed
from bff.telemetry import log
from bff.telemetry.metrics import WEBHOOKS

CHANNELS = {
    "product.created": ProductPart.ALL,
    "product.updated": ProductPart.ALL,
    "product.deleted": ProductPart.GONE,
}

_NAME = "channels"
_LONGEST_ID = 200
_MOST_AT_ONCE = 500
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 5.0
_BEAT = 5.0


class Channels:
    """Hears of products that were changed, and passes that on to `accept`.

    Whoever can publish in this Redis is believed that something changed, and nothing else: what
    it is now is asked of Medusa.
    """

    def __init__(
        self,
        url: str,
        accept: Callable[[Sequence[Change]], Awaitable[None]],
        *,
        timeout_seconds: float = 0.1,
        beat_seconds: float = _BEAT,
    ) -> None:
        self._address = address_in(url, timeout_seconds)
        self._timeout = timeout_seconds
        self._accept = accept
        self._beat_seconds = beat_seconds
        self._is_down = False

    async def run(self) -> None:
        """Listen until cancelled, and go on trying while Redis is away."""
        pause = _FIRST_PAUSE
        while True:
            try:
                async with subscribed(
                    self._address, tuple(CHANNELS), 3 * self._timeout
                ) as subscription:
                    pause = _FIRST_PAUSE
                    if self._is_down:
                        self._is_down = False
                        log("channels_back")
                    await self._listen(subscription)
            except FAILURES as exc:
                if not self._is_down:
                    self._is_down = True
                    log("channels_lost", level=logging.WARNING, kind=type(exc).__name__)
            except Exception as exc:  # noqa: BLE001 - one bad event must not end the hearing
                log("channels_crashed", level=logging.ERROR, kind=type(exc).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _listen(self, subscription: Subscription) -> None:
        is_answered = True
        while True:
            heard = await subscription.next(self._beat_seconds)
            if heard is None:
                if not is_answered:
                    raise TimeoutError
                is_answered = False
                await subscription.ping()
                continue
            is_answered = True
            changes: list[Change] = []
            while heard is not None:
                changes += self._changes(*heard)
                if len(changes) == _MOST_AT_ONCE:
                    break
                heard = await subscription.next(0.0)
            if changes:
                await self._pass_on(changes)

    @staticmethod
    def _changes(channel: str, message: bytes) -> Sequence[Change]:
        if channel not in CHANNELS:
            return ()
        change = change_in(channel, message)
        WEBHOOKS.labels(_NAME, "nonsense" if change is None else "accepted").inc()
        return () if change is None else (change,)

    async def _pass_on(self, changes: Sequence[Change]) -> None:
        try:
            await self._accept(changes)
        except StoreUnavailable:
            # Nobody could send it again. This process knows, and tells the others when it can.
            log("channels_not_shared", level=logging.WARNING, changes=len(changes))


def change_in(channel: str, message: bytes) -> Change | None:
    """Return what a message says; `None` if that makes no sense."""
    try:
        told = orjson.loads(message)
    except ValueError:
        return None
    product = told.get("id") if isinstance(told, dict) else None
    if not isinstance(product, str) or not 0 < len(product) <= _LONGEST_ID:
        return None
    if not product.isascii() or not product.isprintable():
        return None
    return ProductChanged(ProductId(product), CHANNELS[channel])
