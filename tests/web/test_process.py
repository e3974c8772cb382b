"""The service as a process of its own: when it says that it is there, and how it goes away."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BODY = b"POST /graphql HTTP/1.1\r\nhost: shop.test\r\ncontent-type: application/json\r\n"
IMPATIENT = "from bff.commands import main, serving; serving._STOPPING = 1; exit(main())"
"""The same with one second for what is under way."""


@contextmanager
def demo(port: int, code: str) -> Iterator[subprocess.Popen[str]]:
    """Run the demo; whatever happens, it is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, "demo", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_port_that_is_taken() -> None:
    """Nobody is invited to a shop that is not there; the reason is said."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with demo(port, "from bff.__main__ import main; main()") as process:
            said, why = process.communicate(timeout=60)

    assert process.returncode != 0
    assert said == ""
    assert "address already in use" in why


def test_a_client_that_never_finishes_its_request() -> None:
    """Whoever reads the welcome can connect; half a request does not keep the service alive."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with demo(port, IMPATIENT) as process:
        assert process.stdout
        assert process.stdout.readline() == "The demo shop is at\n"
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(BODY + b"content-length: 9\r\nexpect: 100-continue\r\n\r\n")
            assert client.recv(4_096).startswith(b"HTTP/1.1 100")  # it now is being read
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)

    assert process.returncode == 0


def test_an_operator_sees_where_the_service_listens(tmp_path: Path) -> None:
    """`bff serve` says so in its log once it does, and which port it took if any was right."""
    shop = tmp_path / "shop.env"
    shop.write_text(
        "BFF_MEDUSA__URL=http://127.0.0.1:9\nBFF_MEDUSA__PUBLISHABLE_KEY=pk_1\n"
        "BFF_DEFAULT_COUNTRY=DE\nBFF_PORT=0\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "bff", "serve", "--env-file", str(shop)],
        env={name: value for name, value in os.environ.items() if not name.startswith("BFF_")},
        stderr=subprocess.PIPE,
        text=True,
    )
    impatience = threading.Timer(60, process.kill)
    impatience.start()
    try:
        assert process.stderr
        line = process.stderr.readline()
        said = re.search(r"service_started url=http://127\.0\.0\.1:(\d+)$", line)
        assert said, f"it said {line!r}"
        socket.create_connection(("127.0.0.1", int(said[1]))).close()
    finally:
        impatience.cancel()
        process.kill()
        process.communicate()
