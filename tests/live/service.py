"""The service as an operator would run it against the lab: in this process, or as its own."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from bff.settings import Settings
from bff.wiring import OpenClient, production_client, wire
from tests.live import lab
from tests.live.systems import LOCALES, content_settings

Json = Any
_OPERATIONS = Path(__file__).parents[1] / "golden" / "operations"


def operation(name: str) -> str:
    """Return one of the contract's operations, word for word."""
    return (_OPERATIONS / f"{name}.graphql").read_text(encoding="utf-8")


@dataclass
class Asked:
    """Answers of the service, as they come; nothing in them may be unpublished."""

    client: httpx.AsyncClient
    upstream_calls: Counter[str] = field(default_factory=Counter)

    async def graphql(self, query: str, **variables: object) -> tuple[Json, httpx.Response]:
        response = await self.client.post(
            "/graphql", json={"query": query, "variables": variables}
        )
        return read_answer(response), response

    async def whole(self, name: str, **variables: object) -> Json:
        """Return the data of one operation, which must be whole."""
        answer, response = await self.graphql(operation(name), **variables)
        assert response.status_code == 200, answer
        assert answer.keys() == {"data"}, (variables, answer)
        return answer["data"]

    async def rest(self, path: str, **params: str) -> tuple[Json, httpx.Response]:
        response = await self.client.get(path, params=params)
        return read_answer(response), response


def read_answer(response: httpx.Response) -> Json:
    """Return an answer's JSON, once it is certain that it holds no unpublished text."""
    assert "DRAFT" not in response.text
    assert "RELEASE" not in response.text
    return json.loads(response.text, parse_float=Decimal)


class _Counted(httpx.AsyncBaseTransport):
    """The production client below a plain one, which counts what passes."""

    def __init__(self, source: str, inner: httpx.AsyncClient, calls: Counter[str]) -> None:
        self._source = source
        self._inner = inner
        self._calls = calls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._calls[self._source] += 1
        return await self._inner.send(request, stream=True)

    async def aclose(self) -> None:
        await self._inner.aclose()


def _counting(calls: Counter[str]) -> OpenClient:
    def open_counted(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        inner = production_client(source, base_url, headers, connections=connections)
        return httpx.AsyncClient(
            transport=_Counted(source, inner, calls), base_url=base_url, headers=inner.headers
        )

    return open_counted


PATIENT = {"deadline_seconds": 20, "content_budget_seconds": 10}
"""For comparing: on a busy machine a slow answer must not look like a wrong one."""


@asynccontextmanager
async def running(**changes: object) -> AsyncIterator[Asked]:
    """Run the service in this process, over the transport that it has in production."""
    values: dict[str, object] = {
        "medusa": {"url": lab.MEDUSA_URL, "publishable_key": lab.MEDUSA_KEY},
        "content": content_settings(["sanity"]),
        "locales": LOCALES,
        "default_country": "US",
    }
    calls: Counter[str] = Counter()
    service = wire(
        Settings.model_validate(values | changes), example=None, clients=_counting(calls)
    )
    transport = httpx.ASGITransport(service.app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            yield Asked(client, calls)
    finally:
        await service.close()


@contextmanager
def serving() -> Iterator[httpx.Client]:
    """Run `bff serve` on a free port, set up by its environment alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BFF_")},
        "BFF_MEDUSA__URL": lab.MEDUSA_URL,
        "BFF_MEDUSA__PUBLISHABLE_KEY": lab.MEDUSA_KEY,
        "BFF_CONTENT": json.dumps(content_settings(["sanity"])),
        "BFF_LOCALES": json.dumps(LOCALES),
        "BFF_DEFAULT_COUNTRY": "US",
        "BFF_PORT": str(port),
    }
    command = [sys.executable, "-m", "bff", "serve"]
    with (
        subprocess.Popen(command, env=environment) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        try:
            wait_for(client, process)
            yield client
        finally:
            process.terminate()
            process.wait(10)


def wait_for(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    """Return once the process answers."""
    patience = time.monotonic() + 30
    while time.monotonic() < patience and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if client.get("/livez").is_success:
                return
        time.sleep(0.1)
    message = "the service did not start"
    raise AssertionError(message)


async def until_whole(service: Asked, query: str, given: Json) -> tuple[Json, httpx.Response]:
    """Ask again until the answer is whole.

    A degraded one is held for a moment, and a read that hangs ends with its flight.
    """
    patience = time.monotonic() + 5
    while time.monotonic() < patience:
        answer, response = await service.graphql(query, **given)
        if "extensions" not in answer:
            return answer, response
    message = "the answer stayed degraded"
    raise AssertionError(message)
