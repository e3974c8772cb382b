"""What `bff check` says of a Redis that refuses, in the words of Redis 6 and of Redis 7.

Redis 6 wraps what a script was refused in an error of the script. Redis 7 says it plainly, and
redis-py takes the first word of it away.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bff.stores.redis.probe import RedisProbe

INFO = (
    b"redis_version:7.0.15\r\ncluster_enabled:0\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n"
)
FULL = "its memory is full: nothing more is kept, and webhooks are answered 503"
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
            writer.write(words.get(parts[0].upper(), b"+OK\r\n"))
            await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(serve, socket):
        yield f"unix://{socket}"


IN_A_SCRIPT = b"ERR Error running script (call to f_1): @user_script:3: @user_script: 3: -"
NO_ROOM = b"OOM command not allowed when used memory > 'maxmemory'."
NOT_HERE = b"READONLY You can't write against a read only replica."


@pytest.mark.parametrize("before", [b"", IN_A_SCRIPT], ids=["Redis 7", "Redis 6"])
@pytest.mark.parametrize(("refused", "words"), [(NO_ROOM, FULL), (NOT_HERE, REPLICA)])
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

    (problem,) = finding.problems
    assert "does not let this user ask for INFO" in problem
