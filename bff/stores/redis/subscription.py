"""A subscription to channels of Redis, on a connection of its own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ResponseError

from bff.stores.redis.clients import FAILURES

_CLOSING = 1.0


class Subscription:
    """Hears what is published on some channels, from when it was opened."""

    def __init__(self, pubsub: PubSub) -> None:
        self._pubsub = pubsub

    async def next(self, seconds: float) -> tuple[str, bytes] | None:
        """Return the channel and content of a message; `None` if there was none for so long.

        What is no message (the answer to a `ping`) has no channel: "".

        Raises:
            One of `FAILURES`: the connection is lost.
        """
        try:
            heard = await self._pubsub.get_message(timeout=seconds)
        except ResponseError:  # one whose disk is full refuses a ping as well, and is there
            return "", b""
        if heard is None:
            return None
        channel, data = heard["channel"], heard["data"]
        if heard["type"] != "message" or not isinstance(data, bytes):
            return "", b""
        return channel.decode("utf-8", "replace"), data

    async def ping(self) -> None:
        """Ask the server to say something.

        Raises:
            One of `FAILURES`: the connection is lost.
        """
        await self._pubsub.ping()


@asynccontextmanager
async def subscribed(
    address: Mapping[str, Any], channels: Sequence[str], seconds: float
) -> AsyncIterator[Subscription]:
    """Open a subscription, and close it in the end.

    `address` is how to connect, in redis-py's words; the server must confirm within `seconds`.

    Raises:
        One of `FAILURES`: there is no connection.
    """
    client = Redis.from_pool(ConnectionPool(**address))
    pubsub = client.pubsub()
    try:
        async with asyncio.timeout(seconds):
            await pubsub.subscribe(*channels)
            confirmed = 0
            while confirmed < len(channels):
                heard = await pubsub.get_message(timeout=seconds)
                confirmed += heard is not None and heard["type"] == "subscribe"
        yield Subscription(pubsub)
    finally:
        with suppress(*FAILURES):
            async with asyncio.timeout(_CLOSING):
                await pubsub.aclose()  # type: ignore[no-untyped-call] # redis-py left it so
                await client.aclose()
