"""Looks at Redis for `bff check`: whether it answers, and what it does when its memory is full.

Marks have no end of their own, entries have. So a policy that evicts only what ends (`volatile-…`)
makes room for entries by dropping entries. One that evicts any key drops the log of marks now and
then: that is noticed, and all that is kept is void each time. Without eviction nothing is lost:
nothing more is kept, and webhooks are answered 503 until there is room.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)

from bff.operations.check import Finding
from bff.stores.redis.clients import FAILURES, options, without_cluster

_NAME = "redis"
_REFUSED = re.compile("NOAUTH|WRONGPASS|invalid (username|password)")
_OLDEST = (6, 0)
_NO_DATABASE = re.compile("DB index|invalid database", re.IGNORECASE)
_COMMANDS = "+@read +@write +@pubsub -@dangerous +eval +info +time +ping"
"""What we ask of a server, as its access control writes it."""
Facts: TypeAlias = Mapping[str, Any]

_TRY = """
redis.call('TIME')
redis.call('SET', KEYS[1], '1', 'PX', 1000)
redis.call('PUBLISH', KEYS[2], '')
return redis.call('DEL', KEYS[1])
"""
"""What the shared cache does, with a key of its own. No replica listens on the channel."""


class RedisProbe:
    """Looks at the shared cache's server; of a cluster, at the one that the URL names."""

    def __init__(self, url: str, *, prefix: str, timeout_seconds: float) -> None:
        self._url = without_cluster(url)[0]
        self._prefix = prefix
        self._timeout = timeout_seconds

    async def finding(self) -> Finding:
        """Return what is wrong, and what is worth knowing. Nothing of it names a secret."""
        pool = ConnectionPool.from_url(self._url, **options(self._timeout))
        async with Redis.from_pool(pool) as client:
            try:
                facts: Facts = await client.info()
                is_cluster = bool(facts.get("cluster_enabled"))
                notes = (_described(facts, is_cluster=is_cluster), *_notes(facts))
                # In a cluster the key may be at another server.
                refusal = None if is_cluster else await self._refusal(client)
            except FAILURES as exc:
                return Finding(_NAME, (self._failure(exc),))
        return Finding(_NAME, (*_problems(facts), *([refusal] if refusal else ())), notes)

    async def _refusal(self, client: Redis) -> str | None:
        """Say what it does not let us do."""
        own = f"{{{self._prefix}}}"
        try:
            await client.eval(_TRY, 2, f"{own}:check", f"{own}:checks")
        except ResponseError as exc:
            # The kind tells it of Redis 7. Redis 6 writes it into an error of the script.
            if isinstance(exc, ReadOnlyError) or "READONLY" in str(exc):
                return "it is a replica and takes nothing; name the primary in BFF_REDIS_URL"
            if isinstance(exc, OutOfMemoryError) or "OOM" in str(exc):
                return "its memory is full: nothing more is kept, and webhooks are answered 503"
            return (
                "it refused a script that sets, publishes and deletes; the user needs the ACL "
                f"rules {_COMMANDS} ~{self._prefix}:* ~{own}:* resetchannels &{own}:*"
            )
        return None

    def _failure(self, exc: Exception) -> str:
        address = _shown(self._url)
        if isinstance(exc, AuthenticationError) or _REFUSED.search(str(exc)):
            return f"{address} refused the password; check BFF_REDIS_URL"
        if isinstance(exc, NoPermissionError):
            return f"{address} does not let this user ask for INFO; the rest was not looked at"
        if _NO_DATABASE.search(str(exc)):
            return f"{address} has no such database; check BFF_REDIS_URL"
        return f"no connection to {address}; check BFF_REDIS_URL"


def _shown(url: str) -> str:
    """Return where it was looked for, without user and password."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 6379}"


def _described(facts: Facts, *, is_cluster: bool) -> str:
    limit = int(facts.get("maxmemory", 0))
    memory = f"{limit / 2**20:.0f} MB at most" if limit else "no limit of memory"
    kind = "a cluster" if is_cluster else "no cluster"
    return f"Redis {facts.get('redis_version')}, {kind}, {memory}, {facts.get('maxmemory_policy')}"


def _problems(facts: Facts) -> Iterator[str]:
    version = str(facts.get("redis_version", "0"))
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers < _OLDEST:
        yield f"Redis {version} is too old; {'.'.join(map(str, _OLDEST))} or later will do"


def _notes(facts: Facts) -> Iterator[str]:
    policy, limit = str(facts.get("maxmemory_policy")), int(facts.get("maxmemory", 0))
    if policy.startswith("allkeys"):
        yield (
            f"{policy} also drops the log of changes when its memory is full, and then all that "
            "is kept is void; volatile-lru drops what was not read for longest"
        )
    if policy == "noeviction" and limit:
        yield (
            "with noeviction nothing is kept once its memory is full, and webhooks are answered "
            "503; volatile-lru makes room"
        )
