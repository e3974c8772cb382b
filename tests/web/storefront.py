"""What a storefront does: sends operations, fetches pages, looks at what comes back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, Self

import httpx
from starlette.types import ASGIApp

from bff.demo import DemoUpstreams

Json = dict[str, Any]

OPERATIONS = Path(__file__).parents[1] / "golden" / "operations"
TEE = "organic-cotton-tshirt"
PREMIUM = "premium-cotton-t-shirt"
ONLY_IN_SANITY = "corduroy-cap"
WITHOUT_CONTENT = "travel-towel"


def operation(name: str) -> str:
    """Return one of the operations of the public contract, word for word."""
    return (OPERATIONS / f"{name}.graphql").read_text("utf-8")


class Served(Protocol):
    """What a client needs of a service."""

    @property
    def app(self) -> ASGIApp: ...

    @property
    def close(self) -> Callable[[], Awaitable[None]]: ...


class Storefront:
    """A client of a service, as a storefront's server is one. It closes the service too."""

    def __init__(self, service: Served) -> None:
        self._service = service
        # What leaves the application as an exception is raised here: nobody answers for it.
        transport = httpx.ASGITransport(service.app, raise_app_exceptions=True)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://shop.test")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
        await self._service.close()

    async def send(
        self,
        document: str,
        variables: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send an operation; return the whole HTTP answer."""
        body = {"query": document, "variables": variables}
        return await self.http.post("/graphql", json=body, headers=headers)

    async def ask(
        self,
        document: str,
        variables: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Return the data of an operation that is answered whole."""
        answer = await self.send(document, variables, headers)
        body: Json = answer.json()
        assert answer.status_code == 200, body
        assert body.keys() == {"data"}, body
        data: Json = body["data"]
        return data

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Fetch a path; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.get(path, headers=named)

    async def together(self, count: int, document: str, variables: Json) -> list[httpx.Response]:
        """Send an operation many times at the same moment."""
        return await asyncio.gather(*(self.send(document, variables) for _ in range(count)))


def errors(answer: httpx.Response) -> list[Json]:
    """Return the errors of a GraphQL answer."""
    found: list[Json] = answer.json()["errors"]
    return found


def codes(answer: httpx.Response) -> list[tuple[str, bool]]:
    """Return code and `retryable` of each error."""
    return [
        (error["extensions"]["code"], error["extensions"]["retryable"]) for error in errors(answer)
    ]


def upstream_calls(upstreams: DemoUpstreams) -> tuple[int, int]:
    """Return how many product and content reads the upstreams have answered."""
    sanity = sum(upstreams.sanity.calls.values())
    return upstreams.medusa.calls["/store/products"], sanity


def problem(answer: httpx.Response) -> tuple[int, str, bool]:
    """Return status, code and `retryable` of a problem (RFC 9457), whose form is checked."""
    body: Json = answer.json()
    code = body["code"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert body.keys() == {"type", "title", "status", "detail", "code", "retryable"}
    assert body["status"] == answer.status_code
    assert body["type"] == "urn:bff:problem:" + code.lower().replace("_", "-")
    return answer.status_code, code, body["retryable"]
