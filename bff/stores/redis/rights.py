"""What a user of Redis must be allowed to do, tried for `bff check`.

Each right is tried by doing what needs it, with keys and a channel that nobody else uses: a user
may not be allowed to look its own rights up.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import MovedError, NoPermissionError, ResponseError

from bff.stores.redis.refusal import TAKES_NOTHING, refusal_of
from bff.stores.redis.subscription import subscribed

TRIED = (
    *("TIME", "INFO"),
    *("SET", "GET", "MGET", "GETRANGE", "PTTL", "PEXPIRE", "DEL", "UNLINK"),
    *("HSET", "HGET", "HMGET", "HLEN", "HDEL"),
    *("ZADD", "ZCARD", "ZSCORE", "ZRANGE", "ZRANGEBYSCORE", "ZREM"),
    "PUBLISH",
)
"""All commands of ours, but those that the steps below begin with."""

# KEYS: a text, a hash and a sorted set. ARGV: a channel. Returns the commands that were refused,
# each followed by what Redis said. The text ends by itself, should nothing else be allowed to.
_TRY = """
local text, hash, set = KEYS[1], KEYS[2], KEYS[3]
local refused = {}
local function try(command, ...)
  local answer = redis.pcall(command, ...)
  if type(answer) == 'table' and answer.err then
    refused[#refused + 1] = command
    refused[#refused + 1] = answer.err
  end
end
try('TIME')
try('INFO', 'server')
try('SET', text, '1', 'PX', 1000)
try('GET', text)
try('MGET', text)
try('GETRANGE', text, 0, 0)
try('PTTL', text)
try('PEXPIRE', text, 1000)
try('DEL', text)
try('HSET', hash, 'a', '1')
try('HGET', hash, 'a')
try('HMGET', hash, 'a')
try('HLEN', hash)
try('HDEL', hash, 'a')
try('ZADD', set, 1, 'a')
try('ZCARD', set)
try('ZSCORE', set, 'a')
try('ZRANGE', set, 0, 0)
try('ZRANGEBYSCORE', set, 0, 1)
try('ZREM', set, 'a')
try('UNLINK', hash, set)
try('PUBLISH', ARGV[1], '')
return refused
"""
_NOTHING = "return 1"
_RULES = "+@read +@write +@pubsub -@dangerous +eval +info +time +ping"
"""What we ask of a server, as its access control writes it."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a user needs: commands, keys that begin with `prefix`, and channels.

    `channels` are those that the shop publishes in, if they are listened to.
    """

    prefix: str
    channels: Sequence[str] = ()

    @property
    def rules(self) -> str:
        """The rights as access control lists write them, for `ACL SETUSER`."""
        own = f"{{{self.prefix}}}:*"
        channels = " ".join(f"&{name}" for name in (own, *self.channels))
        return f"{_RULES} ~{self.prefix}:* ~{own} resetchannels {channels}"

    async def lacking(
        self, client: Redis, address: Mapping[str, Any], seconds: float
    ) -> AsyncIterator[str]:
        """Say in words what the user may not do, and what comes of it.

        `address` is that of the same server, in redis-py's words; `seconds` is how long each
        subscription may take.

        Raises:
            One of `FAILURES`: it is not for want of a right. What a server says that takes
                nothing from anybody is among `TAKES_NOTHING`.
        """
        if not await _may_use(client, ()):
            yield "the user may run no scripts (EVAL): nothing can be shared"
        else:
            async for words in self._lacking_in_scripts(client):
                yield words
        own = f"{{{self.prefix}}}"
        if not await _may_hear([f"{own}:checks"], address, seconds):
            yield f"the user may not subscribe to {own}:*: changes in other replicas are not heard"
        if self.channels and not await _may_hear(self.channels, address, seconds):
            names = ", ".join(self.channels)
            yield f"the user may not subscribe to {names}: what the shop publishes is not heard"

    async def _lacking_in_scripts(self, client: Redis) -> AsyncIterator[str]:
        own = f"{{{self.prefix}}}"
        if not await _may_use(client, [f"{self.prefix}:check"]):
            yield f"the user may not use the keys {self.prefix}:*: no value can be shared"
        keys = [f"{own}:check:{kind}" for kind in ("text", "hash", "set")]
        if not await _may_use(client, keys):
            yield f"the user may not use the keys {own}:*: no change can be shared"
            return
        refused = await _refused(client, keys, f"{own}:checks")
        if "PUBLISH" in refused:
            yield f"the user may not publish in {own}:*: changes here are not heard elsewhere"
        others = ", ".join(command for command in TRIED if command in {*refused} - {"PUBLISH"})
        if others:
            yield f"the user may not run {others}: what needs them is not shared"


async def _may_use(client: Redis, keys: Sequence[str]) -> bool:
    """Return whether a script may run with these keys."""
    try:
        await client.eval(_NOTHING, len(keys), *keys)
    except NoPermissionError:
        return False
    except MovedError:  # the key is at another server of the cluster, which has the same users
        return True
    return True


async def _refused(client: Redis, keys: Sequence[str], channel: str) -> Collection[str]:
    """Return the commands that a script may not run.

    Raises:
        ResponseError: the server takes nothing, from anybody.
    """
    try:
        answer: object = await client.eval(_TRY, len(keys), *keys, channel)
    except MovedError:
        return ()
    found = [str(each, "utf-8", "replace") for each in answer] if isinstance(answer, list) else []
    said = dict(zip(found[::2], found[1::2], strict=True))
    for words in said.values():
        refusal = ResponseError(words)
        if refusal_of(refusal) in TAKES_NOTHING:
            raise refusal
    return said.keys()


async def _may_hear(channels: Sequence[str], address: Mapping[str, Any], seconds: float) -> bool:
    try:
        async with subscribed(address, channels, seconds):
            return True
    except NoPermissionError:
        return False
