"""What a service that runs tells of itself, to log collectors, balancers and tracing systems."""

import gzip
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from bff.settings import SettingsProblem, load_settings
from tests.commands.processes import free_port, said, serving, started

SHOP = """
BFF_MEDUSA__URL=http://127.0.0.1:9
BFF_MEDUSA__PUBLISHABLE_KEY=pk_canary
BFF_CONTENT=[{"kind": "sanity", "project_id": "abcd1234", "url": "http://127.0.0.1:9"}]
BFF_DEFAULT_COUNTRY=DE
BFF_PORT=0
BFF_RECONCILE_SECONDS=0
"""
PAGE = {"query": 'query Tee { product(handle: "tee", country: "DE") { title } }'}
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
TRACED = {"traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-01", "x-request-id": "tee-1"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.env"
    file.write_text(SHOP, encoding="utf-8")
    return file


def add(shop: Path, *lines: str) -> None:
    shop.write_text(SHOP + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def ended(process: subprocess.Popen[str]) -> str:
    """Stop the service in order; return the rest of its log."""
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 0
    return rest


def ask(url: str) -> list[httpx.Response]:
    """Ask a few times: the first may wait for what the service asks for at its start."""
    with httpx.Client(base_url=url, timeout=30) as client:
        return [client.post("/graphql", json=PAGE, headers=TRACED) for _ in range(8)]


def address(line: str) -> str:
    url: str = json.loads(line)["url"]
    return url


def test_every_line_is_an_object(shop: Path) -> None:
    """A collector reads the whole log of a bad day: no source, a broken client, a stop."""
    add(shop, "BFF_LOG__FORMAT=json", "BFF_LOG__REQUESTS=all")
    with serving(shop) as process:
        first = said(process, "service_started")
        url = address(first)
        answers = ask(url)
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"\x16\x03\x01 nonsense canary\r\n\r\n")
            while client.recv(4_096):
                pass
        rest = ended(process)

    assert all("errors" in answer.json() for answer in answers)
    lines: list[dict[str, Any]] = [json.loads(line) for line in rest.splitlines()]
    assert all(line["time"].endswith("Z") and line["level"] and line["event"] for line in lines)
    failed = [line for line in lines if line["event"] == "upstream_failed"]
    assert {line["trace_id"] for line in failed if line.get("request_id") == "tee-1"} == {TRACE_ID}
    told = [line for line in lines if line["event"] == "request_answered"]
    assert len(told) == len(answers)
    assert {(one["request_id"], one["trace_id"]) for one in told} == {("tee-1", TRACE_ID)}
    assert {one["errors"] for one in told} == {"UPSTREAM_UNAVAILABLE"}
    for secret in ("127.0.0.1:9", "pk_canary", "canary", "Traceback"):
        assert secret not in rest


def test_a_balancer_goes_on_sending_requests(shop: Path) -> None:
    """Every source is down: the process lives and is ready, and says what is wrong."""
    with serving(shop) as process:
        url = started(process)
        with httpx.Client(base_url=url, timeout=30) as client:
            for _ in range(6):
                client.post("/graphql", json=PAGE)
            alive, ready = client.get("/livez"), client.get("/readyz")

    assert (alive.status_code, alive.text) == (200, "ok")
    assert ready.status_code == 200
    checks = ready.json()["checks"]
    assert ready.json()["ready"] is True
    assert checks["source:medusa"]["ok"] is False
    assert "127.0.0.1" not in ready.text


class Collector:
    """What takes spans in, as an operator's collector does."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.headers: list[str | None] = []
        self.came = threading.Event()

    @contextmanager
    def listening(self) -> Iterator[str]:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                request = ExportTraceServiceRequest.FromString(body)
                collector.headers.append(self.headers.get("x-collector-key"))
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        collector.spans.extend(scope.spans)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
                collector.came.set()

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/traces"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def test_a_collector_is_sent_spans(shop: Path) -> None:
    """By a service with the extra and an address; the last ones when it stops."""
    collector = Collector()
    with collector.listening() as url:
        add(shop, f"BFF_TRACES__URL={url}", 'BFF_TRACES__HEADERS={"X-Collector-Key":"k1"}')
        with serving(shop) as process:
            ask(started(process))
            ended(process)

    assert set(collector.headers) == {"k1"}
    mine = [span for span in collector.spans if span.trace_id.hex() == TRACE_ID]
    names = [span.name for span in mine]
    assert "POST /graphql" in names
    assert any(name.startswith("fetch medusa") for name in names)
    assert any(name.startswith("GET medusa") for name in names)


def test_a_collector_that_is_down_holds_nobody_up(shop: Path) -> None:
    """Shoppers are answered and the service stops; the spans are lost, and no address is told."""
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1/traces"
        add(shop, f"BFF_TRACES__URL={url}", "BFF_TRACES__RATIO=1", "BFF_LOG__FORMAT=json")
        with serving(shop) as process:
            here = address(said(process, "service_started"))
            answer = httpx.post(f"{here}/graphql", json=PAGE, timeout=30)
            rest = ended(process)

    assert answer.status_code == 200
    assert "v1/traces" not in rest
    assert all(json.loads(line) for line in rest.splitlines())


def test_without_an_address_nothing_is_imported() -> None:
    """Who does not trace pays nothing: what takes spans down and sends them is not loaded.

    The client of Redis loads the part for figures by itself, where that is installed.
    """
    code = (
        "import sys; from bff.commands import serving; import bff.wiring;"
        "dear = ('bff.telemetry.otel', 'opentelemetry.sdk.trace', 'opentelemetry.exporter');"
        "print([name for name in sys.modules if name.startswith(dear)])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout == "[]\n"


def test_an_address_without_the_extra(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that cannot trace says so at once, and how it could."""
    for name in ("opentelemetry.exporter", "opentelemetry.exporter.otlp.proto.http"):
        monkeypatch.setitem(sys.modules, name, None)  # as where it is not installed
    add(shop, f"BFF_TRACES__URL=http://127.0.0.1:{free_port()}/v1/traces")

    with pytest.raises(SettingsProblem) as problem:
        load_settings(shop)

    assert str(problem.value) == (
        "BFF_TRACES__URL: needs OpenTelemetry, which `pip install 'bff[otel]'` installs"
    )


def test_only_one_module_knows_the_extra() -> None:
    """So that the rest works without it."""
    package = Path(__file__).parents[2] / "bff"
    knowing = {
        path.name
        for path in package.rglob("*.py")
        if "import opentelemetry" in (text := path.read_text("utf-8"))
        or "from opentelemetry" in text
    }

    assert knowing == {"otel.py"}
