"""What `bff check` says of a Redis that refuses: all of it, or some of it to this user.

Redis 6 wraps what a script was refused in an error of the script. Redis 7 says it plainly, and
redis-py takes the first word of it away.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bff.stores.redis import rights
from bff.stores.redis import scripts as scripts_of_ours
from bff.stores.redis.channels import CHANNELS
from bff.stores.redis.probe import RedisProbe
from bff.stores.redis.rights import TRIED
from tests.stores.servers import Server, cluster, server

INFO = (
    b"redis_version:7.0.15\r\ncluster_enabled:0\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n"
)
FULL = "its memory is full: nothing more is kept, and webhooks are answered 503"
UNSAVED = (
    "it cannot save or copy what it is given: nothing more is kept, and webhooks are answered 503"
)
REPLICA = "it is a replica and takes nothing; name the primary in BFF_REDIS_URL"


@asynccontextmanager
async def redis_that_says(socket: Path, words: Mapping[bytes, bytes]) -> AsyncIterator[str]:
    """Run a server with a fixed answer to each command; yield its address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            parts = []
            for _ in range(int(line[1:])):
                size = int((await reader.readline())[1:])
                parts.append((await reader.readexactly(size + 2))[:-2])
            said = _confirmed(parts[1:]) if parts[0].upper() == b"SUBSCRIBE" else b"+OK\r\n"
            writer.write(words.get(parts[0].upper(), said))
            await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(serve, socket):
        yield f"unix://{socket}"


def _confirmed(channels: Sequence[bytes]) -> bytes:
    return b"".join(
        b"*3\r\n$9\r\nsubscribe\r\n$%d\r\n%s\r\n:%d\r\n" % (len(channel), channel, number)
        for number, channel in enumerate(channels, 1)
    )


IN_A_SCRIPT = b"ERR Error running script (call to f_1): @user_script:3: @user_script: 3: -"
NO_ROOM = b"OOM command not allowed when used memory > 'maxmemory'."
NO_DISK = b"MISCONF Redis is configured to save RDB snapshots, but is unable to persist on disk."
NO_COPIES = b"NOREPLICAS Not enough good replicas to write."
NOT_HERE = b"READONLY You can't write against a read only replica."


@pytest.mark.parametrize("before", [b"", IN_A_SCRIPT], ids=["Redis 7", "Redis 6"])
@pytest.mark.parametrize(
    ("refused", "words"),
    [(NO_ROOM, FULL), (NOT_HERE, REPLICA), (NO_DISK, UNSAVED), (NO_COPIES, UNSAVED)],
)
async def test_a_server_that_takes_nothing(
    before: bytes, refused: bytes, words: str, tmp_path: Path
) -> None:
    """An operator reads why, not that rights are missing."""
    said = {
        b"INFO": b"$%d\r\n%s\r\n" % (len(INFO), INFO),
        b"EVAL": b"-" + before + refused + b"\r\n",
    }

    async with redis_that_says(tmp_path / "s", said) as url:
        finding = await RedisProbe(url, prefix="bff", timeout_seconds=5).finding()

    assert finding.problems == (words,)


async def test_a_user_that_may_not_ask_for_info(tmp_path: Path) -> None:
    """Redis was reached: it is the user that is wrong."""
    said = {b"INFO": b"-NOPERM this user has no permissions to run the 'info' command\r\n"}

    async with redis_that_says(tmp_path / "s", said) as url:
        finding = await RedisProbe(url, prefix="bff", timeout_seconds=5).finding()

    no_info, rules = finding.problems
    assert no_info.startswith("the user may not ask for INFO: that Redis was restarted may go un")
    assert "+info" in rules


@pytest.fixture(scope="module")
def redis() -> Iterator[Server]:
    with server() as running:
        yield running


PRODUCT_CHANNELS = "product.created, product.updated, product.deleted"
ALL = "~bff:* ~{bff}:* resetchannels &{bff}:* &product.created &product.updated &product.deleted"
NOTHING_LESS = f"+@read +@write +@pubsub -@dangerous +eval +info +time +ping {ALL}"
WRITING = "SET, PEXPIRE, DEL, UNLINK, HSET, HDEL, ZADD, ZREM"
LACKING = {
    "-eval": ["the user may run no scripts (EVAL): nothing can be shared"],
    "resetkeys ~{bff}:*": ["the user may not use the keys bff:*: no value can be shared"],
    "resetkeys ~bff:*": ["the user may not use the keys {bff}:*: no change can be shared"],
    "-time": ["the user may not run TIME: what needs them is not shared"],
    "-@write": [f"the user may not run {WRITING}: what needs them is not shared"],
    "-@pubsub": [
        "the user may not publish in {bff}:*: changes here are not heard elsewhere",
        "the user may not subscribe to {bff}:*: changes in other replicas are not heard",
        f"the user may not subscribe to {PRODUCT_CHANNELS}: what the shop publishes is not heard",
    ],
    "-subscribe": [
        "the user may not subscribe to {bff}:*: changes in other replicas are not heard",
        f"the user may not subscribe to {PRODUCT_CHANNELS}: what the shop publishes is not heard",
    ],
    "-publish": ["the user may not publish in {bff}:*: changes here are not heard elsewhere"],
    "resetchannels &{bff}:*": [
        f"the user may not subscribe to {PRODUCT_CHANNELS}: what the shop publishes is not heard"
    ],
    "resetchannels &product.*": [
        "the user may not publish in {bff}:*: changes here are not heard elsewhere",
        "the user may not subscribe to {bff}:*: changes in other replicas are not heard",
    ],
}


async def looked(redis: Server, rules: str) -> Sequence[str]:
    """What is said of a user with these rights, where the shop's channels are listened to."""
    user: Any = redis.client
    user.execute_command("ACL", "SETUSER", "shop", "reset", "on", ">hunter2", *rules.split())
    url = f"unix://shop:hunter2@{redis.socket}"
    probe = RedisProbe(url, prefix="bff", timeout_seconds=5, channels=tuple(CHANNELS))
    return (await probe.finding()).problems


@pytest.mark.parametrize(("rules", "words"), LACKING.items(), ids=LACKING.keys())
async def test_a_right_that_the_user_lacks(redis: Server, rules: str, words: list[str]) -> None:
    """An operator reads which one, what comes of it, and all rules that are needed."""
    problems = await looked(redis, f"{NOTHING_LESS} {rules}")

    assert problems == (*words, f"the user needs the ACL rules {NOTHING_LESS}")


async def test_the_rights_that_are_asked_for_are_enough(redis: Server) -> None:
    """Nothing is wrong then, and nothing is left behind."""
    assert await looked(redis, NOTHING_LESS) == ()
    assert redis.client.keys() == []


async def test_channels_that_nobody_listens_to_need_no_right(redis: Server) -> None:
    """A shop that publishes nothing need not allow it."""
    await looked(redis, f"{NOTHING_LESS} resetchannels &{{bff}}:*")
    url = f"unix://shop:hunter2@{redis.socket}"

    finding = await RedisProbe(url, prefix="bff", timeout_seconds=5).finding()

    assert finding.problems == ()


async def test_a_server_of_a_cluster() -> None:
    """It has the same users as the others, and some of the keys."""
    with cluster() as servers:
        for one in servers:
            await looked(one, NOTHING_LESS)
        assert [await looked(one, NOTHING_LESS) for one in servers] == [(), (), ()]

        problems = await looked(servers[0], f"{NOTHING_LESS} resetkeys ~bff:* -subscribe")
        assert [words.partition(":")[0] for words in problems[:2]] == [
            "the user may not use the keys {bff}",
            "the user may not subscribe to {bff}",
        ]


def test_every_command_of_ours_is_tried() -> None:
    """A right that the service needs and nobody looks for would be missed when it is too late."""
    scripts = [script for name, script in vars(scripts_of_ours).items() if name.isupper()]
    used = {
        command for each in scripts for command in re.findall(r"redis\.p?call\(\s*'(\w+)'", each)
    }

    assert {"TIME", "PUBLISH", "ZRANGEBYSCORE"} <= used
    assert used <= {*TRIED}
    assert {*re.findall(r"try\('(\w+)'", rights._TRY)} == {*TRIED}
