"""How `bff serve` stops: what load balancers are told, and what becomes of who is being served."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bff.demo.sockets import Peer, SocketServer
from tests.commands.processes import free_port, said, serving, started

SHOP = """
BFF_MEDUSA__URL=http://127.0.0.1:9
BFF_MEDUSA__PUBLISHABLE_KEY=pk_1
BFF_DEFAULT_COUNTRY=DE
BFF_PORT=0
BFF_RECONCILE_SECONDS=0
"""
LIVEZ = b"GET /livez HTTP/1.1\r\nhost: shop\r\n\r\n"
BODY = b'{"query":"{ locales { code } }"}'
POST = (
    b"POST /graphql HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n\r\n" % len(BODY)
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.env"
    file.write_text(SHOP, encoding="utf-8")
    return file


def drains(shop: Path, seconds: float, more: str = "") -> None:
    shop.write_text(f"{SHOP}BFF_DRAIN_SECONDS={seconds}\n{more}", encoding="utf-8")


def place(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").rpartition(":")
    return host, int(port)


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    with socket.create_connection(place(url), timeout=30) as wire:
        yield wire


def answer(wire: socket.socket) -> tuple[int, bytes]:
    """Return status and head of one answer, whose body is left out."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = wire.recv(1)
        assert byte, "the connection ended in the middle of an answer"
        head += byte
    left = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while left:
        left -= len(wire.recv(left))
    return int(head[9:12]), head.lower()


def test_shoppers_are_served_while_load_balancers_look_away(shop: Path) -> None:
    """Readiness is off at once; new and old connections are answered, as the last of theirs."""
    drains(shop, 30)
    with serving(shop) as process:
        url = started(process)
        with connected(url) as kept:
            kept.sendall(LIVEZ)
            first, head = answer(kept)
            assert (first, b"connection: close" in head) == (200, False)

            process.send_signal(signal.SIGTERM)
            said(process, "service_stopping")
            ready = httpx.get(f"{url}/readyz", timeout=30)
            new = httpx.post(f"{url}/graphql", json={"query": "{ locales { code } }"}, timeout=30)
            kept.sendall(LIVEZ)
            last, head = answer(kept)

            assert (ready.status_code, ready.json()["ready"]) == (503, False)
            assert "stopping" in ready.text
            assert (new.status_code, new.headers["connection"]) == (200, "close")
            assert (last, b"connection: close" in head) == (200, True)
            assert kept.recv(1) == b""
        assert process.poll() is None


def test_it_ends_by_itself_after_the_drain(shop: Path) -> None:
    drains(shop, 0.5)
    with serving(shop) as process:
        url = started(process)
        with connected(url) as idle:
            process.send_signal(signal.SIGTERM)
            assert idle.recv(1) == b""
        assert process.wait(timeout=30) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/livez")


@pytest.mark.parametrize("come", [20, len(POST) + 5], ids=["half a head", "half a body"])
def test_a_request_that_has_begun_is_answered_after_the_ports_close(shop: Path, come: int) -> None:
    """It has arrived in half when nobody is let in any more."""
    whole = POST + BODY
    drains(shop, 0, "BFF_LIMITS__RECEIVE_SECONDS=20\n")
    with serving(shop) as process:
        url = started(process)
        with connected(url) as late:
            late.sendall(whole[:come])
            with connected(url) as idle:
                idle.sendall(LIVEZ)
                assert answer(idle)[0] == 200
                process.send_signal(signal.SIGTERM)
                assert idle.recv(1) == b""  # from here on the ports are closed
            late.sendall(whole[come:])
            status, head = answer(late)
        assert process.wait(timeout=30) == 0

    assert (status, b"connection: close" in head) == (200, True)


async def test_a_page_that_is_being_made_is_answered_after_the_ports_close(shop: Path) -> None:
    """And then everything ends without a complaint in the log."""
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def medusa(peer: Peer) -> None:
        await peer.request()
        asked.set()
        await go_on.wait()

    async with SocketServer(medusa) as server:
        url = f"BFF_MEDUSA__URL=http://127.0.0.1:{server.port}\n"
        drains(shop, 0, f"{url}BFF_DEADLINE_SECONDS=20\nBFF_FLIGHT_SECONDS=20\n")
        with serving(shop) as process:
            address = await asyncio.to_thread(started, process)
            async with httpx.AsyncClient(base_url=address, timeout=30) as client:
                page = asyncio.create_task(client.get("/v1/products/tee"))
                await asked.wait()
                with await asyncio.to_thread(socket.create_connection, place(address)) as idle:
                    process.send_signal(signal.SIGTERM)
                    assert await asyncio.to_thread(idle.recv, 1) == b""
                go_on.set()
                answer = await page
            rest = await asyncio.to_thread(process.communicate, None, 30)

    assert answer.json()["code"].startswith("UPSTREAM_")
    assert answer.headers["connection"] == "close"
    assert process.returncode == 0
    assert "service_stopped" in rest[1]
    assert "Traceback" not in rest[1]


def test_half_a_request_holds_the_end_up_for_no_longer_than_any_other(shop: Path) -> None:
    drains(shop, 0, "BFF_LIMITS__RECEIVE_SECONDS=0.5\n")
    with serving(shop) as process, connected(started(process)) as slow:
        slow.sendall(POST)
        process.send_signal(signal.SIGTERM)
        assert answer(slow)[0] == 408
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once(shop: Path, second: signal.Signals) -> None:
    drains(shop, 600)
    with serving(shop) as process:
        started(process)
        process.send_signal(signal.SIGTERM)
        said(process, "service_stopping")
        process.send_signal(second)
        assert process.wait(timeout=30) == 128 + second


def test_nobody_waits_after_ctrl_c(shop: Path) -> None:
    drains(shop, 600)
    with serving(shop) as process:
        started(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def test_the_operations_port_says_it_too_and_lasts_as_long(shop: Path) -> None:
    operations = free_port()
    drains(shop, 600, f"BFF_OPERATIONS_PORT={operations}\n")
    with serving(shop) as process:
        started(process)
        ready = f"http://127.0.0.1:{operations}/readyz"
        assert httpx.get(ready, timeout=30).status_code == 200
        process.send_signal(signal.SIGTERM)
        said(process, "service_stopping")
        told = httpx.get(ready, timeout=30)

    assert (told.status_code, "stopping" in told.text) == (503, True)


@pytest.mark.parametrize("ends", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_does_not_wait(ends: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bff", "demo", "--port", str(free_port())],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        impatience = threading.Timer(60, process.kill)
        impatience.start()
        assert process.stdout
        process.stdout.readline()
        process.send_signal(ends)
        process.communicate(timeout=60)
        impatience.cancel()
    assert process.returncode == 0
