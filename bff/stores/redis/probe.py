"""Looks at Redis for `bff check`: whether it answers, and what it does when its memory is full.

Marks have no end of their own, entries have. So a policy that evicts only what ends (`volatile-…`)
makes room for entries by dropping entries. One that evicts any key drops the log of marks now and
then: that is noticed, and all that is kept is void each time. Without eviction nothing is lost:
nothing more is kept, and webhooks are answered 503 until there is room.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import AuthenticationError, NoPermissionError

from bff.operations.check import Finding
from bff.stores.redis.clients import FAILURES, address_in, options, without_cluster
from bff.stores.redis.refusal import Refusal, refusal_of
from bff.stores.redis.rights import Rights

_NAME = "redis"
_NOTHING_KEPT = "nothing more is kept, and webhooks are answered 503"
_REFUSALS = {
    Refusal.FULL: f"its memory is full: {_NOTHING_KEPT}",
    Refusal.DISK: f"it cannot save or copy what it is given: {_NOTHING_KEPT}",
    Refusal.REPLICA: "it is a replica and takes nothing; name the primary in BFF_REDIS_URL",
}
_REFUSED = re.compile("NOAUTH|WRONGPASS|invalid (username|password)")
_OLDEST = (6, 0)
_NO_INFO = (
    "the user may not ask for INFO: that Redis was restarted may go unnoticed, and what it does "
    "when its memory is full was not looked at"
)
_NO_DATABASE = re.compile("DB index|invalid database", re.IGNORECASE)
Facts: TypeAlias = Mapping[str, Any]


class RedisProbe:
    """Looks at the shared cache's server; of a cluster, at the one that the URL names."""

    def __init__(
        self, url: str, *, prefix: str, timeout_seconds: float, channels: Sequence[str] = ()
    ) -> None:
        """Look at the server of a URL; `channels` are those of the shop that are listened to."""
        self._url = without_cluster(url)[0]
        self._rights = Rights(prefix, channels)
        self._timeout = timeout_seconds

    async def finding(self) -> Finding:
        """Return what is wrong, and what is worth knowing. Nothing of it names a secret."""
        pool = ConnectionPool.from_url(self._url, **options(self._timeout))
        async with Redis.from_pool(pool) as client:
            try:
                facts = await self._facts(client)
                lacking = await self._lacking(client)
            except FAILURES as exc:
                return Finding(_NAME, (self._failure(exc),))
        if facts is None:
            return Finding(_NAME, (_NO_INFO, *lacking, self._needed))
        rules = (self._needed,) if lacking else ()
        notes = (_described(facts), *_notes(facts))
        return Finding(_NAME, (*_problems(facts), *lacking, *rules), notes)

    @property
    def _needed(self) -> str:
        return f"the user needs the ACL rules {self._rights.rules}"

    @staticmethod
    async def _facts(client: Redis) -> Facts | None:
        """Return what the server says of itself; `None` if it may not be asked."""
        try:
            facts: Facts = await client.info()
        except NoPermissionError:
            return None
        return facts

    async def _lacking(self, client: Redis) -> tuple[str, ...]:
        address = address_in(self._url, self._timeout)
        found = self._rights.lacking(client, address, self._timeout)
        return tuple([words async for words in found])

    def _failure(self, exc: Exception) -> str:
        address = _shown(self._url)
        refusal = refusal_of(exc)
        if refusal in _REFUSALS:
            return _REFUSALS[refusal]
        if isinstance(exc, AuthenticationError) or _REFUSED.search(str(exc)):
            return f"{address} refused the password; check BFF_REDIS_URL"
        if _NO_DATABASE.search(str(exc)):
            return f"{address} has no such database; check BFF_REDIS_URL"
        return f"no connection to {address}; check BFF_REDIS_URL"


def _shown(url: str) -> str:
    """Return where it was looked for, without user and password."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}"
    return f"{parts.scheme}://{parts.hostname}:{parts.port or 6379}"


def _described(facts: Facts) -> str:
    limit = int(facts.get("maxmemory", 0))
    memory = f"{limit / 2**20:.0f} MB at most" if limit else "no limit of memory"
    kind = "a cluster" if facts.get("cluster_enabled") else "no cluster"
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
