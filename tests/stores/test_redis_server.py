"""The Redis that the tests bring along."""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.stores.redis_server import bundled_program, program_to_run
from tests.stores.servers import server


async def test_it_answers(redis_server: Path) -> None:
    """A client can write to it and read it back."""
    async with Redis(unix_socket_path=str(redis_server)) as redis:
        await redis.set("greeting", "hello", ex=60)

        assert await redis.get("greeting") == b"hello"


async def test_it_keeps_nothing(redis_server: Path) -> None:
    """It writes no file and listens on no port, so nothing is left behind and nothing collides."""
    async with Redis(unix_socket_path=str(redis_server)) as redis:
        for setting, value in {"save": "", "appendonly": "no", "port": "0"}.items():
            assert await redis.config_get(setting) == {setting: value}


def test_it_is_stopped() -> None:
    """After the tests its process is gone and its folder too."""
    with server() as running:
        assert running.socket.is_socket()

    assert not running.socket.parent.exists()


def test_the_machines_own_server_will_do(tmp_path: Path) -> None:
    """Without the dev dependency the server on the PATH is used."""
    own = tmp_path / "redis-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)

    assert program_to_run(bundled_program("no_such_package"), str(tmp_path)) == str(own)


def test_without_any_server(tmp_path: Path) -> None:
    """On a machine without Redis the tests fail, and say what to install."""
    with pytest.raises(pytest.fail.Exception, match="put redis-server on the PATH"):
        program_to_run(None, str(tmp_path))


def test_a_server_that_does_not_start() -> None:
    """A server that ends at once is a failure with what it said, and no endless wait."""
    with pytest.raises(AssertionError, match="no-such-option"), server("--no-such-option", "1"):
        pass
