"""Faults of our own: shoppers learn that there was one, operators where, nobody what was in it."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import NoReturn

import httpx
import pytest
from starlette.types import Message

from bff import wiring
from bff.catalog.product_page import Catalog
from bff.demo import DemoUpstreams
from bff.web.app import create_app
from bff.web.context import Shop
from tests.web.settings import shop_settings
from tests.web.storefront import TEE, Storefront, codes, errors, problem

MASKED = "Something went wrong on our side. The log knows more under this request's id."
SECRET = "canary: token=sk_live https://user:pw@medusa.internal/ {'payload': 1}"
PAGE = f'{{ product(handle: "{TEE}") {{ title }} locales {{ code }} }}'


async def bug(*_: object, **_named: object) -> NoReturn:
    """Fail in a way that nobody expected, with a cause that says as much."""
    raise RuntimeError(SECRET) from ValueError(SECRET)


class BrokenCatalog(Catalog):
    """A catalog with bugs; it knows the markets by itself."""

    def __init__(self, whole: Catalog) -> None:
        self.pricing = whole.pricing  # type: ignore[method-assign] # the part that works

    markets = bug
    by_handles = bug


def broken_catalog(shop: Shop) -> Shop:
    """Break the resolvers."""
    return replace(shop, catalog=BrokenCatalog(shop.catalog))


class BrokenMarks:
    """A log of changes that cannot be looked at."""

    def __getattr__(self, name: str) -> object:
        raise OSError(SECRET)


def broken_marks(shop: Shop) -> Shop:
    """Break what comes before any resolver."""
    return replace(shop, marks=BrokenMarks())  # type: ignore[arg-type] # it has nothing


@asynccontextmanager
async def storefront_of(
    upstreams: DemoUpstreams, breaking: Callable[[Shop], Shop]
) -> AsyncIterator[Storefront]:
    """Serve the demo's shop with something broken in it."""
    settings = shop_settings(upstreams)
    service = wiring.wire(settings, example=None, clients=wiring.demo_client(upstreams))
    app = create_app(breaking(service.shop), example=None, version="0", close=service.close)
    async with Storefront(replace(service, app=app)) as storefront:
        yield storefront


def assert_only_the_place_is_told(said: str, kind: str) -> None:
    """Check that the log names kind and place of the fault, and nothing of what it says."""
    assert re.search(rf"request_failed request_id=its-id kind={kind} place=[\w.]+:\d+", said)
    for secret in ("canary", "sk_live", "medusa.internal", "payload", "Traceback", "File "):
        assert secret not in said


async def test_a_bug_in_a_resolver(upstreams: DemoUpstreams, written: Callable[[], str]) -> None:
    """A fault costs its own field, is called INTERNAL, and says nothing else."""
    async with storefront_of(upstreams, broken_catalog) as storefront:
        answer = await storefront.send(PAGE, headers={"X-Request-Id": "its-id"})

    assert answer.status_code == 200
    assert answer.json()["data"]["product"] is None
    assert len(answer.json()["data"]["locales"]) == 4
    assert errors(answer) == [
        {
            "message": MASKED,
            "locations": [{"line": 1, "column": 3}],
            "path": ["product"],
            "extensions": {"code": "INTERNAL", "retryable": True},
        }
    ]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] == "its-id"
    assert_only_the_place_is_told(answer.text + written(), "RuntimeError")


async def test_a_bug_behind_one_list(upstreams: DemoUpstreams) -> None:
    """A fault behind the markets leaves the languages of the same navigation alone."""
    async with storefront_of(upstreams, broken_catalog) as storefront:
        answer = await storefront.send("{ markets { name } locales { isDefault } }")

    assert answer.json()["data"]["markets"] is None
    assert len(answer.json()["data"]["locales"]) == 4
    assert codes(answer) == [("INTERNAL", True)]
    assert errors(answer)[0]["message"] == MASKED


@pytest.mark.parametrize("path", [f"/v1/products/{TEE}", f"/v1/products?handles={TEE}"])
async def test_a_bug_behind_rest(
    upstreams: DemoUpstreams, written: Callable[[], str], path: str
) -> None:
    """By REST the same fault is a problem with 500."""
    async with storefront_of(upstreams, broken_catalog) as storefront:
        page = await storefront.get(path, x_request_id="its-id")

    assert problem(page) == (500, "INTERNAL", True)
    assert page.json()["detail"] == MASKED
    assert_only_the_place_is_told(page.text + written(), "RuntimeError")


@pytest.mark.parametrize("path", ["/graphql?query={__typename}", f"/v1/products/{TEE}"])
async def test_a_bug_before_anything_is_read(
    upstreams: DemoUpstreams, written: Callable[[], str], path: str
) -> None:
    """A fault outside of GraphQL is a problem too, with its id, and the service stays up."""
    async with storefront_of(upstreams, broken_marks) as storefront:
        answer = await storefront.get(path, x_request_id="its-id")
        alive = await storefront.get("/livez")

    assert problem(answer) == (500, "INTERNAL", True)
    assert answer.json()["detail"] == MASKED
    assert answer.headers["x-request-id"] == "its-id"
    assert_only_the_place_is_told(answer.text + written(), "OSError")
    assert (alive.status_code, alive.text) == (200, "ok")


async def test_a_client_that_leaves_in_the_middle(
    storefront: Storefront, written: Callable[[], str]
) -> None:
    """A shopper who closes the page while sending is no fault of ours, and not logged as one."""
    transport = storefront.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    arriving: list[Message] = [
        {"type": "http.request", "body": b'{"query": ', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return arriving.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b""}
    await transport.app({**scope, "headers": headers}, receive, send)

    assert sent == []
    assert "request_failed" not in written()
