"""HEAD: what monitors and caches ask to learn about an answer without fetching it."""

import asyncio
import socket

import httpx
import pytest
import uvicorn
from starlette.types import Message

from bff import wiring
from bff.demo import EXAMPLE, DemoUpstreams
from tests.web.settings import shop_settings
from tests.web.storefront import TEE, Storefront

PATHS = [
    "/graphql?query={__typename}",
    f'/graphql?query={{product(handle:"{TEE}"){{title}}}}',
    "/graphql",
    f"/v1/products/{TEE}",
    "/v1/products/nope",
    f"/v1/products?handles={TEE}",
    *("/livez", "/openapi.json", "/docs", "/graphiql", "/nope"),
]


async def raw(storefront: Storefront, method: str, path: str) -> tuple[Message, bytes]:
    """Return the start of an answer and its body, as the application sends them."""
    transport = storefront.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    path, _, query = path.partition("?")
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"x-request-id", b"its-id")]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    await transport.app({**scope, "headers": headers}, receive, send)
    assert not sent[-1].get("more_body", False)
    told = {b"server-timing", b"cache-status"}  # they tell how this very answer came about
    sent[0]["headers"] = [pair for pair in sent[0]["headers"] if pair[0] not in told]
    return sent[0], b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize("path", PATHS)
async def test_head_is_get_without_the_body(storefront: Storefront, path: str) -> None:
    """Status and every header are those of GET, the length too; nothing follows them."""
    fetched, body = await raw(storefront, "GET", path)
    headers_only, nothing = await raw(storefront, "HEAD", path)

    assert headers_only == fetched
    assert body
    assert nothing == b""


async def test_head_over_a_real_connection(upstreams: DemoUpstreams) -> None:
    """The connection stays usable: after the headers of a HEAD comes the next answer."""
    settings = shop_settings(upstreams)
    service = wiring.wire(settings, example=EXAMPLE, clients=wiring.demo_client(upstreams))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(service.app, log_level="warning", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    try:
        for path in (f"/v1/products/{TEE}", "/graphql?query={__typename}", "/docs"):
            writer.write(f"HEAD {path} HTTP/1.1\r\nhost: shop.test\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            assert b"content-length: 0\r\n" not in head
            assert b"content-length: " in head
        writer.write(b"GET /livez HTTP/1.1\r\nhost: shop.test\r\nconnection: close\r\n\r\n")
        last = await reader.read()
    finally:
        writer.close()
        server.should_exit = True
        await serving

    assert last.startswith(b"HTTP/1.1 200 OK\r\n")
    assert last.endswith(b"\r\n\r\nok")
