"""`bff serve`: where it listens, and the operations port, where shoppers do not look."""

import signal
import socket
from pathlib import Path

import httpx
import pytest

from tests.commands.processes import free_port, said, serving, started

SHOP = """
BFF_MEDUSA__URL=http://127.0.0.1:9
BFF_MEDUSA__PUBLISHABLE_KEY=pk_1
BFF_DEFAULT_COUNTRY=DE
BFF_PORT=0
BFF_RECONCILE_SECONDS=0
"""


def status(url: str) -> int:
    return httpx.get(url, timeout=30).status_code


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.env"
    file.write_text(SHOP, encoding="utf-8")
    return file


def test_an_operator_sees_where_the_service_listens(shop: Path) -> None:
    """`bff serve` says so in its log once it does, and which port it took if any was right."""
    with serving(shop) as process:
        _, _, port = started(process).rpartition(":")
        socket.create_connection(("127.0.0.1", int(port))).close()


def test_figures_have_a_port_of_their_own(shop: Path) -> None:
    """Shoppers find nothing at these paths; both ports end together, in order."""
    operations = free_port()
    shop.write_text(f"{SHOP}BFF_OPERATIONS_PORT={operations}\n", encoding="utf-8")

    with serving(shop) as process:
        public, private = started(process), f"http://127.0.0.1:{operations}"
        found = {path: (status(public + path), status(private + path)) for path in PATHS}
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)

    assert found == {
        "/livez": (200, 404),
        "/readyz": (404, 200),
        "/metrics": (404, 200),
        "/graphql": (400, 404),
    }
    assert process.returncode == 0


def test_nobody_may_overdo_it_at_the_operations_port_either(shop: Path) -> None:
    operations = free_port()
    shop.write_text(f"{SHOP}BFF_OPERATIONS_PORT={operations}\n", encoding="utf-8")

    with serving(shop) as process:
        started(process)
        told = httpx.get(
            f"http://127.0.0.1:{operations}/readyz", headers={"x": "a" * 20_000}, timeout=30
        )

    assert told.status_code == 431


PATHS = ("/livez", "/readyz", "/metrics", "/graphql")


def test_without_one_they_are_with_the_rest(shop: Path) -> None:
    """One port is enough for a shop behind a proxy that keeps them apart."""
    with serving(shop) as process:
        public = started(process)
        found = [status(public + path) for path in PATHS[:3]]

    assert found == [200, 200, 200]


@pytest.mark.parametrize("taken", ["BFF_PORT", "BFF_OPERATIONS_PORT"])
def test_a_port_that_is_taken(shop: Path, taken: str) -> None:
    """The service does not start half, and says in one line why it does not."""
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        ports = {"BFF_PORT": free_port(), "BFF_OPERATIONS_PORT": free_port()}
        ports[taken] = somebody.getsockname()[1]
        lines = "".join(f"{name}={port}\n" for name, port in ports.items())
        shop.write_text(SHOP.replace("BFF_PORT=0\n", lines), encoding="utf-8")
        with serving(shop) as process:
            _, told = process.communicate(timeout=30)

    assert process.returncode not in {0, -signal.SIGKILL}
    assert "address already in use" in told
    assert f"port_not_opened variable={taken} port={ports[taken]}" in told
    assert "Traceback" not in told
    assert "service_started" not in told


def test_a_variable_that_sets_nothing(shop: Path) -> None:
    """An operator who has misspelled a limit does not believe that it is set."""
    shop.write_text(f"{SHOP}BFF_DEADLINE_SECOND=5\n", encoding="utf-8")

    with serving(shop) as process:
        told = said(process, "variable_without_effect")

    assert "WARNING" in told
    assert "variable=BFF_DEADLINE_SECOND" in told
    assert "BFF_DEADLINE_SECONDS" in told


def test_readiness_waits_for_the_warm_up(shop: Path) -> None:
    """And not for ever: where Medusa is down at the start, shoppers may still be served."""
    shop.write_text(f"{SHOP}BFF_WARM_TOP=5\n", encoding="utf-8")

    with serving(shop) as process:
        public = started(process)
        early = said(process, "warm_up_ended_early")
        ready = httpx.get(f"{public}/readyz", timeout=30).json()

    assert "code=UPSTREAM_UNAVAILABLE" in early
    assert ready["ready"] is True
    assert ready["checks"]["warm"] == {"ok": True}
