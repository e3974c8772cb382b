"""redis-py's clients for one server or a cluster, made anew after each failure."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ClusterDownError, ReadOnlyError, RedisClusterException, RedisError
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import TimeoutError as TookTooLong

Command: TypeAlias = tuple[str | bytes | int, ...]
Answer: TypeAlias = Any
"""What Redis answers to one command; an exception where it refused that one."""

FAILURES = (RedisError, RedisClusterException, OSError, TimeoutError)
"""What redis-py raises when something is wrong with a server or the way to it."""

TURNS = 3
"""So many times our limit may pass until a first answer: to connect, to be greeted, to ask."""

_UNREACHABLE = (ConnectionLost, TookTooLong, ClusterDownError, ReadOnlyError, OSError)
"""Found in place of an answer they mean that this is no server to go on with: it is loading, is
a replica now, or the part of the cluster that has the key is away."""

_CLOSING = 1.0
_BACKSTOP = 20
"""So many times our own limit is redis-py's, which takes our own slowness for that of Redis."""


class Clients:
    """The client in use, and those that are being closed.

    `url` is as `Connection` says. `database` is its number: published messages are for all
    databases of a server.
    """

    def __init__(self, url: str, *, connections: int, timeout_seconds: float) -> None:
        self._url, self._is_cluster = without_cluster(url)
        self.database = int(parse_url(self._url).get("db", 0))
        self._connections = connections
        self._timeout = timeout_seconds
        self._client: Redis | RedisCluster | None = None
        self._nodes: list[ClusterNode] = []
        self._connecting = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def is_cluster(self) -> bool:
        """Whether the URL or the server has said that it is a cluster."""
        return bool(self._is_cluster)

    async def carry_out(self, commands: Sequence[Command]) -> list[Answer]:
        """Return the answers to commands, sent in one pipeline.

        Raises:
            One of `FAILURES`: there are none, or one of them says that there is no server.
        """
        pipeline = (await self._connected()).pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        answers: list[Answer] = await pipeline.execute(raise_on_error=False)
        for answer in answers:
            if isinstance(answer, _UNREACHABLE):
                raise answer
        return answers

    async def check_all(self) -> None:
        """Make sure that every server of a cluster answers.

        Raises:
            One of `FAILURES`: it is not so.
        """
        client = await self._connected()
        if isinstance(client, RedisCluster):
            async with asyncio.timeout(TURNS * self._timeout):
                await client.ping(target_nodes=RedisCluster.PRIMARIES)

    async def address_of(self, key: str) -> dict[str, Any]:
        """Return how to connect to the server that has a key, in redis-py's words.

        Raises:
            One of `FAILURES`: the cluster did not say.
        """
        address = address_in(self._url, self._timeout)
        client = await self._connected()
        if isinstance(client, RedisCluster):
            await client.initialize()
            node = client.get_node_from_key(key)
            if node is not None:
                address |= {"host": node.host, "port": node.port}
        return address

    def leave(self, works: Collection["asyncio.Task[Any]"] = (), seconds: float = 0.0) -> None:
        """Use no connection again that there is: any may lead to what is no server any more.

        They are closed in the background: a server that hangs may not even let go. Before that
        `works` may go on for so many seconds.
        """
        client, self._client = self._client, None
        if isinstance(client, RedisCluster):
            known = [ClusterNode(node.host, node.port) for node in client.get_nodes()]
            self._nodes = known or self._nodes
        if client is not None:
            closing = asyncio.create_task(_close(client, frozenset(works), seconds))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close all connections."""
        self.leave()
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _connected(self) -> Redis | RedisCluster:
        async with self._connecting:
            if self._is_cluster is None:
                self._is_cluster = await self._ask_whether_cluster()
            if self._client is None:
                self._client = self._cluster() if self._is_cluster else self._single()
            return self._client

    def _single(self) -> Redis:
        return Redis.from_pool(
            BlockingConnectionPool.from_url(
                self._url,
                max_connections=self._connections,
                timeout=_BACKSTOP * self._timeout,
                **options(self._timeout, _BACKSTOP),
            )
        )

    def _cluster(self) -> RedisCluster:
        return RedisCluster.from_url(
            self._url,
            startup_nodes=list(self._nodes),  # those that were known beside the URL's
            max_connections=2 * self._connections,
            **options(self._timeout, _BACKSTOP),
        )

    async def _ask_whether_cluster(self) -> bool:
        pool = ConnectionPool.from_url(self._url, **options(self._timeout, TURNS))
        async with Redis.from_pool(pool) as client:
            try:
                told = await client.info("cluster")
            except RedisError as exc:
                if isinstance(exc, _UNREACHABLE):
                    raise
                return False  # not allowed to ask; the URL can tell
            return bool(told.get("cluster_enabled"))


def address_in(url: str, timeout_seconds: float) -> dict[str, Any]:
    """Return how to connect to the server that a URL names, in redis-py's words."""
    address = cast("dict[str, Any]", dict(parse_url(without_cluster(url)[0])))
    return address | options(timeout_seconds, _BACKSTOP)


def without_cluster(url: str) -> tuple[str, bool | None]:
    """Return a URL without our own option, and what that said."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    rest = [(name, value) for name, value in asked if name != "cluster"]
    said = [value.lower() in ("true", "yes", "1") for name, value in asked if name == "cluster"]
    if not said:
        return url, None
    return urlunsplit(parts._replace(query=urlencode(rest))), said[-1]


def options(timeout_seconds: float, times: float = 1.0) -> dict[str, Any]:
    """Return how our connections are made: without tries of their own, we try again ourselves."""
    return {
        "socket_timeout": times * timeout_seconds,
        "socket_connect_timeout": times * timeout_seconds,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }


async def _close(
    client: Redis | RedisCluster, works: Collection["asyncio.Task[Any]"], seconds: float
) -> None:
    if works:
        await asyncio.wait(works, timeout=seconds)
    with suppress(*FAILURES):
        async with asyncio.timeout(_CLOSING):
            await client.aclose()
