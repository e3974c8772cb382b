"""Where the Redis comes from that is let fail."""

import asyncio
import sys
from pathlib import Path

import pytest

from bff.chaos.cells import Fault
from bff.chaos.redis_faults import RedisProxy
from bff.chaos.redis_server import NoRedis, redis_program, redis_server


def test_a_machine_without_redis(tmp_path: Path) -> None:
    """It is found out, not stumbled over."""
    assert redis_program("no_such_package", path=str(tmp_path)) is None
    assert redis_program("json", path=str(tmp_path)) is None


def test_the_server_on_the_path(tmp_path: Path) -> None:
    """What the operator has installed comes first."""
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)

    assert redis_program(path=str(tmp_path)) == str(program)


async def test_a_program_that_is_no_redis() -> None:
    """One that ends at once is not waited for."""
    with pytest.raises(NoRedis):
        async with redis_server(sys.executable):
            pass


async def asked(proxy: RedisProxy) -> bytes:
    """Return what comes back for a ping; empty if the connection ends without a word."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.server.port)
    writer.write(b"*1\r\n$4\r\nPING\r\n")
    try:
        return await reader.read(100)
    finally:
        writer.close()


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        (None, b"+PONG\r\n"),
        (Fault.SERVER_ERROR, b"-ERR internal error\r\n"),
        (Fault.LIMITED, b"-OOM command not allowed when used memory > 'maxmemory'.\r\n"),
        (Fault.EXPIRED_TOKEN, b"-NOAUTH Authentication required.\r\n"),
        (Fault.WRONG_SHAPE, b":7\r\n"),
        (Fault.EMPTY, b"*0\r\n"),
        (Fault.TRUNCATED, b"+PO"),
    ],
)
async def test_what_redis_says(fault: Fault | None, reply: bytes) -> None:
    """Each fault is told in Redis's own protocol; without one it answers by itself."""
    program = redis_program()
    assert program is not None
    async with redis_server(program) as socket, RedisProxy(socket) as proxy:
        if fault is not None:
            proxy.fail(fault)
        said = await asked(proxy)
        await proxy.heal()
        healed = await asked(proxy)

    assert said == reply
    assert healed == b"+PONG\r\n"
    assert (proxy.spoilt > 0) is (fault is not None)


async def test_a_redis_that_is_gone() -> None:
    """Its connections are refused, and it is back where it was."""
    program = redis_program()
    assert program is not None
    async with redis_server(program) as socket, RedisProxy(socket) as proxy:
        proxy.fail(Fault.REFUSED)
        with pytest.raises(ConnectionRefusedError):
            await asked(proxy)
        await proxy.heal()

        assert await asked(proxy) == b"+PONG\r\n"
