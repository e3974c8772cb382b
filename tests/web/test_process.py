"""The service as a process of its own: when it says that it is there, and how it goes away."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

BODY = b"POST /graphql HTTP/1.1\r\nhost: shop.test\r\ncontent-type: application/json\r\n"
MAIN = "from bff.commands import main; exit(main())"


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
        with demo(port, MAIN) as process:
            said, why = process.communicate(timeout=60)

    assert process.returncode != 0
    assert said == ""
    assert "address already in use" in why


def test_a_client_that_never_finishes_its_request() -> None:
    """Whoever reads the welcome can connect; half a request does not keep the service alive."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with demo(port, MAIN) as process:
        assert process.stdout
        assert process.stdout.readline() == "The demo shop is at\n"
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(BODY + b"content-length: 9\r\nexpect: 100-continue\r\n\r\n")
            assert client.recv(4_096).startswith(b"HTTP/1.1 100")  # it now is being read
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)

    assert process.returncode == 0
